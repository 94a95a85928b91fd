package fix

import "cmkify/fix/splice"

// jsonEdits returns the edits of one top-level block of a file in JSON.
func (c *change) jsonEdits() []splice.Edit {
	l := splice.NewJSONLayout(c.file)
	var out []splice.Edit
	missing := map[target]splice.JSONObject{}
	var order []target
	for _, s := range c.sites {
		if !s.at.IsZero() {
			out = append(append(out, l.Replace(s.at, s.text)), l.AddComment(c.block, s.at, s.comment)...)
			continue
		}
		comment := splice.CommentMember(s.comment)
		in := target{block: s.argument.Block}
		switch {
		case in.block == nil:
			in.nested = s.argument.Nested
		case s.argument.Nested == "":
			in.block = c.block // not the one that override files are merged into
		case l.HasComment(in.block):
			comment = nil
		}
		if missing[in] == nil {
			order = append(order, in)
		}
		missing[in] = append(missing[in], comment...).With(s.argument.Name, splice.JSONExpression(s.text))
	}
	for _, in := range order {
		if in.block == nil {
			out = append(out, l.AddBlock(c.block, in.nested, missing[in]))
		} else {
			out = append(out, l.AddArguments(in.block, missing[in]))
		}
	}
	splice.Sort(out)
	return out
}
