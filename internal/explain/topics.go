package explain

import "cmkify/detect"

// A topic is what is said of an ID beyond its row in detect.Rows.
type topic struct {
	why     string   // it matters
	byHand  string   // what to do without cmkify, or beside it
	example string   // the golden case, "theme/what"
	sources []string // where it can be read; the first one says most
}

// Pages that several topics name.
const (
	encryption   = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html"
	usageNotes   = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html"
	globalTables = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html"
	tableDocs    = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table"
	keyPolicies  = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
	trivyCheck   = "https://avd.aquasec.com/misconfig/avd-aws-0025"
)

const ownedKey = "A key that AWS owns is shared by many accounts: you cannot see its use in CloudTrail, limit who may decrypt, rotate it or disable it."

var topics = map[string]topic{
	string(detect.Compliant):  {sources: []string{encryption}},
	string(detect.Fixable):    {byHand: "Run `cmkify --dry-run` to see the change, and `cmkify` to make it.", sources: []string{encryption}},
	string(detect.Fixed):      {byHand: "Review the change with `git diff`, then run `terraform plan`.", sources: []string{encryption}},
	string(detect.Manual):     {byHand: "Run `cmkify explain` with the reason that the finding names.", sources: []string{encryption}},
	string(detect.Unknown):    {byHand: "Run `cmkify -v` to see the steps of the verdict, and `cmkify explain` with the reason that the finding names.", sources: []string{encryption}},
	string(detect.Suppressed): {byHand: "Remove the comment, or run cmkify with `--no-suppressions`, to fix the table.", example: "suppressions/own", sources: []string{encryption}},

	string(detect.NoEncryptionBlock): {
		ownedKey, "Add a `server_side_encryption` block with `enabled = true` and `kms_key_arn`, the ARN of a customer managed key. The change is made in place.",
		"problems/no-block", []string{encryption, tableDocs, trivyCheck},
	},
	string(detect.EncryptionDisabled): {
		ownedKey + " Despite its name, `enabled = false` does not store data in plain text: it selects the AWS owned key.", "Set `enabled = true` and `kms_key_arn`.",
		"problems/disabled", []string{encryption, tableDocs, trivyCheck},
	},
	string(detect.NoKey): {
		"The AWS managed key can be seen in CloudTrail, but its policy cannot be changed, and it cannot be disabled or shared with other accounts.", "Set `kms_key_arn` to the ARN of a customer managed key.",
		"problems/no-key", []string{encryption, tableDocs, trivyCheck},
	},
	string(detect.AWSManagedKey): {
		"The policy of an AWS managed key cannot be changed, and it cannot be disabled or shared with other accounts.", "Set `kms_key_arn` to the ARN of a customer managed key instead of `alias/aws/dynamodb`.",
		"problems/managed-alias", []string{encryption, tableDocs, trivyCheck},
	},
	string(detect.KeyNotARN): {
		"`terraform validate` and the first plan pass. Apply then fails, or every later plan shows a change.", "Use `.arn` of `aws_kms_key`, or `.target_key_arn` of `aws_kms_alias`.",
		"problems/key-id", []string{tableDocs, "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id"},
	},
	string(detect.UnusableKey): {
		"DynamoDB supports symmetric encryption keys only, enabled, in the region of the table. Apply fails with any other key.", "Use an `aws_kms_key` with the default `customer_master_key_spec` and `key_usage`, of the same provider and region as the table.",
		"problems/unusable-asymmetric", []string{usageNotes, "https://docs.aws.amazon.com/kms/latest/developerguide/symmetric-asymmetric.html"},
	},
	string(detect.KeyNotRotated): {
		"Without rotation the same key material encrypts everything for as long as the key exists. Rotation changes neither the key's ARN nor its users, and old data stays readable.", "Set `enable_key_rotation = true` on the key. Each of the first two rotations adds $1 a month.",
		"problems/not-rotated-absent", []string{"https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html", "https://avd.aquasec.com/misconfig/avd-aws-0065"},
	},
	string(detect.ReplicaWithoutKey): {
		"If the table has a customer managed key, apply fails until every replica has one, too.", "Set `kms_key_arn` in each `replica` block to a key of the replica's region. Read `cmkify explain replica-recreated` before you apply.",
		"replicas/multi-region", []string{globalTables, "https://github.com/hashicorp/terraform-provider-aws/issues/17422"},
	},

	string(detect.IgnoreChanges): {
		"Terraform would not apply the change, and a new key would cost $1 a month for nothing.", "Remove `server_side_encryption` (or `all`) from `ignore_changes` and rerun cmkify. If encryption is managed outside Terraform, suppress the finding with `# cmkify:ignore` and the reason.",
		"declined/ignore-changes", []string{"https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle"},
	},
	string(detect.DynamicBlock): {
		"A static block beside a dynamic one is an error as soon as the dynamic one generates a block.", "Let `for_each` have one element, and set `enabled = true` and `kms_key_arn` in `content`; or replace the dynamic block with a static one.",
		"values/dynamic-empty", []string{"https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks"},
	},
	string(detect.Variable): {
		"The same value may serve other resources or callers, where a change could do harm.", "Find the place with `cmkify -v`, and set `enabled = true` and the key's ARN there.",
		"values/disabled-unknown-branch", []string{"https://developer.hashicorp.com/terraform/language/values/variables"},
	},
	string(detect.JSONSyntax): {
		"Terraform reads both members, most other programs the last one only: the next one that rewrites the file would lose the other.", "Make the two members one, with a list of both values: `\"attribute\": [{...}, {...}]`. Then rerun cmkify.",
		"json/member-twice", []string{"https://www.rfc-editor.org/rfc/rfc8259#section-4", "https://developer.hashicorp.com/terraform/language/syntax/json"},
	},
	string(detect.KeyDisabled): {
		"While its key is disabled, no one can read the table. Someone may want just that.", "Set `is_enabled = true` on the key, or give the table another key.",
		"declined/key-disabled", []string{"https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html"},
	},
	string(detect.ReplicaResource): {
		"A change of `kms_key_arn` on `aws_dynamodb_table_replica` replaces the replica, and the table's key must not come before those of its replicas.", "Set `kms_key_arn` on every `aws_dynamodb_table_replica`, then on the table.",
		"replicas/resource", []string{"https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table_replica", globalTables},
	},
	string(detect.GlobalTableV1): {
		"Global tables of version 2017.11.29 support AWS owned and AWS managed keys only.", "Update the global table to version 2019.11.21, use `replica` blocks in place of `aws_dynamodb_global_table`, then rerun cmkify.",
		"declined/global-table-v1", []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables.V1.html"},
	},
	string(detect.StrongConsistency): {
		"Terraform changes the key of a replica by deleting it, and strongly consistent replicas cannot be added to a table that has data.", "Set the keys when the table is created, or move the data to a new table.",
		"replicas/strong", []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html"},
	},
	string(detect.ReplicaProvider): {
		"With AWS provider 5 a key is created in the region of its provider configuration.", "Declare a provider alias for the region in `configuration_aliases`, pass one from each caller, and rerun cmkify; or upgrade to AWS provider 6.",
		"replicas/provider-5-module", []string{"https://developer.hashicorp.com/terraform/language/modules/develop/providers"},
	},
	string(detect.ReplicaExpression): {
		"A key serves one region only, so cmkify must know the regions to create keys for them.", "Create a key in each replica's region, and set `kms_key_arn` of each replica.",
		"replicas/dynamic-5", []string{globalTables, tableDocs},
	},
	string(detect.PerInstanceRegion): {
		"A key serves one region only; one key for all instances would fail at apply for some.", "Give the key the same `for_each` or `count` and the same `provider` or `region` as the table, and refer to it by instance.",
		"declined/per-instance-region", []string{usageNotes},
	},
	string(detect.OldProvider): {
		"With these versions the change deletes the table and its data.", "Upgrade the AWS provider to 3.0 or later, then rerun cmkify.",
		"declined/old-provider", []string{"https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-3-upgrade"},
	},
	string(detect.GeneratedFile): {
		"The next run of the generator would remove the fix, and with it the key.", "Change the template or program that generates the file.",
		"declined/generated", []string{"https://pkg.go.dev/cmd/go#hdr-Generate_Go_files_by_processing_source"},
	},
	string(detect.ModuleSource): {
		"The arguments of a published module are all that its callers can change.", "Do what the message says; else use a module that takes a key, or write the table yourself.",
		"published/replicas", []string{"https://developer.hashicorp.com/terraform/language/modules/sources"},
	},
	string(detect.RemoteModule): {
		"The table may be encrypted or not: that is in code which is not here.", "Run `terraform init` and cmkify again, or check the module's documentation for arguments of a key.",
		"published/unknown", []string{"https://developer.hashicorp.com/terraform/language/modules/sources"},
	},
	string(detect.UnselectedCall): {
		"A module writes its table once for all who call it. A key in the module, or a variable that it requires, changes each of them.", "Select the other calls, too, or the table by its address in the module, and rerun.",
		"calls/only", []string{"https://developer.hashicorp.com/terraform/cli/state/resource-addressing"},
	},
	string(detect.UnnamedFile): {
		"cmkify writes only files that it was given, so that a commit hook changes nothing outside the commit.", "Run cmkify on the directory. From pre-commit: `pre-commit run cmkify --all-files`.",
		"command/unnamed-file", []string{"https://pre-commit.com/#pre-commit-run"},
	},
	string(detect.BrokenSibling): {
		"A file that cannot be parsed may declare the key, or override the table.", "Fix the error that is reported for the file, and rerun cmkify.",
		"declined/broken-sibling", []string{"https://developer.hashicorp.com/terraform/cli/commands/validate"},
	},
	string(detect.UnknownKeyBranch): {
		"In one case the table may have a customer managed key, in another none.", "Run `cmkify -v` to see the cases, and check what the callers of the module pass.",
		"values/one-unknown", []string{"https://developer.hashicorp.com/terraform/language/expressions/conditionals"},
	},
	string(detect.UnknownEnabled): {
		"If `enabled` is false, the table is encrypted with the AWS owned key, whatever `kms_key_arn` says.", "Check what the variable or resource is set to; where it need not vary, set `enabled = true`.",
		"declined/unknown-enabled", []string{tableDocs},
	},
	string(detect.UnknownDynamic): {
		"If the dynamic block generates no block, the table is encrypted with the AWS owned key.", "Check what `for_each` is set to; where it need not vary, use a static block.",
		"declined/unknown-dynamic", []string{"https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks"},
	},

	string(detect.ReplicaRecreated): {
		"The stream ARN, point-in-time recovery history, autoscaling and resource policies of the replica go with it. For 24 hours a table that was used to add a replica cannot be deleted.", "Create the keys first, switch all regions with `aws dynamodb update-table --replica-updates`, then apply: the plan then shows no change. With `--replicas skip` cmkify leaves tables with replicas alone.",
		"replicas/multi-region", []string{"https://github.com/hashicorp/terraform-provider-aws/issues/29102", globalTables},
	},
	string(detect.StateLockTable): {
		"Who cannot use the key cannot lock the state, and so can neither plan nor apply; not even to undo the change.", "Before you apply, check that everyone who runs Terraform has `kms:Decrypt` on the key.",
		"warnings/state-lock", []string{"https://developer.hashicorp.com/terraform/language/backend/s3", usageNotes},
	},
	string(detect.CrossAccount): {
		"DynamoDB decrypts as its caller. A principal of another account needs the key's policy to allow it, beside the table's.", "Add a statement for those principals to the key's policy, and give them `kms:Decrypt` in their own account.",
		"warnings/cross-account", []string{"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html"},
	},
	string(detect.MockedTest): {
		"The provider checks that `kms_key_arn` is an ARN, and a mocked key's ARN is a random string.", "Add the `mock_resource \"aws_kms_key\"` block of the finding to the `mock_provider` block.",
		"warnings/mocked-test", []string{"https://developer.hashicorp.com/terraform/language/tests/mocking"},
	},
	string(detect.IAMOnlyKey): {
		"DynamoDB decrypts as its caller, for writes too. A role without permissions on the key loses the table within minutes.", "Give each role that uses the table `kms:Decrypt`, `kms:Encrypt`, `kms:ReEncrypt*`, `kms:GenerateDataKey*`, `kms:DescribeKey` and `kms:CreateGrant` on the key before you apply, or use `--key-policy dynamodb`.",
		"warnings/policy-none", []string{usageNotes, keyPolicies, "https://github.com/aws/aws-cdk/issues/10010"},
	},
	string(detect.NeedsKMSPermission): {
		"DynamoDB decrypts as its caller, for writes too. The roles with these policies would lose the table within minutes.", "Add the statement that `cmkify -v` prints to each of the policies, or take the key out of what they deny, and apply them before the table.",
		"warnings/document", []string{usageNotes, keyPolicies},
	},
	string(detect.Imported): {
		"One apply both adopts the live table and switches its key.", "If you want to see the import alone, apply it first, and cmkify's change after that.",
		"warnings/imported", []string{"https://developer.hashicorp.com/terraform/language/import"},
	},
	string(detect.KeyPerInstance): {
		"Each key costs $1 a month, and again for each of its first two rotations.", "To share one key, declare it in the root module, pass its ARN to each call, and use it in the module; or name one with `--kms-key`.",
		"calls/key-per-module", []string{"https://aws.amazon.com/kms/pricing/"},
	},
	string(detect.StaleTest): {
		"`terraform test` would fail.", "Have the assertion hold what the table has now: `enabled` is true, and `kms_key_arn` is that of the key.",
		"warnings/stale-test", []string{"https://developer.hashicorp.com/terraform/language/tests#assertions"},
	},
	string(detect.DeferredData): {
		"A plan with any change of the table says so of the data sources, `will be read during apply`, and `forces replacement` of what reads them.", "Apply the table by itself first, with the commands of the finding: then nothing waits for it. Where the code is yours, name what is needed by reference in the place of `depends_on`.",
		"warnings/deferred-data", []string{"https://developer.hashicorp.com/terraform/language/data-sources#dependencies", "https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on"},
	},
	string(detect.StaleComment): {
		"Comments are yours: cmkify does not change them.", "Update the comment, or remove it.",
		"warnings/stale-comment", []string{encryption},
	},
}
