package keys

import (
	"fmt"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// An access is what the policy of a key, and those of its users, let the users
// of a table do.
type access struct {
	policy  policy.Policy // which allows nothing when there is none, or it is not known
	written bool          // the key has a policy
	known   bool          // and it could be read
	arn     string
	region  string // "" when it is not known
}

// accessTo returns the access that a key gives.
func (c *Chooser) accessTo(key *terraform.Resource) access {
	out := access{known: true, region: c.In.RegionOf(key)}
	if text, found := c.In.AttributeText(key, eval.Expansion{}, "arn"); found {
		out.arn = text
	}
	a := key.Attribute("policy")
	out.written = a != nil
	if detect.Ignores(key, "policy") {
		out.written, out.known = true, false // the key has another one
		return out
	}
	if a == nil {
		return out
	}
	text, found := c.In.Text(a.Expr, nil)
	if !found || wholly(text) {
		out.known = false
		return out
	}
	p, err := policy.Parse(text, eval.Glob)
	out.policy, out.known = p, err == nil
	return out
}

// delegates reports whether IAM policies count for a key: its policy allows
// the account itself, which it does when it has none.
func (a access) delegates(t policy.Target) bool {
	if !a.written {
		return true
	}
	yes, _ := a.policy.DelegatesToIAM(t)
	return yes
}

// open reports whether a key is proved open to all users of a table, and why
// not.
func (c *Chooser) open(a access, table *terraform.Resource) (open bool, why string) {
	t := c.target(table)
	t.Key = a.arn
	if a.written && !a.known {
		return false, "its policy cannot be determined"
	}
	if a.written {
		if open, why = a.policy.OpenToAccount(t); open {
			return true, ""
		}
	}
	u := c.usersOf(table)
	switch {
	case len(u.list) == 0 && !a.written:
		return false, "it has no policy, and no user of the tables is found here"
	case len(u.list) == 0:
		return false, "its policy does not allow all callers: " + why
	case u.unread != "":
		return false, u.unread + ", so the table's users are not all known"
	}
	for _, one := range u.list {
		if !c.allowed(one, a, t) {
			return false, fmt.Sprintf("the policy at %s grants access to items but not to this key", one.at[0].Line())
		}
	}
	if s := c.stranger(table, u); s != "" {
		return false, s + " may let others use the table, who are not known here"
	}
	if detect.LocksState(c.In, table) {
		return false, "the table locks Terraform state, for whoever runs Terraform"
	}
	if hasReplicas(table) {
		return false, "the table has replicas, and the policy does not allow the replication role"
	}
	return true, ""
}

func hasReplicas(table *terraform.Resource) bool {
	static, dynamic := table.Nested("replica")
	return len(static)+len(dynamic) > 0
}

// allowed reports whether one user surely may use a key for all that DynamoDB
// needs: the key's policy names it, or delegates to IAM, which allows it.
func (c *Chooser) allowed(u user, a access, t policy.Target) bool {
	if u.arn != "" {
		if open, _ := a.policy.OpenTo(t, []string{u.arn}); open {
			return true
		}
	}
	if !a.delegates(t) {
		return false
	}
	for _, action := range keyActions {
		if u.may(t, action, a.arn) != policy.Yes {
			return false
		}
	}
	return true
}

// may tells whether the policies of a user together allow an action on a key.
func (u user) may(t policy.Target, action, arn string) policy.Verdict {
	var all []policy.Policy
	for _, p := range u.policies {
		if !p.known {
			return policy.Maybe
		}
		all = append(all, p.Policy)
	}
	out := policy.Join(all...).Allows(t, action, arn)
	switch {
	case u.boundary != nil && u.boundary.known:
		return min(out, u.boundary.Allows(t, action, arn))
	case u.bounded:
		return min(out, policy.Maybe)
	}
	return out
}

// decrypts tells whether the policies of a user allow it to decrypt with a key.
// They may write out the account of the key, and its region, where no more is
// known of these than that they have some.
func (u user) decrypts(t policy.Target, a access) policy.Verdict {
	out := u.may(t, "kms:Decrypt", a.arn)
	parts := strings.SplitN(a.arn, ":", 6)
	if out != policy.No || len(parts) < 6 {
		return out
	}
	for _, p := range u.policies {
		for _, h := range p.homes {
			known := a.region == "" || h.region == a.region || h.region == "*"
			if h.service == "kms" && known && u.may(t, "kms:Decrypt", h.arn(parts[3], parts[4], parts[5])) != policy.No {
				return policy.Maybe
			}
		}
	}
	return policy.No
}

// Locked are the users of a table that its key locks out.
type Locked struct {
	Places  []terraform.Place // of the policies that let them use the table
	Certain bool              // one of them surely uses the table, and surely not the key
	// Delegates says that an IAM policy can let them in; without it only the
	// key's policy can.
	Delegates bool
	Denying   []terraform.Place // of the policies that deny it to them
}

// Access tells whether a key is open to all users of a table, but for those that
// their own policies deny it, and whom of those that are known it locks out.
func (c *Chooser) Access(choice Choice, table *terraform.Resource) (open bool, locked Locked) {
	a := access{known: true}
	switch {
	case choice.From != nil && choice.Action == Reused: // which it was chosen for
		return true, c.denied(table, "")
	case choice.New != nil:
		in := ""
		if IsRegion(choice.For) {
			in = choice.For
		}
		a.region, a.arn = c.In.NewKeyARN(table, in)
		if choice.New.Policy == PolicyDynamoDB {
			return true, c.denied(table, a.arn)
		}
	case choice.Resource != nil && choice.In == c.In && !choice.Resource.Data:
		a = c.accessTo(choice.Resource)
		if choice.Resource.Type == "aws_kms_alias" {
			a.known = false
		}
	default:
		a.known = false
	}
	if open, _ = c.open(a, table); open {
		return true, c.denied(table, a.arn)
	}
	return false, c.lockedBy(a, table)
}

// decryptsBeside reports whether a policy of nobody here allows to decrypt with a
// key, and nobody to use a table.
func (c *Chooser) decryptsBeside(of []user, t policy.Target, a access) bool {
	return slices.ContainsFunc(c.everybody(), func(id identity) bool {
		if !id.elsewhere || (user{identity: id}).decrypts(t, a) == policy.No {
			return false
		}
		return !slices.ContainsFunc(of, func(u user) bool { return u.elsewhere && u.policies[0].at == id.policies[0].at })
	})
}

// lockedBy returns the users of a table whom a key locks out that is not open to
// all of them: also those of other modules of the configuration.
func (c *Chooser) lockedBy(a access, table *terraform.Resource) Locked {
	t := c.target(table)
	locked := Locked{Delegates: !a.known || a.delegates(t)}
	users := c.usersAmong(c.everybody(), table)
	for _, u := range users {
		decrypts, denying := u.decrypts(t, a), u.denying(t, a.arn)
		if u.arn != "" && len(denying) == 0 {
			if named, _ := a.policy.OpenTo(t, []string{u.arn}); named {
				continue
			}
		}
		if decrypts == policy.Yes && locked.Delegates {
			continue
		}
		locked.Places = append(locked.Places, u.at...)
		locked.Denying = append(locked.Denying, denying...)
		perhaps := u.elsewhere && c.decryptsBeside(users, t, a) // who has the one policy may have the other
		locked.Certain = locked.Certain || u.certain && (decrypts == policy.No && !perhaps || !locked.Delegates)
	}
	return locked
}
