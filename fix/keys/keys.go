// Package keys chooses the key of a table: the one that the user names, one of
// the configuration that is proved open to the table's users, or a new one. The
// findings of a module go in; choices come out, with who may use the key and
// what a new one is made of. It decides, and writes nothing: package fix makes
// text of new keys.
package keys

import (
	"maps"
	"slices"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// The policies of new keys.
const (
	PolicyDynamoDB = "dynamodb"
	PolicyNone     = "none"
)

// Options say how tables are given keys.
type Options struct {
	Policy string // PolicyDynamoDB or PolicyNone
	Name   string // label of a new key of the default provider and region
	Given  *Given // the key to use instead of a new one, or nil
	Tags   []Tag  // of new keys, besides those of their tables
	// SkipReplicas leaves tables with replicas that need keys to a person.
	SkipReplicas bool
	// Newer says that modules without any sign of the AWS provider's version
	// are used with version 6 or later; nil asks each module by itself.
	Newer func(in *eval.Instance) bool
	// GrantedElsewhere returns a file outside of a directory that lets somebody
	// use a table of that by its name, in which * stands for what is not known,
	// or by one of the outputs; "" for none. Nil knows of no others.
	GrantedElsewhere func(dir, name string, outputs []string) string
	Detect           detect.Options
	// Ways are the instances of the module.
	Ways []*eval.Instance
	// Reads reports whether a resource reads as a new key would.
	Reads func(n *New, r *terraform.Resource) bool
	// Writable reports whether a file may be changed.
	Writable func(f *terraform.File) bool
	// LeadsBack reports whether an address depends on a table that needs a key,
	// so that a key which depends on it would make a cycle.
	LeadsBack func(address string) bool
	// Mentioned reports whether a module that calls this one names what has a
	// label in it, in a moved block or a removed one; the prefix is its type.
	Mentioned func(prefix, label string) bool
}

// An Action is how a table comes to its key.
type Action string

// The actions.
const (
	Used    Action = "used"    // it has it already
	Created Action = "created" // it is new
	Reused  Action = "reused"  // it is one of the configuration
	UserKey Action = "given"   // the user names it
)

// A Choice is the key of a table, or of one of its replicas.
type Choice struct {
	For    string // detect.TableKey, or the region of the replica
	Ref    string // its address, or the expression or ARN that names it
	Action Action
	Expr   string // what gives its ARN
	// Resource is the key, when it is one of the configuration, and In the
	// instance whose module declares it; else nil.
	Resource *terraform.Resource
	In       *eval.Instance
	New      *New // the key to be created, else nil
	// From is the module whose calls pass the key to the table's, nil when the
	// table's own module names it.
	From *terraform.Module
	// Copies is how often the key is made: once for each instance of its module.
	Copies int
	// More says that there may be more instances of that module.
	More bool
	// Rotation is what makes the key rotate, nil when nothing need be done.
	Rotation *detect.Want
}

// A Chooser chooses the keys of one module's tables.
type Chooser struct {
	In        *eval.Instance
	All       []*detect.Finding // of the module
	Options   Options
	avoid     map[string]bool // addresses of keys that are not reused
	Created   []*New
	Identity  []*Identity
	Providers []*NewProvider

	users      map[*terraform.Resource]*users
	everyone   []identity                       // with policies, nil until it is asked for
	everywhere []identity                       // of the whole configuration, nil until it is asked for
	holders    map[*terraform.Resource][]holder // of tables, nil until it is asked for
	told       []told                           // nil until it is asked for
	denies     *bool                            // see mayDeny
	judged     map[terraform.ProviderRegion][]Candidate
	used       map[terraform.ProviderRegion]map[*terraform.Resource]int
	sharing    map[terraform.ProviderRegion][]*terraform.Resource
}

// NewChooser returns a chooser for the tables of a module, which does not reuse
// the keys of some addresses.
func NewChooser(in *eval.Instance, all []*detect.Finding, o Options, avoid map[string]bool) *Chooser {
	return &Chooser{
		In: in, All: all, Options: o, avoid: avoid,
		users: map[*terraform.Resource]*users{}, judged: map[terraform.ProviderRegion][]Candidate{},
		used: map[terraform.ProviderRegion]map[*terraform.Resource]int{}, sharing: map[terraform.ProviderRegion][]*terraform.Resource{},
	}
}

// For returns the key that a table needs, or why there is none. own is the
// table's own key, when the need is that of a replica.
func (c *Chooser) For(need *detect.KeyNeed, own *Choice) (Choice, *detect.Reason) {
	if need.Replica != nil {
		return c.replica(need, own)
	}
	return c.table(need, need.Table.ProviderRegion(), "")
}

// Pass returns the key that calls pass to modules whose tables need one, for a
// provider and region of the caller, or why there is none.
func (c *Chooser) Pass(need *detect.KeyNeed, at terraform.ProviderRegion) (Choice, *detect.Reason) {
	return c.table(need, at, "")
}

// table returns the key for tables of a provider and region. A new one shares
// the policy of the key with the address sameAs, if any.
func (c *Chooser) table(need *detect.KeyNeed, at terraform.ProviderRegion, sameAs string) (Choice, *detect.Reason) {
	choice := Choice{For: detect.TableKey}
	if c.Options.Given != nil {
		return c.given(choice, need, at)
	}
	if n := c.created(at, ""); n != nil {
		return n.choice(), nil
	}
	for _, candidate := range c.Candidates(at) {
		if candidate.Unfit != "" || c.avoid[candidate.Ref] {
			continue
		}
		// One for a replica is fit for the tables of the replica's region.
		if !c.opensFor(candidate.Resource, need) {
			continue
		}
		choice.Ref, choice.Action, choice.Expr = candidate.Ref, Reused, candidate.Expr
		choice.Resource, choice.In = candidate.Resource, c.In
		return c.rotated(choice)
	}
	if left := c.left(at, sameAs); left != nil {
		return Choice{For: detect.TableKey, Ref: left.Address(), Action: Reused, Expr: left.Address() + ".arn", Resource: left, In: c.In}, nil
	}
	return c.create(at, sameAs).choice(), nil
}

// rotated adds to a choice what makes its key rotate.
func (c *Chooser) rotated(choice Choice) (Choice, *detect.Reason) {
	if choice.Resource == nil || choice.In == nil {
		return choice, nil
	}
	choice.Rotation = detect.Rotation(choice.In, choice.Resource, c.Options.Detect)
	if w := choice.Rotation; w != nil && elsewhere(w) {
		return choice, detect.NewReasonf(detect.Variable, "%s, which it would get, does not rotate in every case; %s", choice.Ref, w.Why)
	}
	return choice, nil
}

// elsewhere reports whether what makes a key rotate is decided outside of it.
func elsewhere(rotation *detect.Want) bool {
	return rotation.Argument.Attribute() != nil && (rotation.Open || rotation.Value.Text == "")
}

// left returns a key that reads as a new one would. A run that was killed
// between two files leaves it, with no table that uses it yet.
func (c *Chooser) left(at terraform.ProviderRegion, sameAs string) *terraform.Resource {
	for _, r := range c.In.OfType(keyType) {
		if !r.Single() || r.ProviderRegion() != at || r.Overridden || c.avoid[r.Address()] {
			continue
		}
		n := c.new(at, sameAs)
		n.Label = r.Name
		if n.Policy == PolicyDynamoDB && sameAs == "" {
			n.Identity = c.identity(at).Label
		}
		if c.Options.Reads(n, r) && c.policyApart(r) == "" {
			return r
		}
	}
	return nil
}

// AvoidReuse makes the chooser not reuse a key from now on.
func (c *Chooser) AvoidReuse(ref string) {
	reuse := map[string]bool{ref: true}
	maps.Copy(reuse, c.avoid)
	c.avoid = reuse
}

// created returns the new key of a provider and region, nil when there is none
// yet.
func (c *Chooser) created(at terraform.ProviderRegion, forEach string) *New {
	i := slices.IndexFunc(c.Created, func(n *New) bool { return n.At == at && n.ForEach == forEach })
	if i < 0 {
		return nil
	}
	return c.Created[i]
}

// Prune drops what was made for tables that were declined in the end: all but
// what serves the choices.
func (c *Chooser) Prune(choices []Choice) {
	used := map[*New]bool{}
	for _, choice := range choices {
		if choice.New != nil {
			used[choice.New] = true
		}
	}
	c.Created = slices.DeleteFunc(c.Created, func(n *New) bool { return !used[n] })
	for _, n := range c.Created {
		if n.SameAs != "" && !slices.ContainsFunc(c.Created, func(o *New) bool { return o.Address() == n.SameAs }) {
			n.SameAs, n.Identity = "", c.identity(n.At).Label
		}
	}
	c.Identity = slices.DeleteFunc(c.Identity, func(i *Identity) bool {
		return !slices.ContainsFunc(c.Created, func(n *New) bool { return n.Identity != "" && n.At.Provider == i.At })
	})
	c.Providers = slices.DeleteFunc(c.Providers, func(p *NewProvider) bool {
		return !slices.ContainsFunc(c.Created, func(n *New) bool { return n.At.Provider == p.reference() })
	})
}
