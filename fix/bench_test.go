package fix

import (
	"fmt"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// BenchmarkRewrite judges, plans, rewrites and proves one directory of 1000
// tables.
func BenchmarkRewrite(b *testing.B) {
	var src strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&src, "resource \"aws_dynamodb_table\" \"t%d\" {\n  name     = \"t%d\"\n  hash_key = \"id\"\n\n  attribute {\n    name = \"id\"\n    type = \"S\"\n  }\n}\n\n", i, i)
	}
	sources := []terraform.Source{{Name: "main.tf", Path: "main.tf", Bytes: []byte(src.String())}}
	options := Options{KeyPolicy: PolicyDynamoDB, KeyName: "dynamodb"}
	b.SetBytes(int64(src.Len()))
	for b.Loop() {
		m := terraform.Load(".", sources)
		findings := detect.Check(m, options.Detect)
		plan := New(m, findings, detect.Selection{}, options)
		_, after, err := plan.Changes(sources)
		if err == nil {
			err = Prove(m, findings, after, detect.Selection{}, options)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
