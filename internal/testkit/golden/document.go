package golden

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A Document is what the tests need of the JSON document of a run.
type Document struct {
	Findings []Finding
	Edits    []Edit
	Errors   []Message
}

// A Finding is one table, as the document tells of it.
type Finding struct {
	Address, File, Status string
	Line, Column          int
	Problems              []Message
	Reason                *Message
	Warnings              []Message
	Suppression           *struct {
		File, ID, Reason string
		Line, Column     int
	}
	Keys []Key
}

// A Message is a problem, a reason, a warning or an error; its place is that of
// the finding where it has none of its own.
type Message struct {
	ID, Message, File string
	Line, Column      int
}

// A Key is the key of a table or of one of its replicas.
type Key struct{ For, Ref, Action string }

// An Edit replaces bytes of a file.
type Edit struct {
	File, New  string
	Start, End int
}

// judge runs the command on the files and returns its JSON document; an empty
// one when it is refused for how it is used.
func (r *Run) judge(t testing.TB, files map[string][]byte, more ...string) (Outcome, Document, error) {
	t.Helper()
	args := slices.DeleteFunc(r.Writing(), func(a string) bool { return strings.HasPrefix(a, "--format") })
	args = slices.Concat(more, []string{"--format=json"}, args)
	got := Execute(t, files, args)
	var d Document
	if got.Stdout == "" {
		return got, d, nil
	}
	if err := json.Unmarshal([]byte(got.Stdout), &d); err != nil {
		return got, d, fmt.Errorf("%v: %w\n%s", args, err, got.Stdout)
	}
	return got, d, nil
}

// IDs returns all statuses, problems, reasons and warnings of the run.
func (r *Run) IDs() []string {
	var out []string
	for _, d := range []Document{r.Before, r.During, r.After} {
		for _, f := range d.Findings {
			out = append(out, f.Status)
			for _, m := range slices.Concat(f.Problems, f.Warnings) {
				out = append(out, m.ID)
			}
			if f.Reason != nil {
				out = append(out, f.Reason.ID)
			}
		}
	}
	return out
}
