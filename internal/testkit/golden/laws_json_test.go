package golden

import (
	"bytes"
	"strings"
	"testing"
)

const sampleJSON = `A case in JSON with much that must stay as it is.
$ cmkify --key-policy none

-- main.tf.json --
{
  "//": "Of the file.",
  "locals": {
    "on": false,
    "team": "a"
  },
  "resource": {
    "aws_db_instance": {
      "other": {"identifier": "other"}
    },
    "aws_dynamodb_table": {
      "orders": {
        "name": "orders",
        "hash_key": "id",
        "attribute": [{"name": "id", "type": "S"}],
        "server_side_encryption": {
          "//": "Why.",
          "enabled": "${local.on}"
        }
      },
      "right": {
        "name": "right",
        "server_side_encryption": {"enabled": true, "kms_key_arn": "${var.key}"}
      }
    }
  },
  "variable": {
    "key": {}
  },
  "terraform": {"backend": {"s3": {}}}
}
-- even.tf.json --
{
  "output": {
    "name": {
      "value": "x"
    }
  }
}
`

// TestLawsJSON is TestLaws for JSON.
func TestLawsJSON(t *testing.T) {
	replace := func(old, now string) func(map[string][]byte) {
		return func(files map[string][]byte) {
			for name, src := range files {
				if bytes.Count(src, []byte(old)) == 1 {
					files[name] = bytes.Replace(src, []byte(old), []byte(now), 1)
					return
				}
			}
			t.Fatalf("not once: %q in\n%s", old, files["main.tf.json"])
		}
	}
	for name, c := range map[string]struct {
		change func(map[string][]byte)
		laws   []string
		says   string
	}{
		"nothing":                    {func(map[string][]byte) {}, nil, ""},
		"broken":                     {replace(`"hash_key": "id",`, `"hash_key": "id"`), []string{"parses", "surgical", "left"}, "is not JSON any more"},
		"another block":              {replace(`"identifier": "other"`, `"identifier": "others"`), []string{"surgical"}, `resource.aws_db_instance.other.identifier "others" stands where`},
		"another table":              {replace(`"name": "right"`, `"name": "wrong"`), []string{"surgical"}, `resource.aws_dynamodb_table.right.name "wrong" stands where`},
		"another table is wrong now": {replace(`"${var.key}"`, `null`), []string{"surgical", "left"}, ""},
		"not fixed":                  {replace(`"on": true`, `"on": false`), []string{"left"}, ""},
		"another local":              {replace(`"team": "a"`, `"team": "b"`), []string{"surgical"}, `locals.team "b" stands where`},
		"another value":              {replace(`"on": true`, `"on": 7`), []string{"surgical", "left"}, "locals.on is now 7"},
		"another key":                {replace(`${aws_kms_key.dynamodb.arn}`, `${var.key}`), []string{"surgical"}, `kms_key_arn is now "${var.key}"`},
		"a block is gone":            {replace(`      "other": {"identifier": "other"}`, ``), []string{"surgical"}, "stands where"},
		"a key that none needs":      {replace(`"variable": {`, `"data": {"aws_kms_key": {}},`+"\n"+`  "variable": {`), []string{"surgical"}, "stands where"},
		"an argument":                {replace(`"hash_key": "id"`, `"hash_key": "di"`), []string{"surgical"}, `hash_key "di" stands where`},
		"an argument is new":         {replace(`"hash_key": "id",`, `"hash_key": "id", "range_key": "id",`), []string{"surgical"}, `range_key "range_key" stands where`},
		"an argument moves":          {replace(`"name": "orders",`+"\n"+`        "hash_key": "id",`, `"hash_key": "id",`+"\n"+`        "name": "orders",`), []string{"surgical"}, "stands where"},
		"a comment":                  {replace(`"//": "Why.",`, ``), []string{"surgical"}, "stands where"},
		"a comment is changed":       {replace(`"//": "Why."`, `"//": "Why not."`), []string{"surgical"}, `"Why not." stands where`},
		"a list":                     {replace(`[{"name": "id", "type": "S"}]`, `{"name": "id", "type": "S"}`), []string{"surgical"}, "stands where"},
		"the indentation":            {replace(`        "hash_key"`, `      "hash_key"`), []string{"surgical"}, `has become "`},
		"a space":                    {replace(`"identifier": "other"`, `"identifier":"other"`), []string{"surgical"}, `": " has become ":"`},
		"how a string is written":    {replace(`"name": "right"`, `"name": "r\u0069ght"`), []string{"surgical"}, "stands where"},
		"the last line": {func(files map[string][]byte) {
			files["main.tf.json"] = bytes.TrimSuffix(files["main.tf.json"], []byte("\n"))
		}, []string{"surgical"}, "has become"},
		"another file":  {replace(`"value": "x"`, `"value":  "x"`), []string{"surgical", "canonical"}, "even.tf.json: "},
		"a file is new": {func(files map[string][]byte) { files["new.tf.json"] = []byte("{}\n") }, []string{"surgical"}, "new.tf.json is new"},
	} {
		t.Run(name, func(t *testing.T) {
			broken, said := brokenBy(t, sampleJSON, c.change)
			if strings.Join(broken, " ") != strings.Join(c.laws, " ") || !strings.Contains(said, c.says) {
				t.Errorf("broken are %v, want %v, saying %q:\n%s", broken, c.laws, c.says, said)
			}
		})
	}
}

// TestTwinsJSON holds that the twins of JSON are changed, that a difference is
// noticed, and that what is new between the neighbours stays.
func TestTwinsJSON(t *testing.T) {
	r := loaded(t, sampleJSON)
	for _, twin := range Twins {
		if bytes.Equal(twin.of(r.Input)["main.tf.json"], r.Input["main.tf.json"]) {
			t.Errorf("%s changes nothing", twin.Name)
		}
		if err := r.Has(t, twin); err != nil {
			t.Errorf("%s: %v", twin.Name, err)
		}
	}
	r.During.Findings[0].Problems[0].Line++
	for _, twin := range Twins {
		if r.Has(t, twin) == nil {
			t.Errorf("%s: another line is not noticed", twin.Name)
		}
	}
	for _, src := range []string{"{\n  \"a\": 1\n}\n", `{"a":1}`, `{ "a": 1, "b": 2 }`, "{\r\n\t\"a\": 1}\r\n", "[1]", "{}", "{"} {
		got := besideJSON([]byte(src))
		if back, err := withoutBesideJSON(got); err != nil || string(back) != src {
			t.Errorf("%q has come back as %q, %v", src, back, err)
		}
		if gone := bytes.Replace(got, []byte("neighbour_below\"   :"), []byte("neighbour_below\" :"), 1); !bytes.Equal(gone, got) {
			if _, err := withoutBesideJSON(gone); err == nil {
				t.Errorf("%q: a neighbour is changed, and it is not noticed", src)
			}
		}
	}
}
