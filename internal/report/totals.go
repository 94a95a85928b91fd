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
	repositories []*repositoryTotals
}

type repositoryTotals struct {
	Summary
	repository *Repository // nil for directories of none
	took       time.Duration
}

// Add counts a directory's result.
func (t *Totals) Add(r Result) {
	t.Summary.Add(r)
	if r.Dir == "" {
		return
	}
	for _, have := range t.repositories {
		if have.repository == r.Repository {
			have.Summary.Add(r)
			have.took += r.Took
			return
		}
	}
	add := &repositoryTotals{repository: r.Repository, took: r.Took}
	add.Summary.Add(r)
	t.repositories = append(t.repositories, add)
}

// Text returns what closes a run: a table of the repositories, when there are
// several, the counts, and what to do next.
func (t *Totals) Text(writing bool) string {
	return t.table() + t.Line() + "\n" + t.hint(writing)
}

func (t *Totals) table() string {
	if len(t.repositories) < 2 {
		return ""
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "repository\ttables\tfixed\tfixable\tleft\tunknown\terrors\ttime")
	for _, r := range t.repositories {
		root := "(none)"
		if r.repository != nil {
			root = r.repository.Root
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", Escape(root), r.Tables, r.Fixed, r.Fixable, r.Manual, r.Unknown, r.Errors, r.took.Round(time.Millisecond))
	}
	w.Flush()
	return b.String()
}

// hint says what to run next, if anything.
func (s Summary) hint(writing bool) string {
	switch {
	case s.Fixable > 0 && !writing:
		return "run cmkify without -n and --check to fix " + plural(s.Fixable, "table", "tables") + "\n"
	case s.Fixed > 0:
		return "review the change, then run terraform plan\n"
	}
	return ""
}
