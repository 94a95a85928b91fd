package engine

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/internal/eval"
	"cmkify/internal/suppress"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// A unit is what must be right together: one directory.
type unit struct {
	ctx      context.Context
	options  Options
	dir      tree.Dir
	comments *suppress.Reader
	budget   *eval.Budget
}

// mayDeclareTable reports whether bytes of a Terraform file may declare a
// table, or cannot be read for one.
func mayDeclareTable(src []byte) bool {
	return bytes.Contains(src, []byte(detect.TableType)) || terraform.IsUTF16(src)
}

// work judges the unit, and plans and proves its fix.
func (u *unit) work(sources []terraform.Source) (Result, error) {
	r := Result{Dir: u.dir.Path, Base: u.dir.Base, Sources: sources}
	for _, s := range sources {
		if terraform.IsConfig(s.Name) {
			r.Files++
		}
	}
	size := 0
	for _, s := range sources {
		size += len(s.Bytes)
	}
	u.budget = eval.NewBudget(u.ctx, size)
	j := u.judged(sources)
	selection := u.selection(j.Module)
	plan, err := fix.Settle(j, selection, u.fixOptions(), func(p *fix.Plan) (*fix.Judged, error) {
		after, err := edited(sources, p)
		return u.judged(after), err
	})
	if err != nil {
		return r, err
	}
	r.Outcomes = plan.Outcomes
	r.Absent = len(j.Absent)
	for _, e := range j.Errors {
		// One in a file that was not named matters only to tables beside it.
		if f := j.Module.File(e.File); len(r.Outcomes) > 0 || f == nil || selection.Writable(f) {
			r.Errors = append(r.Errors, e)
		}
	}
	if !u.options.Edits {
		return r, nil
	}
	r.Edits = plan.Edits
	if r.Changes, err = plan.Changes(bytesOf(sources)); err != nil {
		return r, err
	}
	if u.options.Diff {
		r.Diff, err = u.diff(r.Changes, sources)
	}
	return r, err
}

func bytesOf(sources []terraform.Source) map[string][]byte {
	out := map[string][]byte{}
	for _, s := range sources {
		out[s.Path] = s.Bytes
	}
	return out
}

// edited returns the sources with a plan's edits made.
func edited(sources []terraform.Source, p *fix.Plan) ([]terraform.Source, error) {
	changes, err := p.Changes(bytesOf(sources))
	if err != nil {
		return nil, err
	}
	out := slices.Clone(sources)
	for i, s := range out {
		for _, c := range changes {
			if c.Path == s.Path {
				out[i].Bytes = c.New
			}
		}
	}
	return out, nil
}

// judged loads and judges the module that sources make up.
func (u *unit) judged(sources []terraform.Source) *fix.Judged {
	m := terraform.Load(u.dir.Path, sources)
	top := func(o eval.Options) *eval.Instance {
		o.File, o.Budget = u.file, u.budget
		if u.options.Fix.Keys.Given != nil {
			o.Names = u.options.Fix.Keys.Given.Names()
		}
		return eval.New(o).Top(m)
	}
	j := &fix.Judged{Module: m, Ways: []*eval.Instance{top(eval.Options{})}}
	j.Errors = detect.Errors(j.Ways[0])
	j.Result = detect.Check(func(seed int) []*eval.Instance {
		if seed == 0 {
			return j.Ways
		}
		return []*eval.Instance{top(eval.Options{Seed: seed})}
	}, u.detectOptions())
	var planned *eval.Instance
	j.Plan = func() *eval.Instance {
		if planned == nil {
			planned = top(eval.Options{Plan: true})
		}
		return planned
	}
	return j
}

func (u *unit) detectOptions() detect.Options { return detect.Options{Comments: u.comments} }

func (u *unit) fixOptions() fix.Options {
	o := u.options.Fix
	o.Keys.Detect = u.detectOptions()
	o.Keys.Newer = newer
	return o
}

// newer reports whether a module is used with version 6 or later of the AWS
// provider, as far as it, or those that call it, tell. Where both majors are
// allowed, or nothing is said, a root module is taken to use the newer one, a
// module that others call to be used with the older one, too.
func newer(in *eval.Instance) bool {
	for ; in != nil; in = in.Caller {
		switch in.RegionSign() {
		case terraform.NewerSign:
			return true
		case terraform.OlderSign:
			return false
		case terraform.EitherSign:
			return in.Caller == nil && !in.Open
		}
		if in.Caller == nil {
			return !in.Open
		}
	}
	return false
}

// file reads a file of the unit's directory that an expression names.
func (u *unit) file(m *terraform.Module, name string) ([]byte, bool) {
	if !path.IsAbs(name) && !strings.HasPrefix(path.Clean(name), "..") && u.dir.Disk() != "" {
		if src, err := u.dir.Read(name); err == nil {
			return src, true
		}
	}
	return nil, false
}

// selection returns what of the unit is reported and changed.
func (u *unit) selection(m *terraform.Module) fix.Selection {
	named := map[string]bool{}
	for _, n := range u.dir.Named {
		named[n] = true
	}
	writable := func(f *terraform.File) bool { return u.dir.Named == nil || named[f.Name] }
	return fix.Selection{
		Writable: writable,
		Table: func(f *detect.Finding) bool {
			matches := func(glob string) bool {
				ok, err := path.Match(glob, f.Address())
				return err == nil && ok || glob == f.Address()
			}
			return writable(f.Table.File) && (u.options.Only == nil || slices.ContainsFunc(u.options.Only, matches)) && !slices.ContainsFunc(u.options.Skip, matches)
		},
	}
}

// diff returns the unified diff of all changes.
func (u *unit) diff(changes []fix.FileChange, sources []terraform.Source) (string, error) {
	names := map[string]string{}
	for _, s := range sources {
		names[s.Path] = s.Name
	}
	var b strings.Builder
	for _, c := range changes {
		d, err := fix.Diff(u.dir.DiffFile(names[c.Path]), c.Old, c.Edits)
		if err != nil {
			return "", err
		}
		b.WriteString(d)
	}
	return b.String(), nil
}
