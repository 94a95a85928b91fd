package terraform

import (
	"bytes"
	"slices"
	"strings"
)

// A chooser says which blocks of a module are read.
type chooser struct {
	files    []*File // of the module, outlined or not
	demand   *Demand
	declared map[string][]skipped // by address
	// outputs are those that calls are asked for, by "module." and their name.
	outputs map[string]map[string]bool
	queue   []skipped
}

// choose marks the blocks that are read for a demand, of files with an outline.
// The others are read as a whole.
func choose(outlined, others []*File, d *Demand) *chooser {
	c := &chooser{files: slices.Concat(outlined, others), demand: d, declared: map[string][]skipped{}, outputs: map[string]map[string]bool{}}
	for _, f := range outlined {
		for n := range f.outline.Blocks {
			s := skipped{f, n}
			addresses := f.outline.declares(n)
			for _, address := range addresses {
				c.declared[address] = append(c.declared[address], s)
			}
			if len(addresses) == 0 || c.begins(s, addresses) {
				c.mark(s)
			}
		}
	}
	c.markCycles(outlined)
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

// markCycles marks all locals if some may refer to themselves, which Terraform
// refuses.
func (c *chooser) markCycles(outlined []*File) {
	var locals []scannedLocal
	for _, f := range outlined {
		for _, list := range f.outline.locals {
			locals = append(locals, list...)
		}
	}
	if !mayCycle(locals) {
		return
	}
	for _, l := range locals {
		for _, s := range c.declared[l.address] {
			c.mark(s)
		}
	}
}

// begins reports whether a block is read for itself.
func (c *chooser) begins(s skipped, addresses []string) bool {
	text := s.text()
	asked := slices.ContainsFunc(addresses, func(address string) bool { return c.demand.addresses[address] })
	if asked || strings.HasPrefix(addresses[0], "output.") && c.demand.addresses["output."] || c.readsAny(text) || opensTags(text) {
		return true
	}
	o := Outlined{Address: addresses[0], Source: s.file.outline.sources[s.n], Text: text, Holds: c.holds}
	if s.file.outline.declaresResource(s.n) {
		o.Type = string(s.file.outline.Blocks[s.n].Labels[0])
	}
	return c.demand.reads(o) || slices.ContainsFunc(c.demand.types, func(prefix string) bool { return strings.HasPrefix(o.Type, prefix) })
}

// holds reports whether one of the files holds a word. Each word is looked for
// once, however many blocks ask, and however often the directory is loaded: it
// does not matter what a plan adds.
func (c *chooser) holds(word string) bool {
	held, known := c.demand.held[word]
	if !known {
		held = slices.ContainsFunc(c.files, func(f *File) bool { return bytes.Contains(f.Bytes, []byte(word)) })
		c.demand.held[word] = held
	}
	return held
}

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
