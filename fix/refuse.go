package fix

import (
	"slices"

	"cmkify/detect"
	"cmkify/fix/splice"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// writable reports whether a file may be changed.
func (p *planner) writable(f *terraform.File) bool {
	return !f.Generated() && p.selection.Writable(f)
}

// unnamed says that a fix needs a file that is not to be written.
func unnamed(f *terraform.File) *detect.Reason {
	return detect.NewReason(detect.UnnamedFile, ": "+f.Path+"; run cmkify on the directory")
}

// refuse says why sites are not written, nil when they are.
func (p *planner) refuse(sites []site) *detect.Reason {
	for _, s := range sites {
		f := s.file()
		switch {
		case f.Generated():
			return detect.NewReason(detect.GeneratedFile, "")
		case !p.selection.Writable(f):
			return unnamed(f)
		case s.called && len(s.argument.In.Errors) > 0:
			return detect.NewReasonf(detect.BrokenSibling, "the call at %s cannot be changed: %s has errors; fix it and rerun", p.lineOf(s), s.argument.In.Errors[0].File)
		case s.argument.Call != nil && s.argument.Call.Overridden:
			return detect.NewReasonf(detect.Variable, "set %s = %s in the call at %s by hand", s.argument.Name, s.text, p.lineOf(s))
		case f.JSON() && f.Body != nil:
			if reason := s.ambiguous(f); reason != nil {
				return reason
			}
		}
	}
	return nil
}

// ambiguous says why a site in JSON is not written: an object around it has two
// members of one name, of which programs read one or the other
// (https://www.rfc-editor.org/rfc/rfc8259#section-4). Nil when it is.
func (s site) ambiguous(f *terraform.File) *detect.Reason {
	block := s.enclosing(f)
	at := s.at
	if at.IsZero() {
		at = terraform.Place{File: f, Start: block.OpenBraceRange.Start.Byte, End: block.OpenBraceRange.End.Byte}
		if b := s.argument.Block; b != nil {
			at.Start, at.End = b.OpenBraceRange.Start.Byte, b.OpenBraceRange.End.Byte
		}
	}
	if name, again := splice.NewJSONLayout(f).Twice(block, at); name != "" {
		return detect.NewReasonf(detect.JSONSyntax, "%s (%q at %s)", detect.Sentence(detect.ReasonKind, detect.JSONSyntax), name, terraform.Place{File: f, Start: again}.Line())
	}
	return nil
}

// lineOf says where an argument of a call is, or would be: an override file has
// the last word.
func (p *planner) lineOf(s site) string {
	if a := s.argument.Attribute(); a != nil && s.argument.Call.Overridden {
		return s.argument.In.Place(a.SrcRange).Line()
	}
	return s.argument.In.Place(s.argument.Call.Block.TypeRange).Line()
}

// unselected says why sites are not written that change the table where it is
// not selected, too: in a call of its module, or in that itself.
func (p *planner) unselected(f *detect.Finding, sites []site) *detect.Reason {
	for _, way := range f.Left {
		for in := way; in != nil && !within(f.Ways, in); in = in.Caller {
			if slices.ContainsFunc(sites, func(s site) bool { return s.changes(in) }) {
				return detect.NewReason(detect.UnselectedCall, ": "+way.Address()+f.Table.Address())
			}
		}
	}
	return nil
}

// within reports whether one of the ways leads through an instance.
func within(ways []*eval.Instance, in *eval.Instance) bool {
	return slices.ContainsFunc(ways, func(way *eval.Instance) bool {
		for ; way != nil; way = way.Caller {
			if way == in {
				return true
			}
		}
		return false
	})
}

// changes reports whether the site is in an instance, or in what its call passes.
func (s site) changes(in *eval.Instance) bool {
	if s.called {
		return s.argument.Call == in.Call
	}
	return in.File(s.file().Path) == s.file()
}
