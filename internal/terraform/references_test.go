package terraform

import (
	"strings"
	"testing"
)

// TestReferences holds what may be addresses in bytes.
func TestReferences(t *testing.T) {
	for src, want := range map[string]string{
		`name = aws_sns_topic.t.arn`:              "aws_sns_topic.t aws_sns_topic.t.arn",
		`"${var.a}-${local . b}"`:                 "var.a local.b",
		"(module.m\n  # why\n  .out /* x */ . y)": "module.m module.m.out",
		`module.m[each.key].out`:                  "module.m module.m.out each.key",
		`depends_on = [module.m]`:                 "module.m module.m.",
		`data.aws_region.r[0].name`:               "data.aws_region data.aws_region.r",
		`var.list[var.n]`:                         "var.list var.n",
		`a /* b`:                                  "",
		`a /*b.c`:                                 "b.c",
		`a # .b`:                                  "",
		`a.b /* c */.d`:                           "a.b a.b.d",
		"x." + strings.Repeat(" ", maxBetween):    "",
		`local.ü.x`:                               "local.ü local.ü.x",
		`aws_kms_key.k[*].arn`:                    "aws_kms_key.k aws_kms_key.k.arn",
		`module.m["a"].out`:                       "module.m module.m.out",
	} {
		var got []string
		for address := range references([]byte(src)) {
			got = append(got, string(address))
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%q: %q, want %q", src, text, want)
		}
	}
}
