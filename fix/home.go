package fix

import (
	"slices"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A home is one module of the unit, as a place for keys.
type home struct {
	JudgedModule
	chooser   *keys.Chooser
	variables []*newVariable
	passes    map[terraform.ProviderRegion]*pass
}

// begin forgets all that has been chosen.
func (p *planner) begin() {
	p.met = map[*Outcome][]site{}
	p.homes = map[*terraform.Module]*home{}
	for _, m := range p.Modules {
		h := &home{JudgedModule: m, passes: map[terraform.ProviderRegion]*pass{}}
		o := p.options.Keys
		o.Reads, o.Writable, o.Ways = p.reads, p.writable, m.Ways
		o.LeadsBack = func(address string) bool { return p.leadsToNeedy(h, address) }
		o.Mentioned = h.mentioned
		h.chooser = keys.NewChooser(m.Ways[0], m.Findings, o, p.options.AvoidReuse)
		p.homes[m.Module] = h
	}
}

func (p *planner) homeOf(o *Outcome) *home { return p.homes[o.In().Module] }

// mentioned reports whether a module from which this one is reached names what
// has a label in it.
func (h *home) mentioned(prefix, label string) bool {
	return slices.ContainsFunc(h.Ways, func(in *eval.Instance) bool {
		for in = in.Caller; in != nil; in = in.Caller {
			if in.Mentions("."+prefix, label) {
				return true
			}
		}
		return false
	})
}

// copies returns how many instances of the module there are.
func (h *home) copies() int { return len(h.Ways) }

// uncounted reports whether there may be more instances of a module than there are
// ways to it: a component of a stack runs it, or how often a call makes it is not
// known.
func (m JudgedModule) uncounted() bool {
	return m.Staged || slices.ContainsFunc(m.Ways, func(in *eval.Instance) bool {
		for ; in.Caller != nil; in = in.Caller {
			if _, known := in.Caller.Called(in.Call); !known && !once(in.Call.Argument("count")) {
				return true
			}
		}
		return false
	})
}

// several reports whether there are, or may be, more instances of the module
// than one.
func (h *home) several() bool {
	if len(h.Ways) > 1 {
		return true
	}
	for in := h.Ways[0]; in.Caller != nil; in = in.Caller {
		if in.Call.Counted() {
			return true
		}
	}
	return false
}

// depth returns how many calls lead to the module.
func (h *home) depth() int {
	n := 0
	for in := h.Ways[0]; in.Caller != nil; in = in.Caller {
		n++
	}
	return n
}

// A call is one by which a module is reached, and the first instance of its
// caller.
type call struct {
	*terraform.Call
	from *home
	in   *eval.Instance // that is called
}

// calls returns the calls of a module, also those that make nothing of it; none
// when one of them begins in a module that is not of the unit, or a way does not
// begin with a call.
func (p *planner) calls(h *home) []call {
	var out []call
	add := func(in *eval.Instance) {
		if !slices.ContainsFunc(out, func(c call) bool { return c.Call == in.Call }) {
			out = append(out, call{in.Call, p.homes[in.Caller.Module], in})
		}
	}
	for _, in := range h.Ways {
		if in.Caller == nil || p.homes[in.Caller.Module] == nil {
			return nil
		}
		add(in)
	}
	for _, from := range p.Modules {
		for _, c := range from.Module.Calls {
			if !c.Aside && c.Target() == h.Module {
				add(from.Ways[0].Callee(c))
			}
		}
	}
	return out
}

// A pass is how a module with several instances is given a key: by a variable
// that each call sets.
type pass struct {
	expr    string
	sites   []site
	keys    []keys.Choice
	unnamed *terraform.File // that would have to be changed, and was not named
}

// keyIn returns what names the key of a need in a module: one that is chosen
// there, for a provider and region, or one that its callers pass. beside is the
// block that names it.
func (p *planner) keyIn(h *home, need *detect.KeyNeed, at terraform.ProviderRegion, own *keys.Choice, beside keys.Anchor) (*pass, *detect.Reason) {
	c, reason := p.choose(h, need, at, own)
	elsewhere := h.chooser.GivenElsewhere()
	if reason != nil && !elsewhere {
		return nil, reason
	}
	if (elsewhere || c.Action == keys.Created && !p.options.KeyInModule) && need.Replica == nil {
		switch passed := p.passed(h, need, at); {
		case passed == nil:
		case passed.unnamed != nil:
			return nil, unnamed(passed.unnamed)
		default:
			return passed, nil
		}
	}
	if reason != nil {
		return nil, reason
	}
	if c.New != nil {
		c.New.Beside = append(c.New.Beside, beside)
	}
	if h.Module != need.In.Module {
		c.From = h.Module
	}
	c.Copies, c.More = h.copies(), h.uncounted()
	return &pass{expr: c.Expr, keys: []keys.Choice{c}}, nil
}

// passed returns how callers pass a key to a module with several instances;
// nil where it must be made in the module: nobody calls it, callers are not all
// in reach, or cannot be written, or it is run by itself, too.
func (p *planner) passed(h *home, need *detect.KeyNeed, at terraform.ProviderRegion) *pass {
	if have, done := h.passes[at]; done {
		return have
	}
	h.passes[at] = nil // also for what leads back here
	calls := p.calls(h)
	if len(calls) == 0 || !mayRequire(h, calls) || p.replicated(need.Table) {
		return nil
	}
	wanted := h.several() || h.chooser.GivenElsewhere()
	if i := slices.IndexFunc(calls, func(c call) bool { return !p.selection.Writable(c.File) }); i >= 0 {
		if p.selection.Named && wanted {
			h.passes[at] = &pass{unnamed: calls[i].File}
		}
		return h.passes[at]
	}
	if !h.chooser.GivenElsewhere() {
		if h.passes[at] = p.passedAlready(h, calls, need, at); h.passes[at] != nil {
			return h.passes[at]
		}
	}
	if !wanted {
		return nil
	}
	v := p.newVariable(h, need, at)
	if v == nil {
		return nil
	}
	out := &pass{expr: "var." + v.label}
	for _, c := range calls {
		there, ok := mapped(c, at)
		if !ok {
			return nil
		}
		from, reason := p.keyIn(c.from, need, there, nil, keys.Anchor{File: c.File, Block: c.Block})
		if reason != nil {
			return nil
		}
		argument := detect.Argument{In: c.from.Module, Call: c.Call, Block: c.Block, Name: v.label}
		out.sites = append(append(out.sites, from.sites...), site{argument: argument, text: from.expr, called: true})
		out.keys = append(out.keys, from.keys...)
	}
	h.variables = append(h.variables, v)
	h.passes[at] = out
	return out
}

// mayRequire reports whether a module may get a variable without a default: all
// who use it are here, and may be changed with it, unless they are not to be written.
func mayRequire(h *home, calls []call) bool {
	if h.Elsewhere || h.Module.Deployed() || len(h.Module.Tests()) > 0 || len(h.Module.AWSConfigs()) > 0 {
		return false
	}
	return !slices.ContainsFunc(calls, func(c call) bool { return c.Overridden || c.Terragrunt || c.File.Generated() })
}

// mapped returns what the provider and region of a resource of a called module
// are to its caller, which has no one for all instances where the call passes each
// another configuration.
func mapped(c call, at terraform.ProviderRegion) (terraform.ProviderRegion, bool) {
	provider, ok := c.in.PassedProvider(at.Provider)
	if provider == "aws" {
		provider = ""
	}
	at.Provider = provider
	return at, ok && !at.PerInstance() && (at.Region == "" || literal(at.Region))
}

// literal reports whether the source of an expression means the same anywhere.
func literal(source string) bool {
	e, err := terraform.ParseExpression(source, "")
	return err == nil && terraform.IsString(terraform.Literal(e))
}

// replicated reports whether a table has replicas, as far as is known: each with
// a key, or in want of one.
func (p *planner) replicated(table *terraform.Resource) bool {
	return slices.ContainsFunc(p.Findings(), func(f *detect.Finding) bool {
		return f.Table == table && (slices.ContainsFunc(f.Keys, func(k detect.Key) bool { return k.For != detect.TableKey }) ||
			slices.ContainsFunc(f.Wants, func(w detect.Want) bool { return w.KeyFor != detect.TableKey }))
	})
}
