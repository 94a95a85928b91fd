package keys

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

const (
	keyType      = "aws_kms_key"
	identityType = "aws_caller_identity"
)

// A New is a key to be created.
type New struct {
	At       terraform.ProviderRegion
	Provider string // what its provider argument says, "" for none
	Label    string
	Policy   string // PolicyDynamoDB or PolicyNone
	Identity string // label of the data source that its policy refers to
	SameAs   string // address of the new key whose policy it shares, "" for its own
	ForEach  string // the expression of for_each, "" for none
	Tags     []Tag  // that all its tables have
	// Beside are the blocks that need it: tables, and calls that pass it on.
	Beside []Anchor
}

// An Anchor is a block that a new key may stand above.
type Anchor struct {
	File  *terraform.File
	Block *hclsyntax.Block
}

// compare orders anchors: those in JSON last, by file and place.
func (a Anchor) compare(b Anchor) int {
	if a.File.JSON() != b.File.JSON() {
		if a.File.JSON() {
			return 1
		}
		return -1
	}
	return cmp.Or(strings.Compare(a.File.Name, b.File.Name), a.Block.OpenBraceRange.Start.Byte-b.Block.OpenBraceRange.Start.Byte)
}

// Address returns the address of the key.
func (n *New) Address() string { return keyType + "." + n.Label }

func (n *New) choice() Choice {
	return Choice{For: detect.TableKey, Ref: n.Address(), Action: Created, Expr: n.Address() + ".arn", New: n}
}

// An Identity is the data source of the account that a provider works in.
type Identity struct {
	At       string // the provider configuration, by its shared name; "" for the default one
	Provider string // what its provider argument says, "" for none
	Label    string
	Declared bool
}

// create returns a new key for the tables of a provider and region.
func (c *Chooser) create(at terraform.ProviderRegion, sameAs string) *New {
	n := c.new(at, sameAs)
	n.Label = c.freeLabel(keyType+".", c.Options.Name+suffix(at.Alias(), at.Region), c.labels())
	c.finish(n)
	return n
}

// new returns a new key for a provider and region, without its label.
func (c *Chooser) new(at terraform.ProviderRegion, sameAs string) *New {
	return &New{At: at, Provider: c.In.LocalProvider(at.Provider), Policy: c.Options.Policy, SameAs: sameAs}
}

func (c *Chooser) labels() []string {
	var out []string
	for _, n := range c.Created {
		out = append(out, n.Label)
	}
	return out
}

func (c *Chooser) finish(n *New) {
	if n.Policy == PolicyDynamoDB && n.SameAs == "" {
		n.Identity = c.identity(n.At).Label
	}
	c.Created = append(c.Created, n)
}

// identity returns the data source of the account of a provider: one of the
// module's, or a new one.
func (c *Chooser) identity(at terraform.ProviderRegion) *Identity {
	var taken []string
	for _, i := range c.Identity {
		if i.At == at.Provider {
			return i
		}
		taken = append(taken, i.Label)
	}
	i := &Identity{At: at.Provider, Provider: c.In.LocalProvider(at.Provider)}
	for _, r := range c.In.Resources {
		fits := r.Data && r.Type == identityType && r.Single() && r.ProviderRegion().Provider == at.Provider
		if fits && !c.Options.LeadsBack(r.Address()) {
			i.Label, i.Declared = r.Name, true
			break
		}
	}
	if !i.Declared {
		i.Label = c.freeLabel("data."+identityType+".", c.identityLabel()+suffix(at.Alias(), ""), taken)
	}
	c.Identity = append(c.Identity, i)
	return i
}

// identityLabel returns what a new data source of the account is called: what most
// call it, but where files that are not here come beside those of the module, which
// may have one of that name.
func (c *Chooser) identityLabel() string {
	if c.In.Lacks() {
		return c.Options.Name
	}
	return "current"
}

var notInLabel = lazyregexp.New(`[^\p{L}\p{N}_-]+`)

// suffix returns what tells the labels of providers and regions apart: the
// provider's alias and the literal region.
func suffix(alias, region string) string {
	out := ""
	if alias != "" {
		out += "_" + strings.Trim(notInLabel.ReplaceAllString(alias, "_"), "_")
	}
	if strings.HasPrefix(region, `"`) && !strings.Contains(region, "$") {
		out += "_" + strings.Trim(notInLabel.ReplaceAllString(strings.ReplaceAll(region, "-", "_"), "_"), "_")
	}
	return out
}

// freeLabel returns the first of base, base_2, base_3, ... that no file of the
// module, or of one that calls it, uses for that type and that is not among taken.
func (c *Chooser) freeLabel(prefix, base string, taken []string) string {
	used := func(label string) bool {
		return c.In.Resource(prefix+label) != nil || c.In.Mentions(prefix, label) || c.Options.Mentioned(prefix, label)
	}
	label := base
	for n := 2; used(label) || slices.Contains(taken, label); n++ {
		label = base + "_" + strconv.Itoa(n)
	}
	return label
}

var region = lazyregexp.New(`^[a-z]{2}(-[a-z]+)+-\d+$`)

// IsRegion reports whether a text may be the name of a region of AWS.
func IsRegion(text string) bool { return region.MatchString(text) }
