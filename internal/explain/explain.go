// Package explain says what an ID means that cmkify prints: what it is, why it
// matters, what to do, an example and where to read more. An ID goes in; a page
// of plain text comes out. The rows of package detect and golden cases are what
// it tells of.
package explain

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"

	"cmkify/detect"
	"cmkify/internal/wrap"
)

// width is that of a page, in columns.
const width = 80

// All returns the list of all IDs, by their kinds.
func All() string {
	var b strings.Builder
	kind := detect.Kind("")
	for _, r := range detect.Rows {
		if r.Kind != kind {
			kind = r.Kind
			fmt.Fprintf(&b, "%s\n", titles[kind])
		}
		b.WriteString(row(r))
	}
	b.WriteString("\nRun cmkify explain with an ID to read more about it.\n")
	return b.String()
}

// row returns the lines of an ID in a list.
func row(r detect.Row) string {
	return indented(fmt.Sprintf("  %-22s", r.ID), strings.Repeat(" ", 24), r.Sentence)
}

var titles = map[detect.Kind]string{
	detect.StatusKind:  "Statuses: what became of a table",
	detect.ProblemKind: "\nProblems: what is wrong with a table",
	detect.ReasonKind:  "\nReasons: why a table is manual or unknown",
	detect.WarningKind: "\nWarnings: what to check before the change is applied",
}

// Page returns the page of an ID, or of the check that a scanner has that name for.
// One that is not known is an error, with the ID that is probably meant.
func Page(id string) (string, error) {
	for _, r := range detect.Rows {
		if r.ID == id {
			return page(r), nil
		}
	}
	if text := scannerPage(id); text != "" {
		return text, nil
	}
	best, distance := "", len(id)/2+1
	for _, r := range detect.Rows {
		if d := levenshtein.Distance(id, r.ID, nil); d < distance {
			best, distance = r.ID, d
		}
	}
	if best != "" {
		return "", fmt.Errorf("explain: unknown ID %q (did you mean %s?)", id, best)
	}
	return "", fmt.Errorf("explain: unknown ID %q; cmkify explain lists all", id)
}

// Source returns where most can be read about an ID.
func Source(id string) string { return topics[id].sources[0] }

// Help returns in Markdown what an ID means, why it matters and what to do.
func Help(r detect.Row) string {
	out := r.Doc
	if t := topics[r.ID]; t.why != "" {
		out += "\n\n" + t.why + "\n\n" + t.byHand
	}
	return out
}

func page(r detect.Row) string {
	var b strings.Builder
	t := topics[r.ID]
	fmt.Fprintf(&b, "%s (%s)\n\n", r.ID, r.Kind)
	b.WriteString(indented("  ", "  ", upperFirst(r.Sentence)))
	for _, part := range []struct{ title, text string }{{"What it means", r.Doc}, {"Why it matters", t.why}, {"What to do", t.byHand}} {
		if part.text != "" {
			fmt.Fprintf(&b, "\n%s\n%s", part.title, indented("  ", "  ", part.text))
		}
	}
	if t.example != "" {
		b.WriteString(example(t.example, r.ID))
	}
	b.WriteString("\nRead more\n")
	for _, s := range t.sources {
		fmt.Fprintf(&b, "  %s\n", s)
	}
	return b.String()
}

// upperFirst returns a sentence as a page has it.
func upperFirst(s string) string {
	s = strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(s, ": "), "To avoid this"), ". ") // what a finding adds is not here
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// indented returns text in lines of the page's width, the first one behind a
// text, the others behind another, which is as long or longer.
func indented(first, others, text string) string {
	lines := wrap.Lines(text, width-len(others))
	return first + strings.Join(lines, "\n"+others) + "\n"
}
