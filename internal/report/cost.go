package report

import (
	"fmt"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix/keys"
)

// A cost is what the fixes of a run cost and risk. A key is $1 a month, and $1
// more after each of its first two rotations; later ones are free.
// https://aws.amazon.com/kms/pricing/
type cost struct {
	created map[string]int  // how often each new key is made, by directory and address
	more    bool            // they may be made more often
	rotated map[string]bool // keys that begin to rotate
	rotates bool            // others may, too
	tables  int             // that need care before the change is applied
	care    map[string]bool // the warnings that say so
}

// add counts what is fixed of a directory; what would be, unless this was to write
// it and has failed.
func (c *cost) add(r Result, writing bool) {
	if c.created == nil {
		c.created, c.rotated, c.care = map[string]int{}, map[string]bool{}, map[string]bool{}
	}
	for _, f := range r.Findings {
		if f.Status != detect.Fixed && (f.Status != detect.Fixable || writing) {
			continue
		}
		for _, k := range f.Keys {
			if at := k.home + "\x00" + k.Ref; k.Action == keys.Created {
				c.created[at] = max(c.created[at], k.copies)
				c.more = c.more || k.more
			}
		}
		for _, name := range f.rotated {
			c.rotated[name] = true
		}
		c.rotates = c.rotates || f.more
		c.warn(f)
	}
}

// warn counts the warnings of a table. That a comment is out of date, or what a
// key costs, does not bear on applying.
func (c *cost) warn(f *Finding) {
	cares := false
	for _, w := range f.Warnings {
		if w.ID != string(detect.StaleComment) && w.ID != string(detect.KeyPerInstance) {
			c.care[w.ID], cares = true, true
		}
	}
	if cares {
		c.tables++
	}
}

// Line returns one line on cost and risk, with its newline; "" where there is
// neither.
func (c *cost) Line() string {
	parts := slices.DeleteFunc([]string{c.money(), c.rotation(), c.risk()}, func(part string) bool { return part == "" })
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "\n"
}

func (c *cost) keys() int {
	n := 0
	for _, count := range c.created {
		n += count
	}
	return n
}

func (c *cost) money() string {
	n := c.keys()
	switch {
	case n == 0:
		return ""
	case c.more:
		return fmt.Sprintf("at least %s: $%d a month or more, $%d or more after two rotations", plural(n, "new key", "new keys"), n, 3*n)
	}
	return fmt.Sprintf("%s: $%d a month, up to $%d after two rotations", plural(n, "new key", "new keys"), n, 3*n)
}

func (c *cost) rotation() string {
	n := len(c.rotated)
	switch {
	case n == 0:
		return ""
	case c.rotates:
		return fmt.Sprintf("at least %s to rotate: up to $2 a month more for each", plural(n, "key begins", "keys begin"))
	}
	return fmt.Sprintf("%s to rotate: up to $%d a month more", plural(n, "key begins", "keys begin"), 2*n)
}

func (c *cost) risk() string {
	if c.tables == 0 {
		return ""
	}
	var ids []string
	for _, row := range detect.Rows {
		if row.Kind == detect.WarningKind && c.care[row.ID] {
			ids = append(ids, row.ID)
		}
	}
	return fmt.Sprintf("%s care before apply (%s)", plural(c.tables, "table needs", "tables need"), strings.Join(ids, ", "))
}
