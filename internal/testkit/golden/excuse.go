package golden

import (
	"fmt"
	"slices"
	"strings"
)

// Excused returns what is wrong with how a law or twin applies to the case,
// given what it says: nothing when it holds, or does not and a header of the
// case says why. An excuse that is not needed is an error, too.
func (r *Run) Excused(header, name string, broken error) error {
	why, excused, err := r.Excuse(header, name)
	switch {
	case err != nil:
		return err
	case excused && broken == nil:
		return fmt.Errorf("%s: %s %s: but it holds", header, name, why)
	case !excused && broken != nil:
		return fmt.Errorf("%s: %w", name, broken)
	}
	return nil
}

// KnownExcuses returns an error when a header names a law or twin that there is
// not.
func (r *Run) KnownExcuses() error {
	var laws, twins []string
	for _, l := range Laws {
		laws = append(laws, l.Name)
	}
	for _, w := range Twins {
		twins = append(twins, w.Name)
	}
	for header, known := range map[string][]string{"no-law": laws, "no-twin": twins} {
		for _, excuse := range r.Headers[header] {
			if name, _, _ := strings.Cut(excuse, " "); !slices.Contains(known, name) {
				return fmt.Errorf("%s: %s: there is no such one", header, name)
			}
		}
	}
	return nil
}
