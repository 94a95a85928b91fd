package eval

import (
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// told lets the world know what it has decided of a site of the part of a variable
// that it comes to, too.
func (s site) told(equal bool, v cty.Value) {
	w := s.in.ev.world
	p, found := s.hidden()
	if w == nil || !found || len(p.path) == 0 {
		return
	}
	if id := p.named().id; equal {
		w.equal[id] = v
	} else {
		w.unequal[id] = append(w.unequal[id], v)
	}
}

// hidden returns the part of a variable that a site comes to, through whatever
// functions.
func (s site) hidden() (p part, found bool) {
	ev := s.in.ev
	opaque, muted := ev.opaque, ev.muted
	ev.opaque, ev.muted = true, true
	defer func() { ev.opaque, ev.muted = opaque, muted }()
	f := &frame{s.in, s.scope}
	ctx := s.in.context(s.e, s.scope)
	if s.ctx != nil {
		ctx = f.context(s.ctx, s.e, concealed)
	}
	v, diags := s.e.Value(ctx)
	if v = unmark(v); diags.HasErrors() || !terraform.IsString(v) {
		return part{}, false
	}
	p, found = ev.standIns.variables[v.AsString()]
	return p, found
}
