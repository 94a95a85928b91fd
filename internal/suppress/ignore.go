package suppress

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

const ownIgnore = "cmkify:ignore"

// An ignore is a comment's word that switches checks off in the manner of
// tfsec and Trivy:
//
//	tfsec:ignore:ID[name=value]:exp:2030-01-31:ws:default
//
// Both tools read both keywords. Ours, cmkify:ignore, stands in the same
// places and takes no more.
type ignore struct {
	commentLine
	keyword    string // "tfsec", "trivy" or ownIgnore
	id         string
	parameters map[string]string
	dated      bool   // it expires
	day        string // when
	workspace  string // "" for all
	reason     string
	last       int // the line that it counts for, and the next
}

// ignores looks for comments of tfsec, Trivy and ourselves: on the line of a
// place, or on the one above. What either of the two tools honours counts.
//
// Sources: aquasecurity/defsec v0.84.1, which tfsec 1.28 is built on,
// pkg/scanners/terraform/parser/load_blocks.go and pkg/terraform/ignore.go;
// aquasecurity/trivy pkg/iac/ignore and pkg/iac/scanners/terraform/executor.
func (s *search) ignores() {
	for _, at := range s.targets() {
		for _, i := range slices.Concat(s.comments.ignores[at.line-1], s.comments.ignores[at.line]) {
			switch {
			case i.keyword == ownIgnore:
				s.take(i.offset, ownIgnore, i.reason)
			case !s.names(i) || s.expired(i):
			case at.top && !s.hold(i.parameters): // elsewhere neither tool looks at them
			default:
				s.take(i.offset, i.id, i.reason)
			}
		}
	}
}

// ownInside looks for comments of ours between the braces of the resource.
func (s *search) ownInside() {
	first, _ := slices.BinarySearchFunc(s.comments.own, s.block.OpenBraceRange.Start.Byte, func(i ignore, at int) int { return cmp.Compare(i.offset, at) })
	if first < len(s.comments.own) && s.comments.own[first].offset < s.block.CloseBraceRange.Start.Byte {
		i := s.comments.own[first]
		s.take(i.offset, ownIgnore, i.reason)
	}
}

// readIgnores reads the ignores of a file and the line that each counts for.
// Lines that begin with one, directly below one another, count for what
// follows the last of them; a blank line, code or another comment ends the
// run. When the line below has an ignore behind its code, Trivy lets the run
// go on to the line below that too.
func readIgnores(comments []commentLine) []ignore {
	var out []ignore
	leads := map[int]bool{} // whether a line with ignores begins with one
	for _, c := range comments {
		words := c.words()
		for n, w := range words {
			i, ok := readIgnore(w.text)
			if !ok {
				continue
			}
			if _, seen := leads[c.line]; !seen {
				leads[c.line] = n == 0 && c.opens()
			}
			i.commentLine, i.reason = c, ignoreReason(c.text[w.end:])
			out = append(out, i)
		}
	}
	for n := range out {
		i := &out[n]
		i.last = i.line
		for leads[i.last] {
			if _, next := leads[i.last+1]; !next {
				break
			}
			i.last++
		}
	}
	return out
}

// readIgnore reads one word of a comment: pairs of keys and values, of which
// the last of its kind counts, behind the name of the tool.
func readIgnore(text string) (ignore, bool) {
	if strings.TrimSuffix(text, ":") == ownIgnore {
		return ignore{keyword: ownIgnore}, true
	}
	keyword, rest, _ := strings.Cut(text, ":")
	if keyword != "tfsec" && keyword != "trivy" {
		return ignore{}, false
	}
	i := ignore{keyword: keyword}
	parts := strings.Split(rest, ":")
	for ; len(parts) > 1; parts = parts[min(2, len(parts)):] {
		switch value := parts[1]; parts[0] {
		case "ignore":
			id, parameters, _ := strings.Cut(value, "[")
			i.id, i.parameters = id, readParameters(parameters)
		case "exp":
			i.dated, i.day = true, value
		case "ws":
			i.workspace = value
		}
	}
	return i, true
}

// readParameters reads name=value,name=value]; what is no pair is passed over.
func readParameters(text string) map[string]string {
	out := map[string]string{}
	for _, pair := range strings.Split(strings.TrimSuffix(text, "]"), ",") {
		if name, value, ok := strings.Cut(pair, "="); ok && !strings.Contains(value, "=") {
			out[name] = value
		}
	}
	return out
}

// ignoreReason returns what stands between an ignore and the next one.
func ignoreReason(text string) string {
	for _, keyword := range []string{"tfsec:", "trivy:", ownIgnore} {
		if at := strings.Index(text, keyword); at >= 0 {
			text = strings.TrimRight(text[:at], "#/ ")
		}
	}
	return reason(text)
}

// names reports whether one of the tools, run without flags, takes the ignore
// for one of the check. tfsec compares as written and calls the workspace
// "default"; Trivy knows stars, no case, no short IDs, and has no workspace.
func (s *search) names(i ignore) bool {
	byTfsec := i.id == "*" || slices.Contains(s.check.Tfsec, i.id)
	byTrivy := slices.ContainsFunc(s.check.Trivy, func(id string) bool { return matches(i.id, id) })
	return byTfsec && (i.workspace == "" || i.workspace == "default") ||
		byTrivy && strings.Trim(i.workspace, "*") == ""
}

// matches reports whether a name matches a pattern in which * stands for
// anything, whatever the case.
func matches(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	for n, p := range parts {
		parts[n] = regexp.QuoteMeta(p)
	}
	// What is not UTF-8, or endless, is no pattern.
	matched, err := regexp.MatchString(`(?i)^`+strings.Join(parts, `.*`)+`$`, name)
	return err == nil && matched
}

// expired reports whether the ignore's day has come, in UTC. What is no date
// is the zero time: it has.
func (s *search) expired(i ignore) bool {
	day, _ := time.Parse(time.DateOnly, i.day)
	return i.dated && !s.now.Before(day)
}
