package fix

import (
	"iter"
	"slices"
	"strings"

	"cmkify/internal/lazyregexp"
)

// A delayed is what Terraform does not know in the plan because a resource is
// changed with it.
type delayed struct {
	broken []delayedRead // by what has to be known: a count, a provider configuration
	risky  []delayedRead // by arguments of resources, which may be replaced
}

// A delayedRead is one place that reads what is made of a data source.
type delayedRead struct {
	reader
	data string // "" where what waits is a call out of reach
}

func compareReads(a, b delayedRead) int { return strings.Compare(a.name+" "+a.data, b.name+" "+b.data) }

// inPlace are arguments that the AWS provider updates in place wherever they
// are.
var inPlace = lazyregexp.New(`(^|_)polic(y|ies)$|^tags(_all)?$|^variables$|^source_code_hash$`)

// of returns what is delayed while a resource is changed.
func (d *deferral) of(changed string) *delayed {
	if have := d.found[changed]; have != nil {
		return have
	}
	f := &follower{deferral: d, delayed: &delayed{}, seen: map[string]bool{changed: true}}
	f.requireCallers(changed)
	f.change(changed)
	for len(f.queue) > 0 {
		next := f.queue[len(f.queue)-1]
		f.queue = f.queue[:len(f.queue)-1]
		f.unknown(next)
	}
	if f.entered {
		d.read()
		return d.of(changed)
	}
	slices.SortFunc(f.broken, compareReads)
	slices.SortFunc(f.risky, compareReads)
	d.found[changed] = f.delayed
	return f.delayed
}

// A follower follows a change to all that is unknown because of it.
type follower struct {
	*deferral
	*delayed
	seen    map[string]bool
	queue   []delayedRead // what is unknown, and because of which data source
	entered bool          // the graph has more by now
}

// requireCallers has those read that depend on a call by which a resource is
// reached.
func (f *follower) requireCallers(resource string) {
	for i, c := range resource {
		if c == '.' {
			f.require(resource[:i+1] + expand)
		}
	}
}

// require has those read that refer to something.
func (f *follower) require(name string) {
	if at := f.at[name]; at.module != nil {
		at.module.RequireReaders(at.address)
	}
}

// change takes in what waits for a resource.
func (f *follower) change(resource string) {
	for _, name := range f.waiting[resource] {
		switch at := f.at[name]; {
		case at.outside != nil:
			f.risky = append(f.risky, delayedRead{reader: reader{name: name}})
		case at.call != nil:
			f.entered = f.enter(at.call, at.inner) || f.entered
			for _, data := range slices.Sorted(f.dataIn(at.inner)) {
				f.push(data, data)
			}
		default:
			f.push(name, name)
		}
	}
}

// dataIn yields the data sources in a module that is called, and below.
func (f *follower) dataIn(inner string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name, at := range f.at {
			if strings.HasPrefix(name, inner) && at.resource != nil && at.resource.Data && !yield(name) {
				return
			}
		}
	}
}

// push takes in that something is unknown because of a data source.
func (f *follower) push(name, data string) {
	if f.seen[name] {
		return
	}
	f.seen[name] = true
	if at := f.at[name]; at.aside != nil {
		f.entered = f.enter(at.aside, at.inner) || f.entered
	}
	f.queue = append(f.queue, delayedRead{reader{name: name}, data})
}

// unknown takes in who reads something that is unknown.
func (f *follower) unknown(of delayedRead) {
	f.require(of.name)
	for _, r := range f.readers[of.name] {
		switch at := f.at[r.name]; {
		case r.purpose == forSize || at.provider != nil:
			f.broken = append(f.broken, delayedRead{r, of.data})
		case !at.changes():
			f.push(r.name, of.data)
		default:
			if !inPlace.MatchString(r.attribute) {
				f.risky = append(f.risky, delayedRead{r, of.data})
			}
			if !f.seen[r.name] {
				f.seen[r.name] = true
				f.require(r.name)
				f.change(r.name)
			}
		}
	}
}
