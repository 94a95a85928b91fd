package detect

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

const encryptionBlock = "server_side_encryption"

// encrypted judges the table and its replicas.
func (j *judgement) encrypted() {
	j.encryption()
	if j.undecided == nil && !j.impossible {
		j.replicas()
	}
}

// encryption judges the table's server_side_encryption as the provider
// expands it (internal/service/dynamodb/table.go, expandEncryptAtRestOptions).
func (j *judgement) encryption() {
	static, dynamic := j.table.Nested(encryptionBlock)
	switch {
	case len(dynamic) > 0:
		j.dynamic(dynamic[0])
	case len(static) > 0:
		j.block(static[len(static)-1], j.scope)
	case j.table.Attribute(encryptionBlock) != nil && !j.table.NoBlocks(encryptionBlock):
		j.undecided = NewReason(UnknownDynamic, "")
	default:
		j.add(fact{argument: j.argument(nil, encryptionBlock, "enabled"), problem: NoEncryptionBlock, at: j.tablePlace(), value: on})
		j.add(fact{argument: j.argument(nil, encryptionBlock, "kms_key_arn"), problem: NoEncryptionBlock, at: j.tablePlace(), value: j.tableKey()})
	}
}

// tableKey returns the need of a key for the table.
func (j *judgement) tableKey() Value { return Value{Key: &KeyNeed{In: j.in, Table: j.table}} }

// block judges a server_side_encryption block, or the content of a dynamic
// one.
func (j *judgement) block(block *hclsyntax.Block, scope eval.Scope) {
	enabled := j.enabled(block, scope)
	if j.undecided != nil {
		return
	}
	j.add(enabled)
	key := block.Body.Attributes["kms_key_arn"]
	missing := fact{argument: j.argument(block, encryptionBlock, "kms_key_arn"), problem: NoKey, at: j.place(block.TypeRange), value: j.tableKey(), nothing: true, branch: Sentence(ProblemKind, NoKey)}
	switch {
	case key != nil && j.keyOnceOn(missing.argument, key, scope, enabled):
	case key != nil:
		j.key(missing.argument, key, scope, j.tableKey(), enabled.problem != "")
	case enabled.problem != "":
		missing.problem = EncryptionDisabled // what is off names no key: that is one problem, not two
		missing.at = enabled.at
		j.add(missing)
	default:
		j.add(missing)
	}
}

// enabled judges whether a block switches encryption on; null counts as no.
func (j *judgement) enabled(block *hclsyntax.Block, scope eval.Scope) fact {
	f := fact{argument: j.argument(block, encryptionBlock, "enabled"), value: on, branch: Sentence(ProblemKind, EncryptionDisabled)}
	a := block.Body.Attributes["enabled"]
	if a == nil {
		f.problem, f.at = EncryptionDisabled, j.place(block.TypeRange)
		return f
	}
	j.in.Evaluator().GaveUp()
	enabled := j.in.Truth(a.Expr, scope)
	why := j.in.Evaluator().GaveUp()
	f.at = j.place(a.SrcRange)
	f.trace = append(f.trace, eval.Step{At: f.at, Text: fmt.Sprintf("%s = %s", a.Name, j.in.Written(a.Expr))})
	origin := j.in.Trace(a.Expr, scope)
	f.trace = append(f.trace, j.explained(a, origin, enabled)...)
	switch {
	case !enabled.IsKnown():
		j.undecided = NewReason(UnknownEnabled, detail(why))
	case enabled.IsNull() || enabled.False():
		f.problem = EncryptionDisabled
		j.from(&f, a, origin, "true")
	}
	return f
}

// detail returns what follows a sentence, "" for nothing.
func detail(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

// from notes where a wrong value is written.
func (j *judgement) from(f *fact, a *hclsyntax.Attribute, o eval.Origin, want string) {
	f.why = j.byHand(a, o, want)
	f.open = o.Name != "" && o.Kind == eval.Computed && o.In.Caller == nil && (o.In.Open || o.In.Terragrunt)
	switch {
	case (o.Kind == eval.MissingArgument || o.Kind == eval.Computed && o.Called != nil) && len(o.ParameterPath) == 0:
		f.source = &Source{Origin: o, Ways: []*eval.Instance{j.in}}
	case o.Kind != eval.Computed && o.Kind != eval.MissingArgument && o.Expr != nil:
		f.source = &Source{At: o.In.Place(o.Expr.Range()), Origin: o, Ways: []*eval.Instance{j.in}}
	}
}

// key judges an argument that names a key. Where encryption is off anyway, a
// missing key is no problem of its own.
func (j *judgement) key(argument Argument, a *hclsyntax.Attribute, scope eval.Scope, need Value, off bool) {
	f := fact{argument: argument, at: j.place(a.SrcRange), value: need}
	f.trace = append(f.trace, eval.Step{At: f.at, Text: fmt.Sprintf("%s = %s", a.Name, j.in.Written(a.Expr))})
	j.in.Evaluator().GaveUp()
	v, ok := j.in.Try(a.Expr, scope)
	why := j.in.Evaluator().GaveUp()
	if !ok && !(j.in.Complete && BadReference(j.in, a.Expr) != "") {
		j.impossible = true
		return
	}
	if j.undeclared(a.Expr) {
		j.undecided = NewReason(UnknownKeyBranch, ": it refers to what a file declares that cannot be read")
		return
	}
	if v, ok = j.in.Settle(a.Expr, scope, v); !ok {
		j.impossible = true
		return
	}
	if bare, _ := v.Unmark(); !bare.IsKnown() && why != "" {
		j.undecided = NewReason(UnknownKeyBranch, detail(why))
		return
	}
	verdict := j.verdict(v, a, scope, j.regionOf(need))
	if verdict.undecided != nil {
		j.undecided = verdict.undecided
		return
	}
	if need.Key.Replica == nil && verdict.problem == "" && j.apart(verdict) {
		verdict.problem = UnusableKey
	}
	origin := j.in.Trace(a.Expr, scope)
	f.trace = append(f.trace, j.explained(a, origin, v)...)
	f.problem, f.declined, f.nothing = verdict.problem, verdict.declined, verdict.nothing
	if f.problem == "" || verdict.misnamed {
		f.keys = []Key{{For: keyFor(need), Ref: verdict.ref, Resource: verdict.key, In: verdict.in}}
	}
	switch {
	case f.problem == "":
	case verdict.misnamed:
		j.misnamed(&f, a, origin, verdict)
	default:
		j.from(&f, a, origin, "the ARN of a customer managed key")
	}
	if f.problem == NoKey && off {
		f.problem, f.at = EncryptionDisabled, j.facts[len(j.facts)-1].at
	}
	if f.problem != "" {
		f.branch = Sentence(ProblemKind, verdict.problem)
	}
	j.add(f)
	if len(f.keys) > 0 {
		j.rotation(verdict)
	}
}

// undeclared reports whether an expression refers to what one of the files may
// declare that cannot be read.
func (j *judgement) undeclared(e hclsyntax.Expression) bool {
	return (len(j.in.Errors) > 0 || j.in.Encrypted) && BadReference(j.in, e) != ""
}

// regionOf returns the region of the table or replica that needs a key, "" when
// it is not known.
func (j *judgement) regionOf(need Value) string {
	if need.Key.Replica != nil {
		return need.Key.Replica.Known
	}
	return j.in.RegionOf(j.table)
}

// misnamed notes how to name a key by its ARN that is named by something else.
func (j *judgement) misnamed(f *fact, a *hclsyntax.Attribute, o eval.Origin, v keyVerdict) {
	f.value, f.why, f.repair = Value{Text: v.arn}, j.byHand(a, o, "the ARN of the key"), true
	if f.source = v.renamed(o); f.source != nil {
		f.at, f.source.Ways = f.source.At, []*eval.Instance{j.in}
	} else if v.arn == "" {
		f.declined = &Reason{Variable, f.why.text()}
	}
}

func keyFor(need Value) string {
	if need.Key != nil && need.Key.Replica != nil {
		return need.Key.Replica.Name()
	}
	return TableKey
}

// explained returns the steps from an argument to what decides it.
func (j *judgement) explained(a *hclsyntax.Attribute, o eval.Origin, v cty.Value) []eval.Step {
	steps := o.Steps
	if len(steps) > 0 && steps[0] == (eval.Step{At: j.place(a.Expr.Range()), Text: j.in.Source(a.Expr)}) {
		steps = steps[1:] // the argument says so itself
	}
	if o.Expr == nil || o.Expr.Range() == a.Expr.Range() {
		return steps
	}
	return append(steps, eval.Step{At: o.In.Place(o.Expr.Range()), Text: said(o, v)})
}

// said returns what an origin comes to, in words.
func said(o eval.Origin, v cty.Value) string {
	source := o.In.Source(o.Expr)
	sensitive := v.HasMarkDeep(eval.Sensitive)
	v, _ = v.UnmarkDeep()
	switch {
	case sensitive:
		return "a sensitive value"
	case !v.IsKnown():
		return source + ", which is not known here"
	case v.IsNull():
		return "null"
	case o.In.Evaluator().StandIn(v) != nil:
		return source
	case terraform.IsString(v):
		return fmt.Sprintf("%q", v.AsString())
	case v.Type() == cty.Bool:
		return fmt.Sprint(v.True())
	}
	return source
}
