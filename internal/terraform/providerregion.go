package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/lazyregexp"
)

// A ProviderRegion is the provider and region expressions of a resource.
// Resources with the same ones are in one account and region, so that a table
// can use a key with its own only. Expressions are compared token by token: the
// fields hold their tokens, joined by what separated them, comments and
// newlines left out.
type ProviderRegion struct {
	Provider string // by its shared name; "" for the default configuration, also when it is named
	Region   string // "" without the region argument (AWS provider 6.0), or when it is null
}

// ProviderRegion returns the provider and region expressions of a resource.
func (r *Resource) ProviderRegion() ProviderRegion {
	var p ProviderRegion
	if a := r.Attribute("provider"); a != nil {
		p.Provider = r.module.SharedProvider(strings.Trim(r.source(a.Expr), `"`))
		if p.Provider == AWSName {
			p.Provider = ""
		}
	}
	if a := r.Attribute("region"); a != nil && !Literal(a.Expr).IsNull() {
		p.Region = r.source(a.Expr)
	}
	return p
}

// source returns the source of one of the resource's expressions, on one
// line. Those of override files stand in other files than the resource.
func (r *Resource) source(e hclsyntax.Expression) string {
	return r.fileOf(e.Range().Filename).expression(e)
}

// expression returns the source of an expression on one line: of one in JSON
// that which it would have in HCL.
func (f *File) expression(e hclsyntax.Expression) string {
	if f.JSON() {
		return f.jsonSource(e)
	}
	if text := f.Text(e.Range()); isPlain(text) {
		return text
	}
	return onOneLine(f.tokensOf(e))
}

// onOneLine joins tokens by what separated them, comments and newlines left out.
func onOneLine(tokens hclsyntax.Tokens) string {
	var b strings.Builder
	end := -1
	for _, t := range tokens {
		if t.Type == hclsyntax.TokenNewline || t.Type == hclsyntax.TokenComment || t.Type == hclsyntax.TokenEOF {
			continue
		}
		if end >= 0 && t.Range.Start.Byte > end {
			b.WriteByte(' ')
		}
		b.Write(t.Bytes)
		end = t.Range.End.Byte
	}
	return b.String()
}

// isPlain reports whether a text surely has neither comments nor line ends, nor
// more than one blank between tokens.
func isPlain(text string) bool {
	return !strings.ContainsAny(text, "\t\r\n#/") && !strings.Contains(text, "  ")
}

// tokensOf returns the tokens of an expression. A file is not lexed for one that
// is known not to be part of a template's text.
func (f *File) tokensOf(e hclsyntax.Expression) hclsyntax.Tokens {
	if !standsAlone(e) {
		return f.TokensIn(e.Range())
	}
	tokens, _ := hclsyntax.LexExpression([]byte(f.Text(e.Range())), f.Path, e.Range().Start)
	return tokens
}

// standsAlone reports whether an expression is a reference, or a keyword or
// number, which are the same wherever they stand.
func standsAlone(e hclsyntax.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return true
	case *hclsyntax.LiteralValueExpr:
		return e.Val.Type() != cty.String
	}
	return false
}

var perInstance = lazyregexp.New(`\b(each|count|self)\s*\.`)

// PerInstance reports whether they may differ between the instances of
// one resource, so that one key cannot serve them all.
func (p ProviderRegion) PerInstance() bool {
	return perInstance.MatchString(p.Provider + " " + p.Region)
}

// Alias returns the provider configuration's alias, "" for the default one.
func (p ProviderRegion) Alias() string {
	_, alias, _ := strings.Cut(p.Provider, ".")
	return alias
}
