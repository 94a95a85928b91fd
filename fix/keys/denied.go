package keys

import (
	"bytes"
	"slices"

	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// denied returns the users of a table whose own policies surely deny them its key:
// that counts whatever the key's policy allows.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (c *Chooser) denied(table *terraform.Resource, arn string) Locked {
	var out Locked
	if !c.mayDeny() {
		return out
	}
	t := c.target(table)
	for _, u := range c.usersOf(table).list {
		if at := u.denying(t, arn); len(at) > 0 {
			out.Places = append(out.Places, u.at...)
			out.Denying = append(out.Denying, at...)
			out.Certain = out.Certain || u.certain
		}
	}
	return out
}

// mayDeny reports whether a policy of the module may deny something. Few do: the
// policies of others need not be read.
func (c *Chooser) mayDeny() bool {
	if c.denies == nil {
		may := slices.ContainsFunc(c.In.AllFiles(), func(f *terraform.File) bool {
			return bytes.Contains(f.Bytes, []byte("Deny")) || bytes.Contains(f.Bytes, []byte("file("))
		})
		c.denies = &may
	}
	return *c.denies
}

// denying returns where the policies of a user surely deny it to decrypt with a
// key.
func (u user) denying(t policy.Target, arn string) []terraform.Place {
	var out []terraform.Place
	for _, p := range u.policies {
		if p.known && p.Denies(t, "kms:Decrypt", arn) == policy.Yes {
			out = append(out, p.at)
		}
	}
	return out
}
