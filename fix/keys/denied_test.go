package keys

import "testing"

// TestTextMayDeny holds which texts of policies may deny the use of keys.
func TestTextMayDeny(t *testing.T) {
	for text, want := range map[string]bool{
		`Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }]`:                                   true,
		`Statement = [{ Effect = "Deny", Action = ["kms:Decrypt"], Resource = "*" }]`:                       true,
		`Statement = [{ Action = ["s3:*", "KMS:*"], Effect = "Deny", Resource = "*" }]`:                     true,
		`Statement = [{ Effect = "Deny", NotAction = ["dynamodb:*"], Resource = "*" }]`:                     true,
		`Statement = [{ Effect = "Deny", Action = local.actions, Resource = "*" }]`:                         true,
		`Statement = [{ Effect = "Deny", Action = [var.action], Resource = "*" }]`:                          true,
		`Statement = [{ Effect = "Deny", Action = "${var.service}:*", Resource = "*" }]`:                    true,
		`{"Statement": [{"Effect": "Deny", "Action": ["?ms:*"], "Resource": "*"}]}`:                         true,
		`"policy": "{\"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"kms:*\"}]}"`:                      true,
		"statement {\n effect = \"Deny\"\n actions = [\n\"s3:*\",\n\"kms:*\"\n]\n}":                         true,
		"statement {\n effect = \"Deny\"\n not_actions = [\"s3:*\"]\n}":                                     true,
		`Statement = [{ Effect = "Deny", Action = ["s3:*"], Resource = "*" }]`:                              false,
		`Statement = [{ Effect = "Allow", Action = ["kms:*"], Resource = "*" }]`:                            false,
		`description = "Deny all", Statement = [{ Effect = "Allow", Action = "*" }]`:                        false,
		"statement {\n actions = [\"kms:*\"]\n}\nstatement {\n effect = \"Deny\"\n actions = [\"s3:*\"]\n}": false,
		"statement {\n effect = \"Deny\"\n actions = [\"s3:*\"]\n}\nstatement {\n actions = [\"kms:*\"]\n}": false,
		"dynamic \"statement\" {\n content {\n effect = \"Deny\"\n actions = [statement.value]\n }\n}":      true,
		"dynamic \"statement\" {\n content {\n effect = \"Deny\"\n actions = statement.value\n }\n}":        true,
	} {
		if got := textMayDeny(text); got != want {
			t.Errorf("%s\nmay deny: %v; want %v", text, got, want)
		}
	}
}

// TestMayDeny holds which blocks of a module have its policies read for what they
// deny: those that say so, and those of identities that read a file.
func TestMayDeny(t *testing.T) {
	for src, want := range map[string]bool{
		"locals {\n  p = file(\"p.json\")\n}\n": true,
		"resource \"aws_iam_role_policy\" \"p\" {\n  role   = \"r\"\n  policy = templatefile(\"p.json\", {})\n}\n":                 true,
		"resource \"aws_ssoadmin_permission_set_inline_policy\" \"p\" {\n  inline_policy = file(\"p.json\")\n}\n":                  true,
		"resource \"aws_s3_bucket_policy\" \"p\" {\n  policy = file(\"p.json\")\n}\n":                                              false,
		"resource \"aws_s3_bucket_policy\" \"p\" {\n  policy = \"{\\\"Effect\\\": \\\"Deny\\\", \\\"Action\\\": \\\"*\\\"}\"\n}\n": true,
		"variable \"effect\" {\n  default = \"Deny\"\n}\n":                                                                         false,
		"": false,
	} {
		if got := chooserOf(t, src).mayDeny(); got != want {
			t.Errorf("%s\nmay deny: %v; want %v", src, got, want)
		}
	}
}
