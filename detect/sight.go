package detect

import (
	"fmt"
	"slices"
	"strings"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A sight is what all worlds say of one instance of a table, in one way that
// its module is reached.
type sight struct {
	in       *eval.Instance
	key      string
	views    []*view
	complete bool // there are no more worlds
}

// look judges the instances of a table in one instance of its module.
func look(in *eval.Instance, table *terraform.Resource, o Options) []*sight {
	ev := in.Evaluator()
	var keys []string
	complete := ev.Explore(func() {
		list, _ := in.Expand(table)
		for _, e := range list {
			if !slices.Contains(keys, e.Key) {
				keys = append(keys, e.Key)
			}
		}
	})
	var out []*sight
	for _, key := range keys {
		s := &sight{in: in, key: key}
		all := ev.Explore(func() {
			list, _ := in.Expand(table)
			for _, e := range list {
				if e.Key == key {
					s.views = append(s.views, judge(in, table, e, o))
				}
			}
		})
		s.complete = all && complete
		out = append(out, s)
	}
	return out
}

// possible returns the worlds that Terraform does not refuse; all when it
// refuses each of them.
func (s *sight) possible() []*view {
	out := slices.DeleteFunc(slices.Clone(s.views), func(v *view) bool { return v.impossible })
	if len(out) == 0 {
		return s.views
	}
	return out
}

// status returns the verdict on the instance: wrong or compliant in all
// worlds, else not known.
func (s *sight) status() Status {
	broken, repairable, right := 0, 0, 0
	for _, v := range s.possible() {
		switch {
		case v.undecided != nil || v.impossible:
			return Unknown
		case v.broken():
			broken++
		case v.wrong():
			repairable++
		default:
			right++
		}
	}
	switch {
	case !s.complete || broken > 0 && right > 0:
		return Unknown
	case broken+repairable > 0:
		return Manual
	}
	return Compliant
}

// reason says why an instance is not known to be right or wrong: the first
// argument that is right in one world and wrong in another.
func (s *sight) reason() *Reason {
	views := s.possible()
	for _, v := range views {
		if v.undecided != nil {
			return v.undecided
		}
	}
	if !s.complete {
		return NewReason(UnknownKeyBranch, fmt.Sprintf(": the configuration leaves more than %d cases open", eval.MaxWorlds))
	}
	for _, v := range views {
		if v.impossible {
			return NewReason(UnknownKeyBranch, ": its key cannot be evaluated")
		}
		if !v.broken() {
			continue
		}
		bad := v.facts[slices.IndexFunc(v.facts, func(f fact) bool { return f.problem != "" && !f.repair })]
		sameBad := func(v *view) bool {
			return slices.ContainsFunc(v.facts, func(f fact) bool { return f.argument == bad.argument && f.problem != "" && !f.repair })
		}
		id := UnknownKeyBranch
		switch bad.problem {
		case EncryptionDisabled:
			id = UnknownEnabled
		case NoEncryptionBlock:
			id = UnknownDynamic
		}
		return NewReason(id, ": "+s.whenOf(v, sameBad)+"it "+bad.branch)
	}
	return NewReason(UnknownKeyBranch, "")
}

// whenOf names the decisions of a world without which it would not be wrong:
// "when var.own is true ". Of a question with several answers it names all that
// make it so; a question of which every answer can is left out. Where the others
// are not enough, it names all decisions that bear on it. Where none does, it is so
// "in some cases ".
func (s *sight) whenOf(v *view, wrong func(*view) bool) string {
	var needed, bear []answer
	for n, d := range v.decisions {
		all, same, matters := s.answers(v, n, wrong)
		if !matters {
			continue
		}
		bear = append(bear, answer{d.Key, []string{d.Text}})
		if len(same) < len(all) && slices.Contains(same, d.Text) {
			needed = append(needed, answer{d.Key, same})
		}
	}
	right := func(other *view) bool { return !wrong(other) && hasAnswers(other, needed) }
	if slices.ContainsFunc(s.possible(), right) {
		needed = bear
	}
	switch {
	case len(needed) > 0:
	case len(s.possible()) > 1:
		return "in some cases "
	default:
		return ""
	}
	var out []string
	for _, a := range needed {
		out = append(out, strings.Join(a.texts, " or "))
	}
	return "when " + strings.Join(out, " and ") + " "
}

// answers returns all answers of the n-th question of a world, among those that
// have answered the questions before in the same way, and those with which one is
// wrong; and whether that is not all the same.
func (s *sight) answers(v *view, n int, wrong func(*view) bool) (all, same []string, matters bool) {
	for _, other := range s.possible() {
		if !samePath(other.decisions, v.decisions, n) || len(other.decisions) <= n || other.decisions[n].Key != v.decisions[n].Key {
			continue
		}
		matters = matters || wrong(other) != wrong(v)
		text := other.decisions[n].Text
		all = appendNew(all, text)
		if wrong(other) {
			same = appendNew(same, text)
		}
	}
	return all, same, matters
}

// An answer is that of a question, or several.
type answer struct {
	key   string
	texts []string
}

// hasAnswers reports whether a world has all of some answers.
func hasAnswers(v *view, all []answer) bool {
	return !slices.ContainsFunc(all, func(a answer) bool {
		return !slices.ContainsFunc(v.decisions, func(d eval.Decision) bool { return d.Key == a.key && slices.Contains(a.texts, d.Text) })
	})
}

func appendNew(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func samePath(a, b []eval.Decision, n int) bool {
	return len(a) >= n && len(b) >= n && slices.Equal(a[:n], b[:n])
}
