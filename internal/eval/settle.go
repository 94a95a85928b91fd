package eval

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// Settle returns the value of an expression as a call has it, in this world: a
// variable that is left to callers has its default where they leave it out,
// null where they pass that, and anything else where they do neither. Other
// values are returned as they are. It is not possible where Terraform would
// report an error.
func (i *Instance) Settle(e hclsyntax.Expression, s Scope, v cty.Value) (settled cty.Value, possible bool) {
	v, possible = i.asCalled(e, s, v, true)
	if !possible || unmark(v).IsKnown() {
		return v, possible
	}
	if p, found := (site{in: i, scope: s, e: e}).part(); found && p.mayLack() && i.ev.passedNull(p.at.named(), v) {
		return cty.NullVal(cty.DynamicPseudoType), true
	}
	return v, true
}

// SettleRequired is Settle for an argument that takes no null.
func (i *Instance) SettleRequired(e hclsyntax.Expression, s Scope, v cty.Value) cty.Value {
	v, _ = i.asCalled(e, s, v, false)
	return v
}

func (i *Instance) asCalled(e hclsyntax.Expression, s Scope, v cty.Value, mayBeNull bool) (settled cty.Value, possible bool) {
	if unmark(v).IsKnown() {
		return v, true
	}
	at := site{in: i, scope: s, e: e}.origin()
	t, ok := at.e.(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(t.Traversal) < 2 || t.Traversal.RootName() != "var" {
		return i.settleText(e, s, v, mayBeNull)
	}
	name := stepName(t.Traversal[1])
	if !at.in.left(name) {
		return v, true
	}
	if _, told := i.ev.told(at.in.variableID(name)); told {
		return v, true
	}
	p := part{in: at.in, name: name, path: t.Traversal[2:]}
	fallback, left := p.fallback()
	switch {
	case !left:
	case mayBeNull && p.takesNull() && !nothing(fallback) && i.ev.passedNull(at.named(), v):
		return cty.NullVal(cty.DynamicPseudoType), true
	case p.leftOut(fallback):
		return fallback, true
	}
	return v, true
}

// nothing reports whether a value is null or an empty text.
func nothing(v cty.Value) bool {
	v = unmark(v)
	return v.IsNull() || v.RawEquals(cty.StringVal(""))
}

// leftOut decides whether callers leave out the variable of a part, which has a
// default, of which fallback is what is taken. One that is nothing may as well be
// passed. They do not where the world knows that the part is something else.
func (p part) leftOut(fallback cty.Value) bool {
	ev, id := p.in.ev, p.in.variableID(p.name)
	if ev.excluded(p.named().id, fallback) {
		return false
	}
	said := shortName(id)
	key := id + " is left out"
	if nothing(fallback) {
		key = id + " is nothing"
	}
	out, decided := ev.decide(question{key, said + " is left out", said + " is set"})
	return decided && out
}

// passedNull decides whether callers pass null for a variable, or a part of it,
// that is not known: then its default does not count.
// https://developer.hashicorp.com/terraform/language/values/variables#disallowing-null-input-values
func (ev *Evaluator) passedNull(of named, v cty.Value) bool {
	null := cty.NullVal(cty.DynamicPseudoType)
	if have, told := ev.told(of.id); told {
		return have.IsNull()
	}
	if ev.world == nil || definitelyNotNull(unmark(v)) || ev.excluded(of.id, null) {
		return false
	}
	taken, decided := ev.choose(of.id+" == null", []string{of.name + " is not null", of.name + " is null"})
	switch {
	case !decided:
	case taken == 1:
		ev.world.equal[of.id] = null
	default:
		ev.world.unequal[of.id] = append(ev.world.unequal[of.id], null)
	}
	return decided && taken == 1
}

// settleText is Settle for an expression that comes to a string with variables
// in it, through whatever functions.
func (i *Instance) settleText(e hclsyntax.Expression, s Scope, v cty.Value, mayBeNull bool) (settled cty.Value, possible bool) {
	settling := i.ev.settling
	i.ev.settling = true
	defer func() { i.ev.settling = settling }()
	hidden, found, lapsed := i.hidden(e, s)
	switch {
	case found && lapsed.left && hidden.IsKnown() && !conceals(hidden):
		return hidden, true
	case found && lapsed.assumed && hidden.IsKnown() && nothing(hidden) && i.mayBeNothing(e, s):
		return hidden, true
	case !found || !conceals(hidden):
		return v, true
	}
	text := hidden.AsString()
	for IsOpaque(text) {
		mark := opaqueText.FindString(text)
		of, known := i.ev.standIns.variables[mark]
		if !known {
			return v, true
		}
		whole := text == mark
		fallback, left := of.fallback()
		switch null := left && !nothing(fallback) && of.takesNull() || of.mayLack(); {
		case mayBeNull && null && i.ev.passedNull(of.named(), of.value()):
			return i.withNull(of, mark, whole, e, s)
		case !left, !fallback.IsKnown(), !whole && !terraform.IsString(fallback) && !nothing(fallback), !of.leftOut(fallback):
			return v, true
		case len(of.path) == 0 && nothing(fallback) && i.ev.tells(of.named().id, fallback):
			return i.again(e, s, mayBeNull)
		case whole:
			return fallback, true
		case fallback.IsNull():
			return v, true
		}
		text = strings.ReplaceAll(text, mark, fallback.AsString())
	}
	return cty.StringVal(text), true
}

// hidden returns what an expression comes to with stand-ins for unknown strings,
// and what was assumed for it.
func (i *Instance) hidden(e hclsyntax.Expression, s Scope) (v cty.Value, found bool, lapsed lapse) {
	before := i.ev.lapse
	i.ev.lapse = lapse{}
	v, found = i.tryOpaque(e, s)
	lapsed = i.ev.lapse
	i.ev.lapse = before
	return v, found, lapsed
}

// mayBeNothing decides whether an expression is null or an empty text, which it is
// where collections of the callers' have nothing in its place.
func (i *Instance) mayBeNothing(e hclsyntax.Expression, s Scope) bool {
	id, name := site{in: i, scope: s, e: e}.id()
	yes, decided := i.ev.decide(question{id + " is nothing", name + " is null or empty", name + " is set"})
	return decided && yes
}

// again settles an expression that the world knows more about by now.
func (i *Instance) again(e hclsyntax.Expression, s Scope, mayBeNull bool) (settled cty.Value, possible bool) {
	v, possible := i.Try(e, s)
	if !possible {
		return v, false
	}
	return i.asCalled(e, s, v, mayBeNull)
}

// withNull returns what an expression comes to where a part of a variable is
// null, which the mark stands for, as the world knows by now.
func (i *Instance) withNull(of part, mark string, whole bool, e hclsyntax.Expression, s Scope) (v cty.Value, possible bool) {
	i.ev.generation++ // what this world has evaluated did not know
	if len(of.path) == 0 {
		return i.Try(e, s)
	}
	s = s.withNull(mark)
	v, possible = i.tryOpaque(e, s)
	switch {
	case !possible || !terraform.IsString(v) || !IsOpaque(v.AsString()):
		return v, possible
	case strings.Contains(v.AsString(), mark): // from a call, whose each is what it was
		return cty.NullVal(cty.DynamicPseudoType), whole
	}
	return i.settleText(e, s, cty.DynamicVal, true)
}

// withNull returns the scope with null in the place of a stand-in. What each means
// is made again if functions have made it.
func (s Scope) withNull(mark string) Scope {
	out := Scope{}
	for name, v := range s {
		if strings.HasPrefix(name, opaquely) && v.Type() != iterationType {
			v = mapStrings(v, func(text string) bool { return text == mark }, cty.NullVal(cty.String))
		}
		out[name] = v
	}
	if from, ok := s[iteratedBy+"each"]; ok {
		over := from.EncapsulatedValue().(*iteration)
		if _, direct := over.site.part(); !direct {
			if some := over.site.in.someElement(over.site.e, cty.DynamicPseudoType); some != cty.NilVal {
				out[opaquely+"each"] = some
			}
		}
	}
	return out
}
