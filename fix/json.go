package fix

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// jsonEdits returns the edits of one top-level block of a file in JSON.
func (c *change) jsonEdits() []Edit {
	l := newJSONLayout(c.file)
	var out []Edit
	missing := map[target][]jsonMember{}
	var order []target
	for _, s := range c.sites {
		if !s.at.IsZero() {
			out = append(append(out, l.replace(s)), l.addComment(c.block, s)...)
			continue
		}
		comment := commentMember(s.comment)
		in := target{block: s.argument.Block}
		switch {
		case in.block == nil:
			in.nested = s.argument.Nested
		case s.argument.Nested == "":
			in.block = c.block // not the one that override files are merged into
		case l.object(in.block).index("//") >= 0:
			comment = nil
		}
		if missing[in] == nil {
			order = append(order, in)
		}
		missing[in] = append(append(missing[in], comment...), jsonMember{s.argument.Name, jsonExpression(s.text)})
	}
	for _, in := range order {
		if in.block == nil {
			out = append(out, l.addBlock(c.block, in.nested, missing[in]))
		} else {
			out = append(out, l.addArguments(in.block, missing[in]))
		}
	}
	sortEdits(out)
	return out
}

// commentMember returns the member that says what a comment says: Terraform
// passes "//" over in what stands for a block.
// https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties
func commentMember(comment string) []jsonMember {
	if comment == "" {
		return nil
	}
	return []jsonMember{{"//", jsonString(strings.TrimPrefix(comment, "# "))}}
}

// addComment returns the edit that adds a site's comment beside what is replaced
// in a top-level block; none where there is no comment, or another one already.
func (l *jsonLayout) addComment(in *hclsyntax.Block, s site) []Edit {
	b := commented(in.Body, s.at)
	if s.comment == "" || b == nil || l.object(b).index("//") >= 0 {
		return nil
	}
	return []Edit{l.insert(l.object(b), l.member(b, s.at), before, commentMember(s.comment))}
}

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

// replace returns the edit that puts a site's text in its place: the whole of a
// value, or a part of a template in one.
func (l *jsonLayout) replace(s site) Edit {
	at := Edit{File: l.file.Path, Start: s.at.Start, End: s.at.End}
	v := l.valueAt(s.at)
	if v.Kind == 's' && !l.isWhole(v, s.at) {
		text := string(jsonString(s.text))
		at.New = text[1 : len(text)-1]
		return at
	}
	at.Start, at.End, at.New = v.Start, v.End, string(jsonExpression(s.text))
	return at
}

// isWhole reports whether a place is all that a string says: its text, or its
// only expression.
func (l *jsonLayout) isWhole(v terraform.JSONValue, at terraform.Place) bool {
	before := string(l.file.Bytes[v.Start+1 : at.Start])
	after := string(l.file.Bytes[at.End : v.End-1])
	return before+after == "" || strings.TrimSpace(before) == "${" && strings.TrimSpace(after) == "}"
}

// addBlock returns the edit that adds a nested block to one.
func (l *jsonLayout) addBlock(in *hclsyntax.Block, blockType string, arguments []jsonMember) Edit {
	o := l.object(in)
	ref, side := o.blockPlace()
	return l.put(o, ref, side, jsonMember{blockType, jsonObject(arguments)})
}

// put returns the edit that adds a member to an object, beside another one, or
// in the place of one of that name: null or [], which stand for no block.
func (l *jsonLayout) put(o jsonBody, ref int, side jsonSide, m jsonMember) Edit {
	i := o.index(m.name)
	if i < 0 {
		return l.insert(o, ref, side, []jsonMember{m})
	}
	v, spread := o.Members[i].Value, l.spreads(o, i)
	text := l.style(o, i, spread).value(m.value, l.indent(v.Start), spread)
	return Edit{File: l.file.Path, Start: v.Start, End: v.End, New: text}
}

// addArguments returns the edit that adds arguments to a block.
func (l *jsonLayout) addArguments(in *hclsyntax.Block, arguments []jsonMember) Edit {
	o := l.object(in)
	ref, side := o.argumentPlace(in.Type, arguments[len(arguments)-1].name)
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
