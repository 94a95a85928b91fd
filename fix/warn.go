package fix

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// warn adds to the outcomes what may hurt when a fix is applied.
func (p *planner) warn() {
	for _, o := range p.fixable() {
		w := &warner{p, o}
		if slices.ContainsFunc(p.met[o], func(s site) bool { return s.comment != "" }) {
			w.replicas()
		}
		if o.KeepsKey() {
			continue
		}
		key := w.key()
		w.access(key)
		if key.Action == keys.Created {
			o.Notes = append(o.Notes, p.notes(o)...)
			w.mockedTests()
		}
		w.imported()
		w.staleComments()
	}
}

type warner struct {
	*planner
	outcome *Outcome
}

func (w *warner) add(warning Warning) { w.outcome.Warnings = append(w.outcome.Warnings, warning) }

func (w *warner) warnOf(id detect.WarningID, detail string) {
	w.add(Warning{ID: id, Message: detect.Sentence(detect.WarningKind, id) + detail})
}

// key returns the key that the table will have.
func (w *warner) key() keys.Choice {
	for _, k := range slices.Backward(w.outcome.Keys) {
		if k.For == detect.TableKey {
			return k
		}
	}
	return keys.Choice{}
}

// access warns of users that the key's policy does not let in.
func (w *warner) access(key keys.Choice) {
	table := w.outcome.Table
	open, locked := w.chooser.Access(key, table)
	w.crossAccount(key, open)
	if open {
		return
	}
	cure := ""
	if !locked.Delegates {
		cure = "; the policy does not delegate to IAM, so add the roles to the key policy"
	}
	w.warnOf(detect.IAMOnlyKey, cure)
	if len(locked.Places) > 0 {
		w.add(Warning{
			ID: detect.NeedsKMSPermission, Certain: locked.Certain,
			Message: detect.Sentence(detect.WarningKind, detect.NeedsKMSPermission) + strings.Join(locked.Places, ", "),
		})
		w.outcome.Notes = append(w.outcome.Notes, eval.Step{At: w.outcome.Place(), Text: cureText(key.Ref, locked.Delegates)})
	}
	if a := table.Attribute("hash_key"); a != nil {
		if v, _ := w.Ways[0].Value(a.Expr, nil).Unmark(); v.RawEquals(cty.StringVal("LockID")) {
			w.warnOf(detect.StateLockTable, "")
		}
	}
}

// cureText returns the statement that lets the users of a table use its key.
func cureText(ref string, delegates bool) string {
	const actions = `["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey", "kms:CreateGrant"]`
	const condition = `{ StringLike = { "kms:ViaService" = "dynamodb.*.amazonaws.com" } }`
	if delegates {
		return fmt.Sprintf(`add there: { Effect = "Allow", Action = %s, Resource = the ARN of %s, Condition = %s }`, actions, ref, condition)
	}
	return fmt.Sprintf(`add to the policy of %s: { Effect = "Allow", Principal = { AWS = the ARNs of the roles }, Action = %s, Resource = "*", Condition = %s }`, ref, actions, condition)
}

var accountPrincipal = regexp.MustCompile(`^(\d{12}|arn:[^:]+:(iam|sts)::\d{12}:.*|\*)$`)

// crossAccount warns of principals of other accounts, and of those that are
// not known. A new key's policy lets in the account's own only.
func (w *warner) crossAccount(key keys.Choice, open bool) {
	in := w.Ways[0]
	for _, r := range w.module.OfType("aws_dynamodb_resource_policy") {
		target, text := r.Attribute("resource_arn"), r.Attribute("policy")
		if target == nil || text == nil || !detect.RefersTo(in, target.Expr, w.outcome.Table) {
			continue
		}
		who, certain := w.outsiders(in, text)
		if who != "" {
			line := in.Place(r.Block.TypeRange).Line()
			w.add(Warning{
				ID: detect.CrossAccount, Certain: certain && key.Action == keys.Created,
				Message: detect.Sentence(detect.WarningKind, detect.CrossAccount) + fmt.Sprintf(": %s (%s)", who, line),
			})
			return
		}
	}
}

// outsiders returns the first principal of a resource policy that may be of
// another account, and whether it surely is; "" for none.
func (w *warner) outsiders(in *eval.Instance, text *hclsyntax.Attribute) (who string, certain bool) {
	source, found := in.Text(text.Expr, nil)
	if !found {
		return "principals that cannot be determined", false
	}
	parsed, err := policy.Parse(source, eval.IsOpaque)
	if err != nil {
		return "", false
	}
	own := in.AccountOf(w.outcome.Table)
	for _, p := range parsed.Principals() {
		switch {
		case p.Effect == "Deny" || p.Kind == "Service" && !strings.HasPrefix(p.Value, "redshift"):
		case p.Kind == "Service":
			return p.Value, true // zero-ETL reads with the key of the table
		case p.Opaque || eval.IsOpaque(p.Value):
			return "a principal that cannot be determined", false
		case !strings.Contains(p.Value, own) && accountPrincipal.MatchString(p.Value) && !w.ownStandIn(in, p.Value):
			return p.Value, p.Value != "*"
		}
	}
	return "", false
}

// ownStandIn reports whether a principal is a role or user of the module.
func (w *warner) ownStandIn(in *eval.Instance, arn string) bool {
	return in.Evaluator().StandIn(cty.StringVal(arn)) != nil
}

// imported warns of an import block for the table.
func (w *warner) imported() {
	for _, b := range w.module.Blocks("import") {
		to := b.Body.Attributes["to"]
		if to != nil && detect.RefersTo(w.Ways[0], to.Expr, w.outcome.Table) {
			w.warnOf(detect.Imported, fmt.Sprintf(" (%s)", w.Ways[0].Place(b.TypeRange).Line()))
			return
		}
	}
}

// mockedTests warns of tests that apply with a mocked provider, whose ARNs
// are random strings that the provider's own checks refuse.
func (w *warner) mockedTests() {
	for _, f := range w.module.Tests() {
		if mock := unmockedKey(f); mock != nil && applies(f) {
			w.warnOf(detect.MockedTest, fmt.Sprintf(" (%s)", terraform.Place{File: f, Start: mock.TypeRange.Start.Byte}.Line()))
		}
	}
}

// unmockedKey returns a mock_provider block for AWS that gives keys no ARN.
func unmockedKey(f *terraform.File) *hclsyntax.Block {
	for _, b := range f.BlocksOf("mock_provider") {
		if len(b.Labels) != 1 || b.Labels[0] != "aws" {
			continue
		}
		mocked := false
		for _, r := range b.Body.Blocks {
			defaults := r.Body.Attributes["defaults"]
			if r.Type != "mock_resource" || len(r.Labels) != 1 || r.Labels[0] != "aws_kms_key" || defaults == nil {
				continue
			}
			pairs, diags := hcl.ExprMap(defaults.Expr)
			for _, p := range pairs {
				mocked = mocked || !diags.HasErrors() && hcl.ExprAsKeyword(p.Key) == "arn"
			}
		}
		if !mocked {
			return b
		}
	}
	return nil
}

// applies reports whether a test applies, which is what a run does unless it
// says command = plan.
func applies(f *terraform.File) bool {
	for _, b := range f.BlocksOf("run") {
		a := b.Body.Attributes["command"]
		if a == nil || hcl.ExprAsKeyword(a.Expr) != "plan" {
			return true
		}
	}
	return false
}

var describesEncryption = regexp.MustCompile(`(?i)\b(aws|amazon)[- ](owned|managed)\b|\bno (cmk|customer[- ]managed|kms)\b|\bnot? (a )?(cmk|customer[- ]managed)\b|\bdefault (encryption|key)\b|\bwithout (a )?(cmk|kms)\b`)

// staleComments warns of a comment that touches the block and describes the
// encryption that the table had.
func (w *warner) staleComments() {
	table := w.outcome.Table
	f := table.File
	static, dynamic := table.Nested("server_side_encryption")
	for _, b := range slices.Concat(static, dynamic) {
		if b.TypeRange.Filename != f.Path {
			continue
		}
		first, last := f.Line(b.TypeRange.Start.Byte), f.Line(b.CloseBraceRange.End.Byte)
		for _, c := range f.CommentsBetween(first-1, last) {
			if describesEncryption.MatchString(c.Text) {
				w.warnOf(detect.StaleComment, fmt.Sprintf(" (%s)", terraform.Place{File: f, Start: c.Offset}.Line()))
				return
			}
		}
	}
}

// replicas warns of what happens to live replicas, with the way to avoid it:
// the keys first, then the table by hand, then the rest.
func (w *warner) replicas() {
	var targets, updates []string
	for _, k := range w.outcome.Keys {
		region := k.For
		switch {
		case k.For == detect.TableKey:
			region = "<main region>"
		case !keys.IsRegion(k.For):
			region = "<region>"
		}
		if k.Action == keys.Created {
			targets = append(targets, "-target="+k.Ref)
		}
		updates = append(updates, fmt.Sprintf(`{"Update":{"RegionName":"%s","KMSMasterKeyId":"<ARN of %s>"}}`, region, k.Ref))
	}
	name := "<table>"
	if a := w.outcome.Table.Attribute("name"); a != nil {
		if v := terraform.Literal(a.Expr); terraform.IsString(v) && tableName.MatchString(v.AsString()) {
			name = v.AsString()
		}
	}
	var commands []string
	if len(targets) > 0 {
		commands = append(commands, "terraform apply "+strings.Join(targets, " "))
	}
	commands = append(commands,
		fmt.Sprintf(`aws dynamodb update-table --table-name %s --replica-updates '[%s]'`, name, strings.Join(updates, ",")),
		"terraform apply")
	message := detect.Sentence(detect.WarningKind, detect.ReplicaRecreated) + " " + strings.Join(commands, "; ")
	w.add(Warning{ID: detect.ReplicaRecreated, Message: message, Commands: commands, Certain: true})
}

// tableName is what DynamoDB takes for one, and a shell leaves alone.
var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,255}$`)
