package fix

import (
	"strings"
	"testing"

	"cmkify/fix/splice"
)

// TestJSONLayout holds how an argument is added to a key, or a block to a table,
// in what layout of its author.
func TestJSONLayout(t *testing.T) {
	o := options()
	o.Keys.Policy = "none"
	for name, c := range map[string]struct{ src, want string }{
		"no space":                      {`{"aws_kms_key":{"k":{"description":"K"}}}`, `"description":"K","enable_key_rotation":true}`},
		"spaces":                        {`{ "aws_kms_key" : { "k" : { "description" : "K" } } }`, `"description" : "K", "enable_key_rotation" : true }`},
		"no space behind commas":        {`{"aws_kms_key": {"k": {"description": "K","is_enabled": true}}}`, `"is_enabled": true,"enable_key_rotation": true}`},
		"two behind commas":             {`{"aws_kms_key": {"k": {"description": "K",  "is_enabled": true}}}`, `"is_enabled": true,  "enable_key_rotation": true}`},
		"empty":                         {`{"aws_kms_key": {"k": {}}}`, `"k": {"enable_key_rotation": true}`},
		"empty, with spaces in it":      {`{"aws_kms_key": {"k": { }}}`, `"k": {"enable_key_rotation": true}`},
		"empty, in a list":              {`[{}, {"aws_kms_key" :{"k" :{}}}]`, `"k" :{"enable_key_rotation" :true}`},
		"empty, in lines":               {"{\n    \"aws_kms_key\": {\n        \"k\": {}\n    }\n}", "\"k\": {\n            \"enable_key_rotation\": true\n        }"},
		"empty, beside others on lines": {"{\n    \"aws_kms_key\": {\n        \"j\": {\"description\": \"J\"},\n        \"k\": {}\n    }\n}", "\"k\": {\"enable_key_rotation\": true}\n"},
		"lines":                         {"{\n \"aws_kms_key\": {\n  \"k\": {\n   \"description\": \"K\"\n  }\n }\n}", "\"K\",\n   \"enable_key_rotation\": true\n  }"},
		"carriage returns":              {"{\r\n \"aws_kms_key\": {\r\n  \"k\": {\r\n   \"description\": \"K\"\r\n  }\r\n }\r\n}", "\"K\",\r\n   \"enable_key_rotation\": true\r\n  }"},
		"blank lines":                   {"{\n \"aws_kms_key\": {\n  \"k\": {\n   \"description\": \"K\",\n\n   \"is_enabled\": true\n\n  }\n }\n}", "true,\n   \"enable_key_rotation\": true\n\n  }"},
		"commas in front":               {"{ \"aws_kms_key\":\n  { \"k\":\n    { \"description\": \"K\"\n    , \"is_enabled\": true\n    }\n  }\n}", "true\n    , \"enable_key_rotation\": true\n    }"},
		"lined up":                      {"{\"aws_kms_key\": {\"k\": {\n  \"description\": \"K\",\n  \"is_enabled\" : true\n}}}", "true,\n  \"enable_key_rotation\" : true\n}"},
		"lined up widely":               {"{\"aws_kms_key\": {\"k\": {\n  \"description\": \"K\",\n  \"policy\"     : \"\"\n}}}", "\"\",\n  \"enable_key_rotation\": true\n}"},
		"mixed lines":                   {"{\"aws_kms_key\": {\"k\": {\"description\": \"K\",\n  \"is_enabled\": true, \"policy\": \"\"}}}", "\"\", \"enable_key_rotation\": true}"},
		"the last is a list":            {`{"aws_kms_key": {"k": [{"lifecycle": {"prevent_destroy": true}, "timeouts": [{}]}]}}`, `[{"enable_key_rotation": true, "lifecycle"`},
		"a byte order mark, at all":     {"\uFEFF{\"aws_kms_key\":{\"k\":{\"description\":\"K\"}}}", `"K","enable_key_rotation":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			src, bom := strings.CutPrefix(c.src, "\uFEFF")
			src = `{"resource": ` + src + `, "resource": {"aws_dynamodb_table": {"t": {"server_side_encryption": {"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}}}}}`
			if bom {
				src = "\uFEFF" + src
			}
			files := map[string]string{"main.tf.json": src}
			before := judgeFiles(files)
			if len(before.Errors) > 0 {
				t.Fatal(before.Errors[0])
			}
			plan := New(before, everything, o)
			if got := edited(t, files, plan)["main.tf.json"]; !strings.Contains(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestJSONExpression holds which JSON stands for an expression.
func TestJSONExpression(t *testing.T) {
	for source, want := range map[string]string{
		`true`:               `true`,
		`null`:               `null`,
		`1.50`:               `1.50`,
		`"us-east-1"`:        `"us-east-1"`,
		`"a$${b}%%{c}<\"\\"`: `"a$${b}%%{c}<\"\\"`,
		`"${var.a}-b"`:       `"${\"${var.a}-b\"}"`,
		`var.a`:              `"${var.a}"`,
		`f("a")`:             `"${f(\"a\")}"`,
	} {
		if got := string(splice.JSONExpression(source)); got != want {
			t.Errorf("%s is %s, want %s", source, got, want)
		}
	}
}
