package fix

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// An identity is the data source of the account that a provider works in.
type identity struct {
	provider, label string
	declared        bool
}

// create returns a new key for the tables of a pair.
func (p *planner) create(pair terraform.Pair) newKey {
	var taken []string
	for _, k := range p.created {
		taken = append(taken, k.label)
	}
	k := newKey{pair: pair}
	k.label = freeLabel(p.module, keyType+".", p.options.KeyName+suffix(pair.Alias(), pair.Region), taken)
	if p.options.KeyPolicy == PolicyDynamoDB {
		k.identity = p.identity(pair)
	}
	p.created = append(p.created, k)
	return k
}

// identity returns the label of the data source of the pair's account.
func (p *planner) identity(pair terraform.Pair) string {
	var taken []string
	for _, i := range p.lookups {
		if i.provider == pair.Provider {
			return i.label
		}
		taken = append(taken, i.label)
	}
	i := identity{provider: pair.Provider}
	for _, r := range p.module.Resources {
		if r.Data && r.Type == identityType && !r.Counted() && r.Pair().Provider == pair.Provider {
			i.label, i.declared = r.Name, true
			break
		}
	}
	if !i.declared {
		i.label = freeLabel(p.module, "data."+identityType+".", "current"+suffix(pair.Alias(), ""), taken)
	}
	p.lookups = append(p.lookups, i)
	return i.label
}

func (p *planner) newBlocks() [][]string {
	var out [][]string
	for _, i := range p.lookups {
		if !i.declared {
			out = append(out, identityLines(i.provider, i.label))
		}
	}
	for _, k := range p.created {
		k.tags = p.tags(k.pair)
		out = append(out, k.lines(p.options.KeyPolicy))
	}
	return out
}

// tags returns the reference that all tables with the new key of a pair have
// as their tags, "" when they do not have the same one.
func (p *planner) tags(pair terraform.Pair) string {
	tags := ""
	for _, table := range p.wanting {
		if table.Pair() != pair {
			continue
		}
		a := table.Attribute("tags")
		if a == nil {
			return ""
		}
		ref, ok := a.Expr.(*hclsyntax.ScopeTraversalExpr)
		if !ok || ref.Traversal.RootName() != "var" && ref.Traversal.RootName() != "local" {
			return ""
		}
		source := p.module.Source(ref)
		if tags != "" && source != tags {
			return ""
		}
		tags = source
	}
	return tags
}
