package report

import "strings"

// fenceOf returns a fence for a code block that holds the text.
func fenceOf(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence
}

// code returns text as a code span that may stand in a table's cell.
func code(text string) string {
	text = strings.ReplaceAll(Escape(text), "|", `\|`)
	ticks := "`"
	for strings.Contains(text, ticks) {
		ticks += "`"
	}
	if len(ticks) > 1 {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

// cell returns text, which is not Markdown, as Markdown that may stand in a
// table's cell.
func cell(text string) string { return markdownEscapes.Replace(Escape(text)) }

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "#", `\#`, "~", `\~`, "@", "&#64;",
)
