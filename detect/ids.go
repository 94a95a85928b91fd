package detect

// A Status is what became of a table.
type Status string

// The statuses of a table.
const (
	Compliant  Status = "compliant"
	Fixable    Status = "fixable"
	Fixed      Status = "fixed"
	Manual     Status = "manual"
	Unknown    Status = "unknown"
	Suppressed Status = "suppressed"
)

// A ProblemID names something that is wrong with a table.
type ProblemID string

// The problems of a table.
const (
	NoEncryptionBlock  ProblemID = "no-encryption-block"
	EncryptionDisabled ProblemID = "encryption-disabled"
	NoKey              ProblemID = "no-key"
	AWSManagedKey      ProblemID = "aws-managed-key"
	KeyNotARN          ProblemID = "key-not-arn"
	UnusableKey        ProblemID = "unusable-key"
	KeyNotRotated      ProblemID = "key-not-rotated"
	ReplicaWithoutKey  ProblemID = "replica-without-key"
)

// A ReasonID names why a table is left to a person, or cannot be judged.
type ReasonID string

// The reasons.
const (
	IgnoreChanges     ReasonID = "ignore-changes"
	DynamicBlock      ReasonID = "dynamic-block"
	Variable          ReasonID = "variable"
	JSONSyntax        ReasonID = "json-syntax"
	KeyDisabled       ReasonID = "key-disabled"
	StrongConsistency ReasonID = "strong-consistency"
	ReplicaResource   ReasonID = "replica-resource"
	ReplicaProvider   ReasonID = "replica-provider"
	GlobalTableV1     ReasonID = "global-table-v1"
	ReplicaExpression ReasonID = "replica-expression"
	PerInstanceRegion ReasonID = "per-instance-region"
	OldProvider       ReasonID = "old-provider"
	GeneratedFile     ReasonID = "generated-file"
	UnnamedFile       ReasonID = "unnamed-file"
	UnselectedCall    ReasonID = "unselected-call"
	ModuleSource      ReasonID = "module-source"
	BrokenSibling     ReasonID = "broken-sibling"
	UnknownEnabled    ReasonID = "unknown-enabled"
	RemoteModule      ReasonID = "remote-module"
	UnknownKeyBranch  ReasonID = "unknown-key-branch"
	UnknownDynamic    ReasonID = "unknown-dynamic"
)

// A WarningID names what a fix may bring.
type WarningID string

// The warnings.
const (
	ReplicaRecreated   WarningID = "replica-recreated"
	StateLockTable     WarningID = "state-lock-table"
	CrossAccount       WarningID = "cross-account"
	MockedTest         WarningID = "mocked-test"
	IAMOnlyKey         WarningID = "iam-only-key"
	NeedsKMSPermission WarningID = "needs-kms-permission"
	Imported           WarningID = "imported"
	StaleComment       WarningID = "stale-comment"
	StaleTest          WarningID = "stale-test"
	KeyPerInstance     WarningID = "key-per-instance"
	DeferredData       WarningID = "deferred-data"
)

// A Kind is what an ID names.
type Kind string

// The kinds of IDs.
const (
	StatusKind  Kind = "status"
	ProblemKind Kind = "problem"
	ReasonKind  Kind = "reason"
	WarningKind Kind = "warning"
)

// A Row is one ID with what is said about it.
type Row struct {
	Kind Kind
	ID   string
	// Sentence is what the tool prints of a table: lower case, no full stop.
	// For a reason it says what to do by hand.
	Sentence string
	// Doc is what the documentation says about it, one sentence or two.
	Doc string
}

// Rows is the one list of all IDs, in the order of the documentation. An ID
// that people and programs have seen keeps its meaning.
var Rows = []Row{
	{StatusKind, string(Compliant), "is encrypted with a customer managed key", "The table has a customer managed key, or the configuration does not say otherwise: a key from another module or a remote state counts as one."},
	{StatusKind, string(Fixable), "can be fixed", "Not compliant; a run without `--dry-run` or `--check` fixes all of it."},
	{StatusKind, string(Fixed), "fixed", "Was not compliant; the code is rewritten."},
	{StatusKind, string(Manual), "needs a manual change", "Not compliant, and cmkify declines to rewrite it; the reason says what to do by hand."},
	{StatusKind, string(Unknown), "cannot be determined from this configuration", "Cannot be determined from this configuration. Does not fail a run without `--strict`."},
	{StatusKind, string(Suppressed), "is suppressed", "A comment or a scanner's configuration file suppresses the check for this table."},

	{ProblemKind, string(NoEncryptionBlock), "has no server_side_encryption block", "DynamoDB then uses a key that AWS owns."},
	{ProblemKind, string(EncryptionDisabled), "has server-side encryption disabled", "`enabled` is false, null or missing; DynamoDB then uses a key that AWS owns, whatever `kms_key_arn` says."},
	{ProblemKind, string(NoKey), "has no KMS key", "`kms_key_arn` is absent, null or empty; DynamoDB then uses the AWS managed key `alias/aws/dynamodb`."},
	{ProblemKind, string(AWSManagedKey), "uses an AWS managed key", "The key is an `alias/aws/...`, named or looked up."},
	{ProblemKind, string(KeyNotARN), "does not name its key by a key ARN", "AWS rejects a key ID or alias name at apply, after the key was created; an alias ARN shows a difference in every later plan."},
	{ProblemKind, string(UnusableKey), "names a key that DynamoDB cannot use", "The key is asymmetric, for HMAC, disabled, or in another region or account; AWS rejects it at apply."},
	{ProblemKind, string(KeyNotRotated), "uses a key that is not rotated", "A key of this configuration that supports rotation and does not set `enable_key_rotation = true`."},
	{ProblemKind, string(ReplicaWithoutKey), "has a replica without a key of its own region", "A replica without `kms_key_arn`; with a customer managed key on the table, apply fails until every replica has one."},

	{ReasonKind, string(IgnoreChanges), "its lifecycle ignores this change, so a fix would have no effect; remove the argument from ignore_changes and rerun", "`ignore_changes` of the table lists `server_side_encryption` or `all`, or that of its key `enable_key_rotation`: Terraform would not apply the change."},
	{ReasonKind, string(DynamicBlock), "its dynamic server_side_encryption block generates no block; give for_each one element, and set enabled = true and kms_key_arn in content", "The `dynamic` block is known to be empty, and neither because a switch is off that nothing else reads, nor because a call passes no key; a static block beside it would be an error as soon as it is not."},
	{ReasonKind, string(Variable), "the value is set outside this configuration; set enabled = true and the ARN of a customer managed key there", "The value comes from a place that cmkify does not write, or is right in some cases and must not change there."},
	{ReasonKind, string(JSONSyntax), "its JSON names a member twice in one object, and programs differ in which one counts; name it once, with a list of the values, and rerun", "An object that the fix would change has two members of one name, which RFC 8259 leaves open."},
	{ReasonKind, string(KeyDisabled), "its KMS key is disabled, possibly on purpose; enable the key or use another one", "`is_enabled = false` on the key: enabling it may undo a decision."},
	{ReasonKind, string(ReplicaResource), "its replicas are managed outside the table, and each needs a key of its own region first; set kms_key_arn on every aws_dynamodb_table_replica, then on the table", "Replicas are `aws_dynamodb_table_replica` resources, or managed elsewhere (`ignore_changes = [replica]`)."},
	{ReasonKind, string(GlobalTableV1), "it belongs to an aws_dynamodb_global_table (version 2017.11.29), which does not support customer managed keys; migrate to replica blocks first", "`aws_dynamodb_global_table` does not support customer managed keys."},
	{ReasonKind, string(StrongConsistency), "strongly consistent replicas cannot be re-created; set the key when the table is created, or migrate to a new table", "`consistency_mode = \"STRONG\"`, or a witness: the key of such a replica cannot be changed."},
	{ReasonKind, string(ReplicaProvider), "a replica's key needs a provider configuration of the replica's region, and this module has none", "Provider 5 creates a key in the region of its provider configuration; a module that others call must be passed one for each region."},
	{ReasonKind, string(ReplicaExpression), "the region of a replica is computed, so cmkify cannot create a key for it; set kms_key_arn, with a key of its region, on each replica", "The regions of the replicas are not written plainly in the code, or `--replicas skip` leaves them."},
	{ReasonKind, string(PerInstanceRegion), "its provider or region differs between instances, so one key cannot serve them; create the key with the same for_each and provider or region", "The table's `provider` or `region` refers to `each`, `count` or `self`, or `--kms-key` is a literal ARN and the table is not in the default region."},
	{ReasonKind, string(OldProvider), "the configuration allows only AWS provider versions before 3.0, which re-create a table to change its key; upgrade to >= 3.0 and rerun", "Providers before 3.0, and so Terraform 0.11, delete and re-create the table."},
	{ReasonKind, string(GeneratedFile), "the fix would change a generated file; change its generator", "The file of the table, or of its key, says that a program generated it."},
	{ReasonKind, string(ModuleSource), "its module does not take the key from an argument that cmkify can set", "The table is in a published module, which takes no key, or takes it in a way that cmkify does not write; the message says what helps."},
	{ReasonKind, string(UnnamedFile), "the fix needs a file that was not named, or is excluded", "Only named files are written, and none that `--exclude` or `.gitignore` lists; the fix needs another one."},
	{ReasonKind, string(UnselectedCall), "the fix would also change tables that --only or --skip leaves out; select them, too", "One module makes the table for several calls, and `--only` or `--skip` names the address of some of them: only what a call passes can be changed for that call alone."},
	{ReasonKind, string(BrokenSibling), "a file in its directory has errors; fix it and rerun", "A file that cannot be read may change the verdict."},
	{ReasonKind, string(UnknownKeyBranch), "cannot determine whether the key is customer managed", "In some case that the configuration leaves open, the table has no customer managed key; the message names it."},
	{ReasonKind, string(UnknownEnabled), "cannot determine whether encryption is enabled", "`enabled` depends on what is not in the configuration: a variable without a value, a resource."},
	{ReasonKind, string(RemoteModule), "cannot determine how a remote module encrypts its tables", "The source of a module call says DynamoDB, and cmkify does not know its inputs. It reads the module where `terraform init` has installed it."},
	{ReasonKind, string(UnknownDynamic), "cannot determine whether it has a server_side_encryption block", "The `for_each` of its dynamic block is not known, or the block is set as an attribute."},

	{WarningKind, string(ReplicaRecreated), "on a live table Terraform deletes and re-creates each replica to change its key, under a plan that says \"updated in-place\"; its stream ARN, backups and autoscaling are lost. To avoid this:", "A replica gets a key, or another one. To avoid re-creation: create the keys first, switch all regions with `aws dynamodb update-table`, then apply; the message has the commands. The run exits 1, once."},
	{WarningKind, string(StateLockTable), "it locks Terraform state; callers without access to the key cannot lock state; check permissions before you apply", "`hash_key = \"LockID\"`, and the key policy does not cover the table's users."},
	{WarningKind, string(CrossAccount), "principals of other accounts may use it, but the key policy does not allow them; add them to it", "An `aws_dynamodb_resource_policy`, of the table's module or of one that calls it, allows other accounts, a service, or one that cannot be determined; a key policy must do so, too."},
	{WarningKind, string(MockedTest), "a test runs with a mocked provider that returns an invalid key ARN; its mock_provider needs mock_resource \"aws_kms_key\" { defaults = { arn = \"arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012\" } }", "A `.tftest.hcl` with `mock_provider \"aws\"` would fail."},
	{WarningKind, string(IAMOnlyKey), "the key policy does not allow all callers of the table; each role that uses it needs permissions on the key before you apply", "The key's policy does not cover the account's callers: a reused key, `--kms-key`, `--key-policy none`."},
	{WarningKind, string(NeedsKMSPermission), "policies grant access to its items but not to the key: ", "These policies of the configuration need a statement for the key, or deny it; `-v` says which. The run exits 1, once."},
	{WarningKind, string(Imported), "the table is imported; the same apply also changes its key", "An `import` block brings the live table in; the same apply switches its key."},
	{WarningKind, string(StaleComment), "a comment describes the previous encryption; update it", "A comment that touches the block, or a value that changes, says that the key is AWS owned or AWS managed."},
	{WarningKind, string(StaleTest), "a test asserts the previous encryption; update it", "An `assert` block of a `.tftest.hcl` reads the table's `server_side_encryption`, and is false after the fix."},
	{WarningKind, string(KeyPerInstance), "the key is created once for each instance of its module", "The module is called several times, or with `count` or `for_each`, and the calls cannot pass a key of theirs: some are not here or cannot be written, the module has replicas, tests, examples or provider configurations of its own, or `--key-per module` asks for it. Each key costs $1 a month."},
	{WarningKind, string(DeferredData), "data sources that depend on the table are read during apply, and what reads them may be replaced; apply the table first", "Terraform reads a data source during apply when its `depends_on`, or that of a call around it, leads to a resource that changes. What reads it is unknown in the plan: an argument that cannot be updated in place has its resource replaced."},
}

// Sentence returns the sentence of an ID of that kind.
func Sentence[ID ~string](kind Kind, id ID) string {
	for _, r := range Rows {
		if r.Kind == kind && r.ID == string(id) {
			return r.Sentence
		}
	}
	panic("no such " + string(kind) + ": " + string(id))
}
