package fix

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/fix/splice"
	"cmkify/internal/terraform"
)

// A newVariable is one to be declared, by which callers pass a key.
type newVariable struct {
	label    string
	declared bool // a run that was killed has left it
	tables   []*terraform.Resource
}

const (
	keyVariable            = "kms_key_arn"
	keyVariableDescription = `"ARN of the KMS key that encrypts the DynamoDB tables"`
	variablesFile          = "variables.tf"
)

// newVariable returns the variable for the key of a need; nil where it cannot
// be declared.
func (p *planner) newVariable(h *home, need *detect.KeyNeed, at terraform.ProviderRegion) *newVariable {
	v := &newVariable{label: keyVariable}
	if alias := at.Alias(); alias != "" {
		v.label = alias + "_" + keyVariable
	}
	v.declared = p.leftVariable(h, v)
	taken := func(label string) bool {
		return !v.declared && h.Module.Variable(label) != nil || slices.ContainsFunc(h.variables, func(v *newVariable) bool { return v.label == label })
	}
	if taken(v.label) {
		v.label = "dynamodb_" + v.label
	}
	for base, n := v.label, 2; taken(v.label); n++ {
		v.label = base + "_" + strconv.Itoa(n)
	}
	if need.In.Module == h.Module {
		v.tables = append(v.tables, need.Table)
	}
	if at := p.variableLocation(h, v); at.File == nil || !p.writable(at.File) {
		return nil
	}
	return v
}

// leftVariable reports whether a module has a variable as it is declared here,
// which nothing reads.
func (p *planner) leftVariable(h *home, v *newVariable) bool {
	have := h.Module.Variable(v.label)
	if have == nil || len(p.readers.of(h.Module)["var."+v.label]) > 0 {
		return false
	}
	if f := h.Module.File(have.Block.TypeRange.Filename); f.JSON() {
		return splice.NewJSONLayout(f).Says(have.Block, jsonVariable(), "")
	}
	whole := hcl.RangeBetween(have.Block.TypeRange, have.Block.CloseBraceRange)
	text := strings.Fields(h.Module.File(whole.Filename).Text(whole))
	return slices.Equal(text, strings.Fields(strings.Join(variableLines(v), " ")))
}

// variableLocation returns where a variable is declared: at the end of
// variables.tf, else above what uses it first.
func (p *planner) variableLocation(h *home, v *newVariable) keys.Location {
	for _, f := range h.Module.Files {
		if blocks := f.BlocksOf("variable"); strings.TrimSuffix(f.Name, ".json") == variablesFile && len(blocks) > 0 && p.writable(f) {
			return keys.AtEnd(f, blocks[len(blocks)-1])
		}
	}
	if len(v.tables) > 0 {
		return keys.Above(v.tables[0].File, v.tables[0].Block)
	}
	if calls := h.Module.Calls; len(calls) > 0 {
		return keys.Above(calls[0].File, calls[0].Block)
	}
	return keys.Location{}
}

// variableEdits returns the insertions of a module's new variables.
func (p *planner) variableEdits(h *home) []splice.Edit {
	var out []splice.Edit
	for _, v := range h.variables {
		if v.declared {
			continue
		}
		at := p.variableLocation(h, v)
		var edit splice.Edit
		if at.File.JSON() {
			edit = splice.NewJSONLayout(at.File).Declare([]string{"variable"}, splice.JSONObject{}.With(v.label, jsonVariable()), at.Like)
		} else {
			edit = keyEdit(at, [][]string{variableLines(v)})
		}
		edit.Tables = p.passedTo(v)
		if len(edit.Tables) > 0 {
			out = append(out, edit)
		}
	}
	return out
}

// passedTo returns the IDs of the outcomes whose fix needs a variable.
func (p *planner) passedTo(v *newVariable) []string {
	var out []string
	for _, o := range p.fixable() {
		if slices.ContainsFunc(p.met[o], func(s site) bool { return s.argument.Call != nil && s.argument.Name == v.label }) {
			out = append(out, o.ID())
		}
	}
	return out
}

func variableLines(v *newVariable) []string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("variable", []string{v.label}).Body()
	splice.SetAttributes(body, []splice.Attribute{{Name: "description", Expr: keyVariableDescription}, {Name: "type", Expr: "string"}})
	return splice.Lines(file)
}

// meant returns the slots of what the plan means to change, in any instance:
// what is wanted, and what passes it on.
func (p *planner) meant() map[slot]bool {
	out := map[slot]bool{}
	for _, o := range p.fixable() {
		for _, w := range o.Wants {
			out[slotOf(w.Argument)] = true
			if w.Decides != nil { // what the block generates may not be known before apply
				generated, blockType := slotOf(w.Argument), cmp.Or(w.Argument.Generates(), w.Argument.Nested)
				for _, path := range []string{"dynamic " + blockType, blockType + ".enabled", blockType + ".kms_key_arn"} {
					generated.path = path
					out[generated] = true
				}
			}
			for _, around := range slotsAround(w.Argument) {
				out[around] = true
			}
		}
		for _, k := range o.Keys {
			if k.Rotation != nil {
				out[slotOf(k.Rotation.Argument)] = true
			}
		}
		for _, s := range p.met[o] {
			if s.argument.Call == nil {
				continue
			}
			out[slotOf(s.argument)] = true
			if target := s.argument.Call.Target(); target != nil {
				p.onTheWay(target, s.argument.Name, out)
			}
		}
	}
	return out
}

// onTheWay adds the arguments of calls that pass a variable on.
func (p *planner) onTheWay(m *terraform.Module, name string, out map[slot]bool) {
	p.readers.follow(m, "var."+name, nil, 0, func(u use) bool {
		a := u.attribute
		for _, h := range p.homes {
			for _, c := range h.Module.Calls {
				if c.Argument(a.Name) == a {
					out[slotOf(detect.Argument{In: h.Module, Call: c, Block: c.Block, Name: a.Name})] = true
					return false // on, to who reads it there
				}
			}
		}
		return true
	})
}
