package acceptance

import (
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/internal/testkit/command"
)

// deferredShapes are modules with a table and something that may wait for it, by
// name. What Terraform makes of a change of the table is not written down here:
// terraform_data.reader is replaced, or cannot be planned, or is left alone.
var deferredShapes = map[string]map[string]string{
	"call": {
		"main.tf":     changedTable + "module \"app\" {\n  source     = \"./app\"\n  depends_on = [aws_dynamodb_table.t]\n}\n",
		"app/main.tf": partition + replaced("data.aws_partition.p.partition"),
	},
	"call-counted": {
		"main.tf":     changedTable + "module \"app\" {\n  source     = \"./app\"\n  depends_on = [aws_dynamodb_table.t]\n}\n",
		"app/main.tf": partition + "resource \"terraform_data\" \"reader\" {\n  count = length(data.aws_partition.p.partition)\n}\n",
	},
	"call-setting": {
		"main.tf":     changedTable + "module \"app\" {\n  source     = \"./app\"\n  depends_on = [aws_dynamodb_table.t]\n}\n",
		"app/main.tf": "data \"aws_iam_policy_document\" \"d\" {\n  policy_id = \"x\"\n}\n\n" + replaced("data.aws_iam_policy_document.d.policy_id"),
	},
	"call-setting-counted": {
		"main.tf":     changedTable + "module \"app\" {\n  source     = \"./app\"\n  depends_on = [aws_dynamodb_table.t]\n}\n",
		"app/main.tf": "data \"aws_iam_policy_document\" \"d\" {\n  policy_id = \"x\"\n}\n\nresource \"terraform_data\" \"reader\" {\n  count = length(data.aws_iam_policy_document.d.policy_id)\n}\n",
	},
	"behind-calls": {
		"main.tf":     changedTable + "module \"mid\" {\n  source = \"./mid\"\n  arn    = aws_dynamodb_table.t.arn\n}\n\nmodule \"app\" {\n  source     = \"./app\"\n  depends_on = [module.mid]\n}\n",
		"mid/main.tf": "variable \"arn\" {\n  type = string\n}\n\nresource \"terraform_data\" \"mid\" {\n  input = var.arn\n}\n",
		"app/main.tf": partition + replaced("data.aws_partition.p.partition"),
	},
	"call-unread": {
		"main.tf":     changedTable + "module \"app\" {\n  source     = \"./app\"\n  depends_on = [aws_dynamodb_table.t]\n}\n",
		"app/main.tf": partition + replaced(`"x"`),
	},
	"call-of-call": {
		"main.tf":           changedTable + "module \"app\" {\n  source     = \"./app\"\n  depends_on = [aws_dynamodb_table.t]\n}\n",
		"app/main.tf":       "module \"inner\" {\n  source = \"./inner\"\n}\n\n" + replaced("module.inner.partition"),
		"app/inner/main.tf": partition + "output \"partition\" {\n  value = data.aws_partition.p.partition\n}\n",
	},
	"sibling": {
		"main.tf":     withVariable("module \"db\" {\n  source  = \"./db\"\n  touched = var.touched\n}\n\nmodule \"app\" {\n  source     = \"./app\"\n  depends_on = [module.db]\n}\n"),
		"db/main.tf":  changedTable,
		"app/main.tf": partition + replaced("data.aws_partition.p.partition"),
	},
	"sibling-data": {
		"main.tf":    withVariable("module \"db\" {\n  source  = \"./db\"\n  touched = var.touched\n}\n\ndata \"aws_partition\" \"p\" {\n  depends_on = [module.db]\n}\n\n" + replaced("data.aws_partition.p.partition")),
		"db/main.tf": changedTable,
	},
	"behind-resource": {
		"main.tf": changedTable + middle + "data \"aws_partition\" \"p\" {\n  depends_on = [terraform_data.middle]\n}\n\n" + replaced("data.aws_partition.p.partition"),
	},
	"behind-call": {
		"main.tf":     changedTable + "module \"mid\" {\n  source = \"./mid\"\n  arn    = aws_dynamodb_table.t.arn\n}\n\ndata \"aws_partition\" \"p\" {\n  depends_on = [module.mid]\n}\n\n" + replaced("data.aws_partition.p.partition"),
		"mid/main.tf": "variable \"arn\" {\n  type = string\n}\n\nresource \"terraform_data\" \"mid\" {\n  input = var.arn\n}\n",
	},
	"beside-call": {
		"main.tf":     changedTable + "module \"mid\" {\n  source = \"./mid\"\n}\n\ndata \"aws_partition\" \"p\" {\n  depends_on = [module.mid]\n}\n\n" + replaced("data.aws_partition.p.partition"),
		"mid/main.tf": "resource \"terraform_data\" \"mid\" {\n}\n",
	},
	"reference": {
		"main.tf": changedTable + partsOf("aws_dynamodb_table.t.arn") + replaced("data.aws_arn.a.region"),
	},
	"reference-local": {
		"main.tf": changedTable + "locals {\n  arn = aws_dynamodb_table.t.arn\n}\n\n" + partsOf("local.arn") + replaced("data.aws_arn.a.region"),
	},
	"reference-tags": {
		"main.tf": changedTable + partsOf("aws_dynamodb_table.t.arn") + "resource \"aws_kms_key\" \"reader\" {\n  enable_key_rotation = true\n  tags                = { region = data.aws_arn.a.region }\n}\n",
	},
	"passed": {
		"main.tf":     changedTable + partsOf("aws_dynamodb_table.t.arn") + "module \"app\" {\n  source = \"./app\"\n  region = data.aws_arn.a.region\n}\n",
		"app/main.tf": "variable \"region\" {\n  type = string\n}\n\nresource \"terraform_data\" \"reader\" {\n  count = var.region == \"eu-west-1\" ? 1 : 0\n}\n",
	},
	"passed-back": {
		"main.tf":     changedTable + partsOf("aws_dynamodb_table.t.arn") + "module \"app\" {\n  source = \"./app\"\n  region = data.aws_arn.a.region\n}\n\n" + replaced("module.app.region"),
		"app/main.tf": "variable \"region\" {\n  type = string\n}\n\noutput \"region\" {\n  value = upper(var.region)\n}\n",
	},
	"call-each": {
		"main.tf":     changedTable + partsOf("aws_dynamodb_table.t.arn") + "module \"app\" {\n  source   = \"./app\"\n  for_each = toset([data.aws_arn.a.region])\n}\n",
		"app/main.tf": replaced(`"x"`),
	},
	"data-counted": {
		"main.tf": changedTable + partsOf("aws_dynamodb_table.t.arn") + "data \"aws_partition\" \"p\" {\n  count = data.aws_arn.a.region == \"\" ? 0 : 1\n}\n",
	},
	"data-of-data": {
		"main.tf": changedTable + partsOf("aws_dynamodb_table.t.arn") + "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"a:b\"]\n    resources = [data.aws_arn.a.region]\n  }\n}\n\n" + replaced("data.aws_iam_policy_document.d.json"),
	},
	"document": {
		"main.tf": changedTable + document + replaced("data.aws_iam_policy_document.d.json"),
	},
	"document-counted": {
		"main.tf": changedTable + document + "resource \"terraform_data\" \"reader\" {\n  count = data.aws_iam_policy_document.d.json == \"\" ? 0 : 1\n}\n",
	},
	"document-input": {
		"main.tf": changedTable + document + "resource \"terraform_data\" \"reader\" {\n  input = data.aws_iam_policy_document.d.json\n}\n",
	},
	"carried": {
		"main.tf":    changedTable + "module \"db\" {\n  source = \"./db\"\n  table  = aws_dynamodb_table.t\n}\n",
		"db/main.tf": "variable \"table\" {\n  type = object({ name = string, arn = string })\n}\n\n" + partsOf("var.table.arn") + replaced("[var.table, data.aws_arn.a.region]"),
	},
	"resource-between": {
		"main.tf": changedTable + partsOf("aws_dynamodb_table.t.arn") + "resource \"terraform_data\" \"between\" {\n  input = data.aws_arn.a.region\n}\n\ndata \"aws_partition\" \"p\" {\n  depends_on = [terraform_data.between]\n}\n\nresource \"terraform_data\" \"reader\" {\n  count = length(data.aws_partition.p.partition)\n}\n",
	},
}

const (
	changedTable = "variable \"touched\" {\n  type = string\n}\n\n" + `resource "aws_dynamodb_table" "t" {
  name         = "NAME"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  tags         = { touched = var.touched }

  attribute {
    name = "id"
    type = "S"
  }
}

`
	document  = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"a:b\"]\n    resources = [aws_dynamodb_table.t.arn]\n  }\n}\n\n"
	partition = "data \"aws_partition\" \"p\" {}\n\n"
	middle    = "resource \"terraform_data\" \"middle\" {\n  input = aws_dynamodb_table.t.arn\n}\n\n"
)

func withVariable(text string) string {
	return "variable \"touched\" {\n  type = string\n}\n\n" + text
}

func replaced(by string) string {
	return fmt.Sprintf("resource \"terraform_data\" \"reader\" {\n  triggers_replace = %s\n}\n", by)
}

func partsOf(expr string) string {
	return fmt.Sprintf("data \"aws_arn\" \"a\" {\n  arn = %s\n}\n\n", expr)
}

// TestDeferred holds to Terraform what is said of data sources that are read
// during apply only while their table changes: what reads them is replaced, which
// is warned of, or cannot be planned, and then the table is left to a person.
func TestDeferred(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	files := map[string][]byte{}
	root := provider("eu-west-1", "") + "variable \"touched\" {\n  type    = string\n  default = \"no\"\n}\n\n"
	for _, name := range slices.Sorted(maps.Keys(deferredShapes)) {
		root += fmt.Sprintf("module %q {\n  source  = \"./%s\"\n  touched = var.touched\n}\n\n", name, name)
		for file, text := range deferredShapes[name] {
			files[path.Join(name, file)] = []byte(strings.ReplaceAll(text, "NAME", name))
		}
	}
	files["main.tf"] = []byte(root)
	w := newWorkspace(t, newStandIn(t), files)
	if failed := w.init(); len(failed) > 0 {
		t.Fatalf("terraform init: %+v", failed)
	}
	// What waits for the tables can be planned only when they are there.
	for _, targets := range [][]string{whatOthersWaitFor(), nil} {
		if _, failed, _ := w.attempt(append([]string{"apply", "-json", "-auto-approve"}, targets...)...); len(failed) > 0 {
			t.Fatalf("terraform apply: %+v", failed)
		}
	}
	said := w.saidOfTables()
	planned, failed, _ := w.attempt("plan", "-json", "-var", "touched=yes")
	does := map[string]string{}
	for _, address := range planned.with("replace") {
		does[strings.Split(address, ".")[1]] = string(detect.DeferredData)
	}
	for _, d := range failed {
		does[strings.Split(d.file(), "/")[0]] = string(detect.Manual)
	}
	for name := range deferredShapes {
		if does[name] != said[name] {
			t.Errorf("%s: %q is said of the table; Terraform shows %q", name, said[name], does[name])
		}
	}
	if shown := slices.Sorted(maps.Values(does)); len(slices.Compact(shown)) != 2 {
		t.Errorf("Terraform shows %v", does)
	}
}

// whatOthersWaitFor returns the flags that name the tables, and the resource
// between.
func whatOthersWaitFor() []string {
	var out []string
	for name, files := range deferredShapes {
		table := "aws_dynamodb_table.t"
		if files["db/main.tf"] != "" {
			table = "module.db." + table
		}
		out = append(out, "-target=module."+name+"."+table)
	}
	return append(out, "-target=module.resource-between.terraform_data.between")
}

// saidOfTables returns what is said of the tables, by the call of their module:
// that they are left to a person, or that data is deferred.
func (w *workspace) saidOfTables() map[string]string {
	w.t.Helper()
	check := exec.Command(command.Path(), "--check", "--format", "json", "--key-policy", "none", ".")
	check.Dir = w.dir
	out, _ := check.Output()
	var told struct {
		Findings []struct {
			File     string
			Status   string
			Warnings []struct{ ID string }
		}
	}
	if err := json.Unmarshal(out, &told); err != nil || len(told.Findings) != len(deferredShapes) {
		w.t.Fatalf("%v: %s", err, out)
	}
	said := map[string]string{}
	for _, f := range told.Findings {
		name := strings.Split(f.File, "/")[0]
		if f.Status == string(detect.Manual) {
			said[name] = f.Status
		}
		for _, warning := range f.Warnings {
			if warning.ID == string(detect.DeferredData) {
				said[name] = warning.ID
			}
		}
	}
	return said
}
