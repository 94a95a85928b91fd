package acceptance

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	maxRounds     = 14 // of shrinking one failure
	maxCandidates = 8  // in one round
)

// A shrinker makes a module that fails smaller.
type shrinker struct {
	t      *testing.T
	of     failure
	module *randomModule
	serial int
}

// shrink returns a smaller module that fails in the same way, and the failure.
func (s *shrinker) shrink(pieces []piece) ([]piece, failure) {
	last := s.of
	if small := closure(pieces, s.of.table); len(small) < len(pieces) {
		if found := s.failing([][]piece{small}); found[0] != nil {
			pieces, last = small, *found[0]
		}
	}
	size := max(1, len(pieces)/maxCandidates)
	for range maxRounds {
		var candidates [][]piece
		var parts [][2]int
		for from := 0; from < len(pieces); from += size {
			to := min(from+size, len(pieces))
			candidates = append(candidates, slices.Concat(pieces[:from], pieces[to:]))
			parts = append(parts, [2]int{from, to})
		}
		found := s.failing(candidates)
		var kept []piece // what is left without all parts that can be left out
		smallest := -1
		for n, part := range parts {
			if found[n] == nil {
				kept = append(kept, pieces[part[0]:part[1]]...)
			} else if smallest < 0 {
				smallest = n
			}
		}
		switch {
		case smallest < 0 && size == 1:
			return pieces, last
		case smallest < 0:
			size = max(1, size/2)
			continue
		}
		if together := s.failing([][]piece{kept}); together[0] != nil {
			pieces, last = kept, *together[0]
		} else {
			pieces, last = candidates[smallest], *found[smallest]
		}
		size = max(1, min(size, len(pieces)/maxCandidates))
	}
	return pieces, last
}

// failing returns, for each candidate, the failure that it has in common with
// the one to shrink; nil for none.
func (s *shrinker) failing(candidates [][]piece) []*failure {
	var modules []*randomModule
	for _, pieces := range candidates {
		s.serial++
		name := fmt.Sprintf("m%d", 1000+s.serial)
		modules = append(modules, &randomModule{name: name, pieces: renamed(pieces, s.module.name, name), calls: s.module.calls, reusable: s.module.reusable})
	}
	holdModules(s.t, modules)
	out := make([]*failure, len(modules))
	for n, m := range modules {
		for _, f := range m.failures {
			if f.kind == s.of.kind && f.table == s.of.table && out[n] == nil {
				out[n] = &f
			}
		}
	}
	return out
}

// renamed returns the pieces with the name of their module changed.
func renamed(pieces []piece, from, to string) []piece {
	name := regexp.MustCompile(`\b` + from + `-`)
	var out []piece
	for _, p := range pieces {
		out = append(out, piece{p.file, name.ReplaceAllString(p.text, to+"-")})
	}
	return out
}

var (
	reference   = regexp.MustCompile(`\b(?:data\.)?(?:var|local|aws_\w+|terraform_data)\.\w+`)
	declaration = regexp.MustCompile(`(?m)^(resource|data|variable|locals)(?: "(\w+)")?(?: "(\w+)")? {(?:\n  (\w+) =)?`)
	inputName   = regexp.MustCompile(`^(\w+) = (.*)$`)
)

// closure returns the pieces of a table and what they refer to.
func closure(pieces []piece, table string) []piece {
	return reachable(pieces, func(p piece) bool { return p.address() == "aws_dynamodb_table."+table })
}

// reachable returns some pieces and what they refer to.
func reachable(pieces []piece, from func(piece) bool) []piece {
	wanted := map[string]bool{"terraform": true, "provider": true}
	for _, p := range pieces {
		wanted[p.address()] = wanted[p.address()] || from(p)
	}
	for changed := true; changed; {
		changed = false
		for _, p := range pieces {
			if wanted[p.address()] {
				for _, ref := range reference.FindAllString(p.text, -1) {
					changed = changed || !wanted[ref]
					wanted[ref] = true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(pieces), func(p piece) bool {
		name, _, given := p.input()
		return !wanted[p.address()] && !(given && wanted["var."+name])
	})
}

// input returns what a line of a file of variable values gives.
func (p piece) input() (name, value string, given bool) {
	found := inputName.FindStringSubmatch(p.text)
	if !strings.HasSuffix(p.file, ".tfvars") || found == nil {
		return "", "", false
	}
	return found[1], found[2], true
}

// address returns what a piece is referred to by, else its type.
func (p piece) address() string {
	if name, _, given := p.input(); given {
		return "input." + name
	}
	d := declaration.FindStringSubmatch(p.text)
	switch {
	case d == nil:
		return strings.Fields(p.text)[0]
	case d[1] == "variable":
		return "var." + d[2]
	case d[1] == "locals":
		return "local." + d[4]
	case d[1] == "data":
		return "data." + d[2] + "." + d[3]
	}
	return d[2] + "." + d[3]
}

// text returns the pieces as files.
func text(pieces []piece) string {
	files := filesOf(pieces)
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&out, "-- %s --\n%s", name, files[name])
	}
	return out.String()
}

// piecesOf returns the pieces of a file.
func piecesOf(t *testing.T, name string, src []byte) []piece {
	t.Helper()
	if strings.HasSuffix(name, ".tfvars") {
		var out []piece
		for line := range strings.Lines(string(src)) {
			if line = strings.TrimSpace(line); line != "" {
				out = append(out, piece{name, line})
			}
		}
		return out
	}
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var out []piece
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		out = append(out, piece{name, string(src[b.TypeRange.Start.Byte:b.CloseBraceRange.End.Byte])})
	}
	return out
}
