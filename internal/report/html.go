package report

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix/keys"
)

// HTML prints one page for a run over many repositories: totals and cost, a row
// for each repository, findings to filter by status, problem and warning, and
// the diffs, folded. It needs nothing from elsewhere, and lets nothing in.
type HTML struct {
	Out     io.Writer
	Version string

	findings, diffs strings.Builder
	statuses        map[string]int
	problems        map[string]int
	warnings        map[string]int
}

var (
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string
)

// Directory keeps what the page says of one directory.
func (h *HTML) Directory(r Result) error {
	if h.statuses == nil {
		h.statuses, h.problems, h.warnings = map[string]int{}, map[string]int{}, map[string]int{}
	}
	where := ""
	if r.Repository != nil {
		where = r.Repository.Root
	}
	for _, f := range r.Findings {
		h.finding(f, where)
	}
	if r.Diff != "" {
		fmt.Fprintf(&h.diffs, "<details><summary>%s</summary><pre>%s</pre></details>\n", safe(r.Dir), diffLines(r.Diff))
	}
	for _, e := range r.Errors {
		h.statuses["error"]++
		fmt.Fprintf(&h.findings, "<tr data-status=\"error\" data-problems=\"\" data-warnings=\"\"><td>%s</td><td></td><td>error</td><td>%s</td></tr>\n", safe(where), safe(e.Error()))
	}
	return nil
}

func (h *HTML) finding(f *Finding, where string) {
	var problems, warnings, said []string
	for _, p := range f.Problems {
		if !slices.Contains(problems, string(p.ID)) {
			problems = append(problems, string(p.ID))
		}
		said = append(said, sentence(p.Message, string(p.ID)))
	}
	if f.Reason != nil {
		said = append(said, sentence(f.Reason.Message, f.Reason.ID))
	}
	for _, w := range f.Warnings {
		warnings = append(warnings, w.ID)
		said = append(said, `<span class="warning">`+sentence("warning: "+w.Message, w.ID)+"</span>")
	}
	for _, k := range f.Keys {
		if k.Action != keys.Used {
			said = append(said, "key: <code>"+safe(k.Ref)+"</code>, "+safe(string(k.Action)))
		}
	}
	if f.Suppression != nil {
		said = append(said, "suppressed by "+safe(f.Suppression.ID)+" "+safe(f.Suppression.Reason))
	}
	count(h.statuses, string(f.Status))
	count(h.problems, problems...)
	count(h.warnings, warnings...)
	fmt.Fprintf(&h.findings, "<tr data-status=\"%s\" data-problems=\"%s\" data-warnings=\"%s\"><td>%s</td><td><code>%s</code><br/>%s:%d</td><td class=\"%s\">%s</td><td>%s</td></tr>\n",
		f.Status, strings.Join(problems, " "), strings.Join(warnings, " "),
		safe(where), safe(f.Address), safe(f.File), f.Line, f.Status, f.Status, strings.Join(said, "<br/>"))
}

func count(counts map[string]int, ids ...string) {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		counts[id]++
	}
}

// sentence returns what is said, and the ID of it.
func sentence(text, id string) string {
	return safe(text) + " <a title=\"cmkify explain " + id + "\">[" + id + "]</a>"
}

// safe returns a text as it may stand in a page: names of hostile files, too.
func safe(text string) string { return html.EscapeString(Escape(text)) }

// diffLines marks the lines of a diff.
func diffLines(diff string) string {
	var b strings.Builder
	for line := range strings.Lines(diff) {
		class := ""
		switch {
		case strings.HasPrefix(line, "+"):
			class = "added"
		case strings.HasPrefix(line, "-"):
			class = "removed"
		}
		text := safe(strings.TrimRight(line, "\r\n"))
		if class != "" {
			text = `<span class="` + class + `">` + text + "</span>"
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// End prints the page.
func (h *HTML) End(t *Totals) error {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
	b.WriteString("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\"/>\n")
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width\"/>\n")
	fmt.Fprintf(&b, "<title>cmkify: %s</title>\n<style>\n%s</style>\n</head>\n<body>\n", safe(t.Line()), pageStyle)
	fmt.Fprintf(&b, "<h1>DynamoDB tables and their KMS keys</h1>\n<p id=\"summary\">%s</p>\n", safe(t.Line()))
	if line := strings.TrimSpace(t.cost.Line()); line != "" {
		fmt.Fprintf(&b, "<p id=\"cost\">%s</p>\n", safe(line))
	}
	t.rows(&b)
	if len(h.statuses) > 0 {
		b.WriteString("<h2>Tables</h2>\n<form id=\"filters\">\n")
		choice(&b, "status", h.statuses)
		choice(&b, "problem", h.problems)
		choice(&b, "warning", h.warnings)
		b.WriteString("<output id=\"shown\"></output>\n</form>\n<table id=\"findings\">\n<thead><tr><th>repository</th><th>table</th><th>status</th><th>what is said</th></tr></thead>\n<tbody>\n")
		b.WriteString(h.findings.String() + "</tbody>\n</table>\n")
	}
	if h.diffs.Len() > 0 {
		b.WriteString("<h2>Changes</h2>\n" + h.diffs.String())
	}
	fmt.Fprintf(&b, "<footer>cmkify %s; <code>cmkify explain ID</code> says what an ID means</footer>\n<script>\n%s</script>\n</body>\n</html>\n", safe(h.Version), pageScript)
	_, err := io.WriteString(h.Out, b.String())
	return err
}

// rows writes a row for each repository.
func (t *Totals) rows(b *strings.Builder) {
	b.WriteString("<h2>Repositories</h2>\n<table id=\"repositories\">\n<thead><tr><th>repository</th><th>tables</th>")
	statuses := []detect.Status{detect.Compliant, detect.Fixed, detect.Fixable, detect.Manual, detect.Unknown, detect.Suppressed}
	for _, s := range statuses {
		fmt.Fprintf(b, "<th>%s</th>", s)
	}
	b.WriteString("<th>warnings</th><th>errors</th></tr></thead>\n<tbody>\n")
	row := func(name string, s Summary, warnings int) {
		fmt.Fprintf(b, "<tr><td>%s</td><td>%d</td>", safe(name), s.Tables)
		for _, status := range statuses {
			fmt.Fprintf(b, "<td>%d</td>", *s.count(status))
		}
		fmt.Fprintf(b, "<td>%d</td><td>%d</td></tr>\n", warnings, s.Errors)
	}
	for _, r := range t.repositories {
		name := "(none)"
		if r.repository != nil {
			name = r.repository.Root
		}
		row(name, r.Summary, r.warnings)
	}
	row("total", t.Summary, t.warnings)
	b.WriteString("</tbody>\n</table>\n")
}

// choice writes a filter by one of the IDs.
func choice(b *strings.Builder, name string, counts map[string]int) {
	fmt.Fprintf(b, "<label>%s <select name=\"%s\"><option value=\"\">any</option>", name, name)
	ids := make([]string, 0, len(counts))
	for id := range counts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		fmt.Fprintf(b, "<option value=\"%s\">%s (%d)</option>", id, id, counts[id])
	}
	b.WriteString("</select></label>\n")
}
