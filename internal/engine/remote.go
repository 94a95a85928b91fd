package engine

import (
	"cmkify/internal/registry"
	"cmkify/internal/terraform"
)

// saysDynamoDB reports whether a source is that of a remote module which makes
// tables, or is called like one.
func (x *index) saysDynamoDB(source string) bool {
	if says, known := x.remote.Load(source); known {
		return says.(bool)
	}
	_, known := registry.Lookup(source, "")
	says := known || registry.SaysDynamoDB(source)
	x.remote.Store(source, says)
	return says
}

// remote returns what stands for the module of a call that is not local: its
// code, where Terraform has installed it; what is known of its inputs; or, for
// one that says DynamoDB and is not known, a table of which nothing is. It is
// nil for any other.
func (j *judged) remote(from *entry, c *terraform.Call) *terraform.Module {
	if c.Source == "" || c.Local() || from.example {
		return nil
	}
	if m := j.installed(from, c); m != nil {
		return m
	}
	match, known := registry.Lookup(c.Source, c.Version)
	switch {
	case known && match.Version != nil && !match.Ambiguous():
		region := ""
		if a := c.Argument("region"); a != nil {
			region = j.modules[from].Source(a.Expr)
		}
		if text := match.Model(region); text != "" {
			return j.standIn(from, c, text, &terraform.Remote{Name: match.Module.Name, Help: match.Help()})
		}
	case known:
		return j.unread(from, c, match.Module.Name+": its releases that the call may get encrypt in different ways, or were not read", "set its version")
	case registry.SaysDynamoDB(c.Source):
		return j.unread(from, c, c.Source, "")
	}
	return keyModel(from, c)
}

// keyModel returns what stands for a published module that makes keys, for what it
// gives; nil for any other.
func keyModel(from *entry, c *terraform.Call) *terraform.Module {
	k := registry.LookupKey(c.Source, c.Version)
	if k == nil {
		return nil
	}
	return model(from, c, k.Model)
}

// unread returns a module with a table of which nothing is known: why, and what
// helps beside terraform init, which does nothing for a terragrunt.hcl.
func (j *judged) unread(from *entry, c *terraform.Call, why, help string) *terraform.Module {
	switch {
	case help == "" && c.Terragrunt:
		why += "; run cmkify on the module's own code"
	case help == "":
		why += "; run terraform init and rerun"
	case c.Terragrunt:
		why += "; " + help
	default:
		why += "; " + help + ", or run terraform init, and rerun"
	}
	return j.standIn(from, c, "resource \"aws_dynamodb_table\" \"this\" {}\n", &terraform.Remote{Name: c.Source, Unread: why})
}

// standIn returns a module of a text, which stands for that of one call.
func (j *judged) standIn(from *entry, c *terraform.Call, text string, remote *terraform.Remote) *terraform.Module {
	m := model(from, c, text)
	m.Remote = remote
	j.remotes = append(j.remotes, m)
	return m
}

func model(from *entry, c *terraform.Call, text string) *terraform.Module {
	dir := from.dir.Path + " " + c.Address()
	return terraform.Load(dir, []terraform.Source{{Name: "main.tf", Path: dir, Bytes: []byte(text)}})
}
