package report

import (
	"strings"
)

// The colours on a terminal; those of a diff are git's.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	reset  = "\x1b[m"
)

// Diff returns a unified diff as it is or, coloured, for a terminal. There,
// control characters of the files are escaped, so that none can fool it: what
// is coloured is to be read, not applied.
func Diff(diff string, coloured bool) string {
	if !coloured {
		return diff
	}
	var b strings.Builder
	for line := range strings.Lines(diff) {
		text := strings.TrimRight(line, "\r\n")
		colour := ""
		switch {
		case strings.HasPrefix(text, "--- "), strings.HasPrefix(text, "+++ "):
			colour = bold
		case strings.HasPrefix(text, "@@"):
			colour = cyan
		case strings.HasPrefix(text, "-"):
			colour = red
		case strings.HasPrefix(text, "+"):
			colour = green
		}
		text = strings.ReplaceAll(Escape(strings.ReplaceAll(text, "\t", "\uE000")), `\ue000`, "\t")
		if colour != "" {
			text = colour + text + reset
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}
