package fix

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// rotations notes which keys begin to rotate with a plan's edits: those of the
// tables, and others that are instances of the same resource.
func (p *Plan) rotations(before, after *Judged) {
	for _, o := range p.Outcomes {
		if o.Status != detect.Fixable {
			continue
		}
		o.Rotating, o.RotatingMore = nil, false
		for _, w := range o.rotationWants() {
			for i, m := range before.Modules {
				if m.Module == w.Argument.In {
					o.addInstances(w, m, after.Modules[i].Ways)
				}
			}
		}
	}
}

// rotationWants returns the wants of an outcome that have keys rotate.
func (o *Outcome) rotationWants() []detect.Want {
	var out []detect.Want
	for _, w := range o.Wants {
		if w.For == detect.KeyNotRotated {
			out = append(out, w)
		}
	}
	for _, k := range o.Keys {
		if k.Rotation != nil {
			out = append(out, *k.Rotation)
		}
	}
	return out
}

// addInstances adds the instances of a want's key, in all ways to its module, that
// rotate in the ways as they are now.
func (o *Outcome) addInstances(w detect.Want, was JudgedModule, now []*eval.Instance) {
	o.RotatingMore = o.RotatingMore || was.uncounted()
	for i, way := range was.Ways {
		idle, known := detect.Unrotated(way, w.Argument.Resource)
		o.RotatingMore = o.RotatingMore || !known && !once(w.Argument.Resource.Attribute("count"))
		if i >= len(now) {
			return
		}
		still, _ := detect.Unrotated(now[i], now[i].Resource(w.Argument.Resource.Address()))
		for _, name := range idle {
			if !slices.Contains(still, name) {
				o.Rotating = append(o.Rotating, name)
			}
		}
	}
}

// once reports whether a count makes no more than one instance, though it may make
// none.
func once(count *hclsyntax.Attribute) bool {
	if count == nil {
		return false
	}
	e, chooses := eval.Unwrap(count.Expr).(*hclsyntax.ConditionalExpr)
	return chooses && atMostOne(e.TrueResult) && atMostOne(e.FalseResult)
}

func atMostOne(e hclsyntax.Expression) bool {
	v := terraform.Literal(eval.Unwrap(e))
	return v.RawEquals(cty.NumberIntVal(0)) || v.RawEquals(cty.NumberIntVal(1))
}
