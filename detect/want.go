package detect

import (
	"cmp"
	"slices"
)

// want returns what makes an argument right in all cases in which it is wrong.
func (g *group) want() Want {
	first := g.wrong[0]
	w := first.want()
	w.Keep, w.OrNothing = g.right > 0 && first.value != on, true
	w.Why, w.Value = g.why().text(), g.value()
	for _, f := range g.wrong {
		w.OrNothing = w.OrNothing && f.nothing
		if f.source == nil {
			w.Sources = nil
		}
		w.Decides, w.Switches = cmp.Or(w.Decides, f.decides), w.Switches || f.switches
	}
	if len(w.Sources) == 0 {
		return w
	}
	for _, f := range g.wrong[1:] {
		if i := slices.IndexFunc(w.Sources, f.source.same); i < 0 {
			w.Sources = append(w.Sources, *f.source)
		} else {
			w.Sources[i].Ways = append(w.Sources[i].Ways, f.source.Ways...)
		}
	}
	if w.Value == (Value{}) && slices.ContainsFunc(w.Sources, func(s Source) bool { return s.Text == "" }) {
		w.Sources = nil // one of them has no text of its own
	}
	return w
}

// value returns what is right in all cases in which the argument is wrong. It is
// none where that is not one value for all: then the sources alone can be changed.
// That of calls which pass no key is a key, also where others name one wrongly.
func (g *group) value() Value {
	out, mixed := g.wrong[0].value, false
	for _, f := range g.wrong {
		mixed = mixed || f.value != out && (f.value.Key == nil || out.Key == nil)
		if out.Key == nil && f.value.Key != nil {
			out = f.value
		}
	}
	if mixed && slices.ContainsFunc(g.wrong, func(f fact) bool { return !f.passed() || f.value.Key == nil && f.source.Text == "" }) {
		return Value{}
	}
	return out
}

// passed reports whether a call passes the wrong value, or leaves it out.
func (f *fact) passed() bool { return f.source != nil && f.source.Origin.Called != nil }

// why returns where the wrong values come from, of all calls that decide them.
func (g *group) why() remedy {
	out := g.wrong[0].why
	for _, f := range g.wrong[1:] {
		out = out.with(f.why)
	}
	return out
}

func (f *fact) want() Want {
	w := Want{For: f.problem, KeyFor: keyFor(f.value), Argument: f.argument, Value: f.value, Open: f.open, Comment: f.comment, Why: f.why.text(), OrNothing: f.nothing}
	switch {
	case !f.concernsKeys():
		w.KeyFor = ""
	case len(f.keys) > 0: // it is named wrongly
		w.KeyFor = f.keys[0].For
	}
	if f.source != nil {
		w.Sources = []Source{*f.source}
	}
	return w
}

// same reports whether two sources are one to change: of what one place says,
// each call that passes it on may be what is changed.
func (s *Source) same(other Source) bool {
	a, b := s.Origin, other.Origin
	if a.Called == nil || b.Called == nil {
		return a.Called == b.Called && s.At == other.At
	}
	return s.At == other.At && a.Called.Call == b.Called.Call && a.Parameter == b.Parameter
}
