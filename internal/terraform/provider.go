package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A RegionSign says what a directory tells of the AWS provider's region
// argument on resources, which version 6 brought.
type RegionSign int

// The signs.
const (
	NoSign     RegionSign = iota // nothing is said
	EitherSign                   // the constraints allow both
	OlderSign                    // before 6
	NewerSign                    // 6 or later
)

// RegionSign returns what the directory itself tells: by the lock file, else
// by arguments that version 6 brought, else by the version constraints.
func (m *Module) RegionSign() RegionSign {
	if m.lockedAWS() == nil && m.usesNewer() {
		return NewerSign
	}
	if len(m.AWSProvider()) == 0 {
		return NoSign
	}
	newer := m.AllowsAWS(func(major int) bool { return major >= 6 })
	older := m.AllowsAWS(func(major int) bool { return major < 6 })
	switch {
	case newer && older:
		return EitherSign
	case newer:
		return NewerSign
	}
	return OlderSign
}

// usesNewer reports whether a resource has what provider 5.100.0 refuses: a
// region argument, or key_schema in an index of a table.
func (m *Module) usesNewer() bool {
	for _, r := range m.Resources {
		if !strings.HasPrefix(r.Type, "aws_dynamodb_") && !strings.HasPrefix(r.Type, "aws_kms_") {
			continue
		}
		if r.Attribute("region") != nil {
			return true
		}
		static, dynamic := r.Nested("global_secondary_index")
		for _, index := range slices.Concat(static, Contents(dynamic...)) {
			for _, b := range index.Body.Blocks {
				if b.Type == "key_schema" || Generates(b, "key_schema") {
					return true
				}
			}
		}
	}
	return false
}

// A ProviderConfig is one provider block.
type ProviderConfig struct {
	Name  string // "aws" for the AWS provider, whatever the directory calls it
	Alias string // "" for the default one
	// Block is the declaration, Merged what Terraform makes of it and of the
	// override files.
	Block, Merged *hclsyntax.Block
	File          *File // of the declaration
	Overridden    bool

	module *Module
}

// Reference returns what a resource's provider argument says for it, by the shared
// name of the provider; "" for the default one.
func (p ProviderConfig) Reference() string {
	if p.Alias == "" {
		return ""
	}
	return p.Name + "." + p.Alias
}

// Each reports whether the block makes several configurations, each with a key of
// its own, as it does with for_each in OpenTofu.
// https://opentofu.org/docs/language/providers/configuration/#for_each-multiple-instances-of-a-provider-configuration
func (p ProviderConfig) Each() bool { return p.Merged.Body.Attributes["for_each"] != nil }

// Serves reports whether a provider argument names the configuration, or one of
// several.
func (p ProviderConfig) Serves(argument string) bool {
	return argument == p.Reference() || p.Each() && strings.HasPrefix(argument, p.Reference()+"[")
}

// Address returns what the configuration is called: "provider.aws.ohio".
func (p ProviderConfig) Address() string {
	if p.Alias == "" {
		return "provider." + p.Name
	}
	return "provider." + p.Reference()
}

// AWSConfigs returns the AWS provider configurations of the directory.
func (m *Module) AWSConfigs() []ProviderConfig {
	if m.awsConfigs == nil {
		m.awsConfigs = slices.DeleteFunc(m.ProviderConfigs(), func(p ProviderConfig) bool { return p.Name != AWSName })
	}
	return m.awsConfigs
}

// ProviderConfigs returns the configurations of all providers of the directory. An
// override file may configure a default one that nothing else does.
// https://developer.hashicorp.com/terraform/language/files/override
func (m *Module) ProviderConfigs() []ProviderConfig {
	out := []ProviderConfig{}
	for _, b := range m.blocks("provider", 1) {
		p := ProviderConfig{Name: m.SharedProvider(b.Labels[0]), Block: b, Merged: b, File: m.byPath[b.TypeRange.Filename], module: m}
		if a := b.Body.Attributes["alias"]; a != nil {
			v := Literal(a.Expr)
			if !IsString(v) || !ValidName(v.AsString()) {
				continue // an error in Terraform
			}
			p.Alias = v.AsString()
		}
		same := slices.IndexFunc(out, func(have ProviderConfig) bool { return have.Address() == p.Address() })
		if same >= 0 && slices.Contains(m.Overrides, p.File) {
			out[same].Merged, out[same].Overridden = mergeBlock(out[same].Merged, b), true
			continue
		}
		out = append(out, p)
	}
	return out
}

// declareProvider notes a provider configuration beside those before it, by
// address. Terraform refuses a second one of the same address, and which of
// them decides the region is then not known.
// https://developer.hashicorp.com/terraform/language/providers/configuration
func (m *Module) declareProvider(f *File, b *hclsyntax.Block, before map[string]*hclsyntax.Block) {
	if len(b.Labels) != 1 {
		return
	}
	address := "provider." + b.Labels[0]
	if a := b.Body.Attributes["alias"]; a != nil {
		v := Literal(a.Expr)
		if !IsString(v) {
			return
		}
		address += "." + v.AsString()
	}
	if first := before[address]; first != nil {
		m.fail(f, b.TypeRange.Start.Byte, fmt.Sprintf("duplicate provider configuration %s: also declared at %s", address, m.Place(first.TypeRange).Line()))
		return
	}
	before[address] = b
}

// SameAccount reports whether two provider configurations work in the same
// account: whether all that says who they are is token for token the same.
func (p ProviderConfig) SameAccount(other ProviderConfig) bool {
	return !p.OwnAccount() && !other.OwnAccount() && p.Identity() == other.Identity()
}

// Anonymous returns a configuration that says nothing of an account.
func (p ProviderConfig) Anonymous() ProviderConfig {
	none := &hclsyntax.Block{Body: &hclsyntax.Body{}}
	return ProviderConfig{Block: none, Merged: none, File: p.File, module: p.module}
}

// OwnAccount reports whether the configuration may work in an account of its
// own that the code does not tell: it is one of several, or a dynamic block says who
// it is.
func (p ProviderConfig) OwnAccount() bool {
	return p.Each() || slices.ContainsFunc(p.Merged.Body.Blocks, func(b *hclsyntax.Block) bool { return b.Type == "dynamic" })
}

// Identity returns all that tells the account of the configuration, token for
// token.
func (p ProviderConfig) Identity() string {
	var b strings.Builder
	for _, name := range []string{
		"access_key", "allowed_account_ids", "forbidden_account_ids", "profile", "secret_key", "shared_config_files",
		"shared_credentials_files", "token",
	} {
		if a := p.Merged.Body.Attributes[name]; a != nil {
			b.WriteString(name + "=" + p.module.byPath[a.SrcRange.Filename].expression(a.Expr) + "\n")
		}
	}
	for _, nested := range p.Merged.Body.Blocks {
		if strings.HasPrefix(nested.Type, "assume_role") || nested.Type == "endpoints" {
			b.WriteString(nested.Type)
			for _, t := range p.module.byPath[nested.TypeRange.Filename].TokensIn(nested.Body.SrcRange) {
				if t.Type != hclsyntax.TokenNewline && t.Type != hclsyntax.TokenComment {
					b.Write(t.Bytes)
					b.WriteByte(' ')
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
