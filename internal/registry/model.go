package registry

import (
	"fmt"
	"slices"
	"strings"
)

// Model returns Terraform code with the inputs of a module that decide the
// encryption of its table, and a table that is encrypted as the module's is. It
// is "" for releases that make no table. region is what the call passes for the
// input that puts the table into a region: an HCL literal, "" for nothing, or
// anything else.
func (m Match) Model(region string) string {
	if m.Version == nil || m.Version.Mode == NoTable {
		return ""
	}
	b := &model{Match: m, declared: map[string]bool{}}
	b.table(region)
	return b.variables.String() + b.own.String() + b.body.String()
}

// A model is the code in the making.
type model struct {
	Match
	declared             map[string]bool
	variables, own, body strings.Builder
}

func (b *model) table(region string) {
	v := b.Version
	b.body.WriteString("resource \"aws_dynamodb_table\" \"this\" {\n")
	switch {
	case b.Module.Items != nil:
		fmt.Fprintf(&b.body, "  for_each = var.%s\n", b.Module.Items.Input)
		b.variable(b.Module.Items.Input, "any", "{}")
		b.variable(b.Module.Items.Defaults, "any", "{}")
	case len(v.Create) > 0:
		var all []string
		for _, in := range v.Create {
			all = append(all, b.value(in))
		}
		fmt.Fprintf(&b.body, "  count = %s ? 1 : 0\n", strings.Join(all, " && "))
	}
	b.region(region)
	if b.Module.StateLock {
		b.body.WriteString("  hash_key = \"LockID\"\n")
	}
	b.encryption()
	b.replicas()
	if b.Module.Items == nil { // a call that passes tags passes them for the table
		b.variable("tags", "any", "{}")
		b.body.WriteString("  tags = var.tags\n")
	}
	b.body.WriteString("}\n")
}

func (b *model) region(passed string) {
	switch {
	case b.Version.Region == nil || passed == "" || passed == "null":
	case strings.HasPrefix(passed, `"`):
		fmt.Fprintf(&b.body, "  region = %s\n", passed)
	default:
		fmt.Fprintf(&b.body, "  region = %s\n", b.value(*b.Version.Region))
	}
}

// encryption writes the block, as the mode of the release makes it.
func (b *model) encryption() {
	v := b.Version
	key := ""
	if v.Key != nil {
		key = b.value(*v.Key)
	}
	if v.Own != nil {
		key = b.ownKey(key)
	}
	enabled := "true"
	switch {
	case v.Mode == Never:
		return
	case v.Enable == nil || v.Mode == Always:
	case v.Mode == ByKey:
		is := b.switched()
		enabled = fmt.Sprintf("%s == null ? true : %s", b.value(v.Enable.Input), is)
	default:
		enabled = b.switched()
	}
	fmt.Fprintf(&b.body, "  server_side_encryption {\n    enabled = %s\n", enabled)
	if key != "" {
		fmt.Fprintf(&b.body, "    kms_key_arn = %s\n", key)
	}
	b.body.WriteString("  }\n")
}

// switched returns what says that encryption is switched on. An input that
// decides which resource the table is must not be changed to that end, and is
// wrapped, so that it is not what is found to be wrong.
func (b *model) switched() string {
	on := b.Version.Enable
	value := b.value(on.Input)
	switch {
	case slices.Contains(b.Version.Moves, on.Name):
		return fmt.Sprintf("tobool(%s)", value)
	case on.On == "true":
		return value
	}
	return fmt.Sprintf("%s == %s", value, on.On)
}

// ownKey declares the key that the module makes, and returns the expression of
// the table's key: that one, or the one that is passed, if any.
func (b *model) ownKey(passed string) string {
	rotation := "true"
	if in := b.Version.Own.Rotation; in != nil {
		rotation = b.value(*in)
	}
	fmt.Fprintf(&b.own, "resource \"aws_kms_key\" \"own\" {\n  enable_key_rotation = %s\n}\n", rotation)
	const own = "aws_kms_key.own.arn"
	if b.Version.Own.Create == nil {
		return own
	}
	if passed == "" {
		passed = "null"
	}
	return fmt.Sprintf("%s ? %s : %s", b.value(*b.Version.Own.Create), own, passed)
}

// replicas writes the block of the replicas that an input lists.
func (b *model) replicas() {
	r := b.Version.Replicas
	if r == nil || r.Form == Flag {
		return
	}
	list := b.value(r.Input)
	region := "replica.value"
	switch r.Form {
	case Names:
		list = fmt.Sprintf("toset(%s)", list)
	case Objects:
		region += "." + r.Region
	case ByRegion:
		region = "replica.key"
	case Single:
		list, region = fmt.Sprintf("length(%s) > 0 ? [%s] : []", list, list), region+"."+r.Region
	}
	fmt.Fprintf(&b.body, "  dynamic \"replica\" {\n    for_each = %s\n    content {\n      region_name = %s\n", list, region)
	if r.Key != "" {
		fmt.Fprintf(&b.body, "      kms_key_arn = try(replica.value.%s, null)\n", r.Key)
	}
	b.body.WriteString("    }\n  }\n")
}

// value returns the expression of an input, whose variable it declares.
func (b *model) value(in Input) string {
	out := "var." + in.Name
	switch {
	case b.Module.Items != nil:
		return fmt.Sprintf("try(each.value.%s, var.%s.%s, %s)", in.Name, b.Module.Items.Defaults, in.Name, in.Default)
	case len(in.Path) > 0:
		b.variable(in.Name, "any", "{}")
		out = fmt.Sprintf("try(%s.%s, %s)", out, strings.Join(in.Path, "."), in.Default)
	default:
		b.variable(in.Name, in.Type, in.Default)
	}
	if in.Else != nil {
		return fmt.Sprintf("(%s == null ? %s : %s)", out, b.value(*in.Else), out)
	}
	return out
}

// variable declares a variable, once.
func (b *model) variable(name, typ, byDefault string) {
	if b.declared[name] {
		return
	}
	b.declared[name] = true
	fmt.Fprintf(&b.variables, "variable %q {\n", name)
	if typ != "" && !strings.HasPrefix(typ, "object") {
		fmt.Fprintf(&b.variables, "  type = %s\n", typ)
	}
	if byDefault != "" {
		fmt.Fprintf(&b.variables, "  default = %s\n", byDefault)
	}
	b.variables.WriteString("}\n")
}

// Help returns what a person can do about a table that no argument of the call
// sets right, as the end of a sentence.
func (m Match) Help() string {
	v := m.Version
	switch {
	case v == nil:
		return "set its inputs for encryption by hand; " + m.Module.Doc
	case m.Module.Items != nil && v.Enable != nil && v.Key != nil:
		return fmt.Sprintf("set %s = %s and %s in %s, or in each value of %s", v.Enable.Name, v.Enable.On, v.Key.Name, m.Module.Items.Defaults, m.Module.Items.Input)
	case v.Enable != nil && slices.Contains(v.Moves, v.Enable.Name):
		return fmt.Sprintf("a change of %s would destroy the table and create another one; %s", v.Enable.Name, m.Module.Doc)
	case v.Key == nil:
		return "these releases take no key for the table; upgrade, or use another module; " + m.Module.Doc
	case len(v.Key.Path) > 0:
		return fmt.Sprintf("set %s = { %s = the ARN of a customer managed key, ... } in the call; %s", v.Key.Name, strings.Join(v.Key.Path, "."), m.Module.Doc)
	case v.Replicas != nil && v.Replicas.Key != "":
		return fmt.Sprintf("set %s, with a key of its region, on each replica in %s", v.Replicas.Key, v.Replicas.Name)
	case v.Replicas != nil:
		return "these releases take no keys for replicas; " + m.Module.Doc
	}
	return "see " + m.Module.Doc
}
