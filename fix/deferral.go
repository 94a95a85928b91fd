package fix

import (
	"maps"
	"slices"

	"cmkify/fix/graph"
	"cmkify/internal/terraform"
)

// A deferral says what Terraform reads during apply only while a resource is to
// be changed: data sources that refer to it, and those whose depends_on, or that
// of a call around them, leads there. What is made of them is unknown in the plan.
// https://developer.hashicorp.com/terraform/language/data-sources#dependencies
type deferral struct {
	*graph.Graph
	at      map[string]location
	readers map[string][]reader // by what they read
	waiting map[string][]string // data sources and beginnings of calls, by the resource that they wait for
	found   map[string]*delayed // by what waits, or by a table whose encryption is read
}

// A location is what a node of the graph is in its module: a resource, data
// source, call or provider configuration, else a value.
type location struct {
	module   *terraform.Module
	address  string // by which the module refers to it
	resource *terraform.Resource
	provider *terraform.ProviderConfig
	outside  *terraform.Call // that leads out of reach
	call     *terraform.Call // whose beginning it is
	aside    *terraform.Call // of whose module it is a variable, if that is not read
	inner    string          // before the addresses of the module of call or aside
}

// changes reports whether Terraform may change it: a managed resource, or a call
// out of reach, in which there may be some.
func (at location) changes() bool {
	return at.resource != nil && !at.resource.Data || at.outside != nil
}

// A reader depends on something by an edge.
type reader struct {
	name string
	graph.Edge
}

// deferral returns that of all that begins at a module, made once.
func (j *Judged) deferral(root *terraform.Module) *deferral {
	if j.deferrals == nil {
		j.deferrals = map[*terraform.Module]*deferral{}
	}
	if j.deferrals[root] == nil {
		d := &deferral{Graph: j.graph(root), found: map[string]*delayed{}}
		if d.Delays {
			d.read()
		}
		j.deferrals[root] = d
	}
	return j.deferrals[root]
}

// read takes in what the graph has by now.
func (d *deferral) read() {
	d.at, d.readers, d.waiting, d.found = map[string]location{}, map[string][]reader{}, map[string][]string{}, map[string]*delayed{}
	for m, prefixes := range d.Prefixes {
		for _, prefix := range prefixes {
			d.locate(m, prefix)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Edges)) {
		list := d.Edges[name]
		for _, e := range list {
			if e.Purpose == graph.ForValue || e.Purpose == graph.ForSize {
				d.readers[e.To] = append(d.readers[e.To], reader{name, e})
			}
		}
		if at := d.at[name]; at.waits() {
			for _, resource := range d.awaited(at, list) {
				d.waiting[resource] = append(d.waiting[resource], name)
			}
		}
	}
}

// locate notes what the nodes of a module are.
func (d *deferral) locate(m *terraform.Module, prefix string) {
	add := func(name string, at location) { at.module = m; d.at[name] = at }
	for _, r := range m.Resources {
		add(prefix+r.Address(), location{address: r.Address(), resource: r})
	}
	for _, name := range m.Locals() {
		add(prefix+"local."+name, location{address: "local." + name})
	}
	for _, name := range m.VariableNames() {
		add(prefix+"var."+name, location{address: "var." + name})
	}
	for _, c := range m.ProviderConfigs() {
		add(prefix+c.Address(), location{provider: &c})
	}
	for _, c := range m.Calls {
		if !graph.InReach(c) {
			add(prefix+c.Address(), location{outside: c, address: c.Address() + "."})
			continue
		}
		inner := prefix + c.Address() + "."
		add(inner+graph.Expand, location{call: c, inner: inner, address: c.Address() + "."})
		switch {
		case !c.Aside || d.Entered[inner]:
			for _, name := range c.Target().OutputNames() {
				add(inner+"output."+name, location{address: c.Address() + "." + name})
			}
		default:
			for name := range c.Merged.Body.Attributes {
				add(inner+"var."+name, location{aside: c, inner: inner})
			}
		}
	}
}

// waits reports whether something may have to wait for resources: a data source
// or a call.
func (at location) waits() bool {
	return at.call != nil || at.outside != nil || at.resource != nil && at.resource.Data
}

// isDocument reports whether something is the document of a policy.
func (at location) isDocument() bool {
	return at.resource != nil && at.resource.Data && at.resource.Type == "aws_iam_policy_document"
}

// awaited returns the resources that something waits for: those that it refers
// to, if it is a data source, and all that its depends_on leads to, unless that
// names a resource.
func (d *deferral) awaited(at location, edges []graph.Edge) []string {
	var out []string
	for _, e := range edges {
		switch to := d.at[e.To]; {
		case to.changes() && (e.Purpose == graph.ForOrder || at.resource != nil):
			out = append(out, e.To)
		case to.resource == nil && e.Purpose == graph.ForOrder:
			for name := range d.Behind(e.To) {
				if d.at[name].changes() {
					out = append(out, name)
				}
			}
		}
	}
	return out
}
