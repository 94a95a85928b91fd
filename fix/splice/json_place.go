package splice

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// CommentMember returns the member that says what a comment says: Terraform
// passes "//" over in what stands for a block.
// https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties
func CommentMember(comment string) JSONObject {
	if comment == "" {
		return nil
	}
	return JSONObject{{"//", JSONString(strings.TrimPrefix(comment, "# "))}}
}

// AddComment returns the edit that adds a comment beside what is replaced at a
// place in a top-level block; none where there is no comment, or another one
// already.
func (l *JSONLayout) AddComment(in *hclsyntax.Block, at terraform.Place, comment string) []Edit {
	b := commented(in.Body, at)
	if comment == "" || b == nil || l.HasComment(b) {
		return nil
	}
	return []Edit{l.insert(l.object(b), l.member(b, at), before, CommentMember(comment))}
}

// HasComment reports whether an object that stands for a block has a comment.
func (l *JSONLayout) HasComment(b *hclsyntax.Block) bool { return l.object(b).index("//") >= 0 }

// commented returns the innermost block around a place if it is that of a
// replica, whose arguments get comments; nil for any other.
func commented(in *hclsyntax.Body, at terraform.Place) *hclsyntax.Block {
	for _, b := range in.Blocks {
		if at.Start < b.OpenBraceRange.Start.Byte || b.CloseBraceRange.End.Byte < at.End {
			continue
		}
		if inner := commented(b.Body, at); inner != nil || b.Type == "dynamic" {
			return inner
		}
		if b.Type == "replica" || b.Type == "content" {
			return b
		}
	}
	return nil
}

// Replace returns the edit that puts the source of an expression in a place: the
// whole of a value, or a part of a template in one.
func (l *JSONLayout) Replace(at terraform.Place, source string) Edit {
	v := l.valueAt(at)
	if v.Kind == 's' && !l.isWhole(v, at) {
		text := string(JSONString(source))
		return Edit{File: l.file.Path, Start: at.Start, End: at.End, New: text[1 : len(text)-1]}
	}
	return Edit{File: l.file.Path, Start: v.Start, End: v.End, New: string(JSONExpression(source))}
}

// isWhole reports whether a place is all that a string says: its text, or its
// only expression.
func (l *JSONLayout) isWhole(v terraform.JSONValue, at terraform.Place) bool {
	before := string(l.file.Bytes[v.Start+1 : at.Start])
	after := string(l.file.Bytes[at.End : v.End-1])
	return before+after == "" || strings.TrimSpace(before) == "${" && strings.TrimSpace(after) == "}"
}

// AddBlock returns the edit that adds a nested block to one.
func (l *JSONLayout) AddBlock(in *hclsyntax.Block, blockType string, arguments JSONObject) Edit {
	o := l.object(in)
	ref, side := o.blockPlace()
	return l.put(o, ref, side, JSONMember{blockType, arguments})
}

// put returns the edit that adds a member to an object, beside another one, or
// in the place of one of that name: null or [], which stand for no block.
func (l *JSONLayout) put(o jsonBody, ref int, side jsonSide, m JSONMember) Edit {
	i := o.index(m.Name)
	if i < 0 {
		return l.insert(o, ref, side, JSONObject{m})
	}
	v, spread := o.Members[i].Value, l.spreads(o, i)
	text := l.style(o, i, spread).value(m.Value, l.indent(v.Start), spread)
	return Edit{File: l.file.Path, Start: v.Start, End: v.End, New: text}
}

// AddArguments returns the edit that adds arguments to a block.
func (l *JSONLayout) AddArguments(in *hclsyntax.Block, arguments JSONObject) Edit {
	o := l.object(in)
	ref, side := o.argumentPlace(in.Type, arguments[len(arguments)-1].Name)
	return l.insert(o, ref, side, arguments)
}

// blockPlace returns beside which member a new nested block goes: behind the
// last one that is not lifecycle or timeouts, else behind the last argument.
func (o jsonBody) blockPlace() (ref int, side jsonSide) {
	last := o.last(func(m terraform.JSONMember) bool {
		return m.Value.MayBeBlocks() && !slices.Contains([]string{"lifecycle", "timeouts", "tags"}, m.Key.Text)
	})
	if last < 0 {
		last = o.last(func(m terraform.JSONMember) bool {
			return !slices.Contains([]string{"lifecycle", "timeouts"}, m.Key.Text)
		})
	}
	if last < 0 {
		return 0, before
	}
	return last, behind
}

// argumentPlace returns beside which member a new argument goes: the key behind
// enabled, enabled first, that of a call behind those of its module, any other
// behind the last one that is not lifecycle or timeouts.
func (o jsonBody) argumentPlace(blockType, name string) (ref int, side jsonSide) {
	after := o.index("enabled")
	switch {
	case name == "enabled":
		return 0, before
	case blockType == "module":
		after = o.last(func(m terraform.JSONMember) bool { return !slices.Contains(callMeta, m.Key.Text) && m.Key.Text != "//" })
	}
	if after < 0 {
		after = o.last(func(m terraform.JSONMember) bool {
			return !slices.Contains([]string{"lifecycle", "timeouts"}, m.Key.Text)
		})
	}
	if after < 0 {
		return 0, before
	}
	return after, behind
}
