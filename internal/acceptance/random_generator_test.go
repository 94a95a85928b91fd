package acceptance

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// A piece is what a random module can do without: a top-level block.
type piece struct{ file, text string }

// A generator makes a random module of pieces. What it makes is valid; of what
// it means only as much is known as a good mixture needs: the oracle is a plan.
type generator struct {
	*rand.Rand
	name     string // of the module
	reusable bool   // the module is for callers
	file     string // that new pieces go to
	pieces   []piece
	serial   int
	pools    map[string]*pool  // by region
	flags    map[bool][]string // references and literals
	open     []string          // conditions that only an apply can tell
	named    []named           // what further readers may read
	inputs   map[string]string // what callers give, or files of variable values
}

// A pool holds references to keys of one region by what they come to.
type pool struct {
	region string
	keys   map[class][]string
}

// A class is what an expression for a key comes to.
type class string

const (
	good      class = "good"      // the ARN of a customer managed key that rotates
	unrotated class = "unrotated" // of one that does not
	keyless   class = "keyless"   // null or ""
	managed   class = "managed"   // the AWS managed key
	misnamed  class = "misnamed"  // a key, by something else than its ARN
	unusable  class = "unusable"  // a key that is disabled, asymmetric or of another region
)

var classes = []class{good, unrotated, keyless, managed, misnamed, unusable}

// A named value is a local or variable that several blocks may read.
type named struct {
	ref   string
	kind  string // "flag", "key" or "object"
	known bool   // at the time of the plan
}

func newGenerator(seed, number uint64, name string) *generator {
	return &generator{
		Rand: rand.New(rand.NewPCG(seed, number)), name: name, file: "common.tf",
		pools:  map[string]*pool{},
		inputs: map[string]string{},
	}
}

// pick returns one of some texts.
func (g *generator) pick(of ...string) string { return of[g.IntN(len(of))] }

// chance reports whether something happens that does so in so many of a
// hundred cases.
func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

// class returns one of the classes, the first one more often.
func (g *generator) class() class {
	switch n := g.IntN(100); {
	case n < 48:
		return good
	case n < 62:
		return keyless
	case n < 72:
		return managed
	case n < 82:
		return misnamed
	case n < 92:
		return unrotated
	}
	return unusable
}

// anyClass returns one of all classes.
func (g *generator) anyClass() class { return classes[g.IntN(len(classes))] }

// add adds a block.
func (g *generator) add(format string, args ...any) {
	g.pieces = append(g.pieces, piece{g.file, fmt.Sprintf(format, args...)})
}

// fresh returns a name that nothing has.
func (g *generator) fresh(prefix string) string {
	g.serial++
	return fmt.Sprintf("%s%d", prefix, g.serial)
}

// local declares a local and returns the reference to it. Others may read it.
func (g *generator) local(kind, value string) string {
	name := g.fresh("l")
	g.add("locals {\n  %s = %s\n}", name, value)
	g.named = append(g.named, named{"local." + name, kind, g.known(value)})
	return "local." + name
}

var (
	computed  = regexp.MustCompile(`\b(aws_\w+|data|terraform_data|local\.key)\.`)
	localName = regexp.MustCompile(`local\.\w+`)
)

// known reports whether nothing in an expression is computed.
func (g *generator) known(value string) bool {
	if computed.MatchString(value) || strings.Contains(value, "each.") || g.reusable && strings.Contains(value, "var.") {
		return false
	}
	for _, ref := range localName.FindAllString(value, -1) {
		for _, n := range g.named {
			if n.ref == ref && !n.known {
				return false
			}
		}
	}
	return true
}

// filesOf returns the files that pieces make up, formatted.
func filesOf(pieces []piece) map[string][]byte {
	text := map[string]string{}
	for _, p := range pieces {
		text[p.file] += p.text + "\n\n"
	}
	files := map[string][]byte{}
	for name, t := range text {
		files[name] = hclwrite.Format([]byte(strings.TrimSuffix(t, "\n")))
	}
	return files
}

// key returns an expression of a class, for a key of a pool's region.
func (g *generator) key(p *pool, c class, depth int) string {
	if depth <= 0 || g.chance(25) {
		return g.pick(p.keys[c]...)
	}
	fill := func(letter string) string {
		switch letter {
		case "@E":
			return g.key(p, c, depth-1)
		case "@A":
			return g.pick(p.keys[c]...)
		case "@N":
			return g.key(p, keyless, min(depth-1, 1))
		}
		return g.key(p, g.anyClass(), min(depth-1, 1))
	}
	switch {
	case c != keyless && g.chance(4):
		return g.local("key", g.fill(g.pick(heredocs...), "key", depth, fill))
	case c != keyless && g.chance(45):
		return g.composed(solidForms, "key", depth, fill)
	}
	return g.composed(forms, "key", depth, fill)
}

// flag returns an expression that is known to be true or false when it is
// planned.
func (g *generator) flag(want bool, depth int) string {
	if depth <= 0 || g.chance(30) {
		return g.pick(g.flags[want]...)
	}
	list := forms
	if g.chance(60) {
		list = map[bool][]string{true: trueForms, false: falseForms}[want]
	}
	return g.composed(list, "flag", depth, func(letter string) string {
		if letter == "@E" {
			return g.flag(want, depth-1)
		}
		return g.flag(g.chance(50), min(depth-1, 1))
	})
}

// condition returns a condition for a branch: one that is known, or one about a
// key, which is known when that is.
func (g *generator) condition(want bool, depth int) string {
	if g.chance(75) {
		return g.flag(want, depth)
	}
	key := g.pick(g.pools[east].keys[good]...)
	null := g.pick("null", "var.key_null", "one(aws_kms_key.none[*].arn)")
	if want {
		return g.pick(key+` != null`, key+` != ""`, `length(`+key+`) > 3`, null+` == null`)
	}
	return g.pick(key+` == null`, key+` == ""`, null+` != null`)
}

// composed fills one of some forms, or puts a value of theirs into a local.
func (g *generator) composed(list []string, kind string, depth int, fill func(letter string) string) string {
	if !g.chance(22) {
		return g.fill(g.pick(list...), kind, depth, fill)
	}
	through := throughLocals[g.IntN(len(throughLocals))]
	value := g.fill(through.value, kind, depth, fill)
	return g.local(cmp.Or(through.kind, kind), value) + through.steps
}

var letters = regexp.MustCompile(`@[A-Z]`)

// fill puts expressions in the place of a form's letters; of is what it is a
// form of.
func (g *generator) fill(form, of string, depth int, fill func(letter string) string) string {
	same := map[string]string{}
	return letters.ReplaceAllStringFunc(form, func(letter string) string {
		switch letter {
		case "@T", "@F":
			return g.flag(letter == "@T", min(depth-1, 1))
		case "@C", "@D":
			if of == "flag" { // which is to be known
				return g.flag(letter == "@C", min(depth-1, 1))
			}
			return g.condition(letter == "@C", min(depth-1, 1))
		case "@O", "@N":
			return fill(letter)
		}
		if same[letter] == "" {
			same[letter] = fill(letter)
		}
		return same[letter]
	})
}
