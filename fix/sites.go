package fix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A site is one place where a want is met: text in the place of an expression,
// or a new argument.
type site struct {
	at       terraform.Place // what is replaced; none where the argument is added
	argument detect.Argument // to be added, or, where a place is replaced, the one that it decides, else
	text     string
	comment  string // on a line above
	called   bool   // it is in what a call passes
}

// file returns the file that the site is in.
func (s site) file() *terraform.File {
	switch {
	case !s.at.IsZero():
		return s.at.File
	case s.argument.Block != nil:
		return s.argument.In.File(s.argument.Block.TypeRange.Filename)
	}
	return s.argument.Resource.File
}

// A decision is where a want is met, and with which keys.
type decision struct {
	sites []site
	keys  []keys.Choice
}

// decide returns where a want is met: at the calls that pass the wrong values,
// or leave the right ones out, else in the module; or why it cannot be. own is
// the table's own key, if it has one by now; arguments are all that this run
// fixes.
func (p *planner) decide(w *detect.Want, own *keys.Choice, arguments map[*hclsyntax.Attribute]bool) (decision, *detect.Reason) {
	called := 0
	for _, s := range w.Sources {
		if s.Origin.Called != nil {
			called++
		}
	}
	if remote := w.Argument.In.Remote; remote != nil && (called < len(w.Sources) || called == 0 || w.Value.Key != nil && w.Value.Key.Replica != nil) {
		return decision{}, detect.NewReason(detect.ModuleSource, "; "+remote.Help)
	}
	switch {
	case called == 0 && !w.Switches:
		return p.inModule(w, own, arguments)
	case called == 0, called < len(w.Sources) || w.Value.Key != nil && w.Value.Key.Replica != nil:
		return decision{}, byHand(w)
	}
	var out decision
	for _, s := range w.Sources {
		d, reason := p.atCall(w, s, arguments)
		if reason != nil {
			return decision{}, reason
		}
		out.sites, out.keys = append(out.sites, d.sites...), append(out.keys, d.keys...)
	}
	return out, nil
}

// inModule meets a want in the module of the argument.
func (p *planner) inModule(w *detect.Want, own *keys.Choice, arguments map[*hclsyntax.Attribute]bool) (decision, *detect.Reason) {
	var out decision
	text := w.Value.Text
	if need := w.Value.Key; need != nil {
		h := p.homes[need.In.Module]
		from, reason := p.keyIn(h, need, need.Table.ProviderRegion(), own, keys.Anchor{File: need.Table.File, Block: need.Table.Block})
		if reason != nil {
			return out, reason
		}
		text, out.keys, out.sites = from.expr, from.keys, from.sites
	}
	sites, reason := p.sites(w, text, arguments)
	out.sites = append(out.sites, sites...)
	return out, reason
}

// sites returns where a want is met by a text, in the module of its argument.
func (p *planner) sites(w *detect.Want, text string, arguments map[*hclsyntax.Attribute]bool) ([]site, *detect.Reason) {
	a := w.Argument.Attribute()
	if a == nil {
		return []site{{argument: w.Argument, text: text, comment: w.Comment}}, nil
	}
	if p.atSources(w, text, arguments) && !(len(w.Sources) > 1 && alike(w, a)) && !chosen(a, text) && !p.switched(w, a, arguments) {
		var out []site
		for _, s := range w.Sources {
			one := siteAt(s.At, text, w)
			if s.Text != "" {
				one.text = s.Text
			}
			out = append(out, one)
		}
		return out, nil
	}
	if w.Argument.Generates() != "" { // what it goes through is no switch
		return nil, byHand(w)
	}
	whole, reason := p.whole(w, w.Argument, text)
	if reason == nil && w.Keep && !strings.HasPrefix(whole.text, "coalesce(") {
		reason = byHand(w)
	}
	return []site{whole}, reason
}

func siteAt(at terraform.Place, text string, w *detect.Want) site {
	return site{at: at, text: text, comment: w.Comment}
}

// whole returns the site that replaces an argument's expression. Where that
// names a key or nothing, what it names stays first.
func (p *planner) whole(w *detect.Want, argument detect.Argument, text string) (site, *detect.Reason) {
	a := argument.Attribute()
	if text == "" {
		return site{}, byHand(w)
	}
	if w.Value.Key != nil && w.OrNothing && len(a.Expr.Variables()) > 0 {
		text = fmt.Sprintf("coalesce(%s, %s)", argument.In.Source(a.Expr), text)
	}
	return siteAt(argument.In.Place(a.Expr.Range()), text, w), nil
}

// alike reports whether all sources of a want are in its argument, and all of
// that is wrong: one text for the whole is plainer than the same for each.
func alike(w *detect.Want, a *hclsyntax.Attribute) bool {
	return !w.Keep && !slices.ContainsFunc(w.Sources, func(s detect.Source) bool {
		return s.Text != "" || s.Origin.Kind != eval.Literal || !a.Expr.Range().Overlaps(s.Origin.Expr.Range())
	})
}

// chosen reports whether an expression chooses between a text and what is to be
// that text: then there is nothing to choose.
func chosen(a *hclsyntax.Attribute, text string) bool {
	e, ok := eval.Unwrap(a.Expr).(*hclsyntax.ConditionalExpr)
	return ok && text == "true" && (isTrue(e.TrueResult) || isTrue(e.FalseResult))
}

// switched reports whether an expression chooses a key, or nothing, by a value
// that the same run changes to switch encryption on: then it chooses another one.
func (p *planner) switched(w *detect.Want, a *hclsyntax.Attribute, arguments map[*hclsyntax.Attribute]bool) bool {
	e, chooses := eval.Unwrap(a.Expr).(*hclsyntax.ConditionalExpr)
	enabled := w.Argument.Block.Body.Attributes["enabled"]
	if !chooses || !w.OrNothing || !arguments[enabled] {
		return false
	}
	by, whole := eval.Unwrap(enabled.Expr).(*hclsyntax.ScopeTraversalExpr)
	return whole && slices.ContainsFunc(e.Condition.Variables(), func(t hcl.Traversal) bool {
		name := terraform.AddressOf(t)
		return name == terraform.AddressOf(by.Traversal) && p.readers.onlyOrValidated(w.Argument.In, name, nil, arguments)
	})
}

func isTrue(e hclsyntax.Expression) bool {
	return terraform.Literal(eval.Unwrap(e)).RawEquals(cty.True)
}

func byHand(w *detect.Want) *detect.Reason {
	if w.Why == "" {
		return detect.NewReason(detect.Variable, "")
	}
	return &detect.Reason{ID: detect.Variable, Message: w.Why}
}

// atSources reports whether a want is met where the wrong values are written:
// in the argument itself, or where nobody else reads them, in files that may be
// changed.
func (p *planner) atSources(w *detect.Want, text string, arguments map[*hclsyntax.Attribute]bool) bool {
	return len(w.Sources) > 0 && !slices.ContainsFunc(w.Sources, func(s detect.Source) bool {
		elsewhere := s.Origin.Kind != eval.Literal && s.Origin.In.Module != w.Argument.In
		return elsewhere || !p.changeable(s, cmp.Or(s.Text, text), arguments)
	})
}

// changeable reports whether a text may be written at a source.
func (p *planner) changeable(s detect.Source, text string, arguments map[*hclsyntax.Attribute]bool) bool {
	o := s.Origin
	if o.Kind == eval.Literal {
		return true
	}
	if o.In.Encrypted || p.contested[spot{at: s.At}] || p.refuse([]site{{at: s.At}}) != nil {
		return false
	}
	if o.Kind != eval.Argument && p.selection.Shared(s.At.File) {
		return false
	}
	reference := text != "true" // which only locals and arguments can hold
	switch o.Kind {
	case eval.Argument:
		return true // whoever reads it is known
	case eval.Local:
		return !strings.Contains(text, "[") && p.readers.only(o.In.Module, "local."+o.Name, o.Path, arguments)
	case eval.Default:
		return !reference && p.readers.only(o.In.Module, "var."+o.Name, o.Path, arguments)
	case eval.TFVars:
		_, others := o.In.Inputs(o.Name)
		return !reference && len(others) == 0 && p.readers.only(o.In.Module, "var."+o.Name, o.Path, arguments)
	}
	return false
}
