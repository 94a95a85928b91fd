package detect

import (
	"bytes"
	"slices"
	"strings"

	"cmkify/internal/terraform"
)

// Reads reports whether a block has to be read to judge the tables of its
// directory and to choose their keys, whatever refers to it: it declares a table
// or key, refers to one, or may be part of a new key's policy.
//
// Identities and policies of IAM that only name tables matter where a key may be
// used or reused: whom a new key allows does not depend on them. Their documents
// are data sources, which wait for the tables that they name.
func Reads(b terraform.Outlined) bool {
	switch {
	case strings.HasPrefix(b.Address, "var."):
		return false
	case (strings.HasPrefix(b.Address, "data.") || b.Source != "") && holdsAny(b.Text, waiting):
		return true
	case strings.HasPrefix(b.Address, "local."):
		return holdsAny(b.Text, telling) || holdsAny(b.Text, ofARNs)
	case strings.HasPrefix(b.Type, "aws_iam_") && !strings.HasPrefix(b.Address, "data."):
		return holdsAny(b.Text, changing) || b.Holds(`"aws_kms_`)
	}
	return holdsAny(b.Text, telling) || slices.Contains(ofPolicies, b.Type)
}

var (
	// telling are in every block that declares a table or key, or refers to one.
	telling = []string{"aws_dynamodb", "aws_kms"}
	// changing are in every block that reads what a fix changes of them, or is
	// replaced with them.
	changing = []string{"aws_kms", "server_side_encryption", "replica", "replace_triggered_by"}
	// waiting are in every data source, and call, that waits for something.
	waiting = []string{"depends_on"}
	// ofARNs are in every text that is the ARN of a key, which a local may hold, or
	// may write one in another way.
	ofARNs = []string{":kms:", "\\"}
	// ofPolicies are the types that the policy of a new key refers to.
	ofPolicies = []string{"aws_caller_identity", "aws_partition", "aws_region"}
)

func holdsAny(text []byte, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(text, []byte(word)) })
}
