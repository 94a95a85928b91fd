package eval

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// Text returns an expression as a string in which stand-ins hold the places of
// what is not known; see [IsOpaque]. It finds none where the expression is no
// string, or so little is known that nobody can tell which.
func (i *Instance) Text(e hclsyntax.Expression, s Scope) (text string, found bool) {
	v, _ := i.tryOpaque(e, s)
	if !terraform.IsString(v) {
		return "", false
	}
	return v.AsString(), true
}

// Alternatives returns the texts of [Instance.Text] that an expression may come
// to as conditions are decided, "" where it is null, and whether it is sure to be
// one of them.
func (i *Instance) Alternatives(e hclsyntax.Expression, s Scope) (texts []string, all bool) {
	all = true
	complete := i.ev.Explore(func() {
		text := ""
		v, _ := i.tryOpaque(e, s)
		if terraform.IsString(v) {
			text = v.AsString()
		}
		switch {
		case !v.IsKnown() || text == opaqueText.FindString(text) && text != "":
			all = false
		case !slices.Contains(texts, text):
			texts = append(texts, text)
		}
	})
	return texts, all && complete
}

// A leniency is what is assumed where stand-ins for what is not known make an
// expression fail: that a collection has several elements, and not one; or that a
// value is not known for which no text can stand, a number or list.
type leniency struct{ several, tolerant bool }

// leniencies are tried one after the other.
var leniencies = []leniency{{several: true}, {tolerant: true}, {several: true, tolerant: true}}

// tryOpaque is Try with stand-ins for unknown strings. A collection that is not
// known is taken to have one element; where that is too few, as many as are asked
// for. Where stand-ins make it fail, less of it is known.
func (i *Instance) tryOpaque(e hclsyntax.Expression, s Scope) (v cty.Value, ok bool) {
	ev := i.ev
	opaque, failed := ev.opaque, ev.lapse.failed
	ev.opaque, ev.lapse.failed = true, false
	defer func() { ev.opaque, ev.lapse.failed = opaque, failed }()
	v, ok = i.Try(e, s)
	if !ev.lapse.failed || ev.lenient != (leniency{}) {
		return unmark(v), ok
	}
	defer func() {
		ev.lenient = leniency{}
		ev.generation++
	}()
	for _, ev.lenient = range leniencies {
		if ev.lenient.several && ev.elements.last < 1 {
			continue
		}
		ev.generation++
		if less, possible := i.Try(e, s); possible && (!ok || unmark(less).IsKnown()) {
			v, ok = less, true
			break
		}
	}
	return unmark(v), ok
}

// texts returns the strings of an attribute, whether it is there, and whether
// they are known.
func (i *Instance) texts(b body, name string) (texts []string, there, known bool) {
	a := b.Attributes[name]
	if a == nil {
		return nil, false, true
	}
	at := site{in: i, scope: b.scope, e: a.Expr}
	texts, known = textsOf(at.coverWithin(i.Value(a.Expr, b.scope)))
	return texts, true, known
}

// textsOf returns a string, or the strings of a list.
func textsOf(v cty.Value) (texts []string, known bool) {
	v, _ = v.UnmarkDeep()
	switch {
	case !v.IsWhollyKnown():
		return nil, false
	case v.IsNull():
		return nil, true
	case terraform.IsString(v):
		return []string{v.AsString()}, true
	case !v.CanIterateElements():
		return nil, false
	}
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		if !terraform.IsString(element) {
			return nil, false
		}
		texts = append(texts, element.AsString())
	}
	return texts, true
}

// Texts returns the strings of a list, or the one that is none, in which
// stand-ins hold the places of what is not known. found is false when it is no
// list, or its length is not known.
func (i *Instance) Texts(e hclsyntax.Expression, s Scope) (texts []string, found bool) {
	opaque := i.ev.opaque
	i.ev.opaque = true
	defer func() { i.ev.opaque = opaque }()
	return textsOf(i.Value(e, s))
}

// TextsWithin returns all strings in a value, those of its maps and lists, too, in
// which stand-ins hold the places of what is not known.
func (i *Instance) TextsWithin(e hclsyntax.Expression, s Scope) (texts []string) {
	v, _ := i.tryOpaque(e, s)
	v, _ = v.UnmarkDeep()
	_ = cty.Walk(v, func(_ cty.Path, part cty.Value) (bool, error) {
		if terraform.IsString(part) {
			texts = append(texts, part.AsString())
		}
		return true, nil
	})
	return texts
}

// AttributeText is Text for an attribute of an instance of a resource, whether
// it is an argument or computed.
func (i *Instance) AttributeText(r *terraform.Resource, e Expansion, name string) (text string, found bool) {
	opaque := i.ev.opaque
	i.ev.opaque = true
	defer func() { i.ev.opaque = opaque }()
	v := unmark(i.attribute(r, e, name))
	if !terraform.IsString(v) {
		return "", false
	}
	return v.AsString(), true
}
