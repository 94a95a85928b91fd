package explain

import (
	"fmt"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/internal/suppress"
)

// scannerPage returns the page of a check by the name that a scanner has for it,
// "" for none: the problems that cmkify finds where the scanner reports it.
func scannerPage(name string) string {
	for _, check := range []struct {
		names suppress.Check
		says  string
		finds func(detect.ProblemID) bool
	}{
		{suppress.CustomerKey, "a table is not encrypted with a customer managed key", func(id detect.ProblemID) bool { return id != detect.KeyNotRotated }},
		{suppress.Rotation, "a key is not rotated", func(id detect.ProblemID) bool { return id == detect.KeyNotRotated }},
	} {
		if !slices.ContainsFunc(check.names.Names(), func(other string) bool { return strings.EqualFold(other, name) }) {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s (check of a scanner)\n\n", name)
		b.WriteString(indented("  ", "  ", "Scanners report it where "+check.says+". cmkify says what is wrong:"))
		b.WriteString("\n")
		for _, r := range detect.Rows {
			if r.Kind == detect.ProblemKind && check.finds(detect.ProblemID(r.ID)) {
				b.WriteString(row(r))
			}
		}
		b.WriteString("\nRun cmkify explain with one of these IDs to read more about it.\n")
		return b.String()
	}
	return ""
}
