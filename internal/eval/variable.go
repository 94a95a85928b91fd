package eval

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// variableID names a variable of an instance in the questions of worlds.
func (i *Instance) variableID(name string) string {
	return i.Root().Dir + "\x00" + i.Address() + "var." + name
}

// variable returns the value of an input variable: what the call passes, or,
// without one, what Terraform would give it in a root module.
func (i *Instance) variable(name string) cty.Value {
	v := i.Variable(name)
	if v == nil {
		return cty.DynamicVal
	}
	value, told := i.ev.told(i.variableID(name))
	if !told {
		value, told = i.leftEmpty(v)
	}
	if !told {
		value = i.values.value(i.ev, name, func() cty.Value {
			given := i.given(v)
			if !given.IsWhollyKnown() {
				i.ev.open = true // a world may decide it
			}
			return i.ev.bounded(given, "var."+name)
		})
		value = i.ev.narrowed(i.variableID(name), value)
	}
	value = i.ev.hideVariable(value, part{in: i, name: name})
	if v.Sensitive {
		value = value.Mark(Sensitive)
	}
	return value
}

// leftEmpty decides, where it is asked what callers may leave out, whether they
// leave out a collection whose default is empty.
func (i *Instance) leftEmpty(v *terraform.Variable) (fallback cty.Value, out bool) {
	if !i.ev.settling || !i.left(v.Name) {
		return cty.NilVal, false
	}
	fallback = i.fallback(v)
	bare := unmark(fallback)
	if !bare.IsKnown() || bare.IsNull() || !bare.CanIterateElements() || bare.LengthInt() > 0 {
		return cty.NilVal, false
	}
	out = part{in: i, name: v.Name}.leftOut(fallback)
	i.ev.lapse.left = i.ev.lapse.left || out
	return fallback, out
}

// given returns the value that the variable is given, else its default.
func (i *Instance) given(v *terraform.Variable) cty.Value {
	switch {
	case i.Caller != nil:
		if a := i.Call.Argument(v.Name); a != nil {
			return i.orDefault(v, i.Caller.Value(a.Expr, i.scope))
		}
		switch {
		case i.Call.Partial:
			return notNullUnless(v.Nullable, v.Type)
		case v.Default == nil:
			return cty.NullVal(v.Type) // which Terraform refuses: the call must pass it
		}
		return i.fallback(v)
	case i.Terragrunt || i.Open:
		return notNullUnless(v.Nullable, v.Type)
	}
	loaded, others := i.Inputs(v.Name)
	if len(others) > 0 {
		if value, found := i.fromFile(v, others); found {
			return value
		}
	}
	if len(loaded) > 0 {
		return i.orDefault(v, loaded[len(loaded)-1].Value)
	}
	return i.fallback(v)
}

// orDefault returns a given value as the variable has it: its default in the
// place of a null that it does not take.
func (i *Instance) orDefault(v *terraform.Variable, given cty.Value) cty.Value {
	given = i.convert(v, given)
	bare := unmark(given)
	switch {
	case v.Nullable:
	case bare.IsNull():
		return i.fallback(v)
	case !bare.IsKnown() && bare.Type() != cty.DynamicPseudoType:
		return given.RefineNotNull()
	}
	return given
}

// fallback returns the default; unknown without one.
func (i *Instance) fallback(v *terraform.Variable) cty.Value {
	if v.Default == nil {
		return notNullUnless(v.Nullable, v.Type)
	}
	return i.convert(v, terraform.Literal(v.Default))
}

// convert returns a value as a variable has it.
func (i *Instance) convert(v *terraform.Variable, given cty.Value) cty.Value {
	if !i.ev.mayConvert(given) {
		return i.ev.giveUp("var.%s is too large to evaluate", v.Name)
	}
	return v.Convert(given)
}

func notNullUnless(nullable bool, ty cty.Type) cty.Value {
	v := cty.UnknownVal(ty)
	if nullable || ty == cty.DynamicPseudoType {
		return v
	}
	return v.RefineNotNull()
}

// fromFile returns the value in a world in which one of the files is loaded
// that Terraform does not load by itself. It finds none in the world without.
func (i *Instance) fromFile(v *terraform.Variable, others []terraform.Input) (value cty.Value, found bool) {
	files := i.InputFiles()
	taken, decided := i.ev.choose(i.Dir+"\x00-var-file", i.varFiles())
	if !decided {
		return notNullUnless(v.Nullable, v.Type), true
	}
	if taken == 0 {
		return cty.NilVal, false
	}
	at := slices.IndexFunc(others, func(in terraform.Input) bool { return in.File == files[taken-1] })
	if at < 0 {
		return cty.NilVal, false
	}
	return i.orDefault(v, others[at].Value), true
}

// varFiles returns the answers to which file of variable values is given on
// the command line.
func (i *Instance) varFiles() []string {
	out := []string{"no -var-file is given"}
	for _, f := range i.InputFiles() {
		out = append(out, "-var-file="+f.Path+" is given")
	}
	return out
}

// left reports whether a variable is left to callers that are not in reach, or
// to what Terragrunt includes, and has a default, which is what a call gets that
// leaves it out.
func (i *Instance) left(name string) bool {
	v := i.Variable(name)
	if v == nil || v.Default == nil {
		return false
	}
	if i.Caller != nil {
		return i.Call.Partial && i.Call.Argument(name) == nil
	}
	return i.Open || i.Terragrunt
}

// shortName returns what a variable of an instance is called in a sentence.
func shortName(id string) string {
	_, name, _ := strings.Cut(id, "\x00")
	return name
}
