package detect

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// dynamic judges the blocks that a dynamic block generates.
func (j *judgement) dynamic(block *hclsyntax.Block) {
	contents := terraform.Contents(block)
	forEach := block.Body.Attributes["for_each"]
	if forEach == nil || len(contents) == 0 {
		j.undecided = NewReason(UnknownDynamic, "")
		return
	}
	scopes, known := j.in.Elements(block, j.scope)
	trace := []eval.Step{{At: j.place(forEach.SrcRange), Text: "for_each = " + j.in.Written(forEach.Expr)}}
	switch {
	case !known:
		j.undecided = NewReason(UnknownDynamic, "")
	case len(scopes) == 0 && j.switchedOff(block, contents[0], trace):
	case len(scopes) == 0:
		f := j.generatesNone(block, trace)
		f.declined = j.emptyByHand(block, forEach)
		j.add(f)
	default:
		j.block(contents[0], scopes[0])
		for n := range j.facts[:min(1, len(j.facts))] {
			j.facts[n].trace = append(trace, j.facts[n].trace...)
		}
	}
}

// emptyByHand says what makes a dynamic block generate something: what a call
// passes, if that decides it.
func (j *judgement) emptyByHand(block *hclsyntax.Block, forEach *hclsyntax.Attribute) *Reason {
	for _, t := range forEach.Expr.Variables() {
		reference := &hclsyntax.ScopeTraversalExpr{Traversal: t, SrcRange: t.SourceRange()}
		v, _ := j.in.Value(reference, j.scope).Unmark()
		want := "one element, with enabled = true and the ARN of a customer managed key,"
		switch {
		case eval.AsBool(v).RawEquals(cty.False):
			want = "true"
		case v.IsNull() && (v.Type().IsObjectType() || v.Type() != cty.String && readsMembers(block)):
			want = "an object, with enabled = true and the ARN of a customer managed key,"
		case JudgeValue(v) == NoKey:
			want = "the ARN of a customer managed key"
		}
		if o := j.in.Trace(reference, j.scope); o.Called != nil && o.Kind != eval.Local {
			r := j.byHand(forEach, o, want)
			return NewReasonf(DynamicBlock, "its dynamic %s block generates no block: %s", encryptionBlock, r.text())
		}
	}
	return NewReason(DynamicBlock, "")
}

// readsMembers reports whether a dynamic block goes through objects: its content
// reads members of what it generates a block of.
func readsMembers(block *hclsyntax.Block) bool {
	iterator := eval.Iterator(block)
	for _, content := range terraform.Contents(block) {
		for _, a := range content.Body.Attributes {
			for _, t := range a.Expr.Variables() {
				if t.RootName() == iterator && len(t) > 2 {
					return true
				}
			}
		}
	}
	return false
}

// generatesNone returns the fact that a dynamic block generates nothing.
func (j *judgement) generatesNone(block *hclsyntax.Block, trace []eval.Step) fact {
	return fact{
		argument: j.argument(block, dynamicBlock, "for_each"), problem: NoEncryptionBlock, at: j.place(block.TypeRange),
		trace: trace, branch: Sentence(ProblemKind, NoEncryptionBlock),
	}
}
