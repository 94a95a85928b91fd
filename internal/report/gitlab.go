package report

import (
	"crypto/sha256"
	"fmt"
	"io"

	"cmkify/detect"
)

// GitLab prints a code quality report: an issue for each problem that is found
// and not yet fixed, and for each table that cannot be judged.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
type GitLab struct {
	Out io.Writer

	issues []gitlabIssue
}

type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// Directory keeps what the report says of one directory.
func (g *GitLab) Directory(r Result) error {
	for _, f := range r.Findings {
		switch f.Status {
		case detect.Unknown:
			g.issue(f, Problem{ID: detect.ProblemID(f.Reason.ID), File: f.File, Line: f.Line}, 0)
		case detect.Fixable, detect.Manual:
			same := map[detect.ProblemID]int{}
			for _, p := range f.Problems {
				g.issue(f, p, same[p.ID])
				same[p.ID]++
			}
		}
	}
	for _, e := range r.Errors {
		if e.File == "" {
			continue // an issue has a place
		}
		print := sha256.Sum256([]byte(e.File + "\x00" + e.Message))
		g.issues = append(g.issues, gitlabIssue{e.Message, "error", fmt.Sprintf("%x", print[:16]), "critical", gitlabLocation{e.File, gitlabLines{max(1, e.Line)}}})
	}
	return nil
}

// issue adds the nth problem of its kind of a table.
func (g *GitLab) issue(f *Finding, p Problem, nth int) {
	g.issues = append(g.issues, gitlabIssue{
		sentences(f, p.Message), string(p.ID), fingerprint(f, p, nth), severityOf(string(p.ID)).gitlab, gitlabLocation{p.File, gitlabLines{p.Line}},
	})
}

// End prints the report.
func (g *GitLab) End(*Totals) error { return writeJSON(g.Out, notNil(g.issues), "  ") }
