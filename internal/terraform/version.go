package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// RegionArgument reports whether the AWS provider in use takes a region
// argument on resources, as from version 6 on. It is told by, in this order:
// the lock file, a region argument on some DynamoDB or KMS resource, the
// version constraints; where both majors are allowed a root module is taken to
// use the newer one, a module that others call to be used with the older, too.
func (m *Module) RegionArgument() bool {
	locked := m.lockedAWS() != nil
	if !locked && m.usesRegion() {
		return true
	}
	newer := m.AllowsAWS(func(major int) bool { return major >= 6 })
	older := m.AllowsAWS(func(major int) bool { return major < 6 })
	if newer && older && !locked && len(m.AWSProvider()) > 0 {
		return m.IsRoot()
	}
	return newer
}

func (m *Module) usesRegion() bool {
	for _, r := range m.Resources {
		if (strings.HasPrefix(r.Type, "aws_dynamodb_") || strings.HasPrefix(r.Type, "aws_kms_")) && r.Attribute("region") != nil {
			return true
		}
	}
	return false
}

// A ProviderConfig is one provider "aws" block.
type ProviderConfig struct {
	Alias  string // "" for the default one
	Region string // "" unless it is a literal
	Block  *hclsyntax.Block
	File   *File
}

// Reference returns what a resource's provider argument says for it, "" for
// the default one.
func (p ProviderConfig) Reference() string {
	if p.Alias == "" {
		return ""
	}
	return "aws." + p.Alias
}

// AWSConfigs returns the AWS provider configurations of the directory.
func (m *Module) AWSConfigs() []ProviderConfig {
	var out []ProviderConfig
	for _, b := range m.blocks("provider", 1) {
		if b.Labels[0] != "aws" {
			continue
		}
		p := ProviderConfig{Block: b, File: m.byPath[b.TypeRange.Filename]}
		if a := b.Body.Attributes["alias"]; a != nil {
			v := Literal(a.Expr)
			if !IsString(v) || !ValidName(v.AsString()) {
				continue // an error in Terraform
			}
			p.Alias = v.AsString()
		}
		if a := b.Body.Attributes["region"]; a != nil && IsString(Literal(a.Expr)) {
			p.Region = Literal(a.Expr).AsString()
		}
		out = append(out, p)
	}
	return out
}

// SameAccount reports whether two provider configurations work in the same
// account: whether all that says who they are is token for token the same.
func (p ProviderConfig) SameAccount(other ProviderConfig) bool {
	return p.identity() == other.identity()
}

// Anonymous returns a configuration that says nothing of an account.
func (p ProviderConfig) Anonymous() ProviderConfig {
	return ProviderConfig{Block: &hclsyntax.Block{Body: &hclsyntax.Body{}}, File: p.File}
}

func (p ProviderConfig) identity() string {
	var b strings.Builder
	for _, name := range []string{
		"access_key", "allowed_account_ids", "forbidden_account_ids", "profile", "secret_key", "shared_config_files",
		"shared_credentials_files", "token",
	} {
		if a := p.Block.Body.Attributes[name]; a != nil {
			b.WriteString(name + "=" + p.File.expression(a.Expr) + "\n")
		}
	}
	for _, nested := range p.Block.Body.Blocks {
		if strings.HasPrefix(nested.Type, "assume_role") || nested.Type == "endpoints" {
			b.WriteString(nested.Type)
			for _, t := range p.File.TokensIn(nested.Body.SrcRange) {
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
