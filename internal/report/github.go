package report

import (
	"fmt"
	"io"
	"strings"

	"cmkify/detect"
)

// GitHub prints workflow commands that GitHub Actions shows as annotations:
// errors for what is wrong, warnings for what may hurt or cannot be judged,
// notices for what is fixed.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
type GitHub struct{ Out io.Writer }

// Directory prints the annotations of one directory.
func (g GitHub) Directory(r Result) error {
	var b strings.Builder
	for _, f := range r.Findings {
		switch f.Status {
		case detect.Fixable, detect.Manual, detect.Fixed:
			level := "error"
			if f.Status == detect.Fixed {
				level = "notice"
			}
			for _, p := range f.Problems {
				annotation(&b, level, p.File, p.Line, p.Column, title(f, p.ID), sentences(f, p.Message))
			}
		case detect.Unknown:
			annotation(&b, "warning", f.File, f.Line, f.Column, title(f, f.Reason.ID), sentences(f, ""))
		}
		for _, w := range f.Warnings {
			annotation(&b, "warning", f.File, f.Line, f.Column, title(f, w.ID), f.Address+": "+w.Message)
		}
	}
	for _, e := range r.Errors {
		annotation(&b, "error", e.File, e.Line, e.Column, "cmkify", e.Message)
	}
	_, err := io.WriteString(g.Out, b.String())
	return err
}

// End prints nothing: annotations have no summary.
func (g GitHub) End(*Totals) error { return nil }

func title[ID ~string](f *Finding, id ID) string {
	return fmt.Sprintf("cmkify: %s (%s)", id, f.Status)
}

func annotation(b *strings.Builder, level, file string, line, column int, title, message string) {
	var properties []string
	if file != "" {
		properties = append(properties, "file="+property(file))
	}
	if line > 0 {
		properties = append(properties, fmt.Sprintf("line=%d,col=%d", line, column))
	}
	properties = append(properties, "title="+property(title))
	fmt.Fprintf(b, "::%s %s::%s\n", level, strings.Join(properties, ","), data(message))
}

// What a command's message and its properties cannot hold as it is.
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// data escapes what GitHub reads back, and what would fool who reads the log.
func data(s string) string     { return dataEscapes.Replace(Escape(s)) }
func property(s string) string { return propertyEscapes.Replace(Escape(s)) }
