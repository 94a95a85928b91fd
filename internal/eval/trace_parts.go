package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

func (t *tracer) index(s site, e *hclsyntax.IndexExpr, path []cty.Value) {
	key := s.with(e.Key).value()
	if !key.IsKnown() || key.IsNull() {
		t.end(s, path)
		t.o.Kind = Computed
		return
	}
	t.follow(s.with(e.Collection), append([]cty.Value{key}, path...))
}

func (t *tracer) object(s site, path []cty.Value) {
	if len(path) == 0 || !terraform.IsString(path[0]) {
		t.end(s, path)
		return
	}
	if element, found := s.element(path[0]); found {
		t.follow(element, path[1:])
		return
	}
	t.end(s, path)
	t.o.Kind = Computed
}

func (t *tracer) tuple(s site, path []cty.Value) {
	if len(path) > 0 {
		if element, found := s.element(path[0]); found {
			t.follow(element, path[1:])
			return
		}
	}
	t.end(s, path)
}

// element returns the site of what a key leads to in an object or list that is
// written out. There is none where the key, or one before it, is not known.
func (s site) element(key cty.Value) (element site, found bool) {
	switch e := s.e.(type) {
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			switch have := s.with(item.KeyExpr).value(); {
			case !terraform.IsString(key) || !terraform.IsString(have): // it may be the one
				return s, false
			case have.RawEquals(key):
				return s.with(item.ValueExpr), true
			}
		}
	case *hclsyntax.TupleConsExpr:
		if key.IsKnown() && !key.IsNull() && key.Type() == cty.Number {
			if n, _ := key.AsBigFloat().Int64(); n >= 0 && n < int64(len(e.Exprs)) {
				return s.with(e.Exprs[n]), true
			}
		}
	}
	return s, false
}

// keysOfSteps returns the keys of steps into objects and lists.
func keysOfSteps(steps hcl.Traversal) (keys []cty.Value, ok bool) {
	for _, step := range steps {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			keys = append(keys, cty.StringVal(step.Name))
		case hcl.TraverseIndex:
			keys = append(keys, step.Key)
		default:
			return nil, false
		}
	}
	return keys, true
}
