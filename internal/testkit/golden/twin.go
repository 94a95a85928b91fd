package golden

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"cmkify/internal/testkit"
)

// Has returns an error unless the twin of the case is judged as the case is,
// with every position where the twin has it, and changed in the same way and in
// nothing else.
func (r *Run) Has(t testing.TB, w Twin) error {
	t.Helper()
	got, said, err := r.judge(t, w.of(r.Input))
	if err != nil {
		return err
	}
	files, want := got.Files, r.Written.Files
	if w.Undo == nil {
		want = w.of(want)
	} else if files, err = w.undone(files); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if diff := testkit.Diff(name, want[name], files[name]); diff != "" {
			return fmt.Errorf("want (-), got (+):\n%s", diff)
		}
	}
	if len(files) != len(want) {
		return fmt.Errorf("%d files, want %d", len(files), len(want))
	}
	if got.Exit != r.Written.Exit {
		return fmt.Errorf("exit %d, want %d", got.Exit, r.Written.Exit)
	}
	return r.judgedAs(w, said)
}

// judgedAs compares what is said of the twin with what is said of the case.
func (r *Run) judgedAs(w Twin, got Document) error {
	want := r.moved(w)
	if len(got.Findings) != len(want.Findings) || len(got.Errors) != len(want.Errors) {
		return fmt.Errorf("%d findings and %d errors, want %d and %d: %+v", len(got.Findings), len(got.Errors), len(want.Findings), len(want.Errors), got)
	}
	for i, f := range want.Findings {
		if !reflect.DeepEqual(f, got.Findings[i]) {
			return fmt.Errorf("%s is judged as\n%s\nwant\n%s", f.Address, got.Findings[i].text(), f.text())
		}
	}
	for i, e := range want.Errors {
		if e != got.Errors[i] {
			return fmt.Errorf("the error %+v, want %+v", got.Errors[i], e)
		}
	}
	return nil
}

func (f Finding) text() string {
	out := fmt.Sprintf("%s:%d:%d %s %+v %+v", f.File, f.Line, f.Column, f.Status, f.Problems, f.Keys)
	for _, m := range slices.Concat([]Message{}, f.Warnings) {
		out += "\n" + m.Message
	}
	if f.Reason != nil {
		out += "\n" + f.Reason.Message
	}
	if f.Suppression != nil {
		out += fmt.Sprintf("\n%+v", *f.Suppression)
	}
	return out
}

// moved returns what is said of the case with every position where the twin
// has it.
func (r *Run) moved(w Twin) Document {
	var out Document
	for _, f := range r.During.Findings {
		f.Line, f.Column = r.move(w, f.File, f.Line, f.Column)
		f.Problems, f.Warnings = r.movedAll(w, f.Problems), r.movedAll(w, f.Warnings)
		if f.Reason != nil {
			reason := r.movedMessage(w, *f.Reason)
			f.Reason = &reason
		}
		if f.Suppression != nil {
			s := *f.Suppression
			s.Line, s.Column = r.move(w, s.File, s.Line, s.Column)
			f.Suppression = &s
		}
		out.Findings = append(out.Findings, f)
	}
	out.Errors = r.movedAll(w, r.During.Errors)
	return out
}

func (r *Run) movedAll(w Twin, list []Message) []Message {
	out := slices.Clone(list)
	for i := range out {
		out[i] = r.movedMessage(w, out[i])
	}
	return out
}

// position is one in a sentence.
var position = regexp.MustCompile(`([\w./-]+):(\d+)(?::(\d+))?`)

func (r *Run) movedMessage(w Twin, m Message) Message {
	m.Line, m.Column = r.move(w, m.File, m.Line, m.Column)
	m.Message = position.ReplaceAllStringFunc(m.Message, func(at string) string {
		part := position.FindStringSubmatch(at)
		line, _ := strconv.Atoi(part[2])
		column, _ := strconv.Atoi(part[3])
		if _, is := r.Input[path.Clean(part[1])]; !is {
			return at
		}
		line, column = r.move(w, part[1], line, column)
		if part[3] == "" {
			return fmt.Sprintf("%s:%d", part[1], line)
		}
		return fmt.Sprintf("%s:%d:%d", part[1], line, column)
	})
	return m
}

func (r *Run) move(w Twin, file string, line, column int) (int, int) {
	name := path.Clean(file)
	if src, is := r.Input[name]; is && w.Move != nil && w.changes(name) {
		return w.Move(src, line, column)
	}
	return line, column
}
