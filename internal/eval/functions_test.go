package eval

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"cmkify/internal/testkit"
)

// functionCase is a call and what it gives: its type and its value as JSON,
// or ERROR, or, if any of it is unknown, its value alone with (unknown) for
// what is.
type functionCase struct {
	expr, want string
	// terraform is what Terraform 1.11 says, where we say something else on
	// purpose; "*" stands for a result that differs from run to run.
	terraform, why string
}

// functionScope is what the cases can refer to. terraformScope says the same
// in Terraform's words: a resource's id is not known before the run, and try
// hides its type.
var (
	functionScope = map[string]cty.Value{"local": cty.ObjectVal(map[string]cty.Value{
		"text":   cty.UnknownVal(cty.String),
		"number": cty.UnknownVal(cty.Number),
		"list":   cty.UnknownVal(cty.List(cty.String)),
		"any":    cty.DynamicVal,
	})}
	terraformScope = `
resource "terraform_data" "unknown" {}
locals {
  text   = terraform_data.unknown.id
  number = tonumber(terraform_data.unknown.id)
  list   = split(",", terraform_data.unknown.id)
  any    = try(terraform_data.unknown.id)
}
`
)

func TestFunctions(t *testing.T) {
	for _, c := range functionCases {
		v, diags := evaluateCall(t, c.expr)
		if got := renderedCall(t, v, diags); got != c.want {
			t.Errorf("%s\n got %s\nwant %s\n%s", c.expr, got, c.want, diags)
		}
	}
}

// TestFunctionsAgainstTerraform plans one configuration with an output for
// each case.
func TestFunctionsAgainstTerraform(t *testing.T) {
	plan := terraformPlan(t, functionCases)
	for i, c := range functionCases {
		want := c.want
		if c.why != "" {
			want = c.terraform
		}
		if got := plan[i]; want != "*" && got != want {
			t.Errorf("%s\nterraform says %s\n    we expect  %s", c.expr, got, want)
		}
	}
}

// TestFunctionNames holds the names to those of Terraform.
func TestFunctionNames(t *testing.T) {
	var metadata struct {
		Functions map[string]any `json:"function_signatures"`
	}
	out := runTerraform(t, t.TempDir(), "metadata", "functions", "-json")
	if err := json.Unmarshal(out, &metadata); err != nil {
		t.Fatal(err)
	}
	for name := range metadata.Functions {
		if _, ok := functions()[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
	for name := range functions() {
		if _, ok := metadata.Functions[name]; !ok && !strings.HasPrefix(name, providerPrefix) {
			t.Errorf("%s is no function of Terraform", name)
		}
	}
}

// TestFunctionsHaveCases asks for two cases of each function, under its plain
// name, and one of each that gives an unknown.
func TestFunctionsHaveCases(t *testing.T) {
	for name := range functions() {
		if strings.Contains(name, "::") {
			continue
		}
		want := 2
		if _, ok := unknownFunctions()[name]; ok {
			want = 1
		}
		got := 0
		for _, c := range functionCases {
			if strings.HasPrefix(c.expr, name+"(") {
				got++
			}
		}
		if got < want {
			t.Errorf("%s has %d cases, want %d", name, got, want)
		}
	}
}

// TestUnknownFunction holds what a call gives of which nothing is known.
func TestUnknownFunction(t *testing.T) {
	for _, args := range [][]cty.Value{
		nil,
		{cty.NullVal(cty.DynamicPseudoType)},
		{cty.DynamicVal, cty.EmptyObjectVal},
	} {
		v, err := unknownFunction().Call(args)
		if err != nil || !v.RawEquals(cty.DynamicVal) {
			t.Errorf("unknownFunction(%#v) = %#v, %v", args, v, err)
		}
	}
	secret := cty.ListVal([]cty.Value{cty.StringVal("x").Mark(Sensitive)})
	if v, _ := unknownFunction().Call([]cty.Value{secret}); !v.HasMark(Sensitive) {
		t.Errorf("unknownFunction(%#v) = %#v, which is not sensitive", secret, v)
	}
}

// TestFunctionErrorsHideSecrets calls what quotes its arguments in errors.
func TestFunctionErrorsHideSecrets(t *testing.T) {
	for _, expr := range []string{
		`tobool(sensitive("hunter2"))`,
		`tonumber(sensitive("hunter2"))`,
		`parseint(sensitive("hunter2"), 10)`,
		`formatdate("YYYY", sensitive("hunter2"))`,
		`timeadd("2017-11-22T00:00:00Z", sensitive("hunter2"))`,
		`lookup({}, sensitive("hunter2"))`,
		`lookup(tomap({}), sensitive("hunter2"))`,
		`regex(sensitive("hunter2("), "x")`,
		`format(sensitive("%hunter2"))`,
		`format("%d", [sensitive("hunter2")])`,
		`jsondecode(sensitive("{hunter2"))`,
		`yamldecode(sensitive("a: [hunter2"))`,
		`csvdecode(sensitive("a\n\"hunter2"))`,
		`try(tobool(sensitive("hunter2")))`,
	} {
		_, diags := evaluateCall(t, expr)
		if !diags.HasErrors() {
			t.Errorf("%s is no error", expr)
		}
		if strings.Contains(diags.Error(), "hunter2") {
			t.Errorf("%s: %s", expr, diags)
		}
	}
}

// TestFunctionErrorsHideStacks calls what panics inside cty.
func TestFunctionErrorsHideStacks(t *testing.T) {
	for _, expr := range []string{`pow(-1, 0.5)`, `indent(-1, "a")`, `log(-1, 10)`} {
		if _, diags := evaluateCall(t, expr); strings.Contains(diags.Error(), "goroutine") {
			t.Errorf("%s: %s", expr, diags)
		}
	}
}

// TestFunctionsAreBounded calls what would take more memory than there is.
func TestFunctionsAreBounded(t *testing.T) {
	for _, expr := range []string{
		`format("%1000000000d", 1)`,
		`format("%.1000000000f", 1)`,
		`formatlist("%01000000000d", [1])`,
		`indent(1000000000, "a\nb")`,
		`setproduct([for i in range(9): range(1000)]...)`,
	} {
		v, diags := evaluateCall(t, expr)
		if diags.HasErrors() || v.IsKnown() {
			t.Errorf("%s is %#v, %s", expr, v, diags)
		}
	}
}

func evaluateCall(t *testing.T, expr string) (cty.Value, hcl.Diagnostics) {
	t.Helper()
	parsed, diags := hclsyntax.ParseExpression([]byte(expr), "", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %s", expr, diags)
	}
	return parsed.Value(&hcl.EvalContext{Variables: functionScope, Functions: functions()})
}

// renderedCall writes a result as functionCase.want has it.
func renderedCall(t *testing.T, v cty.Value, diags hcl.Diagnostics) string {
	t.Helper()
	if diags.HasErrors() {
		return "ERROR"
	}
	v, _ = v.UnmarkDeep()
	if !v.IsWhollyKnown() {
		return compactJSON(t, withUnknowns(v))
	}
	ty, err := ctyjson.MarshalType(v.Type())
	if err != nil {
		t.Fatal(err)
	}
	value, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		t.Fatal(err)
	}
	return strings.Trim(string(ty), `"`) + " " + compactJSON(t, json.RawMessage(value))
}

// withUnknowns returns v as encoding/json would read it.
func withUnknowns(v cty.Value) any {
	ty := v.Type()
	switch {
	case !v.IsKnown():
		return "(unknown)"
	case v.IsNull():
		return nil
	case ty == cty.String:
		return v.AsString()
	case ty == cty.Bool:
		return v.True()
	case ty == cty.Number:
		return json.Number(v.AsBigFloat().Text('g', -1))
	case ty.IsMapType() || ty.IsObjectType():
		object := map[string]any{}
		for key, element := range v.Elements() {
			object[key.AsString()] = withUnknowns(element)
		}
		return object
	}
	list := []any{}
	for _, element := range v.Elements() {
		list = append(list, withUnknowns(element))
	}
	return list
}

// compactJSON writes JSON without what may differ between two that are equal:
// space, the order of keys, the way a number is written.
func compactJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(plainNumbers(plain)); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out.String())
}

func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, _, _ := big.ParseFloat(v.String(), 10, 512, big.ToNearestEven)
		return json.Number(f.Text('g', 40))
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = plainNumbers(v[key])
		}
	}
	return v
}

// terraformPlan returns what Terraform says of each case. A case that refers
// to an unknown stands alone: try makes everything unknown of it.
func terraformPlan(t *testing.T, cases []functionCase) []string {
	t.Helper()
	var config strings.Builder
	config.WriteString(terraformScope)
	for i, c := range cases {
		value := fmt.Sprintf("try({ v = %s }, \"ERROR\")", c.expr)
		if strings.Contains(c.expr, "local.") {
			value = fmt.Sprintf("{ v = %s }", c.expr)
		}
		fmt.Fprintf(&config, "output \"case_%d\" {\n  sensitive = true\n  value = %s\n}\n", i, value)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	runTerraform(t, dir, "plan", "-input=false", "-no-color", "-out=plan")
	return readPlan(t, runTerraform(t, dir, "show", "-json", "plan"), len(cases))
}

func readPlan(t *testing.T, document []byte, cases int) []string {
	t.Helper()
	var plan struct {
		Planned struct {
			Outputs map[string]struct{ Type, Value json.RawMessage }
		} `json:"planned_values"`
		Changes map[string]struct {
			After   any
			Unknown any `json:"after_unknown"`
		} `json:"output_changes"`
	}
	if err := json.Unmarshal(document, &plan); err != nil {
		t.Fatal(err)
	}
	results := make([]string, cases)
	for i := range results {
		name := fmt.Sprintf("case_%d", i)
		output, change := plan.Planned.Outputs[name], plan.Changes[name]
		var object []json.RawMessage
		var attributes, values map[string]json.RawMessage
		switch {
		case string(output.Type) == `"string"`:
			results[i] = "ERROR"
		case output.Type == nil:
			value := mergeUnknowns(change.After, change.Unknown)
			if object, ok := value.(map[string]any); ok {
				value = object["v"] // else try has made all of it unknown
			}
			results[i] = compactJSON(t, value)
		default:
			if err := json.Unmarshal(output.Type, &object); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(object[1], &attributes); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(output.Value, &values); err != nil {
				t.Fatal(err)
			}
			results[i] = strings.Trim(string(attributes["v"]), `"`) + " " + compactJSON(t, values["v"])
		}
	}
	return results
}

// mergeUnknowns puts (unknown) into the value where the plan says true.
func mergeUnknowns(value, unknown any) any {
	switch unknown := unknown.(type) {
	case bool:
		if unknown {
			return "(unknown)"
		}
	case map[string]any:
		object, _ := value.(map[string]any)
		if object == nil {
			object = map[string]any{}
		}
		for key := range unknown {
			object[key] = mergeUnknowns(object[key], unknown[key])
		}
		return object
	case []any:
		list, _ := value.([]any)
		for i := range list {
			list[i] = mergeUnknowns(list[i], unknown[i])
		}
	}
	return value
}

// runTerraform runs it without a network and without the user's settings.
func runTerraform(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	path := testkit.NeedTool(t, "terraform") // without it, results are held to the table only
	settings := filepath.Join(t.TempDir(), "terraformrc")
	if err := os.WriteFile(settings, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+settings, "TF_IN_AUTOMATION=1")
	out, err := cmd.Output()
	if err != nil {
		var stderr []byte
		if exit, ok := err.(*exec.ExitError); ok {
			stderr = exit.Stderr
		}
		t.Fatalf("terraform %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr)
	}
	return out
}
