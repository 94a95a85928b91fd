package detect

// An ID names a status, problem, reason or warning. The lists are closed: an
// ID that people and programs have seen keeps its meaning.
type ID string

// A Row is one ID with what is said about it.
type Row struct {
	Kind string // "status", "problem", "reason" or "warning"
	ID   ID
	// Sentence is what the tool prints of a table: lower case, no full stop.
	// For a reason it says what to do by hand.
	Sentence string
	// Doc is what the README says about it, one sentence or two.
	Doc string
}

// The statuses of a finding.
const (
	Compliant  ID = "compliant"
	Fixable    ID = "fixable"
	Fixed      ID = "fixed"
	Manual     ID = "manual"
	Unknown    ID = "unknown"
	Suppressed ID = "suppressed"
)

// The problems of a table.
const (
	NoEncryptionBlock  ID = "no-encryption-block"
	EncryptionDisabled ID = "encryption-disabled"
	NoKey              ID = "no-key"
	AWSManagedKey      ID = "aws-managed-key"
	KeyNotARN          ID = "key-not-arn"
	UnusableKey        ID = "unusable-key"
	KeyNotRotated      ID = "key-not-rotated"
	ReplicaWithoutKey  ID = "replica-without-key"
)

// The reasons why a table is left to a person, or cannot be judged.
const (
	IgnoreChanges     ID = "ignore-changes"
	DynamicBlock      ID = "dynamic-block"
	Variable          ID = "variable"
	Override          ID = "override"
	JSONSyntax        ID = "json-syntax"
	KeyDisabled       ID = "key-disabled"
	StrongConsistency ID = "strong-consistency"
	ReplicaResource   ID = "replica-resource"
	ReplicaProvider   ID = "replica-provider"
	GlobalTableV1     ID = "global-table-v1"
	ReplicaExpression ID = "replica-expression"
	PerInstanceRegion ID = "per-instance-region"
	OldProvider       ID = "old-provider"
	GeneratedFile     ID = "generated-file"
	UnnamedFile       ID = "unnamed-file"
	BrokenSibling     ID = "broken-sibling"
	UnknownEnabled    ID = "unknown-enabled"
	UnknownKeyBranch  ID = "unknown-key-branch"
	UnknownDynamic    ID = "unknown-dynamic"
)

// The warnings about what a fix may bring.
const (
	ReplicaRecreated   ID = "replica-recreated"
	StateLockTable     ID = "state-lock-table"
	CrossAccount       ID = "cross-account"
	MockedTest         ID = "mocked-test"
	IAMOnlyKey         ID = "iam-only-key"
	NeedsKMSPermission ID = "needs-kms-permission"
	Imported           ID = "imported"
)

// Rows is the one list of all IDs, in the order of the README's tables.
var Rows = []Row{
	{"status", Compliant, "is encrypted with a customer managed key", "The table has a customer managed key, or nothing here says otherwise: a key from a variable, a module or a remote state is taken for one."},
	{"status", Fixable, "would be fixed", "Wrong, and a run without `--dry-run` or `--check` fixes all of it."},
	{"status", Fixed, "fixed", "Was wrong; the code is rewritten."},
	{"status", Manual, "left to you", "Wrong, and cmkify declines to rewrite it; the reason says what to do by hand."},
	{"status", Unknown, "cannot be decided from the code", "Nobody can tell from this code alone; does not fail a run without `--strict`."},
	{"status", Suppressed, "switched off by a comment", "A comment switches the check off for this table."},

	{"problem", NoEncryptionBlock, "has no server_side_encryption block", "DynamoDB then uses a key that AWS owns."},
	{"problem", EncryptionDisabled, "has server side encryption switched off", "`enabled` is false, null or missing; DynamoDB then uses a key that AWS owns, whatever `kms_key_arn` says."},
	{"problem", NoKey, "names no KMS key", "`kms_key_arn` is absent, null or empty; DynamoDB then uses the AWS managed key `alias/aws/dynamodb`."},
	{"problem", AWSManagedKey, "uses an AWS managed key", "The key is an `alias/aws/...`, named or looked up."},
	{"problem", KeyNotARN, "names its key by something that is not a key ARN", "A key id or alias name is refused at apply, after the key was made; an alias ARN differs in every later plan."},
	{"problem", UnusableKey, "names a key that DynamoDB cannot use", "The key is asymmetric, for HMAC or disabled; refused at apply."},
	{"problem", KeyNotRotated, "uses a key that is not rotated", "A key of this configuration that could rotate (`enable_key_rotation`) and does not."},
	{"problem", ReplicaWithoutKey, "has a replica without a key of its own region", "A replica without `kms_key_arn`; with a customer managed key on the table, apply fails until every replica has one."},

	{"reason", IgnoreChanges, "its lifecycle ignores changes of server_side_encryption, so that a rewrite would only cost money: take it out of ignore_changes and run cmkify again", "`lifecycle { ignore_changes = [server_side_encryption] }` or `all`: Terraform would make the key and never use it."},
	{"reason", DynamicBlock, "its dynamic server_side_encryption block makes no block: let its for_each have one element, and its content say enabled = true and a kms_key_arn", "The `dynamic` block is known to be empty; a static one beside it would be an error as soon as it is not."},
	{"reason", Variable, "what decides it comes from elsewhere: write enabled = true and the ARN of a customer managed key there", "A value comes from where cmkify does not write: a variable of a module that others call, a computed value, or a `--kms-key` that this directory does not have."},
	{"reason", Override, "the value that counts stands in an override file in JSON: change it there", "What Terraform merges over the table stands in a `_override.tf.json`."},
	{"reason", JSONSyntax, "it stands in a .tf.json file, which is not written: write", "JSON is judged, not rewritten; the message has the lines to paste."},
	{"reason", KeyDisabled, "its key is switched off, and perhaps on purpose: set is_enabled = true on the key or give the table another one", "`is_enabled = false` on the key: enabling it may undo a decision."},
	{"reason", ReplicaResource, "its replicas are managed apart from it and each needs a key of its own region first: give every aws_dynamodb_table_replica a kms_key_arn, then the table", "Replicas stand in `aws_dynamodb_table_replica` resources or are managed elsewhere (`ignore_changes = [replica]`)."},
	{"reason", GlobalTableV1, "it belongs to an aws_dynamodb_global_table (version 2017.11.29), which knows no customer managed keys: move to replica blocks first", "`aws_dynamodb_global_table` has no customer managed keys at all."},
	{"reason", StrongConsistency, "its replicas are strongly consistent, and such a replica cannot be made again: give the key when the table is made, or move its data to a new table", "`consistency_mode = \"STRONG\"`, or a witness: the key of such a replica cannot be changed."},
	{"reason", ReplicaProvider, "the key of a replica needs a provider for the replica's region, and this module is given none", "Provider 5 makes a key in the region of its provider configuration; a module that others call must be given one for each region."},
	{"reason", ReplicaExpression, "the region of a replica is computed, so that no key can be made for it: add kms_key_arn, with a key of its region, to each replica by hand", "The regions of a table's replicas do not stand plainly in the code, or `--replicas skip` leaves them."},
	{"reason", PerInstanceRegion, "its provider or region differs between its instances, so that one key cannot serve them: make the key with the same for_each and provider or region", "The table's `provider` or `region` mentions `each`, `count` or `self`, or `--kms-key` is a literal ARN and the table is not in the default region."},
	{"reason", OldProvider, "the AWS provider is pinned below 3.0, which replaces a table to change its key: raise the constraint to >= 3.0 and run cmkify again", "Providers before 3.0 destroy and re-create the table."},
	{"reason", GeneratedFile, "a file that its fix would change is generated: change what generates it", "The file of the table, or of its key, says that a program wrote it, and would write it again."},
	{"reason", UnnamedFile, "its fix needs a file that was not named, or that is excluded: run cmkify on the directory, or change it by hand", "Only named files are written, and none that `--exclude` or `.gitignore` names; the fix needs another one."},
	{"reason", BrokenSibling, "a file of its directory has errors: mend it and run cmkify again", "What cannot be read may hold what changes the verdict."},
	{"reason", UnknownKeyBranch, "whether its key is a customer managed one cannot be decided from the code", "In one branch of a condition that is not known the table has no customer managed key; the message names it."},
	{"reason", UnknownEnabled, "whether encryption is switched on cannot be decided from the code", "`enabled` depends on what is not in the code: a variable without a value, a resource."},
	{"reason", UnknownDynamic, "whether it has a server_side_encryption block cannot be decided from the code", "The `for_each` of its dynamic block is not known, or the block is given as an attribute."},

	{"warning", ReplicaRecreated, "on a live table Terraform deletes each replica and makes it again to change its key, under a plan that says \"updated in-place\": its stream ARN, backups and autoscaling go with it. The way round:", "A replica gets a key, or another one. Without harm: make the keys first, then switch all regions with `aws dynamodb update-table`, then apply; the message has the commands. The run exits 1, once."},
	{"warning", StateLockTable, "it locks Terraform's state, and who cannot use its key cannot lock: see to it before you apply", "`hash_key = \"LockID\"`, and the key's policy does not cover the table's users."},
	{"warning", CrossAccount, "principals of other accounts use it, and the key's policy does not let them: add them there", "An `aws_dynamodb_resource_policy` of the directory lets other accounts in; a key policy must do so, too."},
	{"warning", MockedTest, "a test applies with a mocked provider, whose ARN of the key is none: add mock_resource \"aws_kms_key\" { defaults = { arn = \"arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012\" } } to its mock_provider", "A `.tftest.hcl` with `mock_provider \"aws\"` would fail."},
	{"warning", IAMOnlyKey, "its key leaves access to IAM: every role that uses the table needs kms:Decrypt on it before you apply", "The policy of the key does not cover the account's callers: a reused key, `--kms-key`, `--key-policy none`."},
	{"warning", NeedsKMSPermission, "policies grant access to items and no kms:Decrypt: ", "These policies of the directory need a statement for the key; `-v` prints it."},
	{"warning", Imported, "an import block brings it in: the import changes its key, too", "The table is live; the same apply imports it and switches its key."},
}

// Sentence returns the sentence of an ID of that kind.
func Sentence(kind string, id ID) string {
	for _, r := range Rows {
		if r.Kind == kind && r.ID == id {
			return r.Sentence
		}
	}
	panic("no such " + kind + ": " + string(id))
}
