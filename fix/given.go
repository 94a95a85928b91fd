package fix

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// A GivenKey is the key that the user names for tables without one.
type GivenKey struct {
	source string
	expr   hclsyntax.Expression
}

// ParseGivenKey reads an expression that names a key: an ARN, which need not
// be quoted, or a reference. What no table could use is an error.
func ParseGivenKey(source string) (*GivenKey, error) {
	if strings.HasPrefix(source, "arn:") || strings.HasPrefix(source, "alias/") {
		source = `"` + source + `"`
	}
	expr, err := terraform.ParseExpression(source, "--kms-key")
	if err != nil {
		return nil, fmt.Errorf("%q is no expression: %w", source[:min(40, len(source))], err)
	}
	g := &GivenKey{source: source, expr: expr}
	if v := detect.JudgeKey(&terraform.Module{}, expr); v.Problem != "" {
		return nil, fmt.Errorf("%s %s", source, detect.Sentence("problem", v.Problem))
	}
	if !g.literal() && len(expr.Variables()) == 0 {
		return nil, fmt.Errorf("%s is neither a key ARN nor a reference to a key", source)
	}
	return g, nil
}

func (g *GivenKey) literal() bool { return terraform.Literal(g.expr).Type() == cty.String }

// ref returns what the key is called in a finding.
func (g *GivenKey) ref() string {
	return strings.TrimSuffix(strings.Trim(g.source, `"`), ".arn")
}

// serves judges the given key for the tables of a pair. It returns the key's
// resource, when the directory declares it, or why the key does not serve.
func (g *GivenKey) serves(m *terraform.Module, pair terraform.Pair) (*terraform.Resource, *detect.Note) {
	refuse := func(reason detect.ID, format string) (*terraform.Resource, *detect.Note) {
		return nil, &detect.Note{ID: reason, Message: fmt.Sprintf("--kms-key "+format, g.source)}
	}
	if g.literal() {
		if pair != (terraform.Pair{}) {
			return refuse(detect.PerInstanceRegion, "%s is a key in one region, and the table has a provider or region of its own: give it a key of that region by hand")
		}
		return nil, nil
	}
	for _, t := range g.expr.Variables() {
		if !m.Declares(t) {
			return refuse(detect.Variable, "%s names nothing in this directory: run cmkify where it is declared, or add kms_key_arn by hand")
		}
	}
	v := detect.JudgeKey(m, g.expr)
	switch {
	case v.Problem != "":
		return refuse(detect.Variable, "%s "+detect.Sentence("problem", v.Problem)+": give the table another key by hand")
	case v.Block != nil && v.Block.Pair() != pair:
		return refuse(detect.Variable, "%s has another provider or region than the table, and a key serves its own region only: give the table another key by hand")
	}
	return v.Block, nil
}
