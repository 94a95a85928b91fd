package fix

import (
	"fmt"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// The policies of new keys.
const (
	PolicyDynamoDB = "dynamodb"
	PolicyNone     = "none"
)

// Options say how tables are given keys.
type Options struct {
	KeyPolicy string    // PolicyDynamoDB or PolicyNone
	KeyName   string    // label of a new key of the default pair
	Given     *GivenKey // the key to use instead of a new one, or nil
	// SkipReplicas leaves tables with replicas that need keys to a person.
	SkipReplicas bool
	Detect       detect.Options
}

// A Plan is what a run would change in one directory.
type Plan struct {
	Edits []Edit // by file and place
	// First is the path of the file to write first: the one with a new key.
	First string
}

// New plans the changes that mend the fixable findings of the selection. It puts the keys into these
// findings, and turns those into manual ones that it cannot mend after all.
func New(m *terraform.Module, findings []*detect.Finding, selection detect.Selection, o Options) *Plan {
	p := &planner{module: m, selection: selection, options: o, judged: map[terraform.Pair][]detect.Candidate{}}
	for _, f := range findings {
		if f.Status == detect.Fixable && selection.Table(m, f) {
			p.refuseFiles(f)
		}
		if f.Status == detect.Fixable && selection.Table(m, f) {
			p.findings = append(p.findings, f)
		}
	}
	p.assignKeys(findings)
	p.warn()
	return p.plan()
}

type planner struct {
	module    *terraform.Module
	selection detect.Selection
	options   Options
	findings  []*detect.Finding // fixable, in named files
	created   []newKey
	lookups   []identity
	providers []newProvider
	wanting   []*terraform.Resource // the tables that get a new key
	judged    map[terraform.Pair][]detect.Candidate
}

// refuseFiles declines a finding whose fix would change a file that is not
// to be written.
func (p *planner) refuseFiles(f *detect.Finding) {
	for _, g := range f.Goals {
		switch {
		case p.module.File(g.File()).Generated():
			f.Decline(detect.GeneratedFile)
			return
		case !p.selection.File(p.module, g.File()):
			f.Decline(detect.UnnamedFile)
			return
		}
	}
}

// assignKeys gives every fixable finding that wants them keys: the table's of
// its pair, and those of its replicas.
func (p *planner) assignKeys(all []*detect.Finding) {
	for _, f := range p.findings {
		if refused := p.assign(f, all); refused != nil {
			f.DeclineWith(refused.ID, refused.Message)
			continue
		}
		p.refuseFiles(f)
		if slices.ContainsFunc(f.Keys, func(k detect.Key) bool { return k.Action == "created" }) && f.Status == detect.Fixable {
			p.wanting = append(p.wanting, f.Table)
		}
	}
	p.findings = slices.DeleteFunc(p.findings, func(f *detect.Finding) bool { return f.Status != detect.Fixable })
	p.prune()
}

// assign puts keys into a finding and its goals, or says why there is none.
func (p *planner) assign(f *detect.Finding, all []*detect.Finding) *detect.Note {
	var own *terraform.Resource
	for _, k := range f.Keys {
		if k.For == "table" {
			own = k.Block
		}
	}
	for i := range f.Goals {
		g := &f.Goals[i]
		if !strings.Contains(g.Expr, detect.KeyMark) {
			continue
		}
		var key detect.Key
		var expr string
		var refused *detect.Note
		if g.Replica == nil {
			key, expr, refused = p.keyFor(f.Table.Pair(), all)
			own = key.Block
		} else {
			key, expr, refused = p.replicaKey(f, *g.Replica, own, all)
		}
		if refused != nil {
			return refused
		}
		f.Keys = append(f.Keys, key)
		g.Expr = strings.ReplaceAll(g.Expr, detect.KeyMark, expr)
		goal := detect.RotationGoal(p.module, key.Block, p.options.Detect)
		switch {
		case goal == nil:
		case goal.Expr == "":
			return refusal(detect.Variable, fmt.Sprintf("the key it would get, %s, does not rotate, and that is decided elsewhere: make its enable_key_rotation true", key.Ref))
		default:
			f.Goals = append(f.Goals, *goal)
		}
	}
	return nil
}

// keyFor returns the key for the tables of a pair and the expression that
// names it, or why there is none.
func (p *planner) keyFor(pair terraform.Pair, all []*detect.Finding) (detect.Key, string, *detect.Note) {
	key := detect.Key{For: "table"}
	if given := p.options.Given; given != nil {
		block, refused := given.serves(p.module, pair)
		key.Ref, key.Action, key.Block = given.ref(), "given", block
		return key, given.source, refused
	}
	if i := slices.IndexFunc(p.created, func(k newKey) bool { return k.pair == pair && k.forEach == "" }); i >= 0 {
		key.Ref, key.Action = p.created[i].address(), "created"
		return key, key.Ref + ".arn", nil
	}
	if key.Block = reusable(pair, all); key.Block != nil {
		key.Ref, key.Action = key.Block.Address(), "reused"
		return key, key.Ref + ".arn", nil
	}
	for _, c := range p.candidates(pair) {
		if c.Unfit == "" {
			key.Ref, key.Action, key.Block = c.Ref, "reused", c.Block
			return key, c.Expr, nil
		}
	}
	if key.Block = p.left(pair); key.Block != nil {
		key.Ref, key.Action = key.Block.Address(), "reused"
		return key, key.Ref + ".arn", nil
	}
	key.Ref, key.Action = p.create(pair).address(), "created"
	return key, key.Ref + ".arn", nil
}

// left returns a key that reads as a new one of the pair would. A run that
// was killed between two files leaves it, with no table that uses it yet.
func (p *planner) left(pair terraform.Pair) *terraform.Resource {
	for _, r := range p.module.OfType(keyType) {
		if r.Block == nil || r.Counted() || r.Pair() != pair {
			continue
		}
		k := newKey{pair: pair, label: r.Name}
		if p.options.KeyPolicy == PolicyDynamoDB {
			k.identity = p.identity(pair)
		}
		at := r.Block.Range()
		block := slices.DeleteFunc(k.lines(p.options.KeyPolicy), func(line string) bool { return strings.HasPrefix(line, "# ") })
		if slices.Equal(strings.Fields(string(r.File.Bytes[at.Start.Byte:at.End.Byte])), strings.Fields(strings.Join(block, "\n"))) {
			return r
		}
	}
	return nil
}

// candidates returns the keys of the directory, judged for a pair once.
func (p *planner) candidates(pair terraform.Pair) []detect.Candidate {
	if _, done := p.judged[pair]; !done {
		p.judged[pair] = detect.Candidates(p.module, pair)
	}
	return p.judged[pair]
}

// covered reports whether a key's policy lets the tables' users decrypt.
func (p *planner) covered(key detect.Key, pair terraform.Pair) bool {
	if key.Action == "created" {
		return p.options.KeyPolicy == PolicyDynamoDB
	}
	return slices.ContainsFunc(p.candidates(pair), func(c detect.Candidate) bool { return c.Ref == key.Ref && c.Covered })
}

// warn adds to the findings what may hurt, and, of new keys, why no other
// served and what they cost.
func (p *planner) warn() {
	for _, f := range p.findings {
		if slices.ContainsFunc(f.Goals, func(g detect.Goal) bool { return g.Comment != "" }) {
			detect.ReplicaWarning(f)
		}
		if len(f.Keys) == 0 || f.Keys[0].For != "table" {
			continue
		}
		key, pair := f.Keys[0], f.Table.Pair()
		created := key.Action == "created"
		detect.Warn(p.module, f, p.covered(key, pair), key.Ref, created)
		if !created {
			continue
		}
		for _, c := range p.candidates(pair) {
			f.Because(p.module, c.At, "%s is not used: %s", c.Ref, c.Unfit)
		}
		if f.Table.Counted() {
			f.Because(p.module, f.Table.Declared.Range(), "its key is not counted: it costs $1 a month also while the table is off")
		}
	}
}

// reusable returns the key that most tables of the pair use already, and
// rightly, or will once this run has mended them; the first of them on a tie.
func reusable(pair terraform.Pair, all []*detect.Finding) *terraform.Resource {
	uses := map[*terraform.Resource]int{}
	var best *terraform.Resource
	for _, f := range all {
		if f.Status != detect.Compliant && f.Status != detect.Fixable || len(f.Keys) == 0 || f.Keys[0].Action != "used" {
			continue
		}
		key := f.Keys[0].Block
		if key == nil || key.Counted() || key.Pair() != pair || f.Table.Pair() != pair {
			continue
		}
		uses[key]++
		if best == nil || uses[key] > uses[best] {
			best = key
		}
	}
	return best
}

func (p *planner) plan() *Plan {
	var edits []Edit
	for _, c := range p.changes() {
		edits = append(edits, needed(c.edits(), c.tables)...)
	}
	plan := &Plan{}
	if len(p.created) > 0 {
		at := placeKeys(p.module, p.selection, p.wanting)
		providers, loose := p.providerEdits()
		keys := append(providers, keyEdit(at, slices.Concat(loose, p.newBlocks())))
		edits = append(edits, needed(keys, p.wantKeys())...)
		plan.First = at.file.Path
	}
	sortEdits(edits)
	plan.Edits = edits
	return plan
}

// needed notes which tables need the edits.
func needed(edits []Edit, tables []string) []Edit {
	for i := range edits {
		edits[i].Tables = tables
	}
	return edits
}

// wantKeys returns the addresses of the tables that are given new keys.
func (p *planner) wantKeys() []string {
	var out []string
	for _, f := range p.findings {
		if slices.ContainsFunc(f.Keys, func(k detect.Key) bool { return k.Action == "created" }) {
			out = append(out, f.Address)
		}
	}
	return out
}
