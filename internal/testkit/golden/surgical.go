package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// surgical holds every file that was written to what a fix may change, by the
// findings and the author's code alone; it does not ask what was planned:
//
//   - the blocks of tables that were fixed, and of the keys that they use, in
//     the arguments that are about encryption;
//   - values of locals, defaults and variable files, where such a block reads
//     them, directly or not;
//   - new blocks of keys, accounts and provider configurations, where a finding
//     says that a key was created.
//
// All else must be there as it was: every block, and every line between them.
func surgical(_ testing.TB, r *Run) error {
	for name, now := range r.Changed() {
		was, there := r.Input[name]
		if !there {
			return fmt.Errorf("%s is new", name)
		}
		if err := r.kept(name, was, now); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (r *Run) kept(name string, was, now []byte) error {
	in := r.folderOf(name)
	switch {
	case strings.HasSuffix(name, ".tfvars.json"):
		return in.keptJSON(was, now)
	case strings.HasSuffix(name, ".json"):
		return in.keptCode(was, now)
	case strings.HasSuffix(name, ".tfvars"):
		return in.keptValues(was, now)
	}
	old, err := split(was)
	if err != nil {
		return err
	}
	new, err := split(now)
	if err != nil {
		return err
	}
	at, added := 0, false
	var between []byte // what stands before the next block of the author's
	for _, c := range new {
		between = append(between, c.before...)
		if at < len(old) && c.name == old[at].name && (c.block == nil || !in.created(c) || bytes.Equal(c.text, old[at].text)) {
			if err := in.keptBlock(old[at], c); err != nil {
				return err
			}
			if lost := keptLines(old[at].before, between, added); lost != "" {
				return fmt.Errorf("above %s: %s", c.name, lost)
			}
			at, between, added = at+1, nil, false
			continue
		}
		if !in.created(c) {
			return fmt.Errorf("%s stands where %s did", c.name, old[min(at, len(old)-1)].name)
		}
		between, added = withoutComments(between), true
	}
	if at < len(old) {
		return fmt.Errorf("%s is gone", old[at].name)
	}
	if !bytes.Equal(lineEnds(was), lineEnds(now)) {
		return fmt.Errorf("it ends in %q, not %q", lineEnds(now), lineEnds(was))
	}
	return nil
}

// lineEnds returns the line endings with which a file ends.
func lineEnds(src []byte) []byte { return src[len(bytes.TrimRight(src, "\r\n")):] }

// keptLines returns what is wrong with what stands between two blocks: it must
// be what was there, but for blank lines where a block was added.
func keptLines(was, now []byte, added bool) string {
	if bytes.Equal(was, now) {
		return ""
	}
	if !added {
		return fmt.Sprintf("%q has become %q", was, now)
	}
	lines := func(text []byte) []string {
		var out []string
		for line := range bytes.Lines(text) {
			if line = bytes.TrimRight(line, "\r\n"); len(bytes.TrimSpace(line)) > 0 {
				out = append(out, string(line))
			}
		}
		return out
	}
	if before, after := lines(was), lines(now); !slices.Equal(before, after) {
		return fmt.Sprintf("the lines %q have become %q", before, after)
	}
	return ""
}

// withoutComments takes the comments that touch a new block from above off what
// stands between two blocks: they are new, too.
func withoutComments(between []byte) []byte {
	lines := bytes.SplitAfter(between, []byte("\n"))
	n := len(lines)
	if n > 0 && len(bytes.TrimSpace(lines[n-1])) == 0 {
		n-- // what indents the block
	}
	for n > 0 && bytes.HasPrefix(bytes.TrimSpace(lines[n-1]), []byte("#")) {
		n--
	}
	return bytes.Join(lines[:n], nil)
}

// keptBlock holds a block of the author's to what may change in it.
func (f *folder) keptBlock(was, now chunk) error {
	if bytes.Equal(was.text, now.text) {
		return nil
	}
	may := mask(encrypts)
	switch {
	case f.changeable(was):
	case was.block != nil && was.block.Type == "module":
		may = f.passes(now)
	case was.block != nil && was.block.Type == "locals":
		may = f.valuesRead("local.")
	case was.block != nil && was.block.Type == "variable" && f.reads["var."+was.block.Labels[0]]:
		may = func(path string) part {
			if path == "default" {
				return value
			}
			return nothing
		}
	default:
		return fmt.Errorf("%s is changed:\n%s", was.name, now.text)
	}
	return f.same(was, now, may)
}

// same holds that two versions of a chunk differ only in what may change, and
// that a value that differs has become what a fix writes.
func (f *folder) same(was, now chunk, may mask) error {
	old, values := was.masked(may)
	new, changed := now.masked(may)
	for i := range max(len(old), len(new)) {
		switch {
		case i >= len(old):
			return fmt.Errorf("%s: %q is new", was.name, new[i])
		case i >= len(new):
			return fmt.Errorf("%s: %q is gone", was.name, old[i])
		case old[i] != new[i]:
			return fmt.Errorf("%s: %q stands where %q did", was.name, new[i], old[i])
		}
	}
	if len(values) != len(changed) {
		return fmt.Errorf("%s: %d values have become %d", was.name, len(values), len(changed))
	}
	if lost := was.lostLine(now, may); lost != "" {
		return fmt.Errorf("%s: the line %q is changed", was.name, lost)
	}
	for i, v := range values {
		if changed[i] != v && !f.writes(changed[i]) {
			return fmt.Errorf("%s: %s has become %s", was.name, v, changed[i])
		}
	}
	return nil
}

// keptValues holds a file of variable values to what may change in it.
func (f *folder) keptValues(was, now []byte) error {
	old, err := whole(was)
	if err != nil {
		return err
	}
	new, err := whole(now)
	if err != nil {
		return err
	}
	return f.same(old, new, f.valuesRead("var."))
}

func (f *folder) keptJSON(was, now []byte) error {
	var old, new map[string]any
	if err := errors.Join(json.Unmarshal(was, &old), json.Unmarshal(now, &new)); err != nil {
		return err
	}
	for name := range old {
		if f.reads["var."+name] {
			delete(old, name)
			delete(new, name)
		}
	}
	if !reflect.DeepEqual(old, new) {
		return fmt.Errorf("%v has become %v", old, new)
	}
	return nil
}
