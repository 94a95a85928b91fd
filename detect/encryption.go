package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

const encryptionBlock = "server_side_encryption"

// encryption judges the table's server_side_encryption as the provider
// expands it (internal/service/dynamodb/table.go, expandEncryptAtRestOptions).
func (j *judgement) encryption() {
	static, dynamic := j.Table.Nested(encryptionBlock)
	switch {
	case j.Table.Attribute(encryptionBlock) != nil:
		j.undecided(UnknownDynamic, "")
	case len(dynamic) > 0:
		j.dynamic(dynamic[0])
	case len(static) > 0:
		j.block(static[len(static)-1])
	default:
		j.problem(j.module, NoEncryptionBlock, j.Table.Declared.Range())
		j.lacks(nil, "enabled", "true")
		j.lacks(nil, "kms_key_arn", KeyMark)
	}
}

// dynamic judges the blocks that a dynamic block makes.
func (j *judgement) dynamic(block *hclsyntax.Block) {
	forEach := block.Body.Attributes["for_each"]
	var content *hclsyntax.Block
	for _, b := range block.Body.Blocks {
		if b.Type == "content" {
			content = b
		}
	}
	if forEach == nil || content == nil {
		j.undecided(UnknownDynamic, "")
		return
	}
	elements, _ := j.module.Value(forEach.Expr, j.scope).Unmark()
	j.Because(j.module, forEach.SrcRange, "for_each = %s", j.module.Source(forEach.Expr))
	if !elements.IsKnown() || elements.IsNull() || !elements.CanIterateElements() {
		j.undecided(UnknownDynamic, "")
		return
	}
	it := elements.ElementIterator()
	if !it.Next() {
		j.problem(j.module, NoEncryptionBlock, block.TypeRange)
		j.Decline(DynamicBlock)
		return
	}
	key, value := it.Element()
	if elements.Type().IsSetType() {
		key = value
	}
	iterator := encryptionBlock
	if a := block.Body.Attributes["iterator"]; a != nil {
		iterator = hcl.ExprAsKeyword(a.Expr)
	}
	j.scope = j.scope.With(iterator, cty.ObjectVal(map[string]cty.Value{"key": key, "value": value}))
	j.block(content)
}

// block judges a server_side_encryption block, or the content of a dynamic
// one.
func (j *judgement) block(block *hclsyntax.Block) {
	on, decided := j.enabled(block)
	key := block.Body.Attributes["kms_key_arn"]
	switch {
	case !on.IsKnown():
		j.unknownEnabled(block, key)
		return
	case on.False():
		j.switchOn(block, decided)
		if key == nil {
			// What is switched off names no key: that is one problem, not two.
			j.lacks(block, "kms_key_arn", KeyMark)
			return
		}
	case key == nil:
		j.problem(j.module, NoKey, block.TypeRange)
		j.lacks(block, "kms_key_arn", KeyMark)
		return
	}
	j.key(block, key)
}

// enabled returns whether a block switches encryption on, null counting as
// no, and the result that decides it; unknown when several disagree.
func (j *judgement) enabled(block *hclsyntax.Block) (cty.Value, terraform.Result) {
	a := block.Body.Attributes["enabled"]
	if a == nil {
		return cty.False, terraform.Result{}
	}
	results := j.module.Results(a.Expr, j.scope)
	j.explain(a, results)
	on := cty.NilVal
	for _, r := range results {
		v := terraform.AsBool(r.Value)
		if v.IsNull() {
			v = cty.False
		}
		if on != cty.NilVal && !on.RawEquals(v) {
			return cty.UnknownVal(cty.Bool), results[0]
		}
		on = v
	}
	return on, results[0]
}

// switchOn notes that encryption is off, and asks for true where the value
// stands.
func (j *judgement) switchOn(block *hclsyntax.Block, r terraform.Result) {
	a := block.Body.Attributes["enabled"]
	if a == nil {
		j.problem(j.module, EncryptionDisabled, block.TypeRange)
		j.lacks(block, "enabled", "true")
		return
	}
	j.problem(j.module, EncryptionDisabled, a.SrcRange)
	if at, ok := j.changeable(r, AtOnce); ok {
		j.Goals = append(j.Goals, Goal{At: at, Expr: "true"})
		return
	}
	j.byHand(a, r, "true")
}

// unknownEnabled judges a block that may be switched on or off: with a fit
// key nobody can tell; without one the table is wrong either way.
func (j *judgement) unknownEnabled(block *hclsyntax.Block, key *hclsyntax.Attribute) {
	if key == nil {
		j.problem(j.module, NoKey, block.TypeRange)
	} else {
		j.key(block, key)
		if j.Status == Unknown {
			return
		}
		if !slices.ContainsFunc(j.Problems, func(p Problem) bool { return p.ID != KeyNotRotated }) {
			j.undecided(UnknownEnabled, "")
			return
		}
	}
	j.DeclineWith(Variable, "whether encryption is on cannot be decided from the code, and its key is wrong either way: write enabled = true and kms_key_arn = the ARN of a customer managed key")
}

// key judges the key that a block names.
func (j *judgement) key(block *hclsyntax.Block, a *hclsyntax.Attribute) {
	results := j.module.Results(a.Expr, j.scope)
	j.explain(a, results)
	var bad, fine []KeyVerdict
	for _, r := range results {
		switch v := j.ownAlias(judgeResult(j.module, r)); {
		case v.Problem != "" && v.Expr == "":
			bad = append(bad, v)
		default:
			fine = append(fine, v)
		}
	}
	switch {
	case len(bad) > 0 && len(fine) > 0:
		j.open = &openKey{a, branchOf(bad[0])}
	case len(bad) > 0:
		j.replaceKey(a, bad)
	default:
		j.useKey(a, fine)
	}
}

// ownAlias lets a key that is named by an alias of the directory be named by
// a reference to that, when the name stands in the block itself.
func (j *judgement) ownAlias(v KeyVerdict) KeyVerdict {
	if v.Problem != KeyNotARN || v.Result.Place != terraform.Direct || !terraform.IsString(v.Result.Value) {
		return v
	}
	for _, alias := range j.module.OfType("aws_kms_alias") {
		name := alias.Attribute("name")
		if name == nil || alias.Counted() || alias.Pair() != j.Table.Pair() || !terraform.Literal(name.Expr).RawEquals(v.Result.Value) {
			continue
		}
		own := judgeReference(j.module, &terraform.Origin{Type: alias.Type, Name: alias.Name, Resource: alias, Attribute: "name"})
		own.Result = v.Result
		if own.Problem == KeyNotARN {
			own.At, own.Expr = v.Result.Expr.Range(), alias.Address()+"."+keyARNs[alias.Type]
		}
		return own
	}
	return v
}

// branchOf names the branch in which a key is none.
func branchOf(v KeyVerdict) string {
	where := ""
	if v.Result.Branch != "" {
		where = " when " + v.Result.Branch
	}
	return ":" + where + " it " + Sentence("problem", v.Problem)
}

// useKey notes what must be mended of keys that the table may keep.
func (j *judgement) useKey(a *hclsyntax.Attribute, verdicts []KeyVerdict) {
	for _, v := range verdicts {
		if v.Problem == "" {
			continue
		}
		j.problem(j.module, v.Problem, v.At)
		j.Goals = append(j.Goals, Goal{At: v.At, Expr: v.Expr})
	}
	j.Keys = []Key{{For: "table", Ref: keyRef(j.module, a.Expr, verdicts), Action: "used", Block: verdicts[0].Block}}
	for _, v := range verdicts {
		j.rotate(v.Block)
	}
}

// replaceKey notes that the table needs another key, and asks for it where
// the wrong one stands.
func (j *judgement) replaceKey(a *hclsyntax.Attribute, bad []KeyVerdict) {
	first := bad[0]
	if first.Problem != NoKey || len(j.Problems) == 0 {
		j.problem(j.module, first.Problem, a.SrcRange)
	}
	if first.Decline != "" {
		j.Decline(first.Decline)
		return
	}
	r := first.Result
	if len(bad) > 1 {
		r.Place = terraform.Computed
	}
	switch at, ok := j.changeable(r, ByReference); {
	case ok && r.Place == terraform.Direct:
		j.Goals = append(j.Goals, Goal{At: a.Expr.Range(), Expr: KeyMark})
	case ok:
		j.Goals = append(j.Goals, Goal{At: at, Expr: KeyMark})
	case r.Place == terraform.InDefault && first.Problem == NoKey && j.module.IsRoot():
		j.Goals = append(j.Goals, Goal{At: a.Expr.Range(), Expr: fmt.Sprintf("coalesce(%s, %s)", j.module.Source(a.Expr), KeyMark)})
	default:
		j.byHand(a, r, "the ARN of a customer managed key")
	}
}

// rotate asks for the rotation of a key that the table uses, when it could
// rotate and does not.
func (j *judgement) rotate(key *terraform.Resource) {
	goal := RotationGoal(j.module, key, j.options)
	if goal == nil {
		return
	}
	at := goal.At
	if at == (hcl.Range{}) {
		at = goal.In.Declared.Range()
	}
	if !slices.ContainsFunc(j.Problems, func(p Problem) bool { return p.ID == KeyNotRotated }) {
		j.problem(j.module, KeyNotRotated, at)
	}
	if goal.Expr == "" {
		a := goal.In.Attribute(rotationAttribute)
		j.byHand(a, j.module.Results(a.Expr, nil)[0], "true")
		return
	}
	j.Goals = append(j.Goals, *goal)
}

// lacks asks for an attribute that a block, or a block not yet there, lacks.
func (j *judgement) lacks(block *hclsyntax.Block, name, expr string) {
	j.Goals = append(j.Goals, Goal{In: j.Table, Path: []string{encryptionBlock, name}, Expr: expr, Block: block})
}

// keyRef returns what an expression names a key by: the address of a resource
// or data source with its instance, an ARN, or the expression itself.
func keyRef(m *terraform.Module, e hclsyntax.Expression, verdicts []KeyVerdict) string {
	r := verdicts[0].Result
	switch {
	case len(verdicts) > 1 || r.Sensitive:
	case terraform.IsString(r.Value):
		return r.Value.AsString()
	case r.Origin != nil:
		return strings.TrimSuffix(m.Source(r.Expr), "."+r.Origin.Attribute)
	}
	return m.Source(e)
}

// explain keeps the steps from an attribute to what decides it.
func (j *judgement) explain(a *hclsyntax.Attribute, results []terraform.Result) {
	j.Because(j.module, a.SrcRange, "%s = %s", a.Name, j.module.Source(a.Expr))
	for _, r := range results {
		for _, s := range r.Steps {
			j.Because(j.module, s.Range, "%s", s.Text)
		}
		switch n := len(r.Steps); {
		case r.Sensitive || r.Expr.Range() == a.Expr.Range():
		case n > 0 && r.Steps[n-1].Range == r.Expr.Range() && !r.Value.IsKnown():
		case r.Value.IsNull():
			j.Because(j.module, r.Expr.Range(), "null")
		case terraform.IsString(r.Value):
			j.Because(j.module, r.Expr.Range(), "%q", r.Value.AsString())
		case r.Value.IsKnown() && r.Value.Type() == cty.Bool:
			j.Because(j.module, r.Expr.Range(), "%t", r.Value.True())
		case r.Origin != nil:
			j.Because(j.module, r.Expr.Range(), "%s", j.module.Source(r.Expr))
		default:
			j.Because(j.module, r.Expr.Range(), "%s, which is not known here", j.module.Source(r.Expr))
		}
	}
}
