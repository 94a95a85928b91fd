package eval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"cmkify/internal/terraform"
)

// truth returns whether a condition holds, in this world if it is not known;
// unknown outside of worlds.
func (f *frame) truth(ctx *hcl.EvalContext, e hclsyntax.Expression) cty.Value {
	return f.site(ctx, e).truth(0)
}

// Truth returns whether an expression is true, in this world if it is not
// known.
func (i *Instance) Truth(e hclsyntax.Expression, s Scope) cty.Value {
	return site{in: i, scope: s, e: e}.truth(0)
}

func (s site) truth(depth int) cty.Value {
	v := AsBool(s.value())
	if v.IsKnown() || depth > maxDepth || !s.in.ev.spend(16) {
		return v
	}
	s = s.origin()
	switch e := s.e.(type) {
	case *hclsyntax.UnaryOpExpr:
		if e.Op == hclsyntax.OpLogicalNot {
			return not(s.with(e.Val).truth(depth + 1))
		}
	case *hclsyntax.BinaryOpExpr:
		switch e.Op {
		case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr:
			return s.either(e, depth)
		case hclsyntax.OpEqual:
			return s.compare(e.LHS, e.RHS, depth)
		case hclsyntax.OpNotEqual:
			return not(s.compare(e.LHS, e.RHS, depth))
		}
	case *hclsyntax.ConditionalExpr:
		c := s.with(e.Condition).truth(depth + 1)
		if !c.IsKnown() || c.IsNull() {
			return cty.UnknownVal(cty.Bool)
		}
		if c.True() {
			return s.with(e.TrueResult).truth(depth + 1)
		}
		return s.with(e.FalseResult).truth(depth + 1)
	}
	id, name := s.id()
	ev := s.in.ev
	if have, told := ev.told(id); told {
		return AsBool(have)
	}
	yes, decided := ev.decide(question{id + " == true", name + " is true", name + " is false"})
	if decided && s.value().Type() == cty.Bool {
		ev.world.equal[id] = cty.BoolVal(yes)
	}
	return boolOf(yes, decided)
}

func not(v cty.Value) cty.Value {
	if !v.IsKnown() || v.IsNull() {
		return cty.UnknownVal(cty.Bool)
	}
	return v.Not()
}

// either decides a conjunction or disjunction, the left side first.
func (s site) either(e *hclsyntax.BinaryOpExpr, depth int) cty.Value {
	enough := cty.BoolVal(e.Op == hclsyntax.OpLogicalOr)
	left := s.with(e.LHS).truth(depth + 1)
	if left.RawEquals(enough) {
		return left
	}
	right := s.with(e.RHS).truth(depth + 1)
	switch {
	case right.RawEquals(enough), left.IsKnown():
		return right
	}
	return left
}

// compare decides whether two sides are equal, of which one at least is not
// known.
func (s site) compare(lhs, rhs hclsyntax.Expression, depth int) cty.Value {
	open, other := s.with(lhs), s.with(rhs)
	known := other.value()
	if !known.IsWhollyKnown() {
		open, other = other, open
		known = other.value()
	}
	unknown := open.value()
	if !known.IsWhollyKnown() || unknown.IsWhollyKnown() {
		id, name := s.id()
		return boolOf(s.in.ev.decide(question{id, name + " is true", name + " is false"}))
	}
	if known.Type() == cty.Bool && !known.IsNull() && unknown.Type() == cty.Bool {
		t := open.truth(depth + 1)
		if known.True() {
			return t
		}
		return not(t)
	}
	if converted, err := convert.Convert(known, unknown.Type()); err == nil && unknown.Type() != cty.DynamicPseudoType && !known.IsNull() {
		known = converted
	}
	if known.IsNull() {
		if definitelyNotNull(unknown) {
			return cty.False
		}
		known = cty.NullVal(cty.DynamicPseudoType)
	}
	open = open.origin()
	id, name := open.id()
	equal, decided := s.in.ev.equals(id, name, known)
	if decided {
		open.told(equal, known)
	}
	return boolOf(equal, decided)
}

func definitelyNotNull(v cty.Value) bool {
	return !v.IsKnown() && v.Type() != cty.DynamicPseudoType && v.Range().DefinitelyNotNull()
}

func boolOf(yes, decided bool) cty.Value {
	if !decided {
		return cty.UnknownVal(cty.Bool)
	}
	return cty.BoolVal(yes)
}

// nothing decides whether an expression that is not known is null or an empty
// string.
func (f *frame) nothing(ctx *hcl.EvalContext, e hclsyntax.Expression) (nothing, decided bool) {
	s := f.site(ctx, e).origin()
	id, name := s.id()
	ev := s.in.ev
	if have, told := ev.told(id); told {
		return have.IsNull() || have.RawEquals(cty.StringVal("")), true
	}
	if yes, decided := ev.decide(question{id + " is nothing", name + " is null or empty", name + " is set"}); decided {
		s.told(yes, cty.NullVal(cty.DynamicPseudoType))
		if yes {
			ev.world.equal[id] = cty.NullVal(cty.DynamicPseudoType)
		} else {
			ev.world.unequal[id] = append(ev.world.unequal[id], cty.NullVal(cty.DynamicPseudoType), cty.StringVal(""))
		}
		return yes, true
	}
	return false, false
}

// noneOfThese is a text that no key is.
var noneOfThese = cty.StringVal("\x00none of these")

// oneOf decides which of some values an expression has that is not known; none
// of them if that may be.
func (f *frame) oneOf(ctx *hcl.EvalContext, e hclsyntax.Expression, v cty.Value, of []cty.Value, orNone bool) cty.Value {
	if len(of) == 0 || len(of) > MaxWorlds {
		f.in.ev.open = true
		return v
	}
	f.in.ev.open = true
	if at := slices.IndexFunc(of, isHidden); at >= 0 {
		return of[at] // any that is not known
	}
	s := f.site(ctx, e).origin()
	id, name := s.id()
	for n, candidate := range of {
		if n == len(of)-1 && !orNone {
			if s.in.ev.world != nil {
				s.in.ev.world.equal[id] = candidate
			}
			return candidate
		}
		equal, decided := s.in.ev.equals(id, name, candidate)
		if !decided {
			return v
		}
		if equal {
			return candidate
		}
	}
	if v.Type() == cty.DynamicPseudoType || v.Type() == cty.String {
		return noneOfThese
	}
	return v
}

// valueText returns a value as it stands in a sentence.
func valueText(v cty.Value) string {
	bare, _ := v.UnmarkDeep()
	switch {
	case v.HasMarkDeep(Sensitive):
		return "(sensitive)"
	case !bare.IsKnown():
		return "(unknown)"
	case bare.IsNull():
		return "null"
	case terraform.IsString(bare):
		return fmt.Sprintf("%q", bare.AsString())
	case bare.Type() == cty.Bool:
		return fmt.Sprint(bare.True())
	case bare.Type() == cty.Number:
		return bare.AsBigFloat().Text('f', -1)
	}
	return strings.TrimPrefix(bare.GoString(), "cty.")
}
