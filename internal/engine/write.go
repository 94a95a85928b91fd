package engine

import (
	"context"
	"path"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/fix/splice"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// selection returns what of the unit is reported and changed.
func (w *work) selection(j *judged) fix.Selection {
	entryOf := map[*terraform.File]*entry{}
	for _, e := range w.members {
		m := j.modules[e]
		for _, s := range j.sources[e] {
			entryOf[m.File(s.Path)] = e
		}
	}
	writable := func(f *terraform.File) bool {
		e := entryOf[f]
		return e != nil && w.writable(f, e)
	}
	return fix.Selection{
		Writable: writable, Named: w.index.named,
		Shared: func(f *terraform.File) bool {
			e := entryOf[f]
			return e != nil && len(w.index.links) > 0 && w.index.links[e.dir.Real(f.Name)]
		},
		Table: func(f *detect.Finding) bool {
			e := entryOf[f.Place().File]
			return e != nil && w.asked(f, e) && w.selects(f)
		},
	}
}

// asked reports whether the paths of the run lead to a table, in a file of a
// member.
func (w *work) asked(f *detect.Finding, e *entry) bool {
	return !e.example && (e.outside && e.reached && !w.index.named || w.writable(f.Place().File, e))
}

// selects reports whether --only and --skip select a table in one of its ways.
func (w *work) selects(f *detect.Finding) bool {
	return slices.ContainsFunc(f.Ways, func(in *eval.Instance) bool { return w.selected(f, in) })
}

// selected reports whether the globs of --only and --skip select a table as an
// instance of its module reaches it: by its address there, or in its module.
func (w *work) selected(f *detect.Finding, in *eval.Instance) bool {
	either := func(globs []string) bool {
		return matches(globs, f.Address()) || matches(globs, in.Address()+f.Table.Address())
	}
	return (w.options.Only == nil || either(w.options.Only)) && !either(w.options.Skip)
}

func matches(globs []string, address string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		ok, err := path.Match(glob, address)
		return err == nil && ok || glob == address
	})
}

// writable reports whether a file of a member may be changed.
func (u *unit) writable(f *terraform.File, e *entry) bool {
	return !e.outside && (e.dir.Named == nil || slices.Contains(e.dir.Named, f.Name))
}

func bytesOf(sources map[*entry][]terraform.Source) map[string][]byte {
	out := map[string][]byte{}
	for _, list := range sources {
		for _, s := range list {
			out[s.Path] = s.Bytes
		}
	}
	return out
}

// edited returns the sources with a plan's edits made.
func edited(sources map[*entry][]terraform.Source, p *fix.Plan) (map[*entry][]terraform.Source, error) {
	changes, err := p.Changes(bytesOf(sources))
	if err != nil {
		return nil, err
	}
	made := map[string][]byte{}
	for _, c := range changes {
		made[c.Path] = c.New
	}
	out := map[*entry][]terraform.Source{}
	for e, list := range sources {
		list = slices.Clone(list)
		for i, s := range list {
			if src, changed := made[s.Path]; changed {
				list[i].Bytes = src
			}
		}
		out[e] = list
	}
	return out, nil
}

// show fills the results with what the plan changes.
func (w *work) show(plan *fix.Plan, sources map[*entry][]terraform.Source) error {
	changes, err := plan.Changes(bytesOf(sources))
	if err != nil {
		return err
	}
	w.changes = changes
	shared := w.results[w.members[0]].Unit
	shared.Edits = plan.Edits
	for _, e := range w.members {
		shared.Sources = append(shared.Sources, w.told(sources[e])...)
	}
	for _, e := range w.members {
		r := w.results[e]
		names := namesOf(sources[e])
		for _, edit := range plan.Edits {
			if names[edit.File] != "" {
				r.Edits = append(r.Edits, edit)
			}
		}
		for _, c := range changes {
			if names[c.Path] != "" {
				r.Changes = append(r.Changes, c)
			}
		}
		if w.options.Diff {
			if r.Diff, err = diff(e, r.Changes, names); err != nil {
				return err
			}
		}
		w.results[e] = r
	}
	return nil
}

// namesOf returns the names of sources by their paths.
func namesOf(sources []terraform.Source) map[string]string {
	out := map[string]string{}
	for _, s := range sources {
		out[s.Path] = s.Name
	}
	return out
}

// diff returns the unified diff of the changes of a directory.
func diff(e *entry, changes []fix.FileChange, names map[string]string) (string, error) {
	var b strings.Builder
	for _, c := range changes {
		d, err := splice.Diff(e.dir.DiffFile(names[c.Path]), c.Old, c.Edits)
		if err != nil {
			return "", err
		}
		b.WriteString(d)
	}
	return b.String(), nil
}

// write writes what is planned, as a whole.
func (u *unit) write(ctx context.Context, sources map[*entry][]terraform.Source) error {
	changes := u.replacements(sources)
	if len(changes) == 0 {
		return nil
	}
	if err := tree.Shared(changes, u.index.links); err != nil {
		return err
	}
	if err := tree.Replace(ctx, changes); err != nil {
		return err
	}
	for _, r := range u.results {
		Fixed(r.Outcomes)
		r.Unit.Written = true
	}
	return nil
}

// Fixed marks the outcomes that were to be fixed: what is planned is written.
func Fixed(outcomes []*fix.Outcome) {
	for _, o := range outcomes {
		if o.Status == detect.Fixable {
			o.Status = detect.Fixed
		}
	}
}

// replacements returns the changes as they are to be written, and the other
// sources, which must still be what they were: another run may have put a key
// into one of them. There are none when nothing changes.
func (u *unit) replacements(sources map[*entry][]terraform.Source) []tree.Change {
	var out, same []tree.Change
	for _, c := range u.changes {
		for _, e := range u.members {
			if name := namesOf(sources[e])[c.Path]; name != "" {
				out = append(out, tree.Change{Dir: e.dir, Name: name, Old: c.Old, New: c.New})
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	for _, e := range u.members {
		for _, s := range sources[e] {
			if s.Err == nil && !slices.ContainsFunc(u.changes, func(c fix.FileChange) bool { return c.Path == s.Path }) {
				same = append(same, tree.Change{Dir: e.dir, Name: s.Name, Old: s.Bytes, New: s.Bytes})
			}
		}
	}
	return append(out, same...)
}
