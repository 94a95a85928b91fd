package graph

import (
	"iter"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// An Edge leads to what a node depends on.
type Edge struct {
	To      string
	Purpose Purpose
	// Reads is the attribute that is read of a resource, Whole where all of it,
	// or of a local, variable or output, is part of the value.
	Reads string
	// Attribute is that of a resource, or of a block in it, that the reference is
	// in.
	Attribute string
	Expr      hclsyntax.Expression // of the reference
}

// A Purpose says what a node depends on something for.
type Purpose byte

// The purposes.
const (
	ForValue Purpose = iota
	ForSize          // its count or for_each
	ForOrder         // its depends_on
	forBegin         // it is in a module that is called
	forEnd           // it is the end of a module
	// forSetting is an attribute of a data source that its configuration sets:
	// it is known before the data source is read.
	forSetting
)

// delays reports whether what depends by the edge on a resource, nil for anything
// else, may have to wait for its change, or read what changes of it.
func (e Edge) delays(on *terraform.Resource, isData bool) bool {
	switch {
	case e.Purpose == ForOrder:
		return true
	case on == nil || on.Data:
		return false
	}
	ours := on.Type == detect.TableType || strings.HasPrefix(on.Type, "aws_kms_")
	return isData || ours && !slices.Contains(lasting, e.Reads)
}

// lasting are attributes of tables and keys that no fix changes.
var lasting = []string{"arn", "id", "name", "hash_key", "range_key", "stream_arn", "stream_label", "key_id"}

// Whole stands for all attributes of a resource.
const Whole = "*"

// FirstAttribute returns the attribute of a resource or data source that a
// reference leads to or through, "" for the resource itself.
func FirstAttribute(t hcl.Traversal) string {
	names := 2
	if t.RootName() == "data" {
		names = 3
	}
	for _, step := range t[min(names, len(t)):] {
		if step, ok := step.(hcl.TraverseAttr); ok {
			return step.Name
		}
	}
	return ""
}

// next returns what a node depends on.
func (g *Graph) next(name string) []Edge {
	if read := g.aside[name]; read != nil {
		delete(g.aside, name)
		read()
	}
	if list, has := g.Edges[name]; has || g.before == nil {
		return list
	}
	return g.before.next(name)
}

// Reaches reports whether something depends on something else, directly or
// not.
func (g *Graph) Reaches(from, to string) bool {
	for name := range g.Behind(from) {
		if name == to {
			return true
		}
	}
	return false
}

// Behind yields something, and all that it depends on, directly or not.
func (g *Graph) Behind(from string) iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		queue := []string{from}
		for len(queue) > 0 {
			next := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			if seen[next] {
				continue
			}
			if seen[next] = true; !yield(next) {
				return
			}
			for _, e := range g.next(next) {
				queue = append(queue, e.To)
			}
		}
	}
}
