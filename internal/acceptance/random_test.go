package acceptance

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"cmkify/internal/testkit/command"
)

var (
	randomSeed    = flag.Uint64("random-seed", 1, "the seed of random modules")
	randomFirst   = flag.Int("random-first", 3, "the number of the first random module")
	randomModules = flag.Int("random-modules", max(1, 2/command.Slowness), "how many random modules are planned, of 20 tables each")
	randomShrink  = flag.Int("random-shrink", 1, "how many failures of a random module are made smaller")
	randomReplay  = flag.String("random-replay", "", "a file with a root module, as a failure prints one, to plan instead of random ones")
)

const (
	tablesOfModule = 20
	maxBatch       = 8 // modules of one plan
	needlessShare  = 5 // of a thousand tables may be unknown although the plan knows

	invalidModules = "modules that a call makes invalid"
)

// TestRandom holds verdicts and fixes on random modules to plans of them. Every
// fourth module is for callers: it is judged alone, and planned in four calls.
func TestRandom(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	t.Logf("-random-seed=%d", *randomSeed)
	var modules []*randomModule
	if *randomReplay != "" {
		modules = []*randomModule{replayed(t, *randomReplay)}
	} else {
		for n := *randomFirst; n < *randomFirst+*randomModules; n++ {
			generate := newModule
			if n%4 == 3 {
				generate = newReusable
			}
			modules = append(modules, generate(*randomSeed, uint64(n), fmt.Sprintf("m%d", n)))
		}
	}
	total := tally{}
	for batch := range slices.Chunk(modules, maxBatch) {
		holdModules(t, batch)
		for _, m := range batch {
			total.add(t, m)
		}
	}
	total.report(t)
}

// replayed returns the module of a file.
func replayed(t *testing.T, name string) *randomModule {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	src = regexp.MustCompile(`(?m)^\s+(-- .* --)$`).ReplaceAll(src, []byte("$1"))
	m := &randomModule{name: "m0", calls: make([]map[string]string, 1)}
	for _, f := range txtar.Parse(src).Files {
		m.pieces = append(m.pieces, piecesOf(t, f.Name, f.Data)...)
	}
	m.pieces = renamed(m.pieces, `m\d+`, "m0")
	return m
}

// holdModules judges and fixes modules, and plans them before and after. What
// disagrees is in their failures.
func holdModules(t *testing.T, modules []*randomModule) {
	t.Helper()
	b := &batch{t: t, aws: newStandIn(t)}
	for _, m := range modules {
		m.before = &unit{m: m, files: filesOf(m.pieces)}
		m.fix(t, command.Path())
		b.units = append(b.units, m.before, m.now)
	}
	b.observe()
	for _, m := range modules {
		switch {
		case m.before.skipped != "" && m.reusable: // what its callers give may lead to a null where none may be
			m.invalid = true
		case m.before.skipped != "":
			m.failures = []failure{{notTaken, "", m.before.skipped}}
		case m.now.skipped != "":
			m.fail(notPlanned, "", "%s", m.now.skipped)
		default:
			m.holdVerdicts(b.aws, judge(loadVerdicts(t, m.before.files)))
			m.holdFix(b.aws)
		}
	}
}

// A tally counts tables by status and kind of module, and failures by kind.
type tally map[string]int

func (c tally) add(t *testing.T, m *randomModule) {
	t.Helper()
	if m.invalid {
		c[invalidModules]++
		t.Logf("%s: not valid: %s", m.name, m.before.skipped)
		return
	}
	of := "tables of root modules"
	if m.reusable {
		of = "tables of called modules"
	}
	for _, s := range m.said {
		c[of]++
		c[string(s.Status)]++
	}
	for n, f := range m.failures {
		c["! "+f.kind]++
		t.Logf("%s: %s: %s: %s", m.name, f.kind, f.table, f.message)
		if n < *randomShrink {
			s := &shrinker{t: t, of: f, module: m}
			small, last := s.shrink(m.pieces)
			t.Logf("the smallest module:\n%s\n%s", last.message, text(small))
		}
	}
}

// report fails the test for every kind of failure; of unknown verdicts that the
// plan knows, a few are allowed.
func (c tally) report(t *testing.T) {
	t.Helper()
	var out []string
	tables := c["tables of root modules"] + c["tables of called modules"]
	if tables == 0 {
		t.Error("no table was judged")
	}
	for _, kind := range slices.Sorted(maps.Keys(c)) {
		out = append(out, fmt.Sprintf("%s: %d", kind, c[kind]))
		if strings.HasPrefix(kind, "!") && (kind != "! "+needlessly || c[kind]*1000 > needlessShare*tables) {
			t.Errorf("%d of %d tables: %s", c[kind], tables, kind[2:])
		}
	}
	t.Log(strings.Join(out, ", "))
}
