package report

import (
	"encoding/json"
	"io"

	"cmkify/internal/terraform"
)

// JSONLines prints a line for each finding and each error as it comes, and at
// the end one for each git repository with its counts. Lines of several runs
// can be joined: each names its repository. The lines are JSON objects, told
// apart by "type": "finding", "error" or "summary".
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
	Seconds    float64         `json:"seconds"` // spent on the repository's directories
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
		lines = append(lines, findingLine{"finding", repository, findingJSON(f)})
	}
	for _, e := range r.Errors {
		lines = append(lines, errorLine{"error", repository, errorJSON(e)})
	}
	return j.write(lines)
}

// End prints the summaries.
func (j JSONLines) End(t *Totals) error {
	var lines []any
	for _, r := range t.repositories {
		lines = append(lines, summaryLine{"summary", repositoryJSON(r.repository), tool{"cmkify", j.Version}, r.Summary, r.took.Seconds()})
	}
	return j.write(lines)
}

func (j JSONLines) write(lines []any) error {
	encoder := json.NewEncoder(j.Out) // ends each with a newline
	encoder.SetEscapeHTML(false)
	for _, l := range lines {
		if err := encoder.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

func errorJSON(e terraform.Error) jsonError { return jsonError{e.File, e.Line, e.Column, e.Message} }
