package detect

import (
	"math/bits"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
)

// dynamicBlock is the type of a block that generates others. An argument that is
// nested in one is its own: that of what it generates is nested in that.
const dynamicBlock = "dynamic"

// A blockSwitch is a variable that has a part in whether a dynamic block generates
// anything: one that is false, or a key that is null or empty.
type blockSwitch struct {
	eval.Supposition
	origin eval.Origin
}

func (s blockSwitch) isKey() bool { return s.Value.Type() == cty.String }

// someKey is the ARN of no key.
var someKey = cty.StringVal("arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012")

// maxSwitches is of how many variables all combinations are tried.
const maxSwitches = 4

// switchedOff adds what is wrong with a dynamic block that generates nothing, and
// would encrypt if switches were true that are false, or if a call passed a key.
// It reports whether the block is such. Terraform plans it with the ARN of a new
// key, too: what a dynamic block generates need not be known before apply.
func (j *judgement) switchedOff(block, content *hclsyntax.Block, trace []eval.Step) bool {
	all := j.switches(block.Body.Attributes["for_each"].Expr)
	var sets []uint
	for set := uint(1); set < 1<<len(all); set++ {
		sets = append(sets, set)
	}
	slices.SortStableFunc(sets, func(a, b uint) int { return bits.OnesCount(a) - bits.OnesCount(b) })
	for _, set := range sets {
		var some []blockSwitch
		for n, s := range all {
			if set&(1<<n) != 0 {
				some = append(some, s)
			}
		}
		if scope, on := j.switchedOn(block, content, some); on {
			j.addSwitches(block, content, some, scope, trace)
			return true
		}
	}
	return false
}

// switches returns the variables in an expression that are false, null or empty,
// if they are set somewhere: by a call, or, in a root module, by a file or a
// default, which cannot name a key.
func (j *judgement) switches(e hclsyntax.Expression) []blockSwitch {
	var out []blockSwitch
	for _, t := range e.Variables() {
		if root := t.RootName(); root != "var" && root != "local" || len(t) != 2 {
			continue
		}
		reference := &hclsyntax.ScopeTraversalExpr{Traversal: t, SrcRange: t.SourceRange()}
		s := blockSwitch{origin: j.in.Trace(reference, j.scope)}
		switch o := s.origin; {
		case o.Called != nil && len(o.ParameterPath) == 0:
			s.In, s.Variable = o.Called, o.Parameter
		case o.Called == nil && len(o.Path) == 0 && (o.Kind == eval.Default || o.Kind == eval.TFVars):
			s.In, s.Variable = o.In, o.Name
		default:
			continue
		}
		v, _ := j.in.Value(reference, j.scope).Unmark()
		switch {
		case eval.AsBool(v).RawEquals(cty.False), v.IsNull() && v.Type() == cty.Bool:
			s.Value = cty.True
		case JudgeValue(v) == NoKey && s.origin.Called != nil:
			s.Value = someKey
		default:
			continue
		}
		same := func(have blockSwitch) bool { return have.In == s.In && have.Variable == s.Variable }
		if len(out) < maxSwitches && !slices.ContainsFunc(out, same) {
			out = append(out, s)
		}
	}
	return out
}

// switchedOn reports whether a dynamic block would generate one that encrypts with
// the given switches on, and returns the scope of its content. The key is what a
// call passes, if that is among them, else it does not depend on them.
func (j *judgement) switchedOn(block, content *hclsyntax.Block, some []blockSwitch) (scope eval.Scope, on bool) {
	enabled, key := content.Body.Attributes["enabled"], content.Body.Attributes["kms_key_arn"]
	want := someKey
	var with []eval.Supposition
	for _, s := range some {
		with = append(with, s.Supposition)
	}
	passed := slices.ContainsFunc(some, blockSwitch.isKey)
	named := cty.NullVal(cty.String)
	j.in.Suppose(with, func(in *eval.Instance) {
		scopes, known := in.Elements(block, j.scope)
		if enabled == nil || !known || len(scopes) != 1 {
			return
		}
		scope = scopes[0]
		on = eval.AsBool(in.Value(enabled.Expr, scope)).RawEquals(cty.True)
		if key != nil {
			named, _ = in.Value(key.Expr, scope).Unmark()
		}
	})
	if on && !passed && key != nil {
		want, _ = j.in.Value(key.Expr, scope).Unmark()
	}
	return scope, on && (key == nil && !passed || named.RawEquals(want))
}

// addSwitches adds what is wrong with a dynamic block that the given switches turn
// on, and with its content.
func (j *judgement) addSwitches(block, content *hclsyntax.Block, some []blockSwitch, scope eval.Scope, trace []eval.Step) {
	forEach, key := block.Body.Attributes["for_each"], content.Body.Attributes["kms_key_arn"]
	first, passed := len(j.facts), false
	for _, s := range some {
		f := j.generatesNone(block, nil)
		if f.value = on; s.isKey() {
			f.argument, f.value, f.nothing, f.switches, passed = j.argument(content, encryptionBlock, key.Name), j.tableKey(), true, true, true
			j.from(&f, key, s.origin, "the ARN of a customer managed key")
		} else {
			j.from(&f, forEach, s.origin, "true")
		}
		j.add(f)
	}
	if enabled := j.enabled(content, scope); enabled.problem != "" {
		j.add(enabled)
	}
	switch missing := j.argument(content, encryptionBlock, "kms_key_arn"); {
	case passed:
	case key == nil:
		f := j.generatesNone(block, nil)
		f.argument, f.value, f.nothing = missing, j.tableKey(), true
		j.add(f)
	default:
		j.key(missing, key, scope, j.tableKey(), true)
	}
	for n := range j.facts[first:] {
		f := &j.facts[first+n]
		if f.decides = forEach; f.problem == EncryptionDisabled {
			f.problem, f.at = NoEncryptionBlock, j.place(block.TypeRange)
		}
	}
	j.facts[first].trace = append(trace, j.facts[first].trace...)
}
