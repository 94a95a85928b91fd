package detect

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// scannerIgnore reads one word of a comment as tfsec and Trivy do:
//
//	tfsec:ignore:ID[name=value]:exp:2030-01-31:ws:default
//
// It returns the ID when either of the two would switch the check off. Trivy
// reads both keywords. Sources: aquasecurity/defsec pkg/scan and tfsec's
// documentation of ignores; aquasecurity/trivy pkg/iac/ignore.
func (s *suppressed) scannerIgnore(word string) (id string, ok bool) {
	parts := strings.Split(word, ":")
	if len(parts) < 3 || parts[1] != "ignore" || parts[0] != "tfsec" && parts[0] != "trivy" {
		return "", false
	}
	id, parameters, _ := strings.Cut(parts[2], "[")
	known := matchesTrivy(id, s.check.trivy)
	if parts[0] == "tfsec" {
		known = known || id == "*" || slices.Contains(s.check.tfsec, id)
	}
	if !known || !s.parametersHold(parameters) {
		return "", false
	}
	for rest := parts[3:]; len(rest) > 0; rest = rest[min(2, len(rest)):] {
		value := ""
		if len(rest) > 1 {
			value = rest[1]
		}
		switch rest[0] {
		case "exp":
			day, err := time.Parse(time.DateOnly, value)
			if err != nil || !s.now.Before(day) {
				return "", false
			}
		case "ws":
			// Both tools take the workspace from a flag; without it, it is this.
			if value != "default" {
				return "", false
			}
		}
	}
	return id, true
}

func (s *suppressed) parametersHold(parameters string) bool {
	for _, p := range strings.Split(strings.TrimSuffix(parameters, "]"), ",") {
		name, value, given := strings.Cut(p, "=")
		if given && !s.parameter(strings.TrimSpace(name), strings.Trim(strings.TrimSpace(value), `"`)) {
			return false
		}
	}
	return true
}

// matchesTrivy matches as Trivy does: in any case, and with stars.
func matchesTrivy(pattern string, ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		ok, err := path.Match(strings.ToLower(pattern), id)
		return ok && err == nil
	})
}

// checkovComment is checkov/common/comment/enum.py's.
var checkovComment = regexp.MustCompile(`(?:checkov|bridgecrew|cortex):skip= *([A-Za-z_\d]+(?:,[A-Za-z_\d]+)*)(?::(.*))?`)

func checkovSkip(text, want string) (id, reason string, ok bool) {
	match := checkovComment.FindStringSubmatch(text)
	if match == nil || !slices.Contains(strings.Split(match[1], ","), want) {
		return "", "", false
	}
	return want, match[2], true
}

// kicsCommand reads a comment of KICS:
// https://docs.kics.io/latest/running-kics/#using-commands-on-scanned-files-as-comments
func kicsCommand(text string) (string, bool) {
	command, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(text)), "kics-scan ")
	return strings.TrimSpace(command), ok
}

var semgrepComment = regexp.MustCompile(`\bnosem(?:grep)?\b(?::\s*([\w.\-, ]+))?`)

// semgrepAt looks at comments on the resource's first line and directly
// above: https://semgrep.dev/docs/ignoring-files-folders-code
func (s *suppressed) semgrepAt(line int) {
	if s.check.semgrep == "" {
		return
	}
	comments := s.comments.On(line)
	if own := s.comments.Own(line - 1); own != nil {
		comments = append(comments, *own)
	}
	for _, c := range comments {
		match := semgrepComment.FindStringSubmatch(c.Text)
		switch {
		case match == nil:
		case strings.TrimSpace(match[1]) == "":
			s.take(c, "nosemgrep", "")
		case slices.ContainsFunc(strings.FieldsFunc(match[1], func(r rune) bool { return r == ',' || r == ' ' }), func(id string) bool {
			return id == s.check.semgrep || strings.HasSuffix(id, "."+s.check.semgrep)
		}):
			s.take(c, s.check.semgrep, "")
		}
	}
}
