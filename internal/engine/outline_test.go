package engine_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cmkify/fix/keys"
	"cmkify/internal/engine"
	"cmkify/internal/terraform"
	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
)

// TestOutlines holds that a run which leaves blocks unread says and writes what
// one does that reads all: of every golden case, and of the same with blocks
// beside it that read, at random, what it declares.
func TestOutlines(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	paths, err := testkit.Cases(root)
	if err != nil {
		t.Fatal(err)
	}
	const rounds = 3
	fewer, edits := 0, 0
	for i, path := range paths {
		if i%command.Slowness != 0 {
			continue
		}
		c, err := testkit.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(2026, uint64(i)))
		for n := range rounds {
			files := maps.Clone(c.Input)
			if n > 0 {
				addReaders(files, random)
			}
			dir := t.TempDir()
			writeFiles(t, dir, files)
			whole, _ := runBoth(t, dir, true)
			part, unread := runBoth(t, dir, false)
			if whole != part {
				t.Fatalf("%s, %d: read as a whole\n%s\nand in parts\n%s\n%s", c.Name(), n, whole, part, files[added])
			}
			fewer += min(unread, 1)
			edits += strings.Count(whole, "\nedit ")
		}
	}
	if enough := len(paths) / command.Slowness; fewer < enough || edits < enough {
		t.Errorf("%d of %d runs left something unread, with %d edits", fewer, rounds*len(paths), edits)
	}
}

// runBoth runs in a folder and returns all that is said and would be written,
// and how many blocks were left unread.
func runBoth(t *testing.T, dir string, all bool) (said string, unread int) {
	t.Helper()
	var b strings.Builder
	o := engine.Whole(engine.Options{Paths: []string{dir}, Jobs: 1, Edits: true}, all, &unread)
	o.Fix.Keys = keys.Options{Policy: keys.PolicyDynamoDB, Name: "dynamodb"}
	err := engine.Run(context.Background(), o, engine.Same, func(r engine.Result) error {
		fmt.Fprintf(&b, "%s %d %d %d %d %v\n", r.Dir, r.Files, len(r.Absent), r.Examples, r.Calls, r.Errors)
		for _, o := range r.Outcomes {
			fmt.Fprintf(&b, "%s %s %v %v\n", o.ID(), o.Status, o.Reason, o.Warnings)
			for _, p := range o.Problems {
				fmt.Fprintf(&b, "  %s %s\n", p.ID, lineOf(p.At))
			}
			for _, s := range slices.Concat(o.Trace, o.Notes) {
				fmt.Fprintf(&b, "  %s %s\n", lineOf(s.At), s.Text)
			}
			for _, k := range o.Keys {
				fmt.Fprintf(&b, "  key %s %s\n", k.Action, k.Ref)
			}
		}
		for _, e := range r.Edits {
			fmt.Fprintf(&b, "edit %s %d %d %q\n", e.File, e.Start, e.End, e.New)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), unread
}

func lineOf(at terraform.Place) string {
	if at.IsZero() {
		return "-"
	}
	return at.Line()
}

func writeFiles(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	for name, src := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// added is the name of the file with blocks that read what is beside them.
const added = "zz_readers.tf"

// addReaders adds a file to each directory with blocks that read something of
// what is declared there.
func addReaders(files map[string][]byte, random *rand.Rand) {
	sources := map[string][]terraform.Source{}
	for name, src := range files {
		if terraform.IsConfig(name) && !terraform.IsUTF16(src) {
			sources[path.Dir(name)] = append(sources[path.Dir(name)], terraform.Source{Name: path.Base(name), Path: name, Bytes: src})
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(sources)) {
		m := terraform.Load(dir, sources[dir])
		refs := []string{`"plain"`, "terraform.workspace"}
		for _, name := range m.Locals() {
			refs = append(refs, "local."+name)
		}
		for _, name := range m.VariableNames() {
			refs = append(refs, "var."+name)
		}
		for _, r := range m.Resources {
			for _, name := range []string{"arn", "name", "tags", "server_side_encryption[0].kms_key_arn", "enable_key_rotation"} {
				refs = append(refs, r.Address()+"."+name)
			}
		}
		for _, c := range m.Calls {
			for _, name := range append([]string{"id"}, outputsBelow(c, dir, sources)...) {
				refs = append(refs, c.Address()+"."+name)
			}
		}
		files[path.Join(dir, added)] = []byte(readers(refs, random))
		files[path.Join(dir, "zz_called", "main.tf")] = []byte(called)
	}
}

// called is a module whose data source waits for what its call does.
const called = `variable "x" {
  default = "x"
}

data "aws_partition" "p" {}

resource "aws_sns_topic" "some" {
  count = length(var.x)
  name  = data.aws_partition.p.partition
}

data "aws_iam_policy_document" "d" {
  policy_id = "x"
}

resource "aws_sns_topic" "named" {
  count = data.aws_iam_policy_document.d.policy_id == "x" ? 1 : 0
}

output "out" {
  value = data.aws_partition.p.partition
}
`

func outputsBelow(c *terraform.Call, dir string, sources map[string][]terraform.Source) []string {
	to := path.Join(dir, c.Source)
	return terraform.Load(to, sources[to]).OutputNames()
}

// readers returns blocks that read some of the references, and each other.
func readers(refs []string, random *rand.Rand) string {
	var b strings.Builder
	pick := func() string { return refs[random.IntN(len(refs))] }
	for n := range 2 + random.IntN(6) {
		name := fmt.Sprintf("zz_%d", n)
		var address string
		switch random.IntN(9) {
		case 0:
			fmt.Fprintf(&b, "locals {\n  %s = %s\n}\n", name, pick())
			address = "local." + name
		case 1:
			fmt.Fprintf(&b, "variable \"%s\" {\n  default = \"v\"\n\n  validation {\n    condition     = var.%s != \"\"\n    error_message = \"Is empty.\"\n  }\n}\n", name, name)
			address = "var." + name
		case 2:
			fmt.Fprintf(&b, "output \"%s\" {\n  value = %s\n}\n", name, pick())
			continue
		case 3:
			fmt.Fprintf(&b, "resource \"aws_sns_topic\" \"%s\" {\n  count = %s != \"\" ? 1 : 0\n  name  = \"${%s}\"\n}\n", name, pick(), pick())
			address = "aws_sns_topic." + name + "[0].name"
		case 4:
			fmt.Fprintf(&b, "data \"aws_iam_policy_document\" \"%s\" {\n  statement {\n    resources = [%s]\n  }\n}\n", name, pick())
			address = "data.aws_iam_policy_document." + name + ".json"
		case 5:
			fmt.Fprintf(&b, "module \"%s\" {\n  source = \"registry.example.com/a/b/c\"\n  x      = %s\n}\n", name, pick())
			address = "module." + name + ".out"
		case 6:
			fmt.Fprintf(&b, "data \"aws_partition\" \"%s\" {\n  depends_on = [%s]\n}\n", name, waitable(pick()))
			address = "data.aws_partition." + name + ".partition"
		case 7:
			fmt.Fprintf(&b, "module \"%s\" {\n  source     = \"./zz_called\"\n  x          = %s\n  depends_on = [%s]\n}\n", name, pick(), waitable(pick()))
			address = "module." + name + ".out"
		default:
			fmt.Fprintf(&b, "resource \"aws_db_instance\" \"%s\" {\n  name              = %s\n  storage_encrypted = %s\n}\n", name, pick(), pick())
			address = "aws_db_instance." + name + ".arn"
		}
		refs = append(refs, address)
	}
	return b.String()
}

// waitable returns what depends_on may name of a reference: a resource, call,
// local or variable.
func waitable(ref string) string {
	if strings.HasPrefix(ref, "local.") || strings.HasPrefix(ref, "var.") {
		return ref
	}
	names := strings.Split(strings.ReplaceAll(ref, "[0]", ""), ".")
	return strings.Join(names[:max(1, len(names)-1)], ".")
}
