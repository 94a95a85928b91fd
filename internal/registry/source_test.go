package registry

import "testing"

const (
	table = "terraform-aws-modules/dynamodb-table/aws"
	key   = "github.com/terraform-aws-modules/terraform-aws-dynamodb-table"
)

var sources = []struct {
	source, name string // name of the module that Lookup finds, "" for none
	from         string // first release of the newest range that it may get
}{
	{table, table, "5.0.0"},
	{"  " + table + " ", table, "5.0.0"},
	{"Terraform-AWS-Modules/dynamodb-table/aws", table, "5.0.0"},
	{"registry.terraform.io/" + table, table, "5.0.0"},
	{"registry.opentofu.org/" + table, table, "5.0.0"},
	{table + "//wrappers", table + "//wrappers", "5.0.0"},
	{"registry.terraform.io/" + table + "//wrappers/", table + "//wrappers", "5.0.0"},
	{"registry.infrahouse.com/infrahouse/state-bucket/aws", "infrahouse/state-bucket/aws", "2.0.0"},
	{"QuiNovas/dynamodb-table/aws", "QuiNovas/dynamodb-table/aws", "3.0.8"},

	{key, table, "5.0.0"},
	{key + ".git", table, "5.0.0"},
	{key + "?ref=v1.0.0", table, "0.10.0"},
	{key + ".git?ref=1.1.1", table, "1.1.0"},
	{key + "//wrappers?ref=v2.0.0", table + "//wrappers", "2.0.0"},
	{key + "/wrappers?ref=v2.0.0", table + "//wrappers", "2.0.0"},
	{key + ".git//?ref=v3.3.0", table, "3.3.0"},
	{key + "//.?ref=v3.3.0", table, "3.3.0"},
	{"git::" + key + ".git?ref=v0.2.0", table, "0.2.0"},
	{"git::https://" + key + ".git?ref=v4.0.0", table, "4.0.0"},
	{"git::https://" + key + "?depth=1&ref=v4.0.0", table, "4.0.0"},
	{"git::https://" + key + ".git//wrappers?ref=v4.0.0&depth=1", table + "//wrappers", "4.0.0"},
	{"git::https://user:secret@" + key + ".git?ref=tags/0.8.0", table, "0.8.0"},
	{"git::https://github.com:443/terraform-aws-modules/terraform-aws-dynamodb-table?ref=refs/tags/v1.2.0", table, "1.2.0"},
	{"git::ssh://git@" + key + ".git?ref=v3.0.0", table, "3.0.0"},
	{"git@github.com:terraform-aws-modules/terraform-aws-dynamodb-table.git?ref=v3.0.0", table, "3.0.0"},
	{"git::git@github.com:terraform-aws-modules/terraform-aws-dynamodb-table.git//wrappers?ref=v3.0.0", table + "//wrappers", "3.0.0"},
	{"git::git://" + key + ".git?ref=v0.7.0", table, "0.7.0"},
	{"https://" + key + "/archive/refs/tags/v4.0.0.tar.gz", table, "4.0.0"},
	{"https://" + key + "/archive/v1.1.0.tar.gz//terraform-aws-dynamodb-table-1.1.0?archive=tar.gz", table, "1.1.0"},
	{"https://" + key + "/archive/v2.0.0.zip//*/wrappers", table + "//wrappers", "2.0.0"},
	{"https://" + key + "/archive/refs/heads/master.zip", table, "5.0.0"},
	{"https://codeload.github.com/terraform-aws-modules/terraform-aws-dynamodb-table/tar.gz/refs/tags/v0.8.0?archive=tar.gz", table, "0.8.0"},

	{"tfr:///" + table + "?version=1.2.3", table, "1.2.0"},
	{"tfr:///" + table + "//?version=3.1.1", table, "3.0.0"},
	{"tfr:///" + table + "//wrappers?version=3.1.1", table + "//wrappers", "3.0.0"},
	{"tfr://registry.terraform.io/" + table + "?version=4.0.0", table, "4.0.0"},
	{"tfr://registry.opentofu.org/" + table, table, "5.0.0"},
	{"tfr:///" + table + "?version=${local.version}", table, "5.0.0"},

	{"git::https://github.com/binbashar/terraform-aws-dynamodb.git?ref=v0.37.0", "cloudposse/dynamodb/aws", "0.32.0"},
	{"github.com/skyleague/aws-dynamodb?ref=v1.0.1", "skyleague/aws-dynamodb", "1.0.0"},

	{"", "", ""},
	{"./terraform-aws-modules/dynamodb-table/aws", "", ""},
	{"../" + table, "", ""},
	{"/" + key, "", ""},
	{"terraform-aws-modules/dynamodb-table", "", ""},
	{"terraform-aws-modules/dynamodb-table/google", "", ""},
	{"terraform-aws-modules/dynamodb-table/aws/extra", "", ""},
	{"terraform-aws-modules//dynamodb-table/aws", "", ""},
	{"app.terraform.io/" + table, "", ""},
	{"tfr:///terraform-aws-modules/dynamodb-table", "", ""},
	{table + "//examples/global-tables", "", ""},
	{key + "//archive/v4.0.0.tar.gz", "", ""},
	{"git::https://" + key + "/archive/v4.0.0.tar.gz", "", ""},
	{"git::https://gitlab.com/terraform-aws-modules/terraform-aws-dynamodb-table.git", "", ""},
	{"git::https://git.example.com/mirror/" + key + ".git", "", ""},
	{"s3::https://s3.amazonaws.com/modules/dynamodb-table.zip", "", ""},
	{"github.com/terraform-aws-modules", "", ""},
}

func TestSources(t *testing.T) {
	for _, c := range sources {
		m, ok := Lookup(c.source, "")
		if ok != (c.name != "") {
			t.Errorf("%q: found is %v", c.source, ok)
			continue
		}
		if !ok {
			continue
		}
		if m.Module.Name != c.name {
			t.Errorf("%q: %s, want %s", c.source, m.Module.Name, c.name)
		}
		if m.Version == nil || m.Version.From != c.from {
			t.Errorf("%q: range %+v, want the one from %s", c.source, m.Version, c.from)
		}
	}
}

func FuzzSources(f *testing.F) {
	for _, c := range sources {
		f.Add(c.source, c.from)
	}
	f.Fuzz(func(t *testing.T, source, constraint string) {
		if m, ok := Lookup(source, constraint); ok && m.Module == nil {
			t.Errorf("%q is found without a module", source)
		}
	})
}
