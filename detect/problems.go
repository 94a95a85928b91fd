package detect

import (
	"slices"

	"cmkify/internal/suppress"
)

// A check is one thing that is held of every table. It has problems of its own,
// and comments of its own suppress it.
type check struct {
	suppressedBy suppress.Check
	block        string // the nested block of the table in which it is fixed
	// key are the problems of a check that are of the table's own key, so that a
	// fix changes it; none for a check that has nothing to do with keys.
	key   []ProblemID
	judge func(j *judgement)
}

// checks are all of them. A new one is a file with its judge, a line here, rows
// for its problems, and golden cases.
var checks = []*check{&customerKey}

// customerKey holds that a table and its replicas are encrypted with customer
// managed keys.
var customerKey = check{
	suppressedBy: suppress.CustomerKey,
	block:        encryptionBlock,
	key:          []ProblemID{NoEncryptionBlock, EncryptionDisabled, NoKey, AWSManagedKey, KeyNotARN, UnusableKey},
	judge:        (*judgement).encrypted,
}

// rotationCheck is what comments on a key call the check of its rotation.
var rotationCheck = suppress.Rotation

// concernsKeys reports whether a fact is of a check of keys.
func (f *fact) concernsKeys() bool { return f.check == nil || len(f.check.key) > 0 }

// without returns the sights without what some checks say.
func without(sights []*sight, dropped []*check) []*sight {
	var out []*sight
	for _, s := range sights {
		rest := *s
		rest.views = nil
		for _, v := range s.views {
			kept := *v
			kept.facts = slices.DeleteFunc(slices.Clone(v.facts), func(f fact) bool { return slices.Contains(dropped, f.check) })
			if slices.Contains(dropped, v.undecidedBy) {
				kept.undecided = nil
			}
			rest.views = append(rest.views, &kept)
		}
		out = append(out, &rest)
	}
	return out
}
