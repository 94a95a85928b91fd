package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/terraform"
)

// Markdown prints a page that is fit to be the body of a pull request: a
// title, what changes and why, each table, what to do before it is applied,
// how to undo it, and the diff.
type Markdown struct {
	Out io.Writer

	findings []*Finding
	errors   []terraform.Error
	diffs    []string
}

// GitHub takes 65,536 characters for a pull request's body. So a page has at
// most maxBody bytes, each of its lists at most maxList, and a list of names
// maxNames; what does not fit is left out, and said to be.
const (
	maxBody  = 60000
	maxList  = 15000
	maxNames = 10
)

// list writes lines, as far as they fit.
func list(b *strings.Builder, lines []string, more string) {
	size := 0
	for i, l := range lines {
		if size += len(l); size > maxList {
			fmt.Fprintf(b, more+"\n", len(lines)-i)
			return
		}
		b.WriteString(l)
	}
}

// Directory keeps what the page says of one directory.
func (m *Markdown) Directory(r Result) error {
	for _, f := range r.Findings {
		if f.Status != detect.Compliant && f.Status != detect.Suppressed {
			m.findings = append(m.findings, f)
		}
	}
	m.errors = append(m.errors, r.Errors...)
	if r.Diff != "" {
		m.diffs = append(m.diffs, r.Diff)
	}
	return nil
}

// changed returns the findings that are fixed, or would be.
func (m *Markdown) changed() []*Finding {
	return slices.DeleteFunc(slices.Clone(m.findings), func(f *Finding) bool { return f.Status != detect.Fixed && f.Status != detect.Fixable })
}

// End prints the page.
func (m *Markdown) End(t *Totals) error {
	var b strings.Builder
	changed := m.changed()
	m.head(&b, changed, t)
	m.tables(&b)
	warnings(&b, m.findings)
	m.left(&b)
	if len(changed) > 0 {
		b.WriteString("\n## How to undo it\n\n" + newChange(changed, &t.cost).undo())
	}
	m.diff(&b)
	_, err := io.WriteString(m.Out, b.String())
	return err
}

func (m *Markdown) head(b *strings.Builder, changed []*Finding, t *Totals) {
	switch {
	case len(changed) > 0:
		fmt.Fprintf(b, "# %s\n\n", newChange(changed, &t.cost).title())
	case len(m.findings) > 0:
		fmt.Fprintf(b, "# %s without a customer managed KMS key\n\n", plural(len(m.findings), "DynamoDB table", "DynamoDB tables"))
	case t.Errors > 0:
		b.WriteString("# Terraform code that could not be read\n\n")
	case t.Tables == 0:
		b.WriteString("# No DynamoDB tables\n\n")
	default:
		b.WriteString("# All DynamoDB tables have customer managed KMS keys\n\n")
	}
	fmt.Fprintf(b, "cmkify looked at %s.\n", t.Line())
	if len(changed) == 0 {
		return
	}
	if change := newChange(changed, &t.cost); change.rotated < len(changed) {
		b.WriteString(`
With a customer managed key you decide who may decrypt a table, and see the use
of the key in CloudTrail. The check is known as
` + "`aws-dynamodb-table-customer-key`, AVD-AWS-0025 and CKV_AWS_119." + `
`)
	} else {
		b.WriteString("\nA rotated key gets new key material every year. Its ARN stays, and old data stays\nreadable. The check is known as `aws-kms-auto-rotate-keys`, AVD-AWS-0065 and CKV_AWS_7.\n")
	}
	b.WriteString("\n" + newChange(changed, &t.cost).money())
	if t.cost.keys() > 0 && !slices.ContainsFunc(changed, func(f *Finding) bool { return warns(f, detect.IAMOnlyKey) }) {
		b.WriteString("\nThe policy of a new key lets the account's callers use it through DynamoDB, so that\nno role loses its tables.\n")
	}
	b.WriteString(passedOver(changed))
}

// passedOver answers why there are new keys beside existing ones.
func passedOver(changed []*Finding) string {
	var lines []string
	for _, f := range changed {
		for _, l := range f.PassedOver {
			line := fmt.Sprintf("* %s: %s\n", code(fmt.Sprintf("%s:%d", l.File, l.Line)), cell(l.Text))
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	if len(lines) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nExisting keys that are not reused:\n\n")
	list(&b, lines, "* and %d more, which do not fit here: cmkify --check -v prints them")
	return b.String()
}

func warns(f *Finding, id detect.WarningID) bool {
	return slices.ContainsFunc(f.Warnings, func(n Note) bool { return n.ID == string(id) })
}

func (m *Markdown) tables(b *strings.Builder) {
	if len(m.findings) == 0 {
		return
	}
	b.WriteString("\n## Tables\n\n| table | where | what was wrong | now |\n|---|---|---|---|\n")
	var rows []string
	for _, f := range m.findings {
		var problems []string
		for _, p := range joined(f.Problems) {
			if s := cell(p.Message); !slices.Contains(problems, s) {
				problems = append(problems, s)
			}
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |\n", code(f.Address), code(fmt.Sprintf("%s:%d", f.File, f.Line)),
			cmp.Or(strings.Join(problems, "; "), "undetermined"), m.now(f)))
	}
	list(b, rows, "\nand %d more, which do not fit here.")
}

func (m *Markdown) now(f *Finding) string {
	if f.Reason != nil {
		return fmt.Sprintf("%s (`%s`)", detect.Sentence(detect.StatusKind, f.Status), f.Reason.ID)
	}
	var names []string
	for _, k := range f.Keys {
		text := code(k.Ref)
		if k.For != detect.TableKey {
			text = cell(k.For) + ": " + text
		}
		if k.Action == keys.Created {
			text += " (new)"
		}
		names = append(names, text)
	}
	return cmp.Or(strings.Join(names, ", "), "fixed")
}

// warnings writes what to do before the change is applied: each warning once,
// with its tables.
func warnings(b *strings.Builder, findings []*Finding) {
	var order []Note
	tables := map[string][]string{} // by message
	for _, f := range findings {
		for _, w := range f.Warnings {
			if tables[w.Message] == nil {
				order = append(order, w)
			}
			tables[w.Message] = append(tables[w.Message], code(f.Address))
		}
	}
	if len(order) == 0 {
		return
	}
	b.WriteString("\n## Before you apply\n\n")
	var lines []string
	for _, w := range order {
		names := tables[w.Message]
		if len(names) > maxNames {
			names = append(slices.Clone(names[:maxNames]), fmt.Sprintf("%d more", len(names)-maxNames))
		}
		text := strings.TrimSpace(strings.TrimSuffix(w.Message, strings.Join(w.Commands, "; ")))
		item := fmt.Sprintf("* **%s** %s: %s\n", w.ID, strings.Join(names, ", "), cell(text))
		if len(w.Commands) > 0 {
			item += "\n  ```sh\n"
			for _, c := range w.Commands {
				item += "  " + Escape(c) + "\n"
			}
			item += "  ```\n"
		}
		lines = append(lines, item)
	}
	list(b, lines, "* and %d more, which do not fit here: cmkify --check prints them")
}

// left writes what is left to a person, and what went wrong.
func (m *Markdown) left(b *strings.Builder) {
	var lines []string
	for _, f := range m.findings {
		if f.Reason != nil {
			lines = append(lines, fmt.Sprintf("* %s in %s: %s (`%s`)\n", code(f.Address), code(fmt.Sprintf("%s:%d", f.File, f.Line)), cell(f.Reason.Message), f.Reason.ID))
		}
	}
	for _, e := range m.errors {
		lines = append(lines, fmt.Sprintf("* error: %s %s\n", code(e.Position()), cell(e.Message)))
	}
	if len(lines) > 0 {
		b.WriteString("\n## Left to you\n\n")
		list(b, lines, "* and %d more, which do not fit here: cmkify --check prints them")
	}
}

// diff writes the diff, folded.
func (m *Markdown) diff(b *strings.Builder) {
	if len(m.diffs) == 0 {
		return
	}
	text := strings.Join(m.diffs, "")
	const open, closing = "\n<details>\n<summary>Diff</summary>\n\n", "\n</details>\n"
	fence := fenceOf(text)
	if b.Len()+len(open)+len(text)+2*len(fence)+len(closing) > maxBody {
		fmt.Fprintf(b, "\nThe diff has %d lines, too many to stand here: see the changed files.\n", strings.Count(text, "\n"))
		return
	}
	fmt.Fprintf(b, "%s%sdiff\n%s%s\n%s", open, fence, strings.ToValidUTF8(text, "\uFFFD"), fence, closing)
}
