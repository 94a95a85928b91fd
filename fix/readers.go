package fix

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// readers are the arguments of modules that read their locals and variables,
// collected on demand.
type readers map[*terraform.Module]map[string][]use // by "local.name" and "var.name"

// A use is one reading of a local or variable.
type use struct {
	attribute *hclsyntax.Attribute
	path      []cty.Value // what is taken of it, as far as that is written plainly
	// The use is the whole expression of something that others read: of this
	// local, or of an argument of this call; "" and nil for any other.
	local string
	call  *terraform.Call
	// validation says that it is in that of a variable, which decides nothing.
	validation bool
}

// alias returns what others read that is the use and nothing else: a local or
// variable, and its module; "" for none.
func (u use) alias(m *terraform.Module) (string, *terraform.Module) {
	switch {
	case u.local != "":
		return "local." + u.local, m
	case u.call == nil || u.call.Aside: // nothing there is fixed
		return "", nil
	}
	if target := u.call.Target(); target != nil && target.Variable(u.attribute.Name) != nil {
		return "var." + u.attribute.Name, target
	}
	return "", nil
}

// of returns who reads what in a module.
func (r readers) of(m *terraform.Module) map[string][]use {
	if have := r[m]; have != nil {
		return have
	}
	c := &collector{module: m, uses: map[string][]use{}}
	r[m] = c.uses
	for _, list := range [][]*terraform.File{m.Files, m.Overrides} {
		for _, f := range list {
			if f.Body == nil {
				continue
			}
			for _, b := range f.Body.Blocks {
				c.block(b)
			}
		}
	}
	return c.uses
}

type collector struct {
	module     *terraform.Module
	uses       map[string][]use
	validation bool // of a variable is what is read
}

// block takes in who reads in a top-level block. What is a local's whole
// expression, or a call's argument, is read by others.
func (c *collector) block(b *hclsyntax.Block) {
	for _, a := range b.Body.Attributes {
		switch b.Type {
		case "locals":
			c.attribute(a, use{local: a.Name})
		case "module":
			c.attribute(a, use{call: c.callOf(b)})
		default:
			if !inBlocks(b.Body, a.Name) {
				c.attribute(a, use{})
			}
		}
	}
	for _, nested := range b.Body.Blocks {
		c.validation = isValidation(b, nested)
		c.body(nested.Body)
	}
	c.validation = false
}

func (c *collector) callOf(b *hclsyntax.Block) *terraform.Call {
	for _, call := range c.module.Calls {
		if call.Block == b {
			return call
		}
	}
	return nil
}

func (c *collector) body(body *hclsyntax.Body) {
	for _, a := range body.Attributes {
		if !inBlocks(body, a.Name) {
			c.attribute(a, use{})
		}
	}
	for _, b := range body.Blocks {
		c.body(b.Body)
	}
}

// inBlocks reports whether what an attribute says is said by nested blocks, too:
// in JSON it may be either.
func inBlocks(body *hclsyntax.Body, name string) bool {
	return slices.ContainsFunc(body.Blocks, func(b *hclsyntax.Block) bool { return b.Type == name })
}

// attribute takes in what an attribute reads. What reads it in turn, if the
// whole of its expression is read, is that of whole.
func (c *collector) attribute(a *hclsyntax.Attribute, whole use) {
	for _, t := range a.Expr.Variables() {
		if root := t.RootName(); root != "local" && root != "var" || len(t) < 2 {
			continue
		}
		u := use{attribute: a, path: plainSteps(t[2:]), validation: c.validation}
		if e, ok := eval.Unwrap(a.Expr).(*hclsyntax.ScopeTraversalExpr); ok && len(e.Traversal) == len(t) {
			u.local, u.call = whole.local, whole.call
		}
		name := terraform.AddressOf(t)
		c.uses[name] = append(c.uses[name], u)
	}
}

// plainSteps returns the keys of steps up to the first that is no key.
func plainSteps(steps hcl.Traversal) []cty.Value {
	var out []cty.Value
	for _, step := range steps {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			out = append(out, cty.StringVal(step.Name))
		case hcl.TraverseIndex:
			out = append(out, step.Key)
		default:
			return out
		}
	}
	return out
}

// only reports whether a value is read by the given arguments alone, followed
// through locals and arguments of calls that are nothing but a reference to it.
// The value is what a path leads to in a local or variable of a module.
func (r readers) only(m *terraform.Module, name string, path []cty.Value, arguments map[*hclsyntax.Attribute]bool) bool {
	return r.follow(m, name, path, 0, func(u use) bool { return arguments[u.attribute] })
}

// onlyOrValidated is like only, but lets validations read the value.
func (r readers) onlyOrValidated(m *terraform.Module, name string, path []cty.Value, arguments map[*hclsyntax.Attribute]bool) bool {
	return r.follow(m, name, path, 0, func(u use) bool { return arguments[u.attribute] || u.validation })
}

// follow calls end for each use in which a value ends up, until that returns
// false. It returns false then, and where a value goes too far.
func (r readers) follow(m *terraform.Module, name string, path []cty.Value, depth int, end func(use) bool) bool {
	if depth > 40 {
		return false
	}
	m.RequireReaders(name)
	for _, u := range r.of(m)[name] {
		if !overlap(path, u.path) || end(u) {
			continue
		}
		if alias, in := u.alias(m); alias == "" || !r.follow(in, alias, beyond(path, u.path), depth+1, end) {
			return false
		}
	}
	return true
}

// overlap reports whether two paths into one value may lead to the same part.
func overlap(a, b []cty.Value) bool {
	for i := range min(len(a), len(b)) {
		if a[i].IsKnown() && b[i].IsKnown() && !a[i].RawEquals(b[i]) {
			return false
		}
	}
	return true
}

// beyond returns what is left of a path behind another one.
func beyond(path, taken []cty.Value) []cty.Value { return path[min(len(path), len(taken)):] }
