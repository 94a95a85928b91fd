package fix

import (
	"maps"
	"slices"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// A spot is what a site changes: a place, or an argument that is added.
type spot struct {
	at       terraform.Place
	argument detect.Argument
}

func (s site) spot() spot {
	if s.at.IsZero() {
		return spot{argument: s.argument}
	}
	return spot{at: s.at}
}

// contest notes the spots that two sites want different texts at, such as a
// local that holds the key of tables in two regions. Where a spot was noted
// before and there is no other, the outcomes are declined. It reports whether
// anything is new.
func (p *planner) contest() bool {
	texts, before := map[spot]string{}, maps.Clone(p.contested)
	news, lost := false, map[spot]bool{}
	for _, o := range p.fixable() {
		for _, s := range p.met[o] {
			at := s.spot()
			if text, taken := texts[at]; taken && text != s.text {
				news, lost[at] = true, before[at]
				p.contested[at] = true
			}
			texts[at] = s.text
		}
	}
	for _, o := range p.fixable() {
		if i := slices.IndexFunc(p.met[o], func(s site) bool { return lost[s.spot()] }); i >= 0 {
			o.decline(severalKeys(p.met[o][i].argument))
		}
	}
	return news
}

// severalKeys is why a call's argument cannot be the key of all who read it.
func severalKeys(a detect.Argument) *detect.Reason {
	if a.Call == nil {
		return detect.NewReason(detect.Variable, "")
	}
	return detect.NewReasonf(detect.Variable, "the call at %s passes one %s to tables of different providers; each needs a key of its own provider",
		a.In.Place(a.Call.Block.TypeRange).Line(), a.Name)
}
