package fix

// jsonEdits returns the edits of one top-level block of a file in JSON.
func (c *change) jsonEdits() []Edit {
	l := newJSONLayout(c.file)
	var out []Edit
	missing := map[target][]jsonMember{}
	var order []target
	for _, s := range c.sites {
		if !s.at.IsZero() {
			out = append(append(out, l.replace(s.at, s.text)), l.addComment(c.block, s.at, s.comment)...)
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
