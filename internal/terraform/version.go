package terraform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/lazyregexp"
)

// A VersionConstraint is a literal constraint on the AWS provider's version
// and where it stands.
type VersionConstraint struct {
	Text  string
	Range hcl.Range
	// Locked says that it is the one version of the dependency lock file.
	Locked bool
}

// AWSProvider returns what decides the AWS provider's version: the lock
// file's one, else the constraints of the directory.
func (m *Module) AWSProvider() []VersionConstraint {
	if m.constraints == nil {
		m.constraints = append([]VersionConstraint{}, m.readConstraints()...)
	}
	return m.constraints
}

func (m *Module) readConstraints() []VersionConstraint {
	if v := m.lockedAWS(); v != nil {
		return []VersionConstraint{*v}
	}
	var out []VersionConstraint
	add := func(e hclsyntax.Expression) {
		if v := Literal(e); IsString(v) {
			out = append(out, VersionConstraint{Text: v.AsString(), Range: e.Range()})
		}
	}
	for _, a := range m.requirements() {
		if m.IsAWS(a.Name) {
			add(requiredVersion(a.Expr))
		}
	}
	for _, b := range m.blocks("provider", 1) {
		if a := b.Body.Attributes["version"]; a != nil && m.IsAWS(b.Labels[0]) {
			add(a.Expr)
		}
	}
	return out
}

// AllowsAWS reports whether the AWS provider's version may be one that allow
// accepts. Versions are tried from a list of releases wide enough to tell
// majors and minors apart; no constraint allows every one.
func (m *Module) AllowsAWS(allow func(major int) bool) bool {
	if m.majors == nil {
		m.majors = majorsOf(m.AWSProvider())
	}
	for major, allowed := range m.majors {
		if allowed && allow(major) {
			return true
		}
	}
	return false
}

// majorsOf returns which major releases constraints allow.
func majorsOf(constraints []VersionConstraint) []bool {
	var all version.Constraints
	for _, c := range constraints {
		if parsed, err := version.NewConstraint(withMinors(c.Text)); err == nil {
			all = append(all, parsed...)
		}
	}
	out := make([]bool, 21)
	for major := range out {
		out[major] = len(all) == 0 || slices.ContainsFunc(candidates(major, all), all.Check)
	}
	return out
}

var majorAlone = lazyregexp.New(`(~>\s*v?\d+)(\s*(?:,|$))`)

// withMinors returns a constraint on a provider with ~> 5 as ~> 5.0, which it
// is for Terraform: any 5, and no 6. The library takes it for 5 or later, as
// Terraform does only in required_version.
func withMinors(constraint string) string {
	return majorAlone.ReplaceAllString(constraint, "${1}.0${2}")
}

// candidates returns versions of a major release between which no constraint
// changes its mind: the bounds that the constraints name, and what follows them.
func candidates(major int, constraints version.Constraints) []*version.Version {
	out := []*version.Version{newVersion(major, 0, 0), newVersion(major, 9999, 0)}
	for _, c := range constraints {
		text := strings.TrimLeft(c.String(), "<>=!~ ")
		v, err := version.NewVersion(text)
		if err != nil || v.Segments()[0] != major {
			continue
		}
		s := v.Segments()
		out = append(out, v, newVersion(major, s[1], s[2]+1), newVersion(major, s[1]+1, 0))
	}
	return out
}

func newVersion(segments ...int) *version.Version {
	text := make([]string, len(segments))
	for i, s := range segments {
		text[i] = strconv.Itoa(s)
	}
	return version.Must(version.NewVersion(strings.Join(text, ".")))
}

// requiredVersion takes an entry of required_providers apart: an object with
// a version, or, before Terraform 0.13, the version alone.
func requiredVersion(e hclsyntax.Expression) hclsyntax.Expression {
	if _, ok := e.(*hclsyntax.ObjectConsExpr); !ok {
		return e
	}
	return required(e, "version")
}

// required returns the value of an attribute of an entry of required_providers, nil
// for none.
func required(e hclsyntax.Expression, name string) hclsyntax.Expression {
	object, ok := e.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return nil
	}
	for _, item := range object.Items {
		if key, diags := item.KeyExpr.Value(nil); !diags.HasErrors() && IsString(key) && key.AsString() == name {
			return item.ValueExpr
		}
	}
	return nil
}

func (m *Module) lockedAWS() *VersionConstraint {
	if m.lock == nil {
		return nil
	}
	for _, b := range m.lock.BlocksOf("provider") {
		if len(b.Labels) != 1 || !strings.HasSuffix(b.Labels[0], "/hashicorp/aws") {
			continue
		}
		if a := b.Body.Attributes["version"]; a != nil && IsString(Literal(a.Expr)) {
			return &VersionConstraint{Text: Literal(a.Expr).AsString(), Range: a.Expr.Range(), Locked: true}
		}
	}
	return nil
}

// BlocksOf returns the top-level blocks of a type in a file, in their order.
func (f *File) BlocksOf(blockType string) []*hclsyntax.Block {
	if f.Body == nil {
		return nil
	}
	if f.byType == nil {
		f.byType = map[string][]*hclsyntax.Block{}
		for _, b := range f.Body.Blocks {
			f.byType[b.Type] = append(f.byType[b.Type], b)
		}
	}
	return f.byType[blockType]
}

// newerTerraform are releases behind which AWS provider 3.0 and later can be
// used: it needs Terraform 0.12.
var newerTerraform = []string{"0.12.31", "0.13.7", "0.14.11", "0.15.5", "1.0.11", "1.3.10", "1.5.7", "1.9.8", "1.11.4", "2.0.0"}

// Terraform011 reports whether only Terraform 0.11 or before reads the
// directory: required_version says so, or a map is written as a block.
// https://developer.hashicorp.com/terraform/language/upgrade-guides/0-12
func (m *Module) Terraform011() bool {
	if m.terraform011 == nil {
		is := m.only011()
		m.terraform011 = &is
	}
	return *m.terraform011
}

func (m *Module) only011() bool {
	for _, r := range m.Resources {
		if static, _ := r.Nested("tags"); len(static) > 0 && !r.File.JSON() {
			return true
		}
	}
	for _, b := range m.blocks("terraform", 0) {
		a := b.Body.Attributes["required_version"]
		if a == nil || !IsString(Literal(a.Expr)) {
			continue
		}
		c, err := version.NewConstraint(Literal(a.Expr).AsString())
		if err != nil {
			continue
		}
		if !admitsNewerTerraform(c) {
			return true
		}
	}
	return false
}

// admitsNewerTerraform reports whether a constraint admits Terraform 0.12 or
// later: one of a few releases, or one that it names itself.
func admitsNewerTerraform(c version.Constraints) bool {
	probes := slices.Clone(newerTerraform)
	for _, part := range c {
		probes = append(probes, strings.TrimLeft(part.String(), "=!<>~ "))
	}
	first := version.Must(version.NewVersion("0.12.0"))
	return slices.ContainsFunc(probes, func(text string) bool {
		v, err := version.NewVersion(text)
		return err == nil && v.GreaterThanOrEqual(first) && c.Check(v)
	})
}
