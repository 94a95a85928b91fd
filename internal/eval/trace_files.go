package eval

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// setIn returns the step to a value in a file of variable values, nil in one
// that is encrypted.
func setIn(f *terraform.File, given hclsyntax.Expression) Step {
	if given == nil {
		return Step{terraform.Place{File: f}, "may be set in " + f.Path + ", which is encrypted"}
	}
	return Step{terraform.Place{File: f, Start: given.Range().Start.Byte, End: given.Range().End.Byte}, "set in " + f.Path}
}

// computed ends at what an operator makes of operands. The steps lead to where
// those are written that are locals and variables.
func (t *tracer) computed(s site, path []cty.Value, operands ...hclsyntax.Expression) {
	t.end(s, path)
	t.o.Kind = Computed
	for _, e := range operands {
		on := tracer{o: Origin{Kind: Literal, In: s.in, Scope: s.scope}, moves: t.moves}
		on.follow(s.with(e), nil)
		t.moves = on.moves
		t.o.Steps = append(t.o.Steps, on.o.Steps...)
		written := len(on.o.Steps) > 0 && on.o.Kind != Computed && on.o.Expr != nil
		if written && !s.in.Value(e, s.scope).HasMarkDeep(Sensitive) {
			t.o.Steps = append(t.o.Steps, Step{on.o.In.Place(on.o.Expr.Range()), on.o.In.Source(on.o.Expr)})
		}
	}
}

// givenBy returns the value that a file of variable values gives a variable of
// a root module, in this world.
func (i *Instance) givenBy(v *terraform.Variable) (hclsyntax.Expression, *terraform.File) {
	loaded, others := i.Inputs(v.Name)
	if len(others) > 0 && !i.Open {
		files := i.InputFiles()
		if at, decided := i.ev.choose(i.Dir+"\x00-var-file", i.varFiles()); decided && at > 0 {
			for _, in := range others {
				if in.File == files[at-1] {
					return in.Expr, in.File
				}
			}
		}
	}
	if len(loaded) > 0 && !i.Open {
		last := loaded[len(loaded)-1]
		return last.Expr, last.File
	}
	return nil, nil
}
