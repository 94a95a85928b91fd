package fix

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

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

// New plans the changes that mend the fixable findings whose tables stand in
// named files; in all files when named is nil. It puts the keys into these
// findings, and turns those into manual ones that it cannot mend after all.
func New(m *terraform.Module, findings []*detect.Finding, named map[string]bool, o Options) *Plan {
	p := &planner{module: m, named: named, options: o, judged: map[terraform.Pair][]detect.Candidate{}}
	for _, f := range findings {
		if f.Status == detect.Fixable && detect.Only(m, named, f.File) {
			p.refuseFiles(f)
		}
		if f.Status == detect.Fixable && detect.Only(m, named, f.File) {
			p.findings = append(p.findings, f)
		}
	}
	p.assignKeys(findings)
	p.warn()
	return p.plan()
}

type planner struct {
	module    *terraform.Module
	named     map[string]bool
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
		case !detect.Only(p.module, p.named, g.File()):
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
		if goal := detect.RotationGoal(p.module, key.Block, p.options.Detect); goal != nil {
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
	key.Ref, key.Action = p.create(pair).address(), "created"
	return key, key.Ref + ".arn", nil
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

// An identity is the data source of the account that a provider works in.
type identity struct {
	provider, label string
	declared        bool
}

// create returns the new key of a pair, the same one for all its tables.
func (p *planner) create(pair terraform.Pair) newKey {
	var taken []string
	for _, k := range p.created {
		if k.pair == pair {
			return k
		}
		taken = append(taken, k.label)
	}
	k := newKey{pair: pair}
	k.label = freeLabel(p.module, keyType+".", p.options.KeyName+suffix(pair.Alias(), pair.Region), taken)
	if p.options.KeyPolicy == PolicyDynamoDB {
		k.identity = p.identity(pair)
	}
	p.created = append(p.created, k)
	return k
}

// identity returns the label of the data source of the pair's account.
func (p *planner) identity(pair terraform.Pair) string {
	var taken []string
	for _, i := range p.lookups {
		if i.provider == pair.Provider {
			return i.label
		}
		taken = append(taken, i.label)
	}
	i := identity{provider: pair.Provider}
	for _, r := range p.module.Resources {
		if r.Data && r.Type == identityType && !r.Counted() && r.Pair().Provider == pair.Provider {
			i.label, i.declared = r.Name, true
			break
		}
	}
	if !i.declared {
		i.label = freeLabel(p.module, "data."+identityType+".", "current"+suffix(pair.Alias(), ""), taken)
	}
	p.lookups = append(p.lookups, i)
	return i.label
}

func (p *planner) plan() *Plan {
	var edits []Edit
	for _, c := range p.changes() {
		edits = append(edits, c.edits()...)
	}
	plan := &Plan{}
	if len(p.created) > 0 {
		at := placeKeys(p.module, p.named, p.wanting)
		providers, loose := p.providerEdits()
		edits = append(edits, providers...)
		edits = append(edits, keyEdit(at, slices.Concat(loose, p.newBlocks())))
		plan.First = at.file.Path
	}
	sortEdits(edits)
	plan.Edits = edits
	return plan
}

func (p *planner) newBlocks() [][]string {
	var out [][]string
	for _, i := range p.lookups {
		if !i.declared {
			out = append(out, identityLines(i.provider, i.label))
		}
	}
	for _, k := range p.created {
		k.tags = p.tags(k.pair)
		out = append(out, k.lines(p.options.KeyPolicy))
	}
	return out
}

// tags returns the reference that all tables with the new key of a pair have
// as their tags, "" when they do not have the same one.
func (p *planner) tags(pair terraform.Pair) string {
	tags := ""
	for _, table := range p.wanting {
		if table.Pair() != pair {
			continue
		}
		a := table.Attribute("tags")
		if a == nil {
			return ""
		}
		ref, ok := a.Expr.(*hclsyntax.ScopeTraversalExpr)
		if !ok || ref.Traversal.RootName() != "var" && ref.Traversal.RootName() != "local" {
			return ""
		}
		source := p.module.Source(ref)
		if tags != "" && source != tags {
			return ""
		}
		tags = source
	}
	return tags
}

// A change is all that one top-level block, or a file of variable values,
// must say.
type change struct {
	file  *terraform.File
	block *hclsyntax.Block // nil for a file of variable values
	goals []detect.Goal
}

// changes merges the goals of all findings by the block they change, so that
// what two findings want of one block is done once.
func (p *planner) changes() []*change {
	var out []*change
	for _, f := range p.findings {
		for _, g := range f.Goals {
			file := p.module.File(g.File())
			block := enclosing(file, g)
			i := slices.IndexFunc(out, func(c *change) bool { return c.file == file && c.block == block })
			if i < 0 {
				i = len(out)
				out = append(out, &change{file: file, block: block})
			}
			if !slices.ContainsFunc(out[i].goals, func(have detect.Goal) bool { return sameGoal(have, g) }) {
				out[i].goals = append(out[i].goals, g)
			}
		}
	}
	return out
}

// enclosing returns the top-level block of a file that a goal changes.
func enclosing(f *terraform.File, g detect.Goal) *hclsyntax.Block {
	at := g.At.Start.Byte
	if g.At == (hcl.Range{}) {
		at = g.In.Declared.TypeRange.Start.Byte
		if g.Block != nil {
			at = g.Block.TypeRange.Start.Byte
		}
	}
	if f.Body == nil {
		return nil
	}
	for _, b := range f.Body.Blocks {
		if b.TypeRange.Start.Byte <= at && at < b.CloseBraceRange.End.Byte {
			return b
		}
	}
	return nil
}

func sameGoal(a, b detect.Goal) bool {
	if a.At != (hcl.Range{}) || b.At != (hcl.Range{}) {
		return a.At == b.At
	}
	return a.In == b.In && a.Block == b.Block && slices.Equal(a.Path, b.Path)
}

// edits returns the edits of one block, its lines aligned.
func (c *change) edits() []Edit {
	var out []Edit
	f := c.file
	missing := map[*hclsyntax.Block][]attribute{}
	var order []*hclsyntax.Block
	for _, g := range c.goals {
		if g.At != (hcl.Range{}) {
			if g.Comment != "" {
				at := f.LineStart(g.At.Start.Byte)
				out = append(out, Edit{File: f.Path, Start: at, End: at, New: f.Indent(g.At.Start.Byte) + g.Comment + f.LineEnding()})
			}
			out = append(out, Edit{File: f.Path, Start: g.At.Start.Byte, End: g.At.End.Byte, New: g.Expr})
			continue
		}
		in := g.Block
		if in == nil && len(g.Path) == 1 {
			in = c.block
		}
		if missing[in] == nil {
			order = append(order, in)
		}
		missing[in] = append(missing[in], attribute{g.Path[len(g.Path)-1], g.Expr, g.Comment})
	}
	for _, in := range order {
		like := append([]*hclsyntax.Block{c.block}, f.BlocksOf(c.block.Type)...)
		if in == nil {
			out = append(out, add(f, c.block, unitOf(f, like...), []addition{newBlock(f, c.block, encryptionBlock, missing[in])})...)
		} else {
			out = append(out, add(f, in, unitOf(f, append([]*hclsyntax.Block{in}, like...)...), placed(in, missing[in]))...)
		}
	}
	sortEdits(out)
	if c.block == nil {
		return out
	}
	return aligned(f, c.block, out)
}

const encryptionBlock = "server_side_encryption"

// aligned lets the neighbours of the edits keep their alignment.
func aligned(f *terraform.File, block *hclsyntax.Block, edits []Edit) []Edit {
	start, end := f.LineStart(block.TypeRange.Start.Byte), f.LineEnd(block.CloseBraceRange.End.Byte)
	d := newDraft(f.Bytes, edits)
	d.align(f.Bytes[start:end], start)
	return d.edits(f.Path, len(f.Bytes))
}

// newBlock places a new nested block: behind the last one that is not
// lifecycle or timeouts, else behind the last attribute; apart from what is
// above it as its neighbours are.
func newBlock(f *terraform.File, in *hclsyntax.Block, blockType string, attributes []attribute) addition {
	a := addition{lines: blockLines(blockType, attributes)}
	var last *hclsyntax.Block
	for _, b := range in.Body.Blocks {
		if b.Type != "lifecycle" && b.Type != "timeouts" {
			last = b
		}
	}
	if last != nil {
		a.after, a.apart = last.CloseBraceRange.End.Byte, setApart(f, in, last)
		return a
	}
	a.after = lastAttribute(in)
	a.first, a.apart = a.after < 0, a.after >= 0
	return a
}

// setApart reports whether the blocks that follow each other up to last are
// set off by blank lines: by whether the first of them is.
func setApart(f *terraform.File, in *hclsyntax.Block, last *hclsyntax.Block) bool {
	start := last
	for _, b := range slices.Backward(in.Body.Blocks) {
		between := string(f.Bytes[min(b.CloseBraceRange.End.Byte, start.TypeRange.Start.Byte):start.TypeRange.Start.Byte])
		if b != start && strings.TrimSpace(between) == "" && strings.Count(between, "\n") == 1 {
			start = b
		}
	}
	above := f.Bytes[in.OpenBraceRange.End.Byte:f.LineStart(start.TypeRange.Start.Byte)]
	lines := strings.Split(string(above), "\n")
	return len(lines) > 2 && strings.TrimSpace(lines[len(lines)-2]) == ""
}

// lastAttribute returns where the last attribute of a block ends, -1 when it
// has none.
func lastAttribute(in *hclsyntax.Block) int {
	end := -1
	for _, a := range in.Body.Attributes {
		end = max(end, a.SrcRange.End.Byte)
	}
	return end
}

// placed puts new attributes where a reader expects them: the key behind
// enabled, enabled first, any other behind the last attribute.
func placed(in *hclsyntax.Block, attributes []attribute) []addition {
	a := addition{lines: attributeLines(attributes), after: lastAttribute(in)}
	if enabled := in.Body.Attributes["enabled"]; enabled != nil {
		a.after = enabled.SrcRange.End.Byte
	}
	a.first = a.after < 0 || attributes[0].name == "enabled"
	return []addition{a}
}
