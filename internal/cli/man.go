package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// Man returns the manual page, in the macros of man(7).
// https://man7.org/linux/man-pages/man7/man.7.html
func Man() string {
	var b strings.Builder
	b.WriteString(`.TH CMKIFY 1
.SH NAME
cmkify \- move DynamoDB tables in Terraform code to customer managed KMS keys
.SH SYNOPSIS
.B cmkify
.RI [ flags ]\~[ path ...]
.br
.B cmkify explain
.RI [ ID ]
.br
.B cmkify help\fR | \fBversion\fR | \fBman
.SH DESCRIPTION
`)
	paragraph(&b, "Finds every aws_dynamodb_table that is not encrypted with a customer managed key, and rewrites the code so that it is. "+
		"Paths are directories (searched recursively), files, or - for standard input; the default is the current directory. Files are rewritten in place.")
	paragraph(&b, "The diff of --dry-run and the findings of --check go to standard output, all else to standard error. "+
		"A finding prints as file:line:column: address: sentence [ID]; explain says what the ID means.")
	s := new(Flags).set()
	for _, g := range groups {
		fmt.Fprintf(&b, ".SH %s\n", strings.ToUpper(g.title))
		for _, name := range g.names {
			option(&b, s.Lookup(name))
		}
		if g.note != "" {
			b.WriteString(".PP\n")
			paragraph(&b, g.note+".")
		}
	}
	b.WriteString(".SH EXIT STATUS\n")
	for _, e := range exits {
		fmt.Fprintf(&b, ".TP\n.B %d\n", e.status)
		paragraph(&b, e.means)
	}
	b.WriteString(".SH FILES\n.TP\n.B .cmkify.hcl\n")
	paragraph(&b, "Settings of a repository, at its root: "+strings.Join(available(s), ", ")+". Each is the flag of the same name; flags win.")
	b.WriteString(`.SH EXAMPLES
.TP
cmkify \-n | git apply \-\-allow\-empty
Show the change, or make it from the diff.
.TP
cmkify \-\-format sarif=cmkify.sarif \-\-check
Report to code scanning.
`)
	return b.String()
}

// exits are the exit statuses and what they mean.
var exits = []struct {
	status int
	means  string
}{
	{ExitDone, "Nothing is left to do: all is right, or was fixed."},
	{ExitLeft, "Something needs a person or, with --dry-run or --check, can be fixed."},
	{ExitTrouble, "An error: a flag, a file that cannot be read or parsed, a failed proof. The rest is done."},
	{ExitInterrupted, "Interrupted."},
}

func option(b *strings.Builder, f *pflag.Flag) {
	b.WriteString(".TP\n")
	value, text := pflag.UnquoteUsage(f)
	names := `\fB\-\-` + roff(f.Name) + `\fR`
	if f.Shorthand != "" {
		names = `\fB\-` + f.Shorthand + `\fR, ` + names
	}
	if f.Value.Type() != "bool" {
		names += ` \fI` + roff(value) + `\fR`
	}
	fmt.Fprintf(b, "%s\n", names)
	paragraph(b, strings.ToUpper(text[:1])+text[1:]+".")
}

// paragraph writes text, which is not roff.
func paragraph(b *strings.Builder, text string) { b.WriteString(roff(text) + "\n") }

// roff returns text as roff has it: hyphens that can be copied, and no control
// line.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}
