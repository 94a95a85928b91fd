package fix

import (
	"cmkify/detect"
	"cmkify/internal/terraform"
)

// writable reports whether a file of Terraform's own syntax may be changed.
func (p *planner) writable(f *terraform.File) bool {
	return !f.Generated() && !f.JSON() && p.selection.Writable(f)
}

// refuse says why sites are not written, nil when they are.
func (p *planner) refuse(sites []site) *detect.Reason {
	for _, s := range sites {
		f := s.file()
		switch {
		case f.Generated():
			return detect.NewReason(detect.GeneratedFile, "")
		case !p.selection.Writable(f):
			return detect.NewReason(detect.UnnamedFile, ": "+f.Path)
		case s.argument.Call != nil && (s.argument.Call.Overridden || f.JSON()):
			return detect.NewReasonf(detect.Variable, "set %s = %s in the call at %s by hand", s.argument.Name, s.text, p.lineOf(s))
		case f.JSON() && !terraform.IsInputs(f.Name):
			if s.overrides {
				return detect.NewReason(detect.Override, "")
			}
			return jsonReason(sites)
		}
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
