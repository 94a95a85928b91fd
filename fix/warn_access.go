package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// access warns of users that the policies of the given keys do not let in, or who
// are denied them.
func (w *warner) access(given []keys.Choice) {
	closed := false
	all := keys.Locked{Delegates: true}
	for _, k := range given {
		open, locked := w.homeOf(w.outcome).chooser.Access(k, w.outcome.Table)
		closed = closed || !open
		all.Places = append(all.Places, locked.Places...)
		all.Certain = all.Certain || locked.Certain
		all.Delegates = all.Delegates && (open || locked.Delegates)
		w.cures(k, open, locked)
	}
	w.crossAccount(given)
	if closed {
		w.closed(all)
	}
	w.lockedOut(all)
	if closed {
		w.stateLock()
	}
}

// cures notes what lets those in whom a key locks out.
func (w *warner) cures(k keys.Choice, open bool, locked keys.Locked) {
	note := func(text string) {
		w.outcome.Notes = append(w.outcome.Notes, eval.Step{At: w.outcome.Place(), Text: text})
	}
	if len(locked.Places) > 0 && !open {
		note(cureText(k.Ref, locked.Delegates))
	}
	if len(locked.Denying) > 0 {
		note(fmt.Sprintf("allow kms:Decrypt on %s where it is denied: %s", k.Ref, strings.Join(lines(locked.Denying), ", ")))
	}
}

// closed warns of keys that are not open to all users.
func (w *warner) closed(locked keys.Locked) {
	cure := ""
	if !locked.Delegates {
		cure = "; the policy does not delegate to IAM, so add the roles to the key policy"
	}
	w.warnOf(detect.IAMOnlyKey, cure)
}

// lockedOut warns of those who are not let in.
func (w *warner) lockedOut(locked keys.Locked) {
	if len(locked.Places) > 0 {
		w.add(Warning{
			ID: detect.NeedsKMSPermission, Certain: locked.Certain,
			Message: detect.Sentence(detect.WarningKind, detect.NeedsKMSPermission) + strings.Join(lines(locked.Places), ", "),
		})
	}
}

// stateLock warns that a table locks Terraform's state.
func (w *warner) stateLock() {
	if detect.LocksState(w.outcome.In(), w.outcome.Table) {
		w.warnOf(detect.StateLockTable, "")
	}
}

// lines returns where places are, in their order, each once.
func lines(places []terraform.Place) []string {
	var out []string
	for _, at := range slices.Compact(slices.SortedFunc(slices.Values(places), terraform.Place.Compare)) {
		out = append(out, at.Line())
	}
	return out
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

var accountPrincipal = lazyregexp.New(`^(\d{12}|arn:[^:]+:(iam|sts)::\d{12}:.*|\*)$`)

// crossAccount warns of principals of other accounts, and of those that are
// not known. A new key's policy lets in the account's own only.
func (w *warner) crossAccount(given []keys.Choice) {
	if len(given) == 0 {
		return
	}
	created := slices.ContainsFunc(given, func(k keys.Choice) bool { return k.Action == keys.Created })
	for _, way := range w.outcome.Ways {
		for _, in := range way.Declaring(detect.ResourcePolicyType) {
			for _, r := range in.OfType(detect.ResourcePolicyType) {
				if w.letsOutsidersIn(in, r, given, created) {
					return
				}
			}
		}
	}
}

// letsOutsidersIn warns of principals of other accounts in a resource policy,
// if that is the table's, whom not all of the given keys let in, and reports
// whether it has some.
func (w *warner) letsOutsidersIn(in *eval.Instance, r *terraform.Resource, given []keys.Choice, created bool) bool {
	target, text := r.Attribute("resource_arn"), r.Attribute("policy")
	if target == nil || text == nil || !detect.RefersTo(in, r, target, w.outcome.Table) {
		return false
	}
	who, certain := w.outsiders(in, text, given)
	if who == "" {
		return false
	}
	line := in.Place(r.Block.TypeRange).Line()
	w.add(Warning{
		ID: detect.CrossAccount, Certain: certain && created,
		Message: detect.Sentence(detect.WarningKind, detect.CrossAccount) + fmt.Sprintf(": %s (%s)", who, line),
	})
	return true
}

// outsiders returns the first principal of a resource policy that may be of
// another account, and is not let in by the given keys, and whether it surely is;
// "" for none.
func (w *warner) outsiders(in *eval.Instance, text *hclsyntax.Attribute, given []keys.Choice) (who string, certain bool) {
	source, found := in.Text(text.Expr, nil)
	parsed, err := policy.Parse(source, eval.Glob)
	switch {
	case !found || err != nil && eval.IsOpaque(source):
		return "principals that cannot be determined", false
	case err != nil:
		return "", false
	}
	home := w.outcome.In()
	own, known := home.AccountOf(w.outcome.Table), home.Provider(w.outcome.Table).AccountID()
	for _, p := range parsed.Principals() {
		switch {
		case p.Effect == "Deny" || p.Kind == "Service" && !readsItself(p.Value) || w.letIn(given, p):
		case p.Kind == "Service":
			return p.Value, strings.HasPrefix(p.Value, redshift)
		case p.Opaque || eval.IsOpaque(p.Value):
			return "a principal that cannot be determined", false
		case strings.Contains(p.Value, own) || known != "" && strings.Contains(p.Value, known):
		case in.Evaluator().HoldsAccount(p.Value):
			return "a principal of another provider configuration", false
		case accountPrincipal.MatchString(p.Value):
			return p.Value, p.Value != "*"
		}
	}
	return "", false
}

const redshift = "redshift"

// readsItself reports whether a service reads tables as itself, and not as a role
// of the account: zero-ETL integrations do. Redshift is known to need the key.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/cross-account-integration-considerations.html
// https://docs.aws.amazon.com/glue/latest/dg/zero-etl-sources.html
func readsItself(service string) bool {
	return strings.HasPrefix(service, redshift) || strings.HasPrefix(service, "glue.")
}

// letIn reports whether all of the given keys have a policy that lets a principal
// in who is not of the account.
func (w *warner) letIn(given []keys.Choice, p policy.Principal) bool {
	return !slices.ContainsFunc(given, func(k keys.Choice) bool {
		return !w.homeOf(w.outcome).chooser.LetsIn(k, w.outcome.Table, p)
	})
}
