package terraform

import (
	"bytes"
	"slices"
	"strings"
)

// A chooser says which blocks of a module are read.
type chooser struct {
	demand   *Demand
	keys     bool                 // there are some, which tables may use
	declared map[string][]skipped // by address
	// outputs are those that calls are asked for, by "module." and their name.
	outputs map[string]map[string]bool
	queue   []skipped
}

// choose marks the blocks that are read for a demand, of files with an outline.
// The others are read as a whole.
func choose(outlined, others []*File, d *Demand) *chooser {
	c := &chooser{demand: d, declared: map[string][]skipped{}, outputs: map[string]map[string]bool{}}
	c.keys = slices.ContainsFunc(outlined, func(f *File) bool { return bytes.Contains(f.Bytes, []byte(`"aws_kms_`)) })
	for _, f := range outlined {
		for n := range f.outline.Blocks {
			s := skipped{f, n}
			address := f.outline.declares(n)
			if address != "" {
				c.declared[address] = append(c.declared[address], s)
			}
			if address == "" || c.begins(s, address) {
				c.mark(s)
			}
		}
	}
	for _, f := range others {
		c.follow(f.Bytes)
	}
	for len(c.queue) > 0 {
		next := c.queue[len(c.queue)-1]
		c.queue = c.queue[:len(c.queue)-1]
		c.follow(next.text())
	}
	return c
}

// mark has a block read, and what it refers to.
func (c *chooser) mark(s skipped) {
	if o := s.file.outline; !o.read[s.n] {
		o.read[s.n] = true
		c.queue = append(c.queue, s)
	}
}

// follow marks what bytes refer to.
func (c *chooser) follow(src []byte) {
	for address := range references(src) {
		for _, s := range c.declared[string(address)] {
			c.mark(s)
		}
		if rest, ok := bytes.CutPrefix(address, []byte("module.")); ok {
			if call, output, ok := strings.Cut(string(rest), "."); ok {
				if c.outputs[call] == nil {
					c.outputs[call] = map[string]bool{}
				}
				c.outputs[call][output] = true
			}
		}
	}
}

// begins reports whether a block is read for itself: it declares tables or keys,
// refers to them, or was asked for.
func (c *chooser) begins(s skipped, address string) bool {
	text := s.text()
	switch {
	case c.demand.addresses[address] || c.readsAny(text):
		return true
	case strings.HasPrefix(address, "var."):
		return false
	case aboutAccess(address):
		return c.demand.access || c.keys || holdsAny(text, changing)
	}
	label := string(s.file.outline.Blocks[s.n].Labels[0])
	return holdsAny(text, telling) || slices.Contains(plain, label) || opensTags(text)
}

func holdsAny(text []byte, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(text, []byte(word)) })
}

// telling are in every block that declares a table or key, or refers to one, and
// changing in every one that reads of a table what a fix changes.
var (
	telling  = []string{"aws_dynamodb", "aws_kms"}
	changing = []string{"aws_kms", "server_side_encryption", "replica"}
)

// aboutAccess reports whether an address is that of an identity or policy of
// IAM. Those that only name tables matter where a key may be reused: what a new
// key allows does not depend on them.
func aboutAccess(address string) bool {
	return strings.HasPrefix(strings.TrimPrefix(address, "data."), "aws_iam_")
}

// plain are the types of data sources that a new key's policy may use.
var plain = []string{"aws_caller_identity", "aws_partition", "aws_region"}

// opensTags reports whether tags may be written as a block, as Terraform 0.11
// had it.
func opensTags(text []byte) bool {
	for {
		at := bytes.Index(text, []byte("tags"))
		if at < 0 {
			return false
		}
		text = text[at+len("tags"):]
		if bytes.HasPrefix(bytes.TrimLeft(text, " \t"), []byte("{")) {
			return true
		}
	}
}

// readsAny reports whether a block refers to something whose readers were asked
// for.
func (c *chooser) readsAny(text []byte) bool {
	if len(c.demand.read) == 0 {
		return false
	}
	for address := range references(text) {
		if c.demand.read[string(address)] {
			return true
		}
	}
	return false
}
