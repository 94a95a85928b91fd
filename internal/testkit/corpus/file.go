package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A generator makes the files of one directory.
type generator struct {
	*rand.Rand
	dir    directory
	names  int // taken
	tables int
}

// A maker makes one block, or some that belong together.
type maker func(*generator) string

// fileKinds are the files that a directory may have, with what stands in them;
// those that come first are there more often.
var fileKinds = []struct {
	name   string
	makers []maker
}{
	{"main.tf", []maker{queue, bucket, function, securityGroup, parameter, call}},
	{"variables.tf", []maker{variable, variable, shortVariable}},
	{"outputs.tf", []maker{output}},
	{"versions.tf", nil},
	{"iam.tf", []maker{role, policyHeredoc, policyDocument, attachment}},
	{"locals.tf", []maker{locals}},
	{"data.tf", []maker{lookup, policyDocument}},
	{"s3.tf", []maker{bucket, policyHeredoc}},
	{"lambda.tf", []maker{function, role, alarm}},
	{"alarms.tf", []maker{alarm, alarm, dashboard}},
	{"sqs.tf", []maker{queue, policyHeredoc}},
	{"network.tf", []maker{securityGroup, locals}},
	{"ecs.tf", []maker{task, role, alarm}},
	{"modules.tf", []maker{call}},
	{"ec2.tf", []maker{instance, securityGroup}},
}

// files returns the directory's files: up to fifteen that Terraform reads, and
// some that it does not.
func (g *generator) files() []file {
	out := g.configuration(1 + min(g.IntN(len(fileKinds)), g.IntN(len(fileKinds)+4)))
	if g.dir.tables {
		out = append(out, g.tableFiles()...)
	}
	if g.dir.stack {
		out = append(out, file{"terraform.tfvars", g.inputs()})
	}
	if g.IntN(4) > 0 {
		out = append(out, file{"README.md", "# " + g.dir.path + "\n\n" + strings.Repeat(g.sentence()+"\n", 5+g.IntN(30))})
	}
	for i := range out {
		out[i].text = g.quirks(out[i].text)
	}
	return out
}

// configuration returns the first so many kinds of files.
func (g *generator) configuration(count int) []file {
	var out []file
	for _, kind := range fileKinds[:count] {
		text := ""
		if kind.makers == nil {
			text = g.versions()
		} else {
			text = g.fill(kind.makers)
		}
		out = append(out, file{kind.name, text})
	}
	return out
}

// fill makes blocks until a file is as large as files are: one to ten
// kilobytes, most of them around three.
func (g *generator) fill(makers []maker) string {
	size := 1000 + min(g.IntN(7000), g.IntN(7000))
	var b strings.Builder
	if g.IntN(5) == 0 {
		fmt.Fprintf(&b, "# %s\n# Owned by the team that owns %s.\n\n", g.sentence(), g.dir.path)
	}
	for b.Len() < size {
		if g.IntN(4) == 0 {
			fmt.Fprintf(&b, "# %s\n", g.sentence())
		}
		b.WriteString(makers[g.IntN(len(makers))](g))
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// quirks gives some files what some files in the wild have: carriage returns,
// no last newline.
func (g *generator) quirks(text string) string {
	switch n := g.IntN(100); {
	case n < 3:
		return strings.ReplaceAll(text, "\n", "\r\n")
	case n < 15:
		return strings.TrimSuffix(text, "\n")
	}
	return text
}

var nouns = []string{"access", "account", "backup", "batch", "cache", "customer", "delivery", "event", "import", "index", "invoice", "job", "message", "metric", "order", "payment", "price", "refund", "report", "session", "stock", "tenant", "token", "upload"}

// name returns a name that the directory does not have yet.
func (g *generator) name() string {
	g.names++
	return fmt.Sprintf("%s_%s_%d", g.noun(), g.noun(), g.names)
}

func (g *generator) noun() string { return nouns[g.IntN(len(nouns))] }

// sentence returns what might be a comment or description.
func (g *generator) sentence() string {
	return fmt.Sprintf("The %s of each %s, kept until the %s is done and the %s says so.", g.noun(), g.noun(), g.noun(), g.noun())
}
