package hook

import (
	"fmt"
	"strings"
	"testing"

	"cmkify/internal/testkit/command"
)

const table = `resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
`

const given = "kms_key_arn = aws_kms_key.dynamodb.arn"

func TestHooks(t *testing.T) {
	t.Parallel()
	command.NeedPlain(t)
	w := newWorld(t)
	w.must(t, w.hooks, "pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
	for name, test := range map[string]func(*testing.T, *world){
		"a bad table": badTable, "a partly staged file": partlyStaged, "an unstaged sibling": unstagedSibling, "a key in a sibling": keyInSibling,
		"variables only": variablesOnly, "values only": valuesOnly, "a syntax error": syntaxError, "check": check, "folders of Terraform": terraformFolder,
		"many files": manyFiles, "settings": settings,
	} {
		t.Run(name, func(t *testing.T) { test(t, w) })
	}
}

// The hook rewrites the file and fails, as its users expect; staged, it passes.
func badTable(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	r.write("main.tf", table)
	r.git("add", "main.tf")
	says(t, r.commit(false), "files were modified by this hook", "main.tf:1:1: aws_dynamodb_table.orders: has no server_side_encryption block [no-encryption-block]; fixed")
	says(t, r.read("main.tf"), given)
	r.git("add", "main.tf")
	says(t, r.commit(true), "Passed")
	if left := r.git("status", "--porcelain"); left != "" {
		t.Errorf("left: %s", left)
	}
}

// pre-commit puts what is not staged aside, and back when it does not clash
// with what the hook wrote; else it takes the hook's change back.
func partlyStaged(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	start := "# Begin.\n\n\n\n\n\n\n\n\n\n" + table + "\n\n\n\n\n\n\n\n\n\n# End.\n"
	r.write("main.tf", strings.Replace(start, "Begin", "Staged", 1))
	r.git("add", "main.tf")
	unstaged := strings.Replace(r.read("main.tf"), "# End.", "# Unstaged.", 1)
	r.write("main.tf", unstaged)
	r.commit(false)
	says(t, r.read("main.tf"), given, "# Staged.", "# Unstaged.")
	if staged := r.git("show", ":main.tf"); strings.Contains(staged, "# Unstaged.") || strings.Contains(staged, given) {
		t.Errorf("the index was changed:\n%s", staged)
	}
	// A change of the same lines: the author's is kept.
	r = w.repository(t, "cmkify")
	r.write("main.tf", table)
	r.git("add", "main.tf")
	clash := strings.Replace(table, "  }\n}\n", "  }\n\n  tags = { a = \"b\" }\n}\n", 1)
	r.write("main.tf", clash)
	r.commit(false)
	if got := r.read("main.tf"); got != clash {
		t.Errorf("the author's unstaged change is lost:\n%s", got)
	}
}

// What is not staged is not there for the hook, and stays as it is.
func unstagedSibling(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	r.write("other.tf", "locals {\n  a = 1\n}\n")
	r.git("add", "other.tf")
	r.commit(true)
	other := strings.Replace(table, "orders", "others", 2) + "locals {\n  a = 2\n}\n"
	r.write("other.tf", other)
	r.write("main.tf", table)
	r.git("add", "main.tf")
	r.commit(false)
	says(t, r.read("main.tf"), given)
	if got := r.read("other.tf"); got != other {
		t.Errorf("the sibling was changed:\n%s", got)
	}
}

// An untracked file is there for Terraform, and so it is for the hook.
func keyInSibling(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	key := "resource \"aws_kms_key\" \"dynamodb\" {\n  description = \"mine\"\n}\n"
	r.write("kms.tf", key)
	r.write("main.tf", table)
	r.git("add", "main.tf")
	r.commit(false)
	says(t, r.read("main.tf"), "kms_key_arn = aws_kms_key.dynamodb_2.arn")
	if got := r.read("kms.tf"); got != key {
		t.Errorf("the sibling was changed:\n%s", got)
	}
}

// Tables of files that are not staged are not the commit's business.
func variablesOnly(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	r.write("main.tf", table)
	r.git("add", "main.tf")
	r.git("commit", "--no-verify", "-qm", "bad")
	r.write("variables.tf", "variable \"a\" {\n  type = string\n}\n")
	r.git("add", "variables.tf")
	says(t, r.commit(true), "Passed")
	if got := r.read("main.tf"); got != table {
		t.Errorf("main.tf was changed:\n%s", got)
	}
}

func valuesOnly(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	r.write("terraform.tfvars", "a = 1\n")
	r.git("add", "terraform.tfvars")
	says(t, r.commit(true), "Passed")
}

func syntaxError(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	broken := strings.TrimSuffix(table, "}\n")
	r.write("main.tf", broken)
	r.git("add", "main.tf")
	says(t, r.commit(false), "exit code: 2", "main.tf:1:40: ")
	if got := r.read("main.tf"); got != broken {
		t.Errorf("main.tf was changed:\n%s", got)
	}
}

func check(t *testing.T, w *world) {
	r := w.repository(t, "cmkify-check")
	r.write("main.tf", table)
	r.git("add", "main.tf")
	says(t, r.commit(false), "exit code: 1", "main.tf:1:1: aws_dynamodb_table.orders: has no server_side_encryption block [no-encryption-block]")
	if got := r.read("main.tf"); got != table {
		t.Errorf("main.tf was changed:\n%s", got)
	}
	r.write("main.tf", strings.Replace(table, "  }\n}\n", "  }\n\n  server_side_encryption {\n    enabled     = true\n    kms_key_arn = var.key\n  }\n}\n\nvariable \"key\" {\n  type = string\n}\n", 1))
	r.git("add", "main.tf")
	says(t, r.commit(true), "Passed")
}

// What Terraform fetches into .terraform is not the author's.
func terraformFolder(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	r.write(".terraform/modules/a/main.tf", table)
	r.git("add", "-f", ".terraform")
	says(t, r.commit(true), "Skipped")
}

// Many files are one run: no key is made twice.
func manyFiles(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	const directories, files = 20, 15
	for d := range directories {
		for f := range files {
			r.write(fmt.Sprintf("d%d/t%d.tf", d, f), strings.ReplaceAll(table, `"orders"`, fmt.Sprintf(`"t%d"`, f)))
		}
	}
	r.git("add", "-A")
	r.commit(false)
	for d := range directories {
		keys := 0
		for f := range files {
			text := r.read(fmt.Sprintf("d%d/t%d.tf", d, f))
			says(t, text, given)
			keys += strings.Count(text, `resource "aws_kms_key"`)
		}
		if keys != 1 {
			t.Errorf("d%d has %d keys", d, keys)
		}
	}
	r.git("add", "-A")
	says(t, r.commit(true), "Passed")
}

// The file of settings at the root holds for the hook as for any other run: it
// names the key, and what is left out, wherever the files of the commit lie.
func settings(t *testing.T, w *world) {
	r := w.repository(t, "cmkify")
	r.write(".cmkify.hcl", "key_name = \"tables\"\nexclude = [\"/old/\"]\n")
	r.write("infra/main.tf", table)
	r.write("old/main.tf", table)
	r.git("add", "-A")
	r.commit(false)
	says(t, r.read("infra/main.tf"), "kms_key_arn = aws_kms_key.tables.arn")
	if got := r.read("old/main.tf"); got != table {
		t.Errorf("what is left out was changed:\n%s", got)
	}
	r.git("add", "-A")
	says(t, r.commit(true), "Passed")
	// So do all other runs of the same tree.
	r.must(t, r.dir, "pre-commit", "run", "cmkify", "--all-files")
	r.write(".cmkify.hcl", "# Mine.\nkeyname = \"tables\"\n")
	r.write("infra/main.tf", r.read("infra/main.tf")+"# more\n")
	r.git("add", "-A")
	says(t, r.commit(false), ".cmkify.hcl:2:1: unknown setting keyname (did you mean key_name?)")
}
