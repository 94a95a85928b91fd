package fix

import (
	"cmp"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// atCall meets a want for the instances of one call, in what that passes.
func (p *planner) atCall(w *detect.Want, s detect.Source, arguments map[*hclsyntax.Attribute]bool) (decision, *detect.Reason) {
	o := s.Origin
	from := p.homes[o.Called.Caller.Module]
	argument := detect.Argument{In: o.Called.Caller.Module, Call: o.Called.Call, Block: o.Called.Call.Block, Name: o.Parameter}
	if from == nil || !p.readers.onlyOrValidated(o.Called.Module, "var."+o.Parameter, o.ParameterPath, arguments) {
		return decision{}, byHand(w)
	}
	if o.Called.Call.Terragrunt {
		return decision{}, inputsReason(argument)
	}
	var out decision
	text := w.Value.Text
	if w.Value.Key != nil && s.Text == "" {
		need := &detect.KeyNeed{In: s.Ways[0], Table: w.Value.Key.Table}
		at, reason := oneMapped(w, s, argument)
		if reason != nil {
			return decision{}, reason
		}
		passed, reason := p.keyIn(from, need, at, nil, keys.Anchor{File: o.Called.Call.File, Block: o.Called.Call.Block})
		if reason != nil {
			return decision{}, reason
		}
		text, out.keys, out.sites = passed.expr, passed.keys, passed.sites
	}
	one := site{argument: argument, text: text}
	var reason *detect.Reason
	switch {
	case s.At.IsZero() && argument.Attribute() == nil && text != "":
	case !s.At.IsZero() && (!w.Partly || holds(o.Called.Call, s.At)) && p.changeable(s, cmp.Or(s.Text, text), arguments):
		one = siteAt(s.At, cmp.Or(s.Text, text), w)
	case len(o.ParameterPath) > 0, w.Keep && !w.OrNothing && (o.Called.Call.Counted() || from.several()):
		reason = byHand(w) // it may be right in another instance of the call
	default:
		one, reason = p.whole(w, argument, text)
	}
	one.argument, one.called = argument, true
	out.sites = append(out.sites, one)
	return out, reason
}

// holds reports whether a place is in the block of a call.
func holds(c *terraform.Call, at terraform.Place) bool {
	return at.File == c.File && c.Block.TypeRange.Start.Byte <= at.Start && at.End <= c.Block.CloseBraceRange.End.Byte
}

// inputsReason tells what to set in a file of Terragrunt's, which is not written:
// a key cannot be declared there.
func inputsReason(a detect.Argument) *detect.Reason {
	return detect.NewReasonf(detect.Variable, "set %s in the inputs of Terragrunt at %s, so that encryption is on with a customer managed key",
		a.Name, a.In.Place(a.Call.Block.TypeRange).Line())
}

// oneMapped returns the provider and region, in a call's module, of the key that
// its argument is to be, where that is one for all instances that get its value.
func oneMapped(w *detect.Want, s detect.Source, argument detect.Argument) (at terraform.ProviderRegion, reason *detect.Reason) {
	for i, in := range s.Ways {
		mapped, ok := mappedTo(argument.In, in, w.Value.Key.Table.ProviderRegion())
		switch {
		case !ok:
			return at, byHand(w)
		case i > 0 && mapped != at:
			return at, severalKeys(argument)
		}
		at = mapped
	}
	return at, nil
}

// mappedTo follows the provider and region of a resource of an instance out to
// a module that it is reached from.
func mappedTo(m *terraform.Module, in *eval.Instance, at terraform.ProviderRegion) (terraform.ProviderRegion, bool) {
	for ; in != nil && in.Module != m; in = in.Caller {
		var ok bool
		if at, ok = mapped(call{in: in}, at); !ok || in.Caller == nil {
			return at, false
		}
	}
	return at, in != nil
}
