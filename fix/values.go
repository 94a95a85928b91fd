package fix

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/fix/graph"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A slot is where an argument is: of a block of a module, which for a resource
// is its address; in an instance of both, below the directory at the top; by the
// types of the nested blocks and its name; by number where blocks repeat.
type slot struct {
	dir, block, path      string
	top, module, instance string // the address of the module's instance, and the key of the resource's
	n                     int
}

// name returns what a slot is called in a sentence.
func (s slot) name() string { return s.module + s.block + s.instance + "." + s.path }

// anywhere returns the slot of all instances, and of all blocks that repeat.
func (s slot) anywhere() slot { return slot{dir: s.dir, block: s.block, path: s.path} }

// proveValues holds that every argument which the plan does not mean to change
// is still there, and has the value in Terraform's plan that it had: what was
// known stays known. A block that was there gets no other argument. Locals and
// variables are passed over: what counts is who reads them.
func proveValues(d *difference, p *Plan) *Refusal {
	affected := d.affected()
	before, after := d.before.values(affected), d.after.values(affected)
	requireReaders(before, after)
	requireReaders(after, before)
	old, now := before.arguments, after.arguments
	blocks := map[slot]bool{}
	var changed []string
	for at, v := range old {
		blocks[slot{dir: at.dir, block: at.block}] = true
		if p.meant[at.anywhere()] {
			continue
		}
		switch other, there := now[at]; {
		case !there:
			changed = append(changed, at.name()+" would be gone")
		case v.IsWhollyKnown() && !other.RawEquals(v):
			changed = append(changed, at.name()+" would change its value")
		}
	}
	for at := range now {
		if _, there := old[at]; !there && blocks[slot{dir: at.dir, block: at.block}] && !p.meant[at.anywhere()] {
			changed = append(changed, at.name()+" would be new")
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return &Refusal{Message: slices.Min(changed), Harm: true}
}

// slotOf returns the slot of an argument of a resource, of any instance.
func slotOf(a detect.Argument) slot {
	path := a.Name
	if a.Nested != "" && a.Generates() == "" {
		path = a.Nested + "." + path
	}
	out := slot{dir: a.In.Dir, path: path}
	if a.Call != nil {
		out.block = callBlock(a.Call)
	} else {
		out.block = a.Resource.Address()
	}
	return out
}

func callBlock(c *terraform.Call) string { return c.File.Path + ": module " + c.Name }

// maxInstances bounds how many instances of a resource are compared.
const maxInstances = 100

// values are the values of all arguments of instances of modules, as Terraform
// plans them.
type values struct {
	in       *eval.Instance
	prefix   string // before its addresses in the graph of references
	affected graph.Affected
	*planned
}

// values returns the values of what may be affected, in all instances of the
// unit's modules. Those of others change with the arguments of their calls only.
func (j *Judged) values(of []graph.Affected) *planned {
	out := &planned{arguments: map[slot]cty.Value{}, passed: map[slot]cty.Value{}, readers: map[slot][]reading{}}
	for i, in := range j.Plan() {
		if of[i] == nil || len(of[i]) > 0 {
			j.addValues(&values{in, "", of[i], out})
		}
	}
	return out
}

// addValues adds the values of an instance and of all that it calls.
func (j *Judged) addValues(v *values) {
	in := v.in
	for _, r := range in.Resources {
		if v.affected.Has(v.prefix + r.Address()) {
			v.resource(r)
		}
	}
	v.addPassed()
	for _, list := range [][]*terraform.File{in.Files, in.Overrides} {
		for _, f := range list {
			if f.Body != nil {
				v.file(f)
			}
		}
	}
	for _, c := range in.Calls {
		if c.Aside || !j.Judges(c.Target()) {
			continue
		}
		list, _ := in.Called(c)
		for _, child := range list[:min(len(list), maxInstances)] {
			j.addValues(&values{child, v.prefix + c.Address() + ".", v.affected, v.planned})
		}
	}
}

func (v *values) slot(block string) slot {
	return slot{dir: v.in.Dir, top: v.in.Root().Dir, module: v.in.Address(), block: block}
}

func (v *values) resource(r *terraform.Resource) {
	at := v.slot(r.Address())
	for _, name := range []string{"count", "for_each"} {
		if a := r.Attribute(name); a != nil {
			at.path = name
			v.arguments[at] = v.in.Value(a.Expr, nil)
		}
	}
	at.path = ""
	list, known := v.in.Expand(r)
	for _, e := range list[:min(len(list), maxInstances)] {
		if !known {
			e.Scope = nil
		}
		at.instance = e.Key
		v.body(at, r.Merged.Body, e.Scope)
	}
}

func (v *values) file(f *terraform.File) {
	for _, b := range f.Body.Blocks {
		switch b.Type {
		case "output", "module", "provider", "terraform", "check", "import", "removed":
			if v.isAffected(b) {
				at := v.slot(f.Path + ": " + identify(b) + aliasOf(b))
				v.body(at, b.Body, nil)
				v.addReaders(at, b)
			}
		}
	}
}

// isAffected reports whether what is written in a top-level block may have
// changed. The graph does not know all of them.
func (v *values) isAffected(b *hclsyntax.Block) bool {
	known := b.Type == "output" || b.Type == "module" || b.Type == "provider"
	addresses := addressesOf(b)
	return !known || len(addresses) == 0 ||
		slices.ContainsFunc(addresses, func(address string) bool { return v.affected.Has(v.prefix + address) })
}

func (v *values) body(at slot, b *hclsyntax.Body, s eval.Scope) {
	under := at.path
	for _, a := range b.Attributes {
		if isMeta(a.Name) {
			continue
		}
		at.path, at.n = under+a.Name, 0
		for _, taken := v.arguments[at]; taken; _, taken = v.arguments[at] {
			at.n++
		}
		v.arguments[at] = v.in.Value(a.Expr, s)
	}
	for _, nested := range b.Blocks {
		at.path, at.n = under+nested.Type+".", 0
		switch {
		case nested.Type == "lifecycle" || nested.Type == "provisioner" || nested.Type == "connection":
		case nested.Type == "dynamic":
			v.dynamic(at, under, nested, s)
		default:
			v.body(at, nested.Body, s)
		}
	}
}

// dynamic adds what a dynamic block generates, and, as a value of its own, for
// how many elements.
func (v *values) dynamic(at slot, under string, b *hclsyntax.Block, s eval.Scope) {
	scopes, known := v.in.Elements(b, s)
	blockType := strings.Join(b.Labels, "")
	if known {
		at.path = under + "dynamic " + blockType
		v.arguments[at] = cty.NumberIntVal(int64(len(scopes)))
	}
	at.path = under + blockType + "."
	for _, content := range terraform.Contents(b) {
		for _, scope := range scopes[:min(len(scopes), maxInstances)] {
			v.body(at, content.Body, scope)
		}
	}
}

// aliasOf tells provider configurations apart.
func aliasOf(b *hclsyntax.Block) string {
	if a := b.Body.Attributes["alias"]; a != nil && b.Type == "provider" {
		if v := terraform.Literal(a.Expr); terraform.IsString(v) {
			return "." + v.AsString()
		}
	}
	return ""
}

func isMeta(name string) bool {
	return slices.Contains([]string{"count", "for_each", "provider", "providers", "depends_on"}, name)
}
