package splice

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// Declare returns the insertion of top-level blocks, by their last labels:
// path is their type and the labels before that. They go behind others of that
// path, else above what holds the block beside.
func (l *JSONLayout) Declare(path []string, blocks JSONObject, beside *hclsyntax.Block) Edit {
	if found := l.objects(path); len(found) > 0 {
		last := found[len(found)-1]
		if len(blocks) == 1 { // which may take the place of null or []
			return l.put(last, max(0, len(last.Members)-1), behind, blocks[0])
		}
		return l.insert(last, max(0, len(last.Members)-1), behind, blocks)
	}
	for depth := len(path) - 1; depth > 0; depth-- {
		for _, o := range slices.Backward(l.objects(path[:depth])) {
			if i := o.holding(beside); i >= 0 {
				return l.put(o, i, before, nested(path[depth:], blocks))
			}
		}
		if found := l.objects(path[:depth]); len(found) > 0 {
			last := found[len(found)-1]
			return l.put(last, max(0, len(last.Members)-1), behind, nested(path[depth:], blocks))
		}
	}
	for _, object := range l.root.List() {
		if o := (jsonBody{object}); o.holding(beside) >= 0 {
			return l.put(o, o.holding(beside), before, nested(path, blocks))
		}
	}
	panic("a block of another file: " + l.file.Path)
}

// nested returns members in objects, one in another, by their names.
func nested(names []string, members JSONObject) JSONMember {
	m := JSONMember{names[len(names)-1], members}
	for _, name := range slices.Backward(names[:len(names)-1]) {
		m = JSONMember{name, JSONObject{m}}
	}
	return m
}

// objects returns the objects that names lead to from the root, through lists.
func (l *JSONLayout) objects(names []string) []jsonBody {
	var out []jsonBody
	for _, v := range l.root.Lead(names...) {
		if v.Kind == '{' {
			out = append(out, jsonBody{v})
		}
	}
	return out
}

// holding returns which member of an object holds a block, -1 for none.
func (o jsonBody) holding(b *hclsyntax.Block) int {
	return o.last(func(m terraform.JSONMember) bool {
		return m.Value.Start <= b.OpenBraceRange.Start.Byte && b.CloseBraceRange.End.Byte <= m.Value.End
	})
}

// Says reports whether a block says what is given and nothing else, but for
// comments, and members of one name.
func (l *JSONLayout) Says(b *hclsyntax.Block, want JSONObject, but string) bool {
	ignored := func(name string) bool { return name == "//" || name == but }
	left := map[string]string{}
	for _, m := range l.object(b).Members {
		if !ignored(m.Key.Text) {
			left[m.Key.Text] = l.text(m.Value)
		}
	}
	for _, m := range want {
		if text, plain := m.Value.(JSONText); !ignored(m.Name) && (!plain || left[m.Name] != string(text)) {
			return false
		}
		delete(left, m.Name)
	}
	return len(left) == 0
}
