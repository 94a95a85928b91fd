package eval

import (
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	yaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// sensitivity is the type of Sensitive, so that no other package's mark can
// be equal to it.
type sensitivity string

// Sensitive is the mark of a value that must never be printed: what
// sensitive() returns, and everything computed from it.
const Sensitive = sensitivity("sensitive")

// functions returns what an expression can call, by name. The map is shared:
// callers read it only. Names that are not in it (list and map, which
// Terraform removed, and most providers' functions) are unknownFunction's.
//
// The names and their meaning are Terraform 1.11's, known from `terraform
// metadata functions` and internal/lang/functions.go, and held to `terraform
// plan` by a test. As in Terraform, each stands under core:: too.
func functions() map[string]function.Function { return functionTable() }

var functionTable = sync.OnceValue(func() map[string]function.Function {
	table := map[string]function.Function{}
	for _, part := range []map[string]function.Function{
		sharedFunctions(),
		boundedFunctions(),
		convertFunctions(),
		collectionFunctions(),
		numberFunctions(),
		stringFunctions(),
		markFunctions(),
	} {
		for name, f := range part {
			table[name] = discreet(f)
		}
	}
	maps.Copy(table, unknownFunctions())
	// try and can take expressions, not values, so there is nothing to be
	// discreet about: what they report was reported by the calls inside.
	table["can"] = tryfunc.CanFunc
	table["try"] = tryfunc.TryFunc
	for _, name := range slices.Collect(maps.Keys(table)) {
		table["core::"+name] = table[name]
	}
	for name, f := range providerFunctions() {
		table[name] = discreet(f)
	}
	return table
})

// sharedFunctions are those that Terraform takes from cty, as they are.
func sharedFunctions() map[string]function.Function {
	return map[string]function.Function{
		"abs":             stdlib.AbsoluteFunc,
		"ceil":            stdlib.CeilFunc,
		"chomp":           stdlib.ChompFunc,
		"chunklist":       stdlib.ChunklistFunc,
		"coalescelist":    stdlib.CoalesceListFunc,
		"compact":         stdlib.CompactFunc,
		"concat":          stdlib.ConcatFunc,
		"contains":        stdlib.ContainsFunc,
		"csvdecode":       stdlib.CSVDecodeFunc,
		"distinct":        stdlib.DistinctFunc,
		"element":         stdlib.ElementFunc,
		"flatten":         stdlib.FlattenFunc,
		"floor":           stdlib.FloorFunc,
		"formatdate":      stdlib.FormatDateFunc,
		"join":            stdlib.JoinFunc,
		"jsondecode":      stdlib.JSONDecodeFunc,
		"jsonencode":      stdlib.JSONEncodeFunc,
		"keys":            stdlib.KeysFunc,
		"log":             stdlib.LogFunc,
		"lower":           stdlib.LowerFunc,
		"max":             stdlib.MaxFunc,
		"merge":           stdlib.MergeFunc,
		"min":             stdlib.MinFunc,
		"parseint":        stdlib.ParseIntFunc,
		"pow":             stdlib.PowFunc,
		"range":           stdlib.RangeFunc,
		"regex":           stdlib.RegexFunc,
		"regexall":        stdlib.RegexAllFunc,
		"reverse":         stdlib.ReverseListFunc,
		"setintersection": stdlib.SetIntersectionFunc,
		"setsubtract":     stdlib.SetSubtractFunc,
		"setunion":        stdlib.SetUnionFunc,
		"signum":          stdlib.SignumFunc,
		"slice":           stdlib.SliceFunc,
		"sort":            stdlib.SortFunc,
		"split":           stdlib.SplitFunc,
		"strrev":          stdlib.ReverseFunc,
		"substr":          stdlib.SubstrFunc,
		"timeadd":         stdlib.TimeAddFunc,
		"title":           stdlib.TitleFunc,
		"trim":            stdlib.TrimFunc,
		"trimprefix":      stdlib.TrimPrefixFunc,
		"trimspace":       stdlib.TrimSpaceFunc,
		"trimsuffix":      stdlib.TrimSuffixFunc,
		"upper":           stdlib.UpperFunc,
		"values":          stdlib.ValuesFunc,
		"yamldecode":      yaml.YAMLDecodeFunc,
		"yamlencode":      yaml.YAMLEncodeFunc,
		"zipmap":          stdlib.ZipmapFunc,
	}
}

// strict returns a function of fixed parameters whose result is never null,
// and unknown as soon as an argument is: cty sees to that, and to nulls
// (errors) and marks (kept), before body is called.
func strict(result cty.Type, body func(args []cty.Value) (cty.Value, error), params ...function.Parameter) function.Function {
	return function.New(&function.Spec{
		Params:       params,
		Type:         function.StaticReturnType(result),
		RefineResult: notNull,
		Impl:         func(args []cty.Value, _ cty.Type) (cty.Value, error) { return body(args) },
	})
}

// param is a parameter that is neither null nor unknown nor marked where
// the function's body sees it.
func param(name string, ty cty.Type) function.Parameter {
	return function.Parameter{Name: name, Type: ty}
}

// anyParam is a parameter that takes everything: null, unknown, marked.
func anyParam(name string) function.Parameter {
	return openParam(param(name, cty.DynamicPseudoType))
}

// openParam returns p, letting every value of its type through to the body.
func openParam(p function.Parameter) function.Parameter {
	p.AllowNull, p.AllowUnknown, p.AllowDynamicType, p.AllowMarked = true, true, true, true
	return p
}

func notNull(b *cty.RefinementBuilder) *cty.RefinementBuilder { return b.NotNull() }

// around returns a function with the signature of f, but with no argument
// kept from ty and call, which are to hand them on to f.
func around(f function.Function, ty function.TypeFunc, call func(args []cty.Value) (cty.Value, error)) function.Function {
	params := f.Params()
	for i := range params {
		params[i] = openParam(params[i])
	}
	rest := f.VarParam()
	if rest != nil {
		*rest = openParam(*rest)
	}
	return function.New(&function.Spec{
		Params:   params,
		VarParam: rest,
		Type:     ty,
		Impl:     func(args []cty.Value, _ cty.Type) (cty.Value, error) { return call(args) },
	})
}

// discreet returns f with errors that can be printed. Those of cty quote
// arguments (cannot parse "hunter2" as a number), and cty takes the marks off
// before the function could know better.
func discreet(f function.Function) function.Function {
	ty := func(args []cty.Value) (cty.Type, error) {
		ty, err := f.ReturnTypeForValues(args)
		return ty, discreetError(err, args)
	}
	return around(f, ty, func(args []cty.Value) (cty.Value, error) {
		v, err := f.Call(args)
		return v, discreetError(err, args)
	})
}

// discreetError returns err as it may be printed of a call with args. The
// number of the argument at fault stays: hcl points at it. A panic, which cty
// turns into an error with the stack in it, loses that stack: pow(-1, 0.5) is
// its author's mistake, not ours.
func discreetError(err error, args []cty.Value) error {
	if err == nil {
		return nil
	}
	if errors.As(err, new(function.PanicError)) {
		return errors.New("not defined for these arguments")
	}
	secret := func(v cty.Value) bool { return v.HasMarkDeep(Sensitive) }
	if !slices.ContainsFunc(args, secret) {
		return err
	}
	const hidden = "not valid (why is not shown: the call has a sensitive argument)"
	if at := (function.ArgError{}); errors.As(err, &at) {
		return function.NewArgErrorf(at.Index, hidden)
	}
	return errors.New(hidden)
}
