package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// maxWays bounds how many instances of one module are told apart.
const maxWays = 1000

// ways returns how each module is reached from the tops. One that is reached in
// more ways than are told apart is judged as if anyone may call it, too.
func (j *judged) ways(tops []*eval.Instance) map[*terraform.Module][]*eval.Instance {
	out := map[*terraform.Module][]*eval.Instance{}
	var visit func(in *eval.Instance)
	visit = func(in *eval.Instance) {
		n := len(out[in.Module])
		switch {
		case n > maxWays:
			return
		case n == maxWays:
			in = in.Evaluator().Top(in.Module)
		}
		out[in.Module] = append(out[in.Module], in)
		for _, c := range in.Calls {
			if c.Aside {
				continue
			}
			if target := c.Target(); target == nil || j.member[target] == nil && target.Remote == nil {
				continue
			}
			list, _ := in.Called(c)
			for _, child := range list {
				visit(child)
			}
		}
	}
	for _, in := range tops {
		visit(in)
	}
	return out
}

// arrange finds the modules that nobody in the unit calls, or someone who is not
// read, and cuts calls that
// lead round in a circle, which Terraform refuses.
func (j *judged) arrange() {
	called := map[*terraform.Module]bool{}
	state := map[*entry]int{} // 1 while it is visited, 2 when it has been
	var visit func(e *entry)
	visit = func(e *entry) {
		state[e] = 1
		for _, c := range j.modules[e].Calls {
			j.missing(e, c)
			c.Aside = j.aside(e, c)
			if c.Aside {
				continue
			}
			to := j.member[c.Target()]
			switch {
			case to == nil:
			case to == e && c.Terragrunt: // it runs the directory that it stands in
				c.Cut()
			case state[to] == 1:
				c.Cut()
				j.fail(e, c, fmt.Sprintf("module call cycle: %s calls a module that calls this one", c.Address()))
			default:
				called[j.modules[to]] = true
				if state[to] == 0 {
					visit(to)
				}
			}
		}
		state[e] = 2
	}
	for _, e := range j.unit.members {
		if state[e] == 0 {
			visit(e)
		}
	}
	for _, e := range j.unit.members {
		if m := j.modules[e]; !called[m] || j.calledUnread(e) {
			j.tops = append(j.tops, m)
		}
	}
}

// calledUnread reports whether a component of a stack runs this directory, or a unit
// of Terragrunt's may, or one that cannot be read as a whole calls it by its bytes
// alone: what they pass is not known.
func (j *judged) calledUnread(to *entry) bool {
	return to.stacked || slices.ContainsFunc(j.unit.members, func(from *entry) bool {
		if from.example || len(j.modules[from].Errors) == 0 || !slices.Contains(from.calls, to) {
			return false
		}
		return !slices.ContainsFunc(j.modules[from].Calls, func(c *terraform.Call) bool {
			return c.Local() && j.unit.index.lead(from, c.Source) == to
		})
	})
}

// aside reports whether a call leads to a module that is read, and not judged.
func (j *judged) aside(e *entry, c *terraform.Call) bool {
	if !c.Local() || e.dir.Disk() == "" {
		return false
	}
	to := j.unit.index.lead(e, c.Source)
	return to != nil && (j.modules[to] == nil || e.example)
}

func (j *judged) fail(e *entry, c *terraform.Call, message string) {
	place := terraform.Place{File: c.File, Start: c.Block.TypeRange.Start.Byte}
	line, column := place.Position()
	j.errors[e] = append(j.errors[e], terraform.Error{File: c.File.Path, Line: line, Column: column, Message: message})
}

// missing notes a call whose local source does not exist.
func (j *judged) missing(e *entry, c *terraform.Call) {
	if !c.Local() || e.dir.Disk() == "" {
		return
	}
	disk := c.Source
	if !filepath.IsAbs(disk) {
		disk = filepath.Join(e.dir.Disk(), disk)
	}
	if j.unit.index.byDisk[disk] != nil {
		return
	}
	if _, err := filepath.EvalSymlinks(disk); errors.Is(err, fs.ErrNotExist) {
		j.fail(e, c, fmt.Sprintf("the source of %s does not exist: %s", c.Address(), c.Source))
	}
}
