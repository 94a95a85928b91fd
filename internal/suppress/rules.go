package suppress

import (
	"path"
	"slices"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"cmkify/internal/terraform"
)

// A Rule is what a scanner's own configuration file says: that a check is off,
// everywhere or in some places.
type Rule struct {
	Place  terraform.Place // in the configuration file
	ID     string          // the check as the file names it
	Reason string          // "" when it gives none

	names    func(c *Check) bool // whether it means the check
	paths    []string            // globs of files that it holds for, relative to its folder; nil for all
	resource string              // the address that it holds for, "" for all
	expires  time.Time           // zero for never
}

// Rules are those of one configuration file, and where a directory lies from
// there.
type Rules struct {
	List  []Rule
	Below string // the directory's path relative to the file's folder, "." for itself
}

// holds reports whether the rule switches a check off for a resource.
func (r *Rule) holds(res *terraform.Resource, below string, c *Check, now time.Time) bool {
	if !r.names(c) || !r.expires.IsZero() && r.expires.Before(now) {
		return false
	}
	if r.resource != "" && r.resource != res.Address() {
		return false
	}
	file := path.Join(below, res.File.Name)
	return r.paths == nil || slices.ContainsFunc(r.paths, func(glob string) bool {
		matched, err := doublestar.Match(glob, file)
		return err == nil && matched
	})
}

// configured returns the first rule that switches a check off for a resource,
// as a comment; nil when none does.
func (r *Reader) configured(res *terraform.Resource, c *Check) *Comment {
	if r.rules == nil {
		return nil
	}
	for _, rules := range r.rules(res.File) {
		for _, rule := range rules.List {
			if rule.holds(res, rules.Below, c, r.now) {
				return &Comment{Place: rule.Place, ID: rule.ID, Reason: rule.Reason, Configured: true}
			}
		}
	}
	return nil
}
