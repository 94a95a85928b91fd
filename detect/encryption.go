package detect

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

const encryptionBlock = "server_side_encryption"

// checkEncryption judges the table's server_side_encryption as the provider
// expands it (internal/service/dynamodb/table.go, expandEncryptAtRestOptions).
func checkEncryption(m *terraform.Module, f *Finding) {
	static, dynamic := f.Table.Nested(encryptionBlock)
	switch {
	case len(dynamic) > 0 || f.Table.Attribute(encryptionBlock) != nil:
		f.undecided(UnknownDynamic)
	case len(static) == 0:
		f.problem(m, NoEncryptionBlock, f.Table.Block.Range())
		f.wantEnabled(nil)
		f.wantKey(nil)
	default:
		checkBlock(m, f, static[0])
	}
}

func checkBlock(m *terraform.Module, f *Finding, block *hclsyntax.Block) {
	enabled := block.Body.Attributes["enabled"]
	on := cty.False
	if enabled != nil {
		on = asBool(terraform.Literal(enabled.Expr))
	}
	key := block.Body.Attributes["kms_key_arn"]
	switch {
	case !on.IsKnown():
		f.undecided(UnknownEnabled)
		return
	case on.IsNull() || on.False():
		at := block.TypeRange
		if enabled != nil {
			at = enabled.SrcRange
		}
		f.problem(m, EncryptionDisabled, at)
		f.want(block, "enabled", enabled, "true")
		if key == nil {
			// What is switched off names no key: that is one problem, not two.
			f.wantKey(block)
			return
		}
	case key == nil:
		f.problem(m, NoKey, block.TypeRange)
		f.wantKey(block)
		return
	}
	checkKey(m, f, block, key)
}

func checkKey(m *terraform.Module, f *Finding, block *hclsyntax.Block, key *hclsyntax.Attribute) {
	v := JudgeKey(m, key.Expr)
	switch {
	case v.Problem == NoKey && len(f.Problems) > 0:
		f.goal(block, "kms_key_arn", v.At, v.Expr)
	case v.Problem != "":
		f.problem(m, v.Problem, key.SrcRange)
		f.goal(block, "kms_key_arn", v.At, v.Expr)
		if v.Decline != "" {
			f.Decline(v.Decline)
		}
	}
	if v.Problem != "" && v.Expr == "" {
		return // the table is given another key
	}
	f.Keys = []Key{{For: "table", Ref: keyRef(m, key.Expr), Action: "used", Block: v.Block}}
	f.rotate(m, v.Block)
}

// rotate asks for the rotation of a key that the table uses, when it could
// rotate and does not.
func (f *Finding) rotate(m *terraform.Module, key *terraform.Resource) {
	goal := RotationGoal(m, key)
	if goal == nil {
		return
	}
	at := goal.In.Block.Range()
	if rotation := goal.In.Attribute(rotationAttribute); rotation != nil {
		at = rotation.SrcRange
	}
	f.problem(m, KeyNotRotated, at)
	f.Goals = append(f.Goals, *goal)
}

const rotationAttribute = "enable_key_rotation"

// RotationGoal returns what would make a key of the directory rotate; nil
// when it does, cannot, or a comment on it says that it need not.
func RotationGoal(m *terraform.Module, key *terraform.Resource) *Goal {
	weak := unrotated(m, key)
	if weak == nil || rotationSuppressed(m, weak) {
		return nil
	}
	goal := &Goal{In: weak, Path: []string{rotationAttribute}, Expr: "true"}
	if a := weak.Attribute(rotationAttribute); a != nil {
		goal.At = a.Expr.Range()
	}
	return goal
}

// keyRef returns what an expression names a key by: the address of a resource
// or data source with its instance, an ARN, or the expression itself.
func keyRef(m *terraform.Module, e hclsyntax.Expression) string {
	results := m.Results(e)
	text := m.File(e.Range().Filename).Text(results[0].Expr.Range())
	switch r := results[0]; {
	case terraform.IsString(r.Value):
		return r.Value.AsString()
	case r.Origin != nil:
		return strings.TrimSuffix(text, "."+r.Origin.Attribute)
	}
	return text
}

// asBool converts a value as Terraform does for a bool argument. What
// Terraform would refuse is unknown here.
func asBool(v cty.Value) cty.Value {
	switch {
	case !v.IsKnown():
		return cty.UnknownVal(cty.Bool)
	case v.IsNull():
		return cty.NullVal(cty.Bool)
	case v.RawEquals(cty.True), v.RawEquals(cty.StringVal("true")):
		return cty.True
	case isFalse(v):
		return cty.False
	}
	return cty.UnknownVal(cty.Bool)
}

func (f *Finding) problem(m *terraform.Module, id ID, at hcl.Range) {
	p := Problem{ID: id, Message: Sentence("problem", id)}
	p.File, p.Line, p.Column = m.Position(at)
	f.Problems = append(f.Problems, p)
}

func (f *Finding) wantEnabled(block *hclsyntax.Block) { f.goal(block, "enabled", hcl.Range{}, "true") }
func (f *Finding) wantKey(block *hclsyntax.Block)     { f.goal(block, "kms_key_arn", hcl.Range{}, "") }

// want asks for an attribute of the block, in the place of the one it has.
func (f *Finding) want(block *hclsyntax.Block, name string, have *hclsyntax.Attribute, expr string) {
	at := hcl.Range{}
	if have != nil {
		at = have.Expr.Range()
	}
	f.goal(block, name, at, expr)
}

func (f *Finding) goal(block *hclsyntax.Block, name string, at hcl.Range, expr string) {
	f.Goals = append(f.Goals, Goal{In: f.Table, Path: []string{encryptionBlock, name}, Expr: expr, At: at, Block: block})
}
