package acceptance

import (
	"encoding/json"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// inPlace holds that a plan makes keys and changes tables and keys, and
// nothing else. What was refused before is made as a whole.
func (b *applyBatch) inPlace(planned plan) {
	b.t.Helper()
	for address, action := range planned {
		c := b.caseOf(address)
		if c == nil || c.idle != "" || action == "read" || action == "create" && c.refused != nil {
			continue
		}
		key := strings.Contains(address, ".aws_kms_key.")
		table := strings.Contains(address, ".aws_dynamodb_table.")
		if action != "create" && action != "update" || !key && (action == "create" || !table) {
			b.t.Errorf("%s: it is planned to %s %s", c.name, action, address)
		}
	}
}

// keptValues holds that nothing is gone and no value has changed but those
// that a fix is about.
func (b *applyBatch) keptValues(before, after map[string]instance) {
	b.t.Helper()
	for address, was := range before {
		is, there := after[address]
		switch {
		case was.of.idle != "":
			continue
		case !there:
			b.t.Errorf("%s: %s is gone", was.of.name, address)
		}
		for name, value := range was.attributes {
			if !same(value, is.attributes[name]) && !was.mayChange(name) {
				b.t.Errorf("%s: %s of %s was %v and is %v", was.of.name, name, address, value, is.attributes[name])
			}
		}
	}
}

// same compares values of an attribute. Providers call what is absent null or
// empty, as they like.
func same(a, b any) bool {
	empty := func(v any) bool {
		of := reflect.ValueOf(v)
		return !of.IsValid() || slices.Contains([]reflect.Kind{reflect.Map, reflect.Slice, reflect.String}, of.Kind()) && of.Len() == 0
	}
	return reflect.DeepEqual(a, b) || empty(a) && empty(b)
}

// mayChange reports whether a fix may change the attribute.
func (i instance) mayChange(attribute string) bool {
	switch i.typ {
	case "aws_dynamodb_table":
		return attribute == "server_side_encryption" || attribute == "replica" && i.of.warns("replica-recreated")
	case "aws_kms_key":
		return slices.Contains([]string{"enable_key_rotation", "rotation_period_in_days", "policy"}, attribute) // keptKeys looks at policies
	}
	return false
}

// keptKeys holds that no key that was there is deleted or gets another policy.
// The state has the policy of a key from before aws_kms_key_policy changed it.
func (b *applyBatch) keptKeys(before map[string]instance) {
	b.t.Helper()
	for address, was := range before {
		for _, operation := range []string{"kms.PutKeyPolicy", "kms.ScheduleKeyDeletion", "kms.DisableKey"} {
			for _, call := range b.aws.called(operation) {
				id, _ := was.attributes["key_id"].(string)
				if was.typ == "aws_kms_key" && was.of.idle == "" && strings.Contains(call.body, id) {
					b.t.Errorf("%s: of %s, %v", was.of.name, address, call)
				}
			}
		}
	}
}

// warns reports whether the run has told of a warning.
func (a *application) warns(id string) bool { return strings.Contains(a.said, "["+id+"]") }

// keptMembers holds that no table is made again: as a whole, or, unless the
// run has told so, in one of its regions.
func (b *applyBatch) keptMembers() {
	b.t.Helper()
	for _, call := range b.aws.called("dynamodb.DeleteTable") {
		if c := b.caseOf(call.body); c == nil || c.idle == "" {
			b.t.Errorf("%v", call)
		}
	}
	for _, call := range b.aws.called("dynamodb.UpdateTable") {
		var in updateInput
		if err := json.Unmarshal([]byte(call.body), &in); err != nil {
			b.t.Fatal(err)
		}
		c := b.caseOf(in.TableName)
		deletes := slices.ContainsFunc(in.ReplicaUpdates, func(u replicaUpdate) bool { return u.Delete != nil })
		if c != nil && deletes && !c.warns("replica-recreated") {
			b.t.Errorf("%s: without a warning, %v", c.name, call)
		}
	}
}

// encrypted holds that tables have the keys that the state says, and those
// that the run calls fixed customer keys that rotate, in all regions.
func (b *applyBatch) encrypted(after map[string]instance) {
	b.t.Helper()
	for address, is := range after {
		if is.typ != "aws_dynamodb_table" || is.of.idle != "" {
			continue
		}
		name, _ := is.attributes["name"].(string)
		arn, _ := is.attributes["arn"].(string)
		region := strings.Split(arn, ":")[3]
		members := b.aws.membersOf(region, name)
		if want, got := is.keyARN(), members[region].key; got != nil && got.arn() != want && want != "" || got == nil && want != "" {
			b.t.Errorf("%s: %s is encrypted with %+v, the state says %s", is.of.name, address, got, want)
		}
		if !is.of.fixes(is.dir, is.name) || !is.of.selects(address) {
			continue
		}
		is.of.fixed++
		for region, m := range members {
			if managerOf(m.key) != "CUSTOMER" || !m.key.rotates && (m.key.primary == nil || !m.key.primary.rotates) {
				b.t.Errorf("%s: %s is fixed, and in %s encrypted with %+v", is.of.name, address, region, m.key)
			}
		}
	}
}

// keyARN returns the key of a table, as the state has it.
func (i instance) keyARN() string {
	blocks, _ := i.attributes["server_side_encryption"].([]any)
	for _, block := range blocks {
		arn, _ := block.(map[string]any)["kms_key_arn"].(string)
		return arn
	}
	return ""
}

// membersOf returns the table in each of its regions.
func (s *standIn) membersOf(region, table string) map[string]*member {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in(region).tables[table].members
}

// approves reports whether the run calls the table of an address fixed or
// right.
func (a *application) approves(address string) bool {
	_, name, table := strings.Cut(instanceKey.ReplaceAllString(address, ""), ".aws_dynamodb_table.")
	for _, m := range findingLine.FindAllStringSubmatch(a.said, -1) {
		right := saysFixed.MatchString(m[0]) || strings.Contains(m[0], "is encrypted with a customer managed key")
		if table && m[2] == name && right {
			return true
		}
	}
	return false
}

// saysFixed matches a finding that is fixed, whether one call leads to its table or
// several.
var saysFixed = regexp.MustCompile(`\]; (reached by \d+ calls; )?fixed(;|$)`)

var findingLine = regexp.MustCompile(`(?m)^([^ \n]+?):\d+:\d+: aws_dynamodb_table\.([^:\n]+): .*$`)

// selects reports whether --only and --skip, where they name a call, select the
// table at an address: the case's own begins behind that of its module.
func (a *application) selects(address string) bool {
	_, address, _ = strings.Cut(strings.TrimPrefix(address, "module."), ".")
	for n, arg := range a.args[:max(0, len(a.args)-1)] {
		glob := a.args[n+1]
		if matched, _ := path.Match(glob, address); strings.HasPrefix(glob, "module.") && (arg == "--only" && !matched || arg == "--skip" && matched) {
			return false
		}
	}
	return true
}

// fixes reports whether the run calls the table of the directory fixed, or,
// when it only shows what it would write, fixable.
func (a *application) fixes(dir, name string) bool {
	for _, m := range findingLine.FindAllStringSubmatch(a.said, -1) {
		if path.Dir(m[1]) == path.Clean(dir) && m[2] == name {
			return saysFixed.MatchString(m[0])
		}
	}
	return false
}
