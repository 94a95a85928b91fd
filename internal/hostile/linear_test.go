//go:build linux && !race

package hostile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestLinear holds that many tables in one directory cost as much more as there
// are more of them, in one file or in a file each. It counts the statements that
// the program and hcl run, which are the same on each machine, however busy.
func TestLinear(t *testing.T) {
	const small, factor, most = 200, 10, 10.6
	program := counting(t)
	table := "resource \"aws_dynamodb_table\" \"t%[1]d\" {\n  name     = \"t%[1]d\"\n  hash_key = \"id\"\n}\n"
	for name, text := range map[string]string{
		"tables":               table,
		"keys and tables":      "resource \"aws_kms_key\" \"k%[1]d\" {\n  description = \"dynamodb\"\n}\n\n" + table,
		"roles and tables":     "resource \"aws_iam_role_policy\" \"p%[1]d\" {\n  role   = \"r%[1]d\"\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"dynamodb:*\", Resource = aws_dynamodb_table.t%[1]d.arn }] })\n}\n\n" + table,
		"comments and tables":  "# tfsec:ignore:aws-s3-enable-versioning\n" + table,
		"instances and tables": "resource \"aws_sns_topic\" \"s%[1]d\" {\n  count = 2\n  name  = aws_dynamodb_table.t%[1]d.name\n}\n\n" + table,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for name, files := range map[string]func(n int) map[string]string{
				"one file": func(n int) map[string]string { return map[string]string{"main.tf": many(n, text)} },
				"a file each": func(n int) map[string]string {
					files := map[string]string{}
					for i := range n {
						files[fmt.Sprint("t", i, ".tf")] = fmt.Sprintf(text, i)
					}
					return files
				},
			} {
				one, ten := program.over(t, files(small)), program.over(t, files(small*factor))
				ratio := float64(ten) / float64(one)
				t.Logf("%s: %d and %d statements, %.2f times as many", name, one, ten, ratio)
				if ratio > most {
					t.Errorf("%s: %d statements for %d, %d for %d: %.1f times as many", name, one, small, ten, small*factor, ratio)
				}
			}
		})
	}
}

// TestLinearCalls holds the same of the directories that call one module.
func TestLinearCalls(t *testing.T) {
	const small, factor, most = 60, 10, 10.6
	program := counting(t)
	files := func(n int) map[string]string {
		out := map[string]string{"module/main.tf": "variable \"name\" {}\n\nresource \"aws_dynamodb_table\" \"t\" {\n  name     = var.name\n  hash_key = \"id\"\n}\n\noutput \"arn\" {\n  value = aws_dynamodb_table.t.arn\n}\n"}
		for i := range n {
			out[fmt.Sprintf("%d/main.tf", i)] = fmt.Sprintf("terraform {\n  backend \"s3\" {}\n}\n\nmodule \"t\" {\n  source = \"../module\"\n  name   = \"t%[1]d\"\n}\n\n"+
				"resource \"aws_iam_role_policy\" \"p\" {\n  role   = \"r%[1]d\"\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"dynamodb:*\", Resource = module.t.arn }] })\n}\n", i)
		}
		return out
	}
	one, ten := program.over(t, files(small)), program.over(t, files(small*factor))
	if ratio := float64(ten) / float64(one); ratio > most {
		t.Errorf("%d statements for %d calls, %d for %d: %.1f times as many", one, small, ten, small*factor, ratio)
	}
}

// A counter is a build of the program that counts the statements it runs.
type counter string

func counting(t *testing.T) counter {
	t.Helper()
	program := filepath.Join(t.TempDir(), "cmkify")
	build := exec.Command("go", "build", "-cover", "-covermode=atomic", "-coverpkg=cmkify/...,github.com/hashicorp/hcl/v2/...", "-o", program, "cmkify")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return counter(program)
}

// over returns how many statements --check runs over files.
func (c counter) over(t *testing.T, files map[string]string) (statements int) {
	t.Helper()
	dir, counts, profile := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "profile")
	write(t, dir, files)
	check := exec.Command(string(c), "--check", dir)
	check.Env = append(os.Environ(), "GOCOVERDIR="+counts)
	if out, _ := check.CombinedOutput(); !says(string(out), `(\d+) tables? in \d+ director.*: \d+ fixable\n`) {
		t.Fatalf("%.300s", out)
	}
	if out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i", counts, "-o", profile).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	told, err := os.ReadFile(profile)
	must(t, err)
	// A line is a range, the statements in it, and how often it ran.
	for line := range strings.Lines(string(told)) {
		if fields := strings.Fields(line); len(fields) == 3 {
			each, err := strconv.Atoi(fields[1])
			must(t, err)
			times, err := strconv.Atoi(fields[2])
			must(t, err)
			statements += each * times
		}
	}
	return statements
}
