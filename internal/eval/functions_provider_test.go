package eval

import "testing"

// TestProviderFunctions holds the AWS provider's functions to what its release
// 5.100.0 says in a plan of these calls.
func TestProviderFunctions(t *testing.T) {
	for expr, want := range map[string]string{
		`provider::aws::arn_build("aws", "kms", "eu-west-1", "111122223333", "key/1")`: `string "arn:aws:kms:eu-west-1:111122223333:key/1"`,
		`provider::aws::arn_build("", "", "", "", "")`:                                 `string "arn:::::"`,
		`provider::aws::arn_build("aws", "kms", local.text, "1", "key/1")`:             `"(unknown)"`,
		`provider::aws::arn_build("aws", "kms", null, "1", "key/1")`:                   `ERROR`,
		`provider::aws::arn_parse("arn:aws:iam::1:role/a:b").resource`:                 `string "role/a:b"`,
		`provider::aws::arn_parse("arn:aws:kms:eu-west-1:1:key/1").account_id`:         `string "1"`,
		`provider::aws::arn_parse("arn:aws:kms:eu-west-1:1:key/1").region`:             `string "eu-west-1"`,
		`provider::aws::arn_parse(local.text).region`:                                  `"(unknown)"`,
		`provider::aws::arn_parse("key/1").region`:                                     `ERROR`,
		`provider::aws::arn_parse("arn:::::").region`:                                  `string ""`,
	} {
		v, diags := evaluateCall(t, expr)
		if got := renderedCall(t, v, diags); got != want {
			t.Errorf("%s\n got %s\nwant %s\n%s", expr, got, want, diags)
		}
	}
}
