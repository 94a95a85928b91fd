package keys

import (
	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// LetsIn reports whether the policy of a key that is there lets a principal
// decrypt with it that is not of the table's account.
func (c *Chooser) LetsIn(choice Choice, table *terraform.Resource, outsider policy.Principal) bool {
	if choice.Resource == nil || choice.Resource.Data || choice.In != c.In {
		return false
	}
	a := c.accessTo(choice.Resource)
	t := c.target(table)
	t.Key = a.arn
	return a.written && a.known && a.policy.LetsIn(t, outsider)
}
