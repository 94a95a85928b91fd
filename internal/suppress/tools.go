package suppress

import (
	"slices"
	"strings"

	"cmkify/internal/lazyregexp"
)

// checkovSkip is the grammar of checkov/common/comment/enum.py: IDs with
// nothing but a comma between them, then perhaps a colon and a reason.
var checkovSkip = lazyregexp.New(`(?:checkov|bridgecrew|cortex):skip= *([\w-]+(?:,[\w-]+)*)(?::(.*))?`)

// checkov looks for its comments on the lines strictly between the first and
// the last one of the resource
// (checkov/terraform/context_parsers/base_parser.py).
func (s *search) checkov() {
	first, last := s.file.Line(s.block.TypeRange.Start.Byte), s.file.Line(s.block.CloseBraceRange.Start.Byte)
	for _, c := range s.between(first, last) {
		m := checkovSkip.FindStringSubmatch(c.text)
		if m == nil {
			continue
		}
		for _, id := range strings.Split(m[1], ",") {
			if slices.Contains(s.check.Checkov, id) {
				s.take(c.offset, id, reason(m[2]))
			}
		}
	}
}

var terrascanSkip = lazyregexp.New(`#ts:skip=([\w.-]+)(?:[ \t]+(.*))?`)

// terrascan looks for its comments between the braces of the resource
// (tenable/terrascan pkg/utils/skip_rules.go). Neither a space nor another
// mark may stand in "#ts:skip=".
func (s *search) terrascan() {
	first, last := s.file.Line(s.block.OpenBraceRange.Start.Byte), s.file.Line(s.block.CloseBraceRange.Start.Byte)
	for _, c := range s.between(first-1, last+1) {
		if c.offset < s.block.OpenBraceRange.Start.Byte || c.offset > s.block.CloseBraceRange.Start.Byte {
			continue
		}
		for _, m := range terrascanSkip.FindAllStringSubmatch(c.text, -1) {
			if slices.ContainsFunc(s.check.Terrascan, func(id string) bool { return strings.EqualFold(id, m[1]) }) {
				s.take(c.offset, m[1], reason(m[2]))
			}
		}
	}
}

// semgrepIDs returns a rule's full IDs: as the registry gives it, and as it
// is called when run from a clone of semgrep-rules.
func semgrepIDs(rule string) []string {
	const folder = "terraform.aws.security."
	return []string{folder + rule + "." + rule, folder + rule}
}

// nosemgrep is semgrep's grammar (src/reporting/Nosemgrep.ml): a space, the
// word in any case, perhaps a colon or equals sign and IDs with commas.
var nosemgrep = lazyregexp.New(`(?i) (nosem(?:grep)?)(?:[:=]\s?([^,\s].*))?`)

var alphanumeric = lazyregexp.New(`[a-zA-Z0-9]`)

// semgrep looks for its comments on the first line of the resource, which is
// what its rules match, and on the line above when nothing but signs stands
// before. Without any ID they are about all rules.
func (s *search) semgrep() {
	first := s.file.Line(s.block.TypeRange.Start.Byte)
	var all *found
	named := false
	for _, c := range slices.Concat(s.on(first-1), s.on(first)) {
		m := nosemgrep.FindStringSubmatchIndex(c.text)
		if m == nil || c.line < first && alphanumeric.MatchString(c.before+c.text[:m[2]]) {
			continue
		}
		if m[4] < 0 {
			if all == nil {
				all = &found{c.offset, c.text[m[2]:m[3]], reason(c.text[m[3]:])}
			}
			continue
		}
		named = true
		for _, item := range strings.Split(c.text[m[4]:], ",") {
			id, why, _ := strings.Cut(strings.TrimSpace(item), " ")
			id = strings.Trim(id, `"`)
			if id != "" && slices.ContainsFunc(s.check.Semgrep, func(full string) bool {
				return full == id || strings.HasSuffix(full, "."+id)
			}) {
				s.take(c.offset, id, reason(why))
			}
		}
	}
	if all != nil && !named {
		s.found = append(s.found, *all)
	}
}
