package acceptance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// probePrefix begins the names of probes.
const probePrefix = "probe_"

// A prober writes resources that show in a plan what a module's tables are
// given, before the provider hides it: an instance for each of the table's, with
// its blocks and replicas, dynamic ones expanded.
type prober struct {
	files map[string][]byte
	out   strings.Builder
}

func probeFile(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	p := &prober{files: files}
	for _, table := range loadVerdicts(t, files).OfType("aws_dynamodb_table") {
		p.table(table)
	}
	return []byte(p.out.String())
}

func (p *prober) source(e hclsyntax.Expression) string {
	r := e.Range()
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok { // which leaves out what is inside after a heredoc
		r = hcl.RangeBetween(call.NameRange, call.CloseParenRange)
	}
	return string(p.files[r.Filename][r.Start.Byte:r.End.Byte])
}

func (p *prober) table(table *terraform.Resource) {
	fmt.Fprintf(&p.out, "resource \"terraform_data\" %q {\n", probePrefix+table.Name)
	for _, name := range []string{"count", "for_each"} {
		if a := table.Attribute(name); a != nil {
			fmt.Fprintf(&p.out, "  %s = %s\n", name, p.source(a.Expr))
		}
	}
	blocks := p.blocks(table, "server_side_encryption", "enabled", "kms_key_arn")
	replicas := p.blocks(table, "replica", "region_name", "kms_key_arn")
	fmt.Fprintf(&p.out, "  input = {\n    blocks = %s\n    replicas = %s\n  }\n}\n", blocks, replicas)
}

// blocks returns a list of objects with the arguments of a table's blocks.
func (p *prober) blocks(table *terraform.Resource, blockType string, names ...string) string {
	static, dynamic := table.Nested(blockType)
	var lists []string
	for _, b := range static {
		lists = append(lists, "["+p.object(b, names)+"]")
	}
	for _, d := range dynamic {
		content := terraform.Contents(d)[0]
		iterator := d.Labels[0]
		if a := d.Body.Attributes["iterator"]; a != nil {
			iterator = hcl.ExprAsKeyword(a.Expr)
		}
		lists = append(lists, fmt.Sprintf("[for %s in [for k, v in %s : { key = k, value = v }] : %s]",
			iterator, p.source(d.Body.Attributes["for_each"].Expr), p.object(content, names)))
	}
	return "concat(" + strings.Join(append(lists, "[]"), ", ") + ")"
}

func (p *prober) object(b *hclsyntax.Block, names []string) string {
	var out []string
	for _, name := range names {
		value := "null"
		if a := b.Body.Attributes[name]; a != nil {
			value = p.source(a.Expr)
		}
		out = append(out, fmt.Sprintf("%s = (%s)", name, value))
	}
	return "{ " + strings.Join(out, ", ") + " }"
}

// withoutBlocks returns files without some of their top-level blocks.
func withoutBlocks(files map[string][]byte, drop func(*hclsyntax.Block) bool) map[string][]byte {
	out := map[string][]byte{}
	for name, src := range files {
		file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
		if diags.HasErrors() || !strings.HasSuffix(name, ".tf") {
			continue
		}
		for _, b := range slices.Backward(file.Body.(*hclsyntax.Body).Blocks) {
			if drop(b) {
				src = slices.Concat(src[:b.TypeRange.Start.Byte], src[b.CloseBraceRange.End.Byte:])
			}
		}
		out[name] = src
	}
	return out
}

// A reached is what plans say of one call of a module.
type reached struct {
	plan  *observed // of what is not applied
	world map[int]*observed
}

// An observed is what one plan says of one call.
type observed struct {
	resources map[string]*planned // by address in the module
	outputs   map[string]*planned
	checks    map[string]string
}

// A planned is a value that a plan shows.
type planned struct {
	Mode, Type, Name string
	Index            any
	Actions          []string
	After            any
	Unknown          any `json:"after_unknown"`
}

// A shownPlan is the JSON of a plan, as far as it matters.
type shownPlan struct {
	Values struct {
		Root struct {
			Children []struct {
				Resources []struct {
					Type    string
					Version int `json:"schema_version"`
				}
			} `json:"child_modules"`
		} `json:"root_module"`
	} `json:"planned_values"`
	Changes []*struct {
		planned
		Address string
		Module  string  `json:"module_address"`
		Change  planned `json:"change"`
	} `json:"resource_changes"`
	Outputs map[string]*planned `json:"output_changes"`
	Checks  []struct {
		Address struct {
			Display string `json:"to_display"`
		}
		Status string
	}
}

func (w *workspace) shown() *shownPlan {
	w.t.Helper()
	out, _ := w.terraform("show", "-json", "next.tfplan")
	s := &shownPlan{}
	if err := json.Unmarshal(out, s); err != nil {
		w.t.Fatalf("terraform show: %v: %.1000s", err, out)
	}
	return s
}

// observed returns what the plan says of one call.
func (s *shownPlan) observed(call string) *observed {
	o := &observed{map[string]*planned{}, map[string]*planned{}, map[string]string{}}
	prefix := "module." + call + "."
	for _, c := range s.Changes {
		if address, is := strings.CutPrefix(c.Address, prefix); is {
			o.resources[address] = &planned{c.Mode, c.Type, c.Name, c.Index, c.Change.Actions, c.Change.After, c.Change.Unknown}
		}
	}
	for name, p := range s.Outputs {
		if name, is := strings.CutPrefix(name, call+"-"); is {
			o.outputs[name] = p
		}
	}
	for _, c := range s.Checks {
		if address, is := strings.CutPrefix(c.Address.Display, prefix); is && !strings.Contains(address, ".") {
			o.checks[address] = c.Status
		}
	}
	return o
}

// schemaVersions returns the version of each type's state.
func (s *shownPlan) schemaVersions() map[string]int {
	out := map[string]int{}
	for _, m := range s.Values.Root.Children {
		for _, r := range m.Resources {
			out[r.Type] = r.Version
		}
	}
	return out
}
