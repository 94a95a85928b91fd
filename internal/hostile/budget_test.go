//go:build linux

package hostile

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"cmkify/internal/testkit/command"
)

const (
	// maxTime of a processor is far more than any of the rows takes, about a second,
	// and far less than one takes that is evaluated as it stands.
	maxTime = 10 * time.Second * command.Slowness
	maxPeak = 256 << 20 * command.Slowness
)

// A costly row is a directory that costs far more than its size tells, if it is
// evaluated as it stands.
type costly struct {
	name  string
	files map[string]string // main.tf and others
	says  string            // what is said of the table, or the file
}

const rootModule = "terraform {\n  backend \"s3\" {}\n}\n\nvariable \"c\" {\n  type = bool\n}\n"

// keyed returns a root module with locals, and a table with that key.
func keyed(locals, key string) map[string]string {
	if locals != "" {
		locals = "\nlocals {\n" + locals + "}\n"
	}
	return map[string]string{"main.tf": rootModule + locals + fmt.Sprintf(`
resource "aws_dynamodb_table" "t" {
  name     = "t"
  hash_key = "id"

  server_side_encryption {
    enabled     = true
    kms_key_arn = %s
  }
}
`, key)}
}

// chained returns a module with n locals, each made of the one before.
func chained(n int, next string) map[string]string {
	locals := "  l0 = \"a\"\n"
	for i := range n {
		locals += fmt.Sprintf("  l%d = %s\n", i+1, strings.ReplaceAll(next, "_", fmt.Sprint("local.l", i)))
	}
	return keyed(locals, fmt.Sprint("local.l", n))
}

// tagged returns a module with n locals, each made of the one before twice, and a
// table that has the last one as its tags.
func tagged(n int) map[string]string {
	locals := "  l0 = \"a\"\n"
	for i := range n {
		locals += fmt.Sprintf("  l%d = \"${local.l%d}${local.l%d}\"\n", i+1, i, i)
	}
	return map[string]string{"main.tf": rootModule + fmt.Sprintf("locals {\n%s  tags = { a = local.l%d }\n}\n", locals, n) + costTable("t", `"t"`, "  tags     = local.tags\n")}
}

// terragrunt returns a module, and a unit of Terragrunt's beside it whose source is an
// expression of n locals, each made of the one before twice.
func terragrunt(n int, source string) map[string]string {
	locals := "  l0 = \"aaaaaaaaaaaaaaaa\"\n"
	for i := range n {
		locals += fmt.Sprintf("  l%d = \"${local.l%d}${local.l%d}\"\n", i+1, i, i)
	}
	unit := fmt.Sprintf("locals {\n%s}\n\nterraform {\n  source = %q\n}\n", locals, source)
	return map[string]string{"module/main.tf": costTable("t", `"t"`, ""), "unit/terragrunt.hcl": unit}
}

// costTable returns a table with a name, and more lines.
func costTable(label, name, more string) string {
	return fmt.Sprintf("\nresource \"aws_dynamodb_table\" %q {\n  name     = %s\n  hash_key = \"id\"\n%s}\n", label, name, more)
}

// many returns n copies of a text, in which %[1]d is the number of each.
func many(n int, text string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, text, i)
	}
	return b.String()
}

const (
	notARN   = "does not name its key by a key ARN"
	tooLarge = `is too large to evaluate \[unknown-key-branch\]`
	tooMuch  = `takes too much time or memory to evaluate \[unknown-`
)

var aliases = "a: &a [x,x,x,x,x,x,x,x,x]\n" + strings.Join(func() (out []string) {
	for c := 'b'; c < 'l'; c++ {
		out = append(out, fmt.Sprintf("%c: &%c [%s]", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", c-1), 9), ",")))
	}
	return out
}(), "\n")

var costlyRows = []costly{
	{"conditionals that branch", chained(200, "var.c ? _ : _"), notARN},
	{"coalesce of one twice", chained(22, "coalesce(_, _)"), notARN},
	{"element of one twice", chained(22, "element([_, _], 1)"), notARN},
	{"text that doubles", chained(40, `"${_}${_}"`), tooLarge},
	{"operators that double", chained(60, "_ == _"), notARN},
	{"lists that double", chained(40, "[_, _]"), notARN},
	{"locals of Terragrunt's that double", terragrunt(60, "${local.l60}/module"), "has no server_side_encryption block"},
	{"loops in a source of Terragrunt's", terragrunt(7, strings.Repeat("%{ for x in ["+strings.Repeat("1, ", 1000)+"] }", 4)+"${local.l7}"+strings.Repeat("%{ endfor }", 4)), "has no server_side_encryption block"},
	{"assertions about tables", map[string]string{
		"main.tf":         rootModule + many(400, "resource \"aws_dynamodb_table\" \"t%[1]d\" {\n  name     = \"t%[1]d\"\n  hash_key = \"id\"\n}\n\noutput \"o%[1]d\" {\n  value = aws_dynamodb_table.t%[1]d.name\n}\n"),
		"main.tftest.hcl": "run \"r\" {\n  command = plan\n\n" + many(400, "  assert {\n    condition     = length(aws_dynamodb_table.t%[1]d.server_side_encryption) == 0\n    error_message = \"\"\n  }\n") + "}\n",
	}, "stale-test"},
	{"tags that double", tagged(40), "has no server_side_encryption block"},
	{"20,000 references in a list", map[string]string{"main.tf": rootModule + "locals {\n  b = \"x\"\n  a = [" + strings.Repeat("local.b, ", 20_000) + "]\n}\n" + costTable("t", "local.a[0]", "")}, "has no server_side_encryption block"},
	{"JSON in JSON", chained(60, `jsonencode("\"${_}")`), tooLarge},
	{"a text in the place of its letters", keyed(fmt.Sprintf("  b = %q\n", strings.Repeat("a", 60_000)), `replace(local.b, "a", local.b)`), tooMuch},
	{"aliases in YAML", keyed("  y = yamldecode(<<E\n"+aliases+"\nE\n  )\n", "local.y.k[0]"), tooMuch},
	{"for in for in count", map[string]string{"main.tf": rootModule + `
resource "aws_dynamodb_table" "t" {
  count    = length([for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a * b * c]]])
  name     = "t"
  hash_key = "id"
}
`}, "has no server_side_encryption block"},
	{"for in for in a key", keyed("", "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a * b * c]]][0][0][0]"), tooMuch},
	{"a product of sets", keyed("  s = toset([for i in range(300) : tostring(i)])\n", "setproduct(local.s, local.s, local.s)[0][0]"), "unknown-key-branch"},
	{"a number of 600 million digits", keyed("", `"${floor(1e600000000)}"`), `main\.tf:\d+:\d+: a number with an exponent of more than 4 digits`},
	{"a remainder of one", keyed("  n = 1e600000000 % 7\n", "local.n"), `main\.tf:\d+:\d+: a number with an exponent of more than 4 digits`},
	{"one from text", keyed(`  n = tonumber("1e600000000")`+"\n", `"${local.n % 7}"`), "unknown-key-branch"},
	{"one in JSON", map[string]string{"main.tf": keyed("", "null")["main.tf"], "x.tf.json": `{"locals": {"n": 1e600000000}}`}, `x\.tf\.json:1:\d+: a number with an exponent of more than 4 digits`},
	{"a long text many times", keyed(fmt.Sprintf("  b = %q\n  c = %q\n", strings.Repeat("a", 900_000), strings.Repeat("$B", 20_000)), "local.c"), tooMuch},
	{"a list of 100,000", keyed(`  r = flatten([for i in range(100) : [for j in range(1000) : "${i}-${j}"]])
  d = distinct(local.r)
  i = index(local.r, "99-999")
  m = matchkeys(local.r, local.r, local.r)
`, "local.m[local.i]"), tooLarge},
	{"a joint of long texts", keyed(fmt.Sprintf("  s = %q\n", strings.Repeat("a", 500_000)), "join(local.s, [for i in range(900) : local.s])"), tooMuch},
	{"a wide format", keyed("", `format("%1000000000s", "a")`), "unknown-key-branch"},
	{"200 variables in a condition", map[string]string{"main.tf": rootModule + many(200, "variable \"v%d\" {\n  type = bool\n}\n") + strings.Replace(keyed("", "null")["main.tf"][len(rootModule):], "= true", "= "+strings.TrimSuffix(many(200, "var.v%d || "), " || "), 1)}, "unknown-enabled"},
	{"200 variables in coalesce", map[string]string{"main.tf": many(200, "variable \"v%d\" {}\n") + keyed("", "coalesce("+strings.TrimSuffix(many(200, "var.v%d, "), ", ")+")")["main.tf"]}, "unknown-key-branch"},
	{"600 roles of as many tables, and a key to reuse", map[string]string{"main.tf": rootModule + "\nresource \"aws_kms_key\" \"dynamodb\" {\n  description         = \"DynamoDB\"\n  enable_key_rotation = true\n}\n" + many(600, "\nresource \"aws_iam_role_policy\" \"p%[1]d\" {\n  role   = \"r%[1]d\"\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"dynamodb:*\", Resource = aws_dynamodb_table.t%[1]d.arn }, { Effect = \"Allow\", Action = \"kms:*\", Resource = aws_kms_key.dynamodb.arn }] })\n}\n\nresource \"aws_dynamodb_table\" \"t%[1]d\" {\n  name     = \"t%[1]d\"\n  hash_key = \"id\"\n}\n")}, "600 fixable"},
	{"5,000 replicas", map[string]string{"main.tf": "provider \"aws\" {\n  region = \"us-east-1\"\n}\n\nresource \"aws_dynamodb_table\" \"t\" {\n  name     = \"t\"\n  hash_key = \"id\"\n" + many(5000, "\n  replica {\n    region_name = \"us-east-%d\"\n  }\n") + "}\n"}, "more than AWS has regions"},
	{"ten million numbers in JSON", map[string]string{"main.tf": keyed("", "null")["main.tf"], "x.tf.json": `{"locals": {"x": [` + strings.Repeat("1,", 10_000_000) + `1]}}`}, `x\.tf\.json:1:\d+: too large: more than 250000 values`},
	{"three million lines in .gitignore", map[string]string{"main.tf": keyed("", "null")["main.tf"], ".git/HEAD": "", ".gitignore": strings.Repeat("x*y/**/z\n", 3_000_000)}, `\.gitignore: too large`},
}

// TestCost holds that a directory costs what its size tells, whatever stands in
// it: seconds of a processor, and 256 MB.
func TestCost(t *testing.T) {
	for _, r := range sample(costlyRows) {
		t.Run(r.name, func(t *testing.T) {
			for name, text := range r.files {
				r.files[name] = strings.ReplaceAll(text, "$B", "${local.b}")
			}
			took, peak, said := cost(t, r.files)
			if !says(said, r.says) {
				t.Errorf("want %q:\n%.600s", r.says, said)
			}
			t.Logf("%v of processor time, %d MB", took, peak>>20)
			if took > maxTime || peak > maxPeak {
				t.Errorf("%v of processor time, want at most %v; %d MB, want at most %d", took, maxTime, peak>>20, maxPeak>>20)
			}
		})
	}
}

func says(said, pattern string) bool { return regexp.MustCompile(pattern).MatchString(said) }

// cost runs cmkify --check over files, and returns the processor time and the
// memory that it takes.
func cost(t *testing.T, files map[string]string) (took time.Duration, peak int, said string) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, files)
	file := filepath.Join(t.TempDir(), "peak")
	cmd := exec.Command(command.Path(), "--check", ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), command.PeakFile+"="+file)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	timer := time.AfterFunc(hang*4, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() < 0 {
		t.Fatalf("%v: %.300s", err, &out)
	}
	if told, err := os.ReadFile(file); err == nil {
		kilobytes, err := strconv.Atoi(string(told))
		must(t, err)
		peak = kilobytes << 10
	}
	return cmd.ProcessState.UserTime(), peak, out.String()
}
