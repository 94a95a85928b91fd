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
	p := &planner{module: m, named: named, options: o}
	for _, f := range findings {
		if f.Status == detect.Fixable && detect.Only(named, f.Table) {
			p.refuseFiles(f)
		}
		if f.Status == detect.Fixable && detect.Only(named, f.Table) {
			p.findings = append(p.findings, f)
		}
	}
	p.assignKeys(findings)
	return p.plan()
}

type planner struct {
	module   *terraform.Module
	named    map[string]bool
	options  Options
	findings []*detect.Finding // fixable, in named files
	created  []newKey
	lookups  []identity
	wanting  []*terraform.Resource // the tables that get a new key
}

// refuseFiles declines a finding whose fix would change a file that is not
// to be written.
func (p *planner) refuseFiles(f *detect.Finding) {
	for _, g := range f.Goals {
		switch {
		case g.In.File.Generated():
			f.Decline(detect.GeneratedFile)
			return
		case !detect.Only(p.named, g.In):
			f.Decline(detect.UnnamedFile)
			return
		}
	}
}

// assignKeys gives every fixable finding that wants one a key of its pair.
func (p *planner) assignKeys(all []*detect.Finding) {
	for _, f := range p.findings {
		if !f.WantsKey() {
			continue
		}
		key, expr, refused := p.keyFor(f.Table.Pair(), all)
		if refused != nil {
			f.Decline(refused.ID)
			f.Reason = refused
			continue
		}
		if key.Action == "created" {
			p.wanting = append(p.wanting, f.Table)
		}
		f.Keys = append(f.Keys, key)
		for i, g := range f.Goals {
			if g.Expr == "" {
				f.Goals[i].Expr = expr
			}
		}
		if goal := detect.RotationGoal(p.module, key.Block); goal != nil {
			f.Goals = append(f.Goals, *goal)
			p.refuseFiles(f)
		}
	}
	p.findings = slices.DeleteFunc(p.findings, func(f *detect.Finding) bool { return f.Status != detect.Fixable })
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
	} else {
		key.Ref, key.Action = p.create(pair).address(), "created"
	}
	return key, key.Ref + ".arn", nil
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
		edits = append(edits, keyEdit(at, p.newBlocks()))
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
		out = append(out, k.lines(p.options.KeyPolicy))
	}
	return out
}

// A change is all that one resource must say.
type change struct {
	in    *terraform.Resource
	goals []detect.Goal
}

// changes merges the goals of all findings by resource, so that what two
// findings want of one block is done once.
func (p *planner) changes() []*change {
	var out []*change
	of := map[*terraform.Resource]*change{}
	for _, f := range p.findings {
		for _, g := range f.Goals {
			c := of[g.In]
			if c == nil {
				c = &change{in: g.In}
				of[g.In] = c
				out = append(out, c)
			}
			if !slices.ContainsFunc(c.goals, func(have detect.Goal) bool { return slices.Equal(have.Path, g.Path) }) {
				c.goals = append(c.goals, g)
			}
		}
	}
	return out
}

// edits returns the edits of one resource, its lines aligned.
func (c *change) edits() []Edit {
	var out []Edit
	f, block := c.in.File, c.in.Block
	missing := map[*hclsyntax.Block][]attribute{}
	var order []*hclsyntax.Block
	for _, g := range c.goals {
		if g.At != (hcl.Range{}) {
			out = append(out, Edit{File: f.Path, Start: g.At.Start.Byte, End: g.At.End.Byte, New: g.Expr})
			continue
		}
		in := g.Block
		if in == nil && len(g.Path) == 1 {
			in = block
		}
		if missing[in] == nil {
			order = append(order, in)
		}
		missing[in] = append(missing[in], attribute{g.Path[len(g.Path)-1], g.Expr})
	}
	like := append([]*hclsyntax.Block{block}, f.BlocksOf(block.Type)...)
	for _, in := range order {
		switch in {
		case nil:
			out = append(out, add(f, block, unitOf(f, like...), []addition{newBlock(f, block, c.goals[0].Path[0], missing[in])})...)
		default:
			out = append(out, add(f, in, unitOf(f, append([]*hclsyntax.Block{in}, like...)...), placed(f, in, missing[in]))...)
		}
	}
	sortEdits(out)
	return aligned(f, block, out)
}

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
		if b.CloseBraceRange.End.Byte <= start.TypeRange.Start.Byte && strings.TrimSpace(string(f.Bytes[b.CloseBraceRange.End.Byte:start.TypeRange.Start.Byte])) == "" &&
			strings.Count(string(f.Bytes[b.CloseBraceRange.End.Byte:start.TypeRange.Start.Byte]), "\n") == 1 {
			start = b
		}
	}
	above := f.Bytes[in.OpenBraceRange.End.Byte:f.LineStart(start.TypeRange.Start.Byte)]
	return strings.HasSuffix(strings.ReplaceAll(string(above), "\r", ""), "\n\n")
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
func placed(f *terraform.File, in *hclsyntax.Block, attributes []attribute) []addition {
	a := addition{lines: attributeLines(attributes), after: lastAttribute(in)}
	if enabled := in.Body.Attributes["enabled"]; enabled != nil {
		a.after = enabled.SrcRange.End.Byte
	}
	a.first = a.after < 0 || attributes[0].name == "enabled"
	return []addition{a}
}
