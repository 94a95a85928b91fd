package acceptance

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cmkify/detect"
)

// A sighting is what one plan says of one instance of a table: what is wrong,
// and whether more may be once the plan is applied.
type sighting struct {
	wrong map[detect.ProblemID]bool
	open  bool
	shown string // the probe, for a person
}

func (s *sighting) right() bool { return len(s.wrong) == 0 && !s.open }

// sightings returns what a plan says of the instances of a table, by key.
func (o *observed) sightings(aws *standIn, table string) map[string]*sighting {
	out := map[string]*sighting{}
	prefix := "terraform_data." + probePrefix + table
	keys := o.keys()
	for address, p := range o.resources {
		if instance, is := strings.CutPrefix(address, prefix); is && p.Name == probePrefix+table {
			out[instance] = (&judging{aws, keys, &sighting{wrong: map[detect.ProblemID]bool{}}}).probe(p)
		}
	}
	return out
}

// keys returns the keys of a plan by id.
func (o *observed) keys() map[string]*planned {
	out := map[string]*planned{}
	for _, p := range o.resources {
		after, _ := p.After.(map[string]any)
		if p.Mode != "managed" || !strings.HasPrefix(p.Type, "aws_kms_") || p.Type == "aws_kms_alias" || after == nil {
			continue
		}
		if id, ok := after["id"].(string); ok {
			out[id] = p
		}
	}
	return out
}

// A judging makes a sighting.
type judging struct {
	aws  *standIn
	keys map[string]*planned
	*sighting
}

// later is what a value is that a plan does not tell.
type later struct{}

// shownValue returns a part of a planned value: [later] when it is not told.
func shownValue(after, unknown any, path ...any) any {
	for _, step := range path {
		if unknown == true {
			return later{}
		}
		switch step := step.(type) {
		case string:
			a, _ := after.(map[string]any)
			u, _ := unknown.(map[string]any)
			after, unknown = a[step], u[step]
		case int:
			a, _ := after.([]any)
			u, _ := unknown.([]any)
			after, unknown = at(a, step), at(u, step)
		}
	}
	if unknown == true {
		return later{}
	}
	return after
}

func at(list []any, n int) any {
	if n < len(list) {
		return list[n]
	}
	return nil
}

func (j *judging) probe(p *planned) *sighting {
	j.shown = fmt.Sprintf("%v", shownValue(p.After, p.Unknown, "input"))
	if p.Unknown != nil {
		j.shown += fmt.Sprintf(" later %v", p.Unknown)
	}
	in := func(path ...any) any { return shownValue(p.After, p.Unknown, append([]any{"input"}, path...)...) }
	blocks, told := in("blocks").([]any)
	switch {
	case !told:
		j.open = true
	case len(blocks) == 0:
		j.wrong[detect.NoEncryptionBlock] = true
	default:
		j.encryption(in("blocks", 0, "enabled"), in("blocks", 0, "kms_key_arn"))
	}
	replicas, told := in("replicas").([]any)
	if !told {
		j.open = true
	}
	for n := range replicas {
		region, _ := in("replicas", n, "region_name").(string)
		j.key(in("replicas", n, "kms_key_arn"), region, detect.ReplicaWithoutKey)
	}
	return j.sighting
}

func (j *judging) encryption(enabled, key any) {
	missing := detect.NoKey
	switch fmt.Sprint(enabled) {
	case "true":
	case "false":
		j.wrong[detect.EncryptionDisabled] = true
		missing = detect.EncryptionDisabled
	default:
		j.open = true
	}
	j.key(key, east, missing)
}

var keyOfARN = regexp.MustCompile(`^arn:aws:kms:([^:]+):\d+:key/(.+)$`)

// key judges a value in the place of a key of a region.
func (j *judging) key(v any, region string, missing detect.ProblemID) {
	text, told := v.(string)
	switch {
	case v == later{}:
		j.open = true
	case !told || text == "":
		j.wrong[missing] = true
	case strings.Contains(text, "alias/aws/"):
		j.wrong[detect.AWSManagedKey] = true
	default:
		j.named(text, region)
	}
}

// named judges a key that a value names.
func (j *judging) named(text, region string) {
	parts := keyOfARN.FindStringSubmatch(text)
	j.aws.mu.Lock()
	if parts == nil {
		id := text
		if at := strings.Index(text, "alias/"); at >= 0 {
			id = j.aws.in(region).aliases[text[at:]]
		}
		parts = []string{"", region, id}
	}
	k := j.aws.in(parts[1]).keys[parts[2]]
	j.aws.mu.Unlock()
	switch {
	case k != nil && k.manager == "AWS":
		j.wrong[detect.AWSManagedKey] = true
		return
	case parts[1] != region, k != nil && (k.spec != "SYMMETRIC_DEFAULT" || k.usage != "ENCRYPT_DECRYPT" || k.state != "Enabled"):
		j.wrong[detect.UnusableKey] = true
		return
	case parts[0] == "":
		j.wrong[detect.KeyNotARN] = true
	}
	j.rotation(j.keys[parts[2]])
}

// rotation judges whether a key of the configuration rotates.
func (j *judging) rotation(p *planned) {
	if p == nil {
		return
	}
	if p.Type == "aws_kms_replica_key" {
		primary, _ := shownValue(p.After, p.Unknown, "primary_key_arn").(string)
		j.rotation(j.keys[primary[strings.LastIndex(primary, "/")+1:]])
	}
	if p.Type != "aws_kms_key" {
		return
	}
	switch shownValue(p.After, p.Unknown, "enable_key_rotation") {
	case true:
	case later{}:
		j.open = true
	default:
		j.wrong[detect.KeyNotRotated] = true
	}
}

// A failure is where cmkify and a plan disagree.
type failure struct{ kind, table, message string }

const (
	falseCompliant = "false compliant"
	falseAlarm     = "false alarm"
	otherProblem   = "another problem"
	needlessly     = "unknown, and the plan knows"
	fixedWrong     = "fixed, and wrong"
	collateral     = "another value changes"
	notPlanned     = "does not plan after the fix"
	notTaken       = "does not plan before the fix"
	notOnce        = "a second run changes it again"
	inTrouble      = "trouble"
)

func (m *randomModule) fail(kind, table, format string, args ...any) {
	m.failures = append(m.failures, failure{kind, table, fmt.Sprintf(format, args...)})
}

// holdVerdicts holds the findings on a module to the plans of all calls.
func (m *randomModule) holdVerdicts(aws *standIn, findings []*detect.Finding) {
	judged := map[string]bool{}
	for _, f := range findings {
		judged[f.Table.Name] = true
		m.holdFinding(f, m.sights(aws, f.Table.Name))
	}
	for _, p := range m.before.reached[0].plan.resources {
		if table, is := strings.CutPrefix(p.Name, probePrefix); is && !judged[table] && !m.reusable {
			m.fail(falseCompliant, table, "%s has instances and no finding", table)
		}
	}
}

// A sight is what the plans say of a table: one for each call and world.
type sight []sightedCall

type sightedCall struct {
	call, world int
	by          map[string]*sighting // by instance
}

func (m *randomModule) sights(aws *standIn, table string) sight {
	var out sight
	for call, r := range m.before.reached {
		for _, w := range m.worlds(call) {
			out = append(out, sightedCall{call, w, r.world[w].sightings(aws, table)})
		}
	}
	return out
}

// instances returns the keys of all instances.
func (s sight) instances() []string {
	all := map[string]bool{}
	for _, p := range s {
		for instance := range p.by {
			all[instance] = true
		}
	}
	return sortedKeys(all)
}

func (m *randomModule) holdFinding(f *detect.Finding, s sight) {
	table, instances := f.Table.Name, s.instances()
	if len(instances) == 0 && !m.reusable {
		m.fail(falseAlarm, table, "%s is %s and has no instances", f.Address(), f.Status)
	}
	if f.Status == detect.Unknown {
		undecided := func(s *sighting) bool { return s.open && len(s.wrong) == 0 }
		if !m.reusable && !slices.ContainsFunc(slices.Collect(maps.Values(s[0].by)), undecided) {
			m.fail(needlessly, table, "unknown (%s), but planned as %s", f.Reason.Message, describe(s[0].by))
		}
		return
	}
	for _, instance := range instances {
		said := saidOf(f, instance)
		if said == nil && (f.Status == detect.Manual || m.reusable && f.Status == detect.Fixable) {
			continue // no instance is called right: others are wrong in all calls, or it is left to a person
		}
		among := []string{instance}
		if m.reusable { // of which only callers know the instances
			among = instances
		}
		sometimes := s.wrong(among...)
		m.holdInstance(f, instance, s, len(said) > 0, slices.ContainsFunc(repairable, func(id detect.ProblemID) bool {
			return (sometimes[id] || m.reusable) && slices.Contains(said, id) // four calls do not make all worlds
		}))
	}
	all := s.wrong(instances...)
	for _, p := range f.Problems {
		if !all[p.ID] && len(instances) > 0 && !m.reusable {
			m.fail(otherProblem, table, "%s is %s with %v, but planned as %v: %s", f.Address(), f.Status, problemsOf(f), sortedIDs(all), describe(s[1].by))
			return
		}
	}
}

// wrong returns the problems that instances have in some plan.
func (s sight) wrong(instances ...string) map[detect.ProblemID]bool {
	all := map[detect.ProblemID]bool{}
	for _, p := range s {
		for _, instance := range instances {
			if p.by[instance] != nil {
				maps.Copy(all, p.by[instance].wrong)
			}
		}
	}
	return all
}

// repairable are problems that are set right where a key is, or is named:
// a finding has them when they are there in some world.
var repairable = []detect.ProblemID{detect.KeyNotRotated, detect.KeyNotARN}

// holdInstance holds to all plans whether an instance is called wrong. It may be
// right in some when it is wrong in others and that can be repaired.
func (m *randomModule) holdInstance(f *detect.Finding, instance string, plans sight, calledWrong, sometimes bool) {
	for _, p := range plans {
		s, kind := p.by[instance], ""
		switch {
		case s == nil:
		case !calledWrong && len(s.wrong) > 0:
			kind = falseCompliant
		case calledWrong && s.right() && !sometimes:
			kind = falseAlarm
		}
		if kind != "" {
			m.fail(kind, f.Table.Name, "%s%s is %s with %v, but in world %d of call %d planned as %v: %s", f.Address(), instance, f.Status, problemsOf(f), p.world, p.call, sortedIDs(s.wrong), s.shown)
			return
		}
	}
}

// saidOf returns the problems that a finding has of an instance.
func saidOf(f *detect.Finding, instance string) []detect.ProblemID {
	var out []detect.ProblemID
	for _, p := range f.Problems {
		named := instanceNames.FindAllString(p.Message(), -1)
		if len(named) == 0 || slices.Contains(named, f.Address()+instance) {
			out = append(out, p.ID)
		}
	}
	return out
}

func problemsOf(f *detect.Finding) []string {
	var out []string
	for _, p := range f.Problems {
		out = append(out, string(p.ID)+p.Detail)
	}
	if f.Reason != nil {
		out = append(out, f.Reason.Message)
	}
	return out
}

func sortedIDs(ids map[detect.ProblemID]bool) []detect.ProblemID {
	return slices.Sorted(maps.Keys(ids))
}

func describe(all map[string]*sighting) string {
	var out []string
	for _, instance := range sortedKeys(all) {
		out = append(out, fmt.Sprintf("%s %v %s", instance, sortedIDs(all[instance].wrong), all[instance].shown))
	}
	return strings.Join(out, "; ")
}
