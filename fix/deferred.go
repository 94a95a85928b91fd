package fix

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix/graph"
	"cmkify/internal/lazyregexp"
)

// A delayed is what Terraform does not know in the plan because a resource is
// changed with it.
type delayed struct {
	broken []delayedRead // by what has to be known: a count, a provider configuration
	risky  []delayedRead // by arguments of resources, which may be replaced
	// changed is what reads the encryption of the table, and so has another value.
	changed []delayedRead
}

// A changedNode is a node of the graph that is changed in place.
type changedNode struct {
	name      string
	attribute string // that gets another value: the encryption of a table or its replicas, the rotation of a key
}

// A delayedRead is one place that reads what is made of a data source, or of the
// encryption of the table.
type delayedRead struct {
	reader
	data    string // "" where what waits is a call out of reach
	changed bool   // it is the encryption that is read
}

func compareReads(a, b delayedRead) int {
	return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(b.Purpose, a.Purpose), cmp.Compare(a.data, b.data), cmp.Compare(a.Attribute, b.Attribute))
}

// inPlace are arguments that the AWS provider updates in place wherever they
// are.
var inPlace = lazyregexp.New(`(^|_)polic(y|ies)$|^tags(_all)?$|^variables$|^source_code_hash$`)

// replacing are arguments whose only purpose is that their resource is replaced
// with them. Those for policies are changed in place wherever they are, whatever
// they are called: of documents, only these count.
var replacing = lazyregexp.New(`^(triggers|triggers_replace|keepers)$`)

// of returns what is delayed while a resource is changed, and what reads the
// attribute of it that gets another value. It is the same for all that the same
// waits for and of which nothing is read.
func (d *deferral) of(c changedNode) *delayed {
	cause, reads := strings.Join(d.waiting[c.name], "\n"), false
	if reads = c.attribute != "" && slices.ContainsFunc(d.readers[c.name], c.mayBeRead); reads {
		cause = c.name + "." + c.attribute
	}
	if have := d.found[cause]; have != nil {
		return have
	}
	f := &follower{deferral: d, delayed: &delayed{}, seen: map[string]bool{c.name: true}, carried: map[string]bool{}}
	if reads {
		f.readChanged(c)
	}
	f.change(c.name)
	for len(f.queue) > 0 {
		next := f.queue[len(f.queue)-1]
		f.queue = f.queue[:len(f.queue)-1]
		f.unknown(next)
	}
	if f.entered {
		d.read()
		return d.of(c)
	}
	slices.SortFunc(f.broken, compareReads)
	slices.SortFunc(f.risky, compareReads)
	slices.SortFunc(f.changed, compareReads)
	d.found[cause] = f.delayed
	return f.delayed
}

// A follower follows a change to all that is unknown because of it.
type follower struct {
	*deferral
	*delayed
	seen    map[string]bool
	carried map[string]bool // what holds all of what changes
	queue   []delayedRead   // what is unknown, and because of which data source
	entered bool            // the graph has more by now
}

// require has those read that refer to something; to an output also by all of its
// call's.
func (f *follower) require(name string) {
	at := f.at[name]
	if at.module == nil {
		return
	}
	at.module.RequireReaders(at.address)
	if output, is := strings.CutPrefix(at.address, "module."); is {
		call, _, _ := strings.Cut(output, ".")
		at.module.RequireReaders("module." + call + ".")
	}
}

// change takes in what waits for a resource.
func (f *follower) change(resource string) {
	for _, name := range f.waiting[resource] {
		switch at := f.at[name]; {
		case at.outside != nil:
			f.risky = append(f.risky, delayedRead{reader: reader{name: name}})
		case at.call != nil:
			f.entered = f.Enter(at.call, at.inner) || f.entered
			for _, data := range slices.Sorted(f.dataIn(at.inner)) {
				f.push(data, delayedRead{data: data})
			}
		default:
			f.push(name, delayedRead{data: name})
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

// push takes in that something is unknown, or has another value, because of what
// is read.
func (f *follower) push(name string, because delayedRead) {
	if f.seen[name] {
		return
	}
	f.seen[name] = true
	if at := f.at[name]; at.aside != nil {
		f.entered = f.Enter(at.aside, at.inner) || f.entered
	}
	because.reader = reader{name: name}
	f.queue = append(f.queue, because)
}

// unknown takes in who reads something that is unknown.
func (f *follower) unknown(of delayedRead) {
	f.require(of.name)
	for _, r := range f.readers[of.name] {
		f.read(of, r)
	}
}

// read takes in one who reads something that is unknown, or has another value.
func (f *follower) read(of delayedRead, r reader) {
	read := delayedRead{r, of.data, of.changed}
	switch at := f.at[r.name]; {
	case r.Purpose == graph.ForSize || at.provider != nil:
		f.add(&f.broken, read)
	case of.changed && r.Attribute == "condition" && at.isValue(): // a precondition of an output
		f.add(&f.changed, read)
	case !at.changes():
		f.push(r.name, of)
	default:
		if f.mayReplace(at, read) {
			f.add(&f.risky, read)
		}
		if !f.seen[r.name] {
			f.seen[r.name] = true
			f.require(r.name)
			f.change(r.name)
		}
	}
}

// mayReplace reports whether an argument of a resource, or of a call out of reach,
// may have something replaced when it is unknown.
func (f *follower) mayReplace(at location, read delayedRead) bool {
	if f.at[read.data].isDocument() {
		return replacing.MatchString(read.Attribute)
	}
	return !inPlace.MatchString(read.Attribute) && !at.keyOfTable(read.Attribute)
}

// add adds to a list what is unknown, and to another one what has changed.
func (f *follower) add(list *[]delayedRead, read delayedRead) {
	if read.changed {
		list = &f.changed
	}
	*list = append(*list, read)
}

// keyOfTable reports whether an attribute is the key of a table, which changes in
// place.
func (at location) keyOfTable(attribute string) bool {
	return attribute == "kms_key_arn" && at.resource != nil && at.resource.Type == detect.TableType
}
