package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A site is one place where a want is met: text in the place of an expression,
// or a new argument.
type site struct {
	at       terraform.Place // what is replaced; none where the argument is added
	argument detect.Argument // to be added, else
	text     string
	comment  string // on a line above
	value    bool   // the text is the whole value at the place, not a part of a reference
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

// sites returns where a want is met, given the key that it needs, if any, or
// why it cannot be. arguments are all that this run fixes.
func (p *planner) sites(w *detect.Want, choice *keys.Choice, arguments map[*hclsyntax.Attribute]bool) ([]site, *detect.Reason) {
	a := w.Argument.Attribute()
	text := w.Value.Text
	if choice != nil {
		text = choice.Expr
	}
	if a == nil {
		return []site{{argument: w.Argument, text: text, comment: w.Comment}}, nil
	}
	if p.atSources(w, choice, arguments) && !(len(w.Sources) > 1 && alike(w, a)) {
		var out []site
		for _, s := range w.Sources {
			one := site{at: s.At, text: text, comment: w.Comment, value: s.Text == ""}
			if s.Text != "" {
				one.text = s.Text
			}
			out = append(out, one)
		}
		return out, nil
	}
	whole := w.Argument.In.Place(a.Expr.Range())
	switch {
	case text == "":
		return nil, byHand(w)
	case choice != nil && w.OrNothing && len(a.Expr.Variables()) > 0:
		return []site{{at: whole, text: fmt.Sprintf("coalesce(%s, %s)", w.Argument.In.Source(a.Expr), text), comment: w.Comment, value: true}}, nil
	case w.Keep:
		return nil, byHand(w)
	}
	return []site{{at: whole, text: text, comment: w.Comment, value: true}}, nil
}

// alike reports whether all sources of a want are in its argument, and all of
// that is wrong: one text for the whole is plainer than the same for each.
func alike(w *detect.Want, a *hclsyntax.Attribute) bool {
	return !w.Keep && !slices.ContainsFunc(w.Sources, func(s detect.Source) bool {
		return s.Text != "" || s.Origin.Kind != eval.Literal || !a.Expr.Range().Overlaps(s.Origin.Expr.Range())
	})
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
func (p *planner) atSources(w *detect.Want, choice *keys.Choice, arguments map[*hclsyntax.Attribute]bool) bool {
	if len(w.Sources) == 0 {
		return false
	}
	for _, s := range w.Sources {
		if !p.changeable(w, s, choice, arguments) {
			return false
		}
	}
	return true
}

func (p *planner) changeable(w *detect.Want, s detect.Source, choice *keys.Choice, arguments map[*hclsyntax.Attribute]bool) bool {
	o := s.Origin
	if o.Kind == eval.Literal {
		return true
	}
	if p.module.Encrypted || p.contested[s.At] || o.In.Module != p.module || p.refuse([]site{{at: s.At}}) != nil {
		return false
	}
	reference := choice != nil || s.Text != "" // which only locals can hold
	switch o.Kind {
	case eval.Local:
		return anywhere(choice) && p.readers.only(o, arguments)
	case eval.Default:
		return !reference && p.readers.only(o, arguments)
	case eval.TFVars:
		_, others := o.In.Inputs(o.Name)
		return !reference && len(others) == 0 && p.readers.only(o, arguments)
	}
	return false
}

// anywhere reports whether what names a key means the same outside of the block
// that needs it.
func anywhere(choice *keys.Choice) bool {
	return choice == nil || !strings.Contains(choice.Expr, "[")
}

// contest notes the places that two sites want different texts at, such as a
// local that holds the key of tables in two regions. It reports whether there
// are new ones.
func (p *planner) contest() bool {
	before := len(p.contested)
	texts := map[terraform.Place]string{}
	for _, o := range p.fixable() {
		for _, s := range p.met[o] {
			if text, taken := texts[s.at]; taken && text != s.text && !s.at.IsZero() {
				p.contested[s.at] = true
			}
			texts[s.at] = s.text
		}
	}
	return len(p.contested) > before
}
