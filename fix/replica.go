package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// replicaKey returns the key of one replica of a table, or of those that a
// dynamic block makes, and the expression that names it, or why there is
// none. tableKey is the table's own.
func (p *planner) replicaKey(f *detect.Finding, r detect.Replica, tableKey *terraform.Resource, all []*detect.Finding) (detect.Key, string, *detect.Note) {
	if p.options.SkipReplicas {
		return detect.Key{}, "", refusal(detect.ReplicaExpression, "--replicas skip: add kms_key_arn, with a key of its region, to each replica by hand")
	}
	if key := copyOf(p.module, tableKey, r.Literal); key != nil {
		return detect.Key{For: r.Name(), Ref: key.Address(), Action: "reused", Block: key}, key.Address() + ".arn", nil
	}
	pair := terraform.Pair{Provider: f.Table.Pair().Provider, Region: r.Region}
	switch newer := p.module.RegionArgument(); {
	case newer && r.Dynamic && r.Collection != "":
		k := p.createEach(pair.Provider, r)
		return detect.Key{For: r.Name(), Ref: k.address(), Action: "created"}, fmt.Sprintf("%s[%s].arn", k.address(), r.Region), nil
	case r.Dynamic, r.Region == "", newer && pair.PerInstance(), !newer && r.Literal == "":
		return detect.Key{}, "", refusal(detect.ReplicaExpression, detect.Sentence("reason", detect.ReplicaExpression))
	case !newer:
		provider, refused := p.providerFor(f.Table.Pair(), r.Literal)
		if refused != nil {
			return detect.Key{}, "", refused
		}
		pair = terraform.Pair{Provider: provider}
	}
	key, expr, refused := p.keyFor(pair, all)
	key.For = r.Name()
	return key, expr, refused
}

func refusal(reason detect.ID, message string) *detect.Note {
	return &detect.Note{ID: reason, Message: message}
}

// copyOf returns the replica key in a region of a multi-region key.
func copyOf(m *terraform.Module, primary *terraform.Resource, region string) *terraform.Resource {
	if primary == nil || region == "" {
		return nil
	}
	if a := primary.Attribute("multi_region"); a == nil || !terraform.Literal(a.Expr).RawEquals(cty.True) {
		return nil
	}
	for _, r := range m.OfType("aws_kms_replica_key") {
		a := r.Attribute("primary_key_arn")
		if a == nil || r.Counted() || regionOf(m, r) != region {
			continue
		}
		for _, result := range m.Results(a.Expr, nil) {
			if result.Origin != nil && result.Origin.Resource == primary {
				return r
			}
		}
	}
	return nil
}

// regionOf returns the region of a resource, "" unless it stands literally on
// it or on its provider configuration.
func regionOf(m *terraform.Module, r *terraform.Resource) string {
	if a := r.Attribute("region"); a != nil {
		if v := terraform.Literal(a.Expr); terraform.IsString(v) {
			return v.AsString()
		}
		return ""
	}
	for _, c := range m.AWSConfigs() {
		if c.Reference() == r.Pair().Provider {
			return c.Region
		}
	}
	return ""
}

// A newProvider is a provider configuration to be written: a copy of another
// one with its own alias and region.
type newProvider struct {
	alias, region string
	from          *terraform.ProviderConfig // nil for one that nothing configures
}

// providerFor returns what the provider argument says for a region, for a
// provider below version 6: a configuration of the same account that is there
// or, in a root module, a new one.
func (p *planner) providerFor(table terraform.Pair, region string) (string, *detect.Note) {
	var own *terraform.ProviderConfig
	configs := p.module.AWSConfigs()
	for i, c := range configs {
		if c.Reference() == table.Provider {
			own = &configs[i]
		}
	}
	for _, c := range configs {
		if c.Region == region && (own == nil && c.SameAccount(c.Anonymous()) || own != nil && c.SameAccount(*own)) {
			return c.Reference(), nil
		}
	}
	alias := strings.ReplaceAll(region, "-", "_")
	if !terraform.ValidName(alias) {
		return "", refusal(detect.ReplicaExpression, fmt.Sprintf("%q is no region: mend region_name", region))
	}
	if !p.module.IsRoot() {
		return "", refusal(detect.ReplicaProvider, fmt.Sprintf(
			"%s: write configuration_aliases = [aws.%s] into required_providers, and providers = { aws = aws, aws.%s = <one of %s> } where the module is called, then kms_key_arn here",
			detect.Sentence("reason", detect.ReplicaProvider), alias, alias, region))
	}
	taken := func(a string) bool {
		return slices.ContainsFunc(configs, func(c terraform.ProviderConfig) bool { return c.Alias == a })
	}
	for base, n := alias, 2; taken(alias); n++ {
		alias = fmt.Sprintf("%s_%d", base, n)
	}
	n := newProvider{alias, region, own}
	if !slices.ContainsFunc(p.providers, func(have newProvider) bool { return have.alias == alias }) {
		p.providers = append(p.providers, n)
	}
	return "aws." + alias, nil
}

// lines returns the canonical text of the provider configuration.
func (n newProvider) lines() []string {
	file := hclwrite.NewEmptyFile()
	if n.from != nil {
		text := n.from.File.Text(blockRange(n.from.Block))
		parsed, diags := hclwrite.ParseConfig([]byte(strings.ReplaceAll(text, "\r\n", "\n")), "", hcl.InitialPos)
		if diags.HasErrors() {
			panic("a provider block that does not parse: " + text)
		}
		file = parsed
	} else {
		file.Body().AppendNewBlock("provider", []string{"aws"})
	}
	body := file.Body().Blocks()[0].Body()
	body.SetAttributeValue("alias", cty.StringVal(n.alias))
	body.SetAttributeValue("region", cty.StringVal(n.region))
	return linesOf(file)
}

// createEach returns the new keys for the replicas that a dynamic block
// makes, one for each region.
func (p *planner) createEach(provider string, r detect.Replica) newKey {
	k := newKey{pair: terraform.Pair{Provider: provider, Region: "each.key"}}
	switch {
	case r.Plain:
		k.forEach = "toset(" + r.Collection + ")"
	case r.RegionOf == "key":
		k.forEach = "toset(keys(" + r.Collection + "))"
	default:
		k.forEach = "{ for r in " + r.Collection + " : " + r.RegionOf + " => r }"
	}
	var taken []string
	for _, have := range p.created {
		if have.pair == k.pair && have.forEach == k.forEach {
			return have
		}
		taken = append(taken, have.label)
	}
	k.label = freeLabel(p.module, keyType+".", p.options.KeyName+"_replicas"+suffix(k.pair.Alias(), ""), taken)
	if p.options.KeyPolicy == PolicyDynamoDB {
		k.identity = p.identity(k.pair)
	}
	p.created = append(p.created, k)
	return k
}

// prune drops what was made for findings that were refused in the end.
func (p *planner) prune() {
	used := map[string]bool{}
	for _, f := range p.findings {
		for _, k := range f.Keys {
			used[k.Ref] = true
		}
	}
	p.created = slices.DeleteFunc(p.created, func(k newKey) bool { return !used[k.address()] })
	p.lookups = slices.DeleteFunc(p.lookups, func(i identity) bool {
		return !slices.ContainsFunc(p.created, func(k newKey) bool { return k.pair.Provider == i.provider })
	})
	p.providers = slices.DeleteFunc(p.providers, func(n newProvider) bool {
		return !slices.ContainsFunc(p.created, func(k newKey) bool { return k.pair.Provider == "aws."+n.alias })
	})
}

// providerEdits returns the insertions of new provider configurations, each
// behind the one it copies; those without one are returned as blocks.
func (p *planner) providerEdits() (edits []Edit, loose [][]string) {
	for _, n := range p.providers {
		if n.from == nil || !p.writable(n.from.File) {
			loose = append(loose, n.lines())
			continue
		}
		f := n.from.File
		at := f.LineEnd(n.from.Block.CloseBraceRange.End.Byte)
		eol := f.LineEnding()
		text := strings.Join(indent(n.lines(), "", unitOf(f, n.from.Block)), eol)
		edits = append(edits, Edit{File: f.Path, Start: at, End: at, New: eol + eol + text})
	}
	return edits, loose
}

func (p *planner) writable(f *terraform.File) bool {
	return !f.Generated() && !f.JSON() && p.selection.File(p.module, f.Path)
}
