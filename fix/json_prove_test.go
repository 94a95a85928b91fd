package fix

import (
	"strings"
	"testing"
)

// provableJSON is a directory in JSON with a table that is fixed, and much that
// must stay as it is.
const provableJSON = `{
  "locals": {
    "days": 7
  },
  "resource": {
    "aws_dynamodb_table": {
      "plain": {
        "name": "plain",
        "hash_key": "id",
        "attribute": [
          {
            "name": "id",
            "type": "S"
          },
          {
            "name": "day",
            "type": "N"
          }
        ],
        "tags": {
          "Name": "one"
        }
      },
      "right": {
        "name": "right",
        "server_side_encryption": {
          "enabled": true,
          "kms_key_arn": "${var.key}"
        }
      }
    },
    "aws_security_group": {
      "other": {
        "dynamic": {
          "ingress": {
            "for_each": [
              80,
              443
            ],
            "content": {
              "from_port": "${ingress.value}"
            }
          }
        }
      }
    }
  },
  "output": {
    "days": {
      "value": "${local.days}"
    }
  },
  "variable": {
    "key": {}
  }
}
`

// TestProveJSON is TestProve for JSON.
func TestProveJSON(t *testing.T) {
	for name, c := range map[string]struct{ old, now, want string }{
		"good":                       {old: `"plain",`, now: `"plain",`},
		"does not parse":             {old: `"hash_key": "id",`, now: `"hash_key": "id"`, want: "the new code does not parse"},
		"Terraform refuses":          {old: "${aws_kms_key.dynamodb.arn}", now: "${aws_kms_key.dynamo.arn}", want: "the new code does not parse"},
		"not fixed":                  {old: "\"enabled\": true,\n          \"kms_key_arn\": \"${aws", now: "\"enabled\": false,\n          \"kms_key_arn\": \"${aws", want: "aws_dynamodb_table.plain is fixable after its fix"},
		"another is wrong now":       {old: `"${var.key}"`, now: `null`, want: "aws_dynamodb_table.right was compliant and is fixable"},
		"a table has another name":   {old: `"right": {`, now: `"wrong": {`, want: "aws_dynamodb_table.wrong is new"},
		"layout":                     {old: `"hash_key": "id"`, now: `"hash_key":  "id"`, want: "main.tf.json: the JSON was indented evenly"},
		"layout of the new key":      {old: `"enable_key_rotation": true`, now: `"enable_key_rotation":true`, want: "main.tf.json: the JSON was indented evenly"},
		"a cycle":                    {old: `"enable_key_rotation": true,`, now: "\"enable_key_rotation\": true,\n        \"depends_on\": [\n          \"aws_dynamodb_table.plain\"\n        ],", want: "Terraform would report a cycle: aws_dynamodb_table.plain, aws_kms_key.dynamodb"},
		"a value":                    {old: `"hash_key": "id"`, now: `"hash_key": "di"`, want: "aws_dynamodb_table.plain.hash_key would change its value"},
		"a value, by a local":        {old: `"days": 7`, now: `"days": 8`, want: "main.tf.json: output days.value would change its value"},
		"a value of a nested block":  {old: `"type": "N"`, now: `"type": "S"`, want: "aws_dynamodb_table.plain.attribute would change its value"},
		"a value in a value":         {old: `"Name": "one"`, now: `"Name": "two"`, want: "aws_dynamodb_table.plain.tags would change its value"},
		"a value of a dynamic block": {old: "${ingress.value}", now: "${ingress.key}", want: "aws_security_group.other.ingress.from_port would change its value"},
		"elements of a block":        {old: "443\n", now: "8080\n", want: "aws_security_group.other.ingress.from_port would change its value"},
		"an argument is gone":        {old: "        \"hash_key\": \"id\",\n", now: "", want: "aws_dynamodb_table.plain.hash_key would be gone"},
		"an argument is new":         {old: "        \"hash_key\": \"id\",\n", now: "        \"hash_key\": \"id\",\n        \"range_key\": \"day\",\n", want: "aws_dynamodb_table.plain.range_key would be new"},
		"a block is new":             {old: "        \"hash_key\": \"id\",\n", now: "        \"hash_key\": \"id\",\n        \"ttl\": {\n          \"enabled\": true\n        },\n", want: "aws_dynamodb_table.plain.ttl would be new"},
		"a wrong part is new":        {old: "\"enabled\": true,\n          \"kms_key_arn\": \"${aws", now: "\"enabled\": true,\n          \"days\": 1,\n          \"kms_key_arn\": \"${aws", want: "aws_dynamodb_table.plain.server_side_encryption.days would be new"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"main.tf.json": provableJSON}
			before := judgeFiles(files)
			plan := New(before, everything, options())
			made := edited(t, files, plan)
			made["main.tf.json"] = replaced(t, made["main.tf.json"], c.old, c.now)
			r := Prove(before, plan, judgeFiles(made), everything, options())
			switch {
			case r == nil && c.want == "":
			case r == nil || c.want == "" || !strings.Contains(r.Message, c.want):
				t.Errorf("refused: %v; want %q\n%s", r, c.want, made["main.tf.json"])
			}
		})
	}
}
