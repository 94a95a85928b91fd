package suppress

import (
	"cmp"
	"path"
	"slices"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"cmkify/internal/lazyregexp"
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

// An Address is that of an instance of a resource in a configuration, a file of
// the directory that this begins in, and the calls that lead there, the nearest first.
type Address struct {
	Text  string
	From  *terraform.File
	Calls []*terraform.Call
}

// configured returns the first rule that switches a check off for a resource,
// as a comment; nil when none does.
func (r *Reader) configured(res *terraform.Resource, c *Check, failed []Address) *Comment {
	for _, rules := range r.rulesFor(res.File) {
		for _, rule := range rules.List {
			if rule.holds(res, rules.Below, c, r.now) {
				return rule.comment()
			}
		}
	}
	return r.addressed(res, c, failed)
}

func (r *Reader) rulesFor(f *terraform.File) []Rules {
	if r.rules == nil {
		return nil
	}
	return r.rules(f)
}

func (r *Rule) comment() *Comment {
	return &Comment{Place: r.Place, ID: r.ID, Reason: r.Reason, Configured: true}
}

// addressed returns the first of the comments and rules that switch a check off for
// a resource at each of the addresses; nil where one of them has none.
func (r *Reader) addressed(res *terraform.Resource, c *Check, failed []Address) *Comment {
	var first *Comment
	for _, a := range failed {
		comment := r.onCall(a, c)
		if rule := r.at(a, res.File, c); comment == nil && rule != nil {
			comment = rule.comment()
		}
		if comment == nil {
			return nil
		}
		first = cmp.Or(first, comment)
	}
	return first
}

// onCall returns the comment that switches a check off for all that a call leads
// to: of ours, of tfsec or Trivy, or of checkov. nil when none of the calls has one.
func (r *Reader) onCall(a Address, c *Check) *Comment {
	for _, call := range a.Calls {
		if call.Terragrunt {
			continue
		}
		s := &search{file: call.File, block: call.Block, check: c, now: r.now, comments: r.commentsOf(call.File)}
		if s.ownInside(); !call.File.JSON() {
			s.ignores()
			s.checkov()
		}
		if comment := s.first(); comment != nil {
			return comment
		}
	}
	return nil
}

var instanceKey = lazyregexp.New(`\[[^]]*\]`)

// at returns the rule that switches a check off at an address, with or without
// the keys of instances: in a configuration file above the resource's own file,
// or above the configuration. nil when there is none.
// https://github.com/bridgecrewio/checkov/blob/main/checkov/common/output/baseline.py
func (r *Reader) at(a Address, file *terraform.File, c *Check) *Rule {
	bare := instanceKey.ReplaceAllString(a.Text, "")
	for _, rules := range slices.Concat(r.rulesFor(file), r.rulesFor(a.From)) {
		for i, rule := range rules.List {
			if rule.names(c) && (rule.resource == a.Text || rule.resource == bare) {
				return &rules.List[i]
			}
		}
	}
	return nil
}
