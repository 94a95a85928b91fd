package keys

import (
	"strings"
	"testing"

	"cmkify/internal/terraform"
)

// TestLocate holds where new keys are written: at the mark ^ of a file.
func TestLocate(t *testing.T) {
	const (
		k     = "resource \"aws_kms_key\" \"KEY\" {\n}\n"
		table = "resource \"aws_dynamodb_table\" \"t\" {\n}\n"
	)
	keys := func(labels string) string {
		out := ""
		for _, l := range labels {
			out += strings.Replace(k, "KEY", string(l), 1)
		}
		return out
	}
	for name, files := range map[string]map[string]string{
		"above the table":                  {"main.tf": "locals {\n}\n\n^" + table},
		"above the first of its file":      {"main.tf": "^" + table + strings.Replace(table, `"t"`, `"u"`, 1)},
		"in the first file":                {"a.tf": "locals {\n}\n^" + table, "b.tf": strings.Replace(table, `"t"`, `"u"`, 1)},
		"above its comments":               {"main.tf": "locals {\n}\n\n^# One.\n# Two.\n" + table},
		"a blank line parts":               {"main.tf": "# Of the file.\n\n^" + table},
		"a comment between slashes":        {"main.tf": "locals {\n}\n^/* One\n   two. */\n" + table},
		"slashes, and a blank line":        {"main.tf": "/* One\n   two. */\n\n^" + table},
		"a comment behind code":            {"main.tf": "locals {\n} # one\n^# Two.\n" + table},
		"a comment on its line":            {"main.tf": "locals {\n}\n^/* one */ " + table},
		"carriage returns":                 {"main.tf": strings.ReplaceAll("locals {\n}\n\n^# One.\n# Two.\n"+table, "\n", "\r\n")},
		"a byte order mark":                {"main.tf": "\uFEFF^# One.\n" + table},
		"indented":                         {"main.tf": "locals {\n}\n^  # One.\n  " + table},
		"with the key":                     {"kms.tf": keys("a") + "^", "main.tf": table},
		"where most keys are":              {"a.tf": keys("a"), "b.tf": keys("bc") + "^", "main.tf": table},
		"behind what follows the key":      {"kms.tf": keys("a") + "locals {\n}^\n\n\t\n", "main.tf": table},
		"of two, the one named for keys":   {"a.tf": keys("a"), "My-KMS.tf": keys("b") + "^", "main.tf": table + keys("c")},
		"or for encryption":                {"a.tf": keys("a"), "encryption.tf": keys("b") + "^", "main.tf": table},
		"of two named so, the first":       {"a_keys.tf": keys("a") + "^", "kms.tf": keys("b"), "main.tf": table},
		"else the table's own":             {"a.tf": keys("a"), "main.tf": table + keys("b") + "^"},
		"else above the table":             {"cloudwatch.tf": keys("a"), "other.tf": keys("b"), "main.tf": "^" + table},
		"JSON holds no new key":            {"kms.tf.json": `{"resource":{"aws_kms_key":{"a":{},"b":{}}}}`, "x.tf": keys("c") + "^", "main.tf": table},
		"nor what cannot be written":       {"locked.tf": keys("ab"), "x.tf": keys("c") + "^", "main.tf": table},
		"nor what cannot be written, only": {"locked.tf": keys("ab"), "main.tf": "^" + table},
		"a key that is looked up is none":  {"x.tf": "data \"aws_kms_key\" \"a\" {\n}\n", "main.tf": "^" + table},
	} {
		t.Run(name, func(t *testing.T) {
			input := map[string]string{}
			wantFile, want := "", 0
			for file, src := range files {
				before, after, marked := strings.Cut(src, "^")
				if marked {
					wantFile, want = file, len(before)
				}
				input[file] = before + after
			}
			chosen := chooser(t, input)
			got := chosen.locate(anchors(chosen.In.OfType("aws_dynamodb_table")), func(f *terraform.File) bool { return f.Name != "locked.tf" })
			atEnd := strings.Contains(input[wantFile], "aws_kms_key")
			if atEnd {
				want = len(strings.TrimSuffix(input[wantFile][:want], "\n"))
			}
			if got.File.Name != wantFile || got.Offset != want || got.AtEnd != atEnd || got.Like == nil || got.Like.TypeRange.Filename != wantFile {
				t.Errorf("%s:%d, at the end: %v; want %s:%d", got.File.Name, got.Offset, got.AtEnd, wantFile, want)
			}
		})
	}
}

func anchors(tables []*terraform.Resource) []Anchor {
	var out []Anchor
	for _, t := range tables {
		out = append(out, Anchor{File: t.File, Block: t.Block})
	}
	return out
}
