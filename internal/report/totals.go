package report

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// Totals count a run, as a whole and by git repository.
type Totals struct {
	Summary
	begun        time.Time
	writing      bool // what can be fixed is, unless it cannot be written
	warnings     int
	cost         cost
	repositories []*repositoryTotals
}

type repositoryTotals struct {
	Summary
	repository   *Repository // nil for directories of none
	warnings     int
	begun, ended time.Time // of the first and the last directory
}

// Add counts a directory's result.
func (t *Totals) Add(r Result) {
	t.Summary.Add(r)
	warnings := 0
	for _, f := range r.Findings {
		warnings += len(f.Warnings)
	}
	t.warnings += warnings
	t.cost.add(r, t.writing)
	if r.Dir == "" {
		return
	}
	of := t.of(r)
	of.Summary.Add(r)
	of.warnings += warnings
	if ended := r.Begun.Add(r.Took); ended.After(of.ended) {
		of.ended = ended
	}
	if r.Begun.Before(of.begun) {
		of.begun = r.Begun
	}
}

// of returns the totals of a result's repository.
func (t *Totals) of(r Result) *repositoryTotals {
	for _, have := range t.repositories {
		if have.repository == r.Repository {
			return have
		}
	}
	added := &repositoryTotals{repository: r.Repository, begun: r.Begun}
	t.repositories = append(t.repositories, added)
	return added
}

// wall returns how long the repository was worked on, by the clock: its
// directories are worked on at the same time, and those of others between them.
func (r *repositoryTotals) wall() time.Duration { return r.ended.Sub(r.begun) }

// Text returns what closes a run: a table of the repositories, when there are
// several, the counts, what to do next, and what it costs and risks.
func (t *Totals) Text() string {
	return t.table() + t.Line() + "\n" + t.hint() + t.cost.Line()
}

func (t *Totals) table() string {
	if len(t.repositories) < 2 {
		return ""
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "repository\ttables\tcompliant\tfixed\tfixable\tleft\tunknown\tsuppressed\twarnings\terrors\ttime")
	row := func(name string, s Summary, warnings int, wall time.Duration) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", Escape(name),
			s.Tables, s.Compliant, s.Fixed, s.Fixable, s.Manual, s.Unknown, s.Suppressed, warnings, s.Errors, wall.Round(time.Millisecond))
	}
	for _, r := range t.repositories {
		name := "(none)"
		if r.repository != nil {
			name = r.repository.Root
		}
		row(name, r.Summary, r.warnings, r.wall())
	}
	row("total", t.Summary, t.warnings, time.Since(t.begun))
	w.Flush()
	return b.String()
}

// hint says what to run next, if anything.
func (t *Totals) hint() string {
	switch {
	case t.Fixable > 0 && !t.writing:
		return plural(t.Fixable, "table", "tables") + " can be fixed: run cmkify without --dry-run or --check\n"
	case t.Fixed > 0:
		return "review the change, then run terraform plan\n"
	}
	return ""
}
