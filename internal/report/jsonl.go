package report

import (
	"io"
	"strings"

	"cmkify/internal/terraform"
)

// JSONLines prints a line for each finding and each error as it comes, and at
// the end one for each git repository with its counts. Lines of several runs
// can be joined: each names its repository, and its paths are relative to the
// root of that. The lines are JSON objects, told apart by "type": "finding",
// "error" or "summary".
type JSONLines struct {
	Out     io.Writer
	Version string
}

type jsonRepository struct {
	Path   string `json:"path"`
	Commit string `json:"commit"`
	Remote string `json:"remote"`
}

type findingLine struct {
	Type       string          `json:"type"`
	Repository *jsonRepository `json:"repository"`
	jsonFinding
}

type errorLine struct {
	Type       string          `json:"type"`
	Repository *jsonRepository `json:"repository"`
	jsonError
}

type summaryLine struct {
	Type       string          `json:"type"`
	Repository *jsonRepository `json:"repository"`
	Tool       tool            `json:"tool"`
	Summary    Summary         `json:"summary"`
	Seconds    float64         `json:"seconds"` // by the clock
}

func repositoryJSON(r *Repository) *jsonRepository {
	if r == nil {
		return nil
	}
	return &jsonRepository{Path: r.Root, Commit: r.Commit, Remote: r.Remote}
}

// Directory prints the findings and errors of one directory.
func (j JSONLines) Directory(r Result) error {
	repository := repositoryJSON(r.Repository)
	lines := make([]any, 0, len(r.Findings)+len(r.Errors))
	for _, f := range r.Findings {
		lines = append(lines, findingLine{"finding", repository, r.inRepository(findingJSON(f))})
	}
	for _, e := range r.Errors {
		line := errorLine{"error", repository, errorJSON(e)}
		line.File = r.below(e.File)
		lines = append(lines, line)
	}
	return j.write(lines)
}

// End prints the summaries.
func (j JSONLines) End(t *Totals) error {
	var lines []any
	for _, r := range t.repositories {
		lines = append(lines, summaryLine{"summary", repositoryJSON(r.repository), tool{"cmkify", j.Version}, r.Summary, r.wall().Seconds()})
	}
	return j.write(lines)
}

func (j JSONLines) write(lines []any) error {
	for _, l := range lines {
		if err := writeJSON(j.Out, l, ""); err != nil {
			return err
		}
	}
	return nil
}

// inRepository returns a finding with paths relative to its repository, those
// that its messages name as well.
func (r Result) inRepository(f jsonFinding) jsonFinding {
	f.Module, f.File = r.below(f.Module), r.below(f.File)
	named := r.named()
	for i, p := range f.Problems {
		f.Problems[i].File, f.Problems[i].Message = r.below(p.File), named.Replace(p.Message)
	}
	for i, k := range f.Keys {
		f.Keys[i].Module = r.below(k.Module)
	}
	for i, w := range f.Warnings {
		f.Warnings[i].Message = named.Replace(w.Message)
	}
	if f.Reason != nil {
		f.Reason.Message = named.Replace(f.Reason.Message)
	}
	if f.Suppression != nil {
		f.Suppression.File = r.below(f.Suppression.File)
	}
	return f
}

// named replaces the paths of the files that were read, as messages name
// them, "(path:line" or " path:line", by those relative to the repository.
func (r Result) named() *strings.Replacer {
	var pairs []string
	for _, s := range r.Sources {
		if below := r.below(s.Path); below != s.Path {
			pairs = append(pairs, "("+s.Path+":", "("+below+":", " "+s.Path+":", " "+below+":")
		}
	}
	return strings.NewReplacer(pairs...)
}

func errorJSON(e terraform.Error) jsonError { return jsonError{e.File, e.Line, e.Column, e.Message} }
