package terraform

import (
	"cmp"
	"fmt"
	"strings"
)

func place(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

func compareErrors(a, b Error) int {
	return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
}
