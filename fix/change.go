package fix

import (
	"slices"

	"cmkify/internal/terraform"
)

// A FileChange is one file before and after a plan.
type FileChange struct {
	Name     string // in its directory
	Edits    []Edit
	Old, New []byte
}

// Changes makes the plan's edits. It takes the sources that the module was
// loaded from; it returns the files that change, the one with a new key first
// and the others by name, and the sources as they would be afterwards.
func (p *Plan) Changes(sources []terraform.Source) (changes []FileChange, after []terraform.Source, err error) {
	edits := map[string][]Edit{}
	for _, e := range p.Edits {
		edits[e.File] = append(edits[e.File], e)
	}
	after = slices.Clone(sources)
	for i, s := range after {
		if edits[s.Path] == nil {
			continue
		}
		c := FileChange{Name: s.Name, Edits: edits[s.Path], Old: s.Bytes}
		if c.New, err = Apply(c.Old, c.Edits); err != nil {
			return nil, nil, err
		}
		after[i].Bytes = c.New
		if s.Path == p.First {
			changes = slices.Insert(changes, 0, c)
		} else {
			changes = append(changes, c)
		}
	}
	return changes, after, nil
}
