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

func (t *tracer) object(s site, e *hclsyntax.ObjectConsExpr, path []cty.Value) {
	if len(path) == 0 || !terraform.IsString(path[0]) {
		t.end(s, path)
		return
	}
	for _, item := range e.Items {
		key := s.with(item.KeyExpr).value()
		switch {
		case !terraform.IsString(key): // it may be the one
			t.end(s, path)
			t.o.Kind = Computed
			return
		case key.RawEquals(path[0]):
			t.follow(s.with(item.ValueExpr), path[1:])
			return
		}
	}
	t.end(s, path)
	t.o.Kind = Computed
}

func (t *tracer) tuple(s site, e *hclsyntax.TupleConsExpr, path []cty.Value) {
	if len(path) > 0 && path[0].Type() == cty.Number {
		if n, _ := path[0].AsBigFloat().Int64(); n >= 0 && n < int64(len(e.Exprs)) {
			t.follow(s.with(e.Exprs[n]), path[1:])
			return
		}
	}
	t.end(s, path)
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
