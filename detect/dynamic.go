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
	case len(scopes) == 0 && j.switchedByKey(block, contents[0], trace):
	case len(scopes) == 0:
		j.add(fact{
			argument: j.argument(block, "dynamic", "for_each"), problem: NoEncryptionBlock, at: j.place(block.TypeRange),
			declined: NewReason(DynamicBlock, ""), trace: trace, branch: Sentence(ProblemKind, NoEncryptionBlock),
		})
	default:
		j.block(contents[0], scopes[0])
		for n := range j.facts[:min(1, len(j.facts))] {
			j.facts[n].trace = append(trace, j.facts[n].trace...)
		}
	}
}

// someKey is the ARN of no key.
const someKey = "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"

// switchedByKey adds what is wrong with a dynamic block that generates nothing
// and would encrypt with the key that a call passes, if that passed one. It
// reports whether the block is such. Terraform plans it with the ARN of a new
// key, too: what a dynamic block generates need not be known before apply.
func (j *judgement) switchedByKey(block, content *hclsyntax.Block, trace []eval.Step) bool {
	forEach, key := block.Body.Attributes["for_each"], content.Body.Attributes["kms_key_arn"]
	if key == nil {
		return false
	}
	for _, t := range forEach.Expr.Variables() {
		if t.RootName() != "var" || len(t) != 2 {
			continue
		}
		o := j.in.Trace(&hclsyntax.ScopeTraversalExpr{Traversal: t, SrcRange: t.SourceRange()}, j.scope)
		if o.Called != nil && len(o.ParameterPath) == 0 && j.switchesOn(block, content, o) {
			f := fact{
				argument: j.argument(content, encryptionBlock, key.Name), problem: NoEncryptionBlock, at: j.place(block.TypeRange), value: j.tableKey(),
				nothing: true, decides: forEach, trace: trace, branch: Sentence(ProblemKind, NoEncryptionBlock),
			}
			j.from(&f, key, o, "the ARN of a customer managed key")
			j.add(f)
			return true
		}
	}
	return false
}

// switchesOn reports whether a dynamic block would generate one that encrypts
// with what the call of an origin passes, if that were the ARN of a key.
func (j *judgement) switchesOn(block, content *hclsyntax.Block, o eval.Origin) (on bool) {
	key, enabled := content.Body.Attributes["kms_key_arn"], content.Body.Attributes["enabled"]
	arn := cty.StringVal(someKey)
	j.in.Suppose(o.Called, o.Parameter, arn, func(in *eval.Instance) {
		scopes, known := in.Elements(block, j.scope)
		if enabled != nil && known && len(scopes) == 1 {
			v, _ := in.Value(key.Expr, scopes[0]).Unmark()
			on = v.RawEquals(arn) && eval.AsBool(in.Value(enabled.Expr, scopes[0])).RawEquals(cty.True)
		}
	})
	return on
}
