package terraform

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// inParts is a directory of which a demand for tables needs some blocks: the
// table and call, and what they, and the file in JSON, refer to.
var inParts = map[string]string{
	"main.tf": `resource "aws_dynamodb_table" "t" {
  name = "${var.name}-${module.labels.id}"
  tags = merge(module.labels.tags, module.other.tags)
}

module "labels" {
  source = "./labels"
  topic  = "${local.passed}${aws_sns_topic.passed.name}"
}

module "other" {
  source = "./other"
}

module "tables" {
  source = "./tables"
}

module "free" {
  source = "./free"
  name   = module.labels.free
}

module "computed" {
  source = "${path.module}/computed"
}

variable "name" {}

variable "free" {}

locals {
  free = 1
  more = local.free
}

locals {
  passed = "a"
}

output "reader" {
  value = aws_dynamodb_table.t.arn
}
`,
	"more.tf": `resource "aws_sns_topic" "passed" {
  name = data.aws_region.passed.name
}

data "aws_region" "passed" {}

data "aws_region" "free" {}

resource "aws_sns_topic" "json" {}

resource "aws_sns_topic" "free" {}

resource "aws_sns_topic" "reader" {
  name = aws_dynamodb_table.t.name
}

resource "aws_sns_topic" "old" {
  tags {
    name = "old"
  }
}

resource "aws_iam_role" "free" {}
`,
	"queue.tf.json": `{"resource": {"aws_sqs_queue": {"q": {"name": "${aws_sns_topic.json.name}"}}}}`,
	"whole.tf":      "resource \"aws_sqs_queue\" \"whole\" {}\n\nname = \"an attribute, which has no place here\"\n",
}

func loadInParts(d *Demand) *Module {
	var sources []Source
	for _, name := range slices.Sorted(maps.Keys(inParts)) {
		sources = append(sources, Source{Name: name, Path: name, Bytes: []byte(inParts[name])})
	}
	return LoadFor(".", sources, d)
}

func unreadOf(m *Module) string { return strings.Join(slices.Sorted(maps.Keys(m.unread)), " ") }

// TestDemand holds what is left unread of a directory, and that what is asked of
// it afterwards makes the demand grow, once, by what is needed to answer.
func TestDemand(t *testing.T) {
	const all = "aws_iam_role.free aws_sns_topic.free aws_sns_topic.reader data.aws_region.free local.free local.more module.free output.reader var.free"
	for name, c := range map[string]struct {
		ask  func(m *Module)
		want string
	}{
		"nothing":           {func(*Module) {}, all},
		"what is read":      {func(m *Module) { m.Require("var.name") }, all},
		"what is not there": {func(m *Module) { m.Require("var.missing") }, all},
		"a variable":        {func(m *Module) { m.Require("var.free") }, strings.Replace(all, " var.free", "", 1)},
		"a data source":     {func(m *Module) { m.Require("data.aws_region.free") }, strings.Replace(all, " data.aws_region.free", "", 1)},
		"an output":         {func(m *Module) { m.Require("output.reader") }, strings.Replace(all, " output.reader", "", 1)},
		"a local":           {func(m *Module) { m.Require("local.more") }, strings.Replace(all, " local.free local.more", "", 1)},
		"a call":            {func(m *Module) { m.FindCall("free") }, strings.Replace(all, " module.free", "", 1)},
		"a call's place": {func(m *Module) {
			m.Declares(hcl.Traversal{hcl.TraverseRoot{Name: "module"}, hcl.TraverseAttr{Name: "free"}})
		}, all},
		"readers":                  {func(m *Module) { m.RequireReaders("aws_dynamodb_table.t") }, "aws_iam_role.free aws_sns_topic.free data.aws_region.free local.free local.more module.free var.free"},
		"readers that are read":    {func(m *Module) { m.RequireReaders("var.name") }, all},
		"a type":                   {func(m *Module) { m.RequireTypes("aws_iam_") }, strings.Replace(all, "aws_iam_role.free ", "", 1)},
		"a type that is not there": {func(m *Module) { m.RequireTypes("aws_kms_") }, all},
		"all":                      {func(m *Module) { m.RequireAll() }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDemand(func(o Outlined) bool { return o.Type == "aws_dynamodb_table" || o.Source == "./tables" })
			m := loadInParts(d)
			if got := unreadOf(m); got != all {
				t.Fatalf("unread at first: %s", got)
			}
			for _, asks := range []bool{true, false} {
				c.ask(m)
				if grown := d.Grown(); grown != (asks && c.want != all) {
					t.Errorf("grown: %v, asked for the first time: %v", grown, asks)
				}
				m = loadInParts(d)
				if got := unreadOf(m); got != c.want {
					t.Errorf("unread: %s, want %s", got, c.want)
				}
			}
		})
	}
}

// TestAsked holds which outputs of its calls a module asks for.
func TestAsked(t *testing.T) {
	m := loadInParts(NewDemand(func(o Outlined) bool { return o.Type == "aws_dynamodb_table" || o.Source == "./tables" }))
	var got []string
	for _, c := range m.Calls {
		got = append(got, c.Name+": "+strings.Join(m.Asked(c), " "))
	}
	if want := []string{"labels: id tags", "other: tags", "tables: ", "free: ", "computed: "}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestHolds holds that what a plan adds to a directory does not make blocks matter
// that did not before.
func TestHolds(t *testing.T) {
	load := func(d *Demand, word string) (*Module, []Source) {
		sources := []Source{{Name: "main.tf", Path: "main.tf", Bytes: []byte("resource \"aws_iam_role\" \"r\" {}\n# " + word + "\n")}}
		return LoadFor(".", sources, d), sources
	}
	reads := func(o Outlined) bool { return o.Holds("key") }
	m, _ := load(NewDemand(reads), "key")
	_, more := load(NewDemand(reads), "a key")
	if m.Skipped() != 0 || m.Reload(more).Skipped() != 0 {
		t.Error("a block is not read, although the directory holds the word")
	}
	m, _ = load(NewDemand(reads), "table")
	if m.Skipped() != 1 || m.Reload(more).Skipped() != 1 {
		t.Error("a block is read for a word that was added")
	}
}
