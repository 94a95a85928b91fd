package keys

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// A Given is the key that the user names for tables without one.
type Given struct {
	source string
	expr   hclsyntax.Expression
}

// unquoted matches what names a key and is no expression.
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
var unquoted = lazyregexp.New(`^(arn:|alias/|mrk-[0-9a-f]{32}$|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$)`)

// ParseGiven reads an expression that names a key: an ARN, which need not be
// quoted, or a reference. What no table could use is an error.
func ParseGiven(source string) (*Given, error) {
	if unquoted.MatchString(source) {
		source = `"` + source + `"`
	}
	expr, err := terraform.ParseExpression(source, "--kms-key")
	if err != nil {
		return nil, fmt.Errorf("%q is not an expression: %w", source[:min(40, len(source))], err)
	}
	g := &Given{source: source, expr: expr}
	if problem := detect.JudgeValue(terraform.Literal(expr)); problem != "" {
		return nil, fmt.Errorf("%s %s", source, detect.Sentence(detect.ProblemKind, problem))
	}
	if t, ok := expr.(*hclsyntax.ScopeTraversalExpr); ok && !detect.NamesARN(t.Traversal) {
		return nil, fmt.Errorf("%s %s", source, detect.Sentence(detect.ProblemKind, detect.KeyNotARN))
	}
	if !g.literal() && len(expr.Variables()) == 0 {
		return nil, fmt.Errorf("%s is neither a key ARN nor a reference to a key", source)
	}
	return g, nil
}

func (g *Given) literal() bool { return terraform.Literal(g.expr).Type() == cty.String }

// Names returns the names of the outputs and attributes that the key is named
// by.
func (g *Given) Names() []string {
	var out []string
	for _, t := range g.expr.Variables() {
		for _, step := range t[1:] {
			if a, ok := step.(hcl.TraverseAttr); ok {
				out = append(out, a.Name)
			}
		}
	}
	return out
}

// ref returns what the key is called in a finding.
func (g *Given) ref() string { return strings.TrimSuffix(strings.Trim(g.source, `"`), ".arn") }

// GivenElsewhere reports whether the user names a key by a reference to what the
// module does not declare: its callers may.
func (c *Chooser) GivenElsewhere() bool {
	g := c.Options.Given
	return g != nil && !g.literal() && !c.declares(g)
}

func (c *Chooser) declares(g *Given) bool {
	return !slices.ContainsFunc(g.expr.Variables(), func(t hcl.Traversal) bool { return !c.In.Declares(t) })
}

// given returns the key that the user names, for tables of a provider and
// region, or why it does not serve them.
func (c *Chooser) given(choice Choice, need *detect.KeyNeed, at terraform.ProviderRegion) (Choice, *detect.Reason) {
	g := c.Options.Given
	choice.Ref, choice.Action, choice.Expr = g.ref(), UserKey, g.source
	refuse := func(reason detect.ReasonID, format string) (Choice, *detect.Reason) {
		return choice, detect.NewReasonf(reason, "--kms-key "+format, g.source)
	}
	if g.literal() {
		switch arn := terraform.Literal(g.expr).AsString(); {
		case detect.Elsewhere(need.In, need.Table, arn):
			return refuse(detect.PerInstanceRegion, "%s is in another region or account than the table; set kms_key_arn to a key of its region and account")
		case c.everElsewhere(need, arn):
			return refuse(detect.PerInstanceRegion, "%s is in another region or account than the table in some cases; set kms_key_arn to a key of its region and account in each")
		}
		if at != (terraform.ProviderRegion{}) && need.In.RegionOf(need.Table) == "" {
			return refuse(detect.PerInstanceRegion, "%s is a key in one region, and the table has a provider or region of its own; set kms_key_arn to a key of its region")
		}
		return choice, nil
	}
	if !c.declares(g) {
		return refuse(detect.Variable, "%s is not declared in this directory; run cmkify where it is declared, or set kms_key_arn by hand")
	}
	if bad := detect.BadReference(c.In, g.expr); bad != "" {
		return refuse(detect.Variable, "%s cannot be evaluated: "+bad+"; set kms_key_arn by hand")
	}
	v := detect.JudgeKey(c.In, need, g.expr)
	if v.Problem != "" {
		return refuse(detect.Variable, "%s "+detect.Sentence(detect.ProblemKind, v.Problem)+"; set kms_key_arn to another key by hand")
	}
	if v.Resource != nil && v.Resource.ProviderRegion() != at {
		return refuse(detect.Variable, "%s has another provider or region than the table, and a key serves its own region only; set kms_key_arn to another key by hand")
	}
	if v.Resource == nil && c.mayBeAbsent(g) {
		return refuse(detect.Variable, "%s is not created in every case; set kms_key_arn by hand")
	}
	choice.Resource, choice.In = v.Resource, v.In
	return c.rotated(choice)
}

// mayBeAbsent reports whether the user names an instance of a key of which it is not
// known that it is created.
func (c *Chooser) mayBeAbsent(g *Given) bool {
	return slices.ContainsFunc(g.expr.Variables(), func(t hcl.Traversal) bool {
		r := c.In.Referred(t)
		return r != nil && !r.Single()
	})
}

// everElsewhere reports whether the ARN of a key is of another region or account
// than a table is in somewhere: as another call reaches it, or as a condition is
// decided.
func (c *Chooser) everElsewhere(need *detect.KeyNeed, arn string) bool {
	ways := []*eval.Instance{need.In}
	if need.In.Module == c.In.Module {
		ways = c.Options.Ways
	}
	return slices.ContainsFunc(ways, func(in *eval.Instance) bool {
		type elsewhere struct {
			in    *eval.Instance
			table *terraform.Resource
			arn   string
		}
		return in.Evaluator().Ever(elsewhere{in, need.Table, arn}, func() bool { return detect.Elsewhere(in, need.Table, arn) })
	})
}
