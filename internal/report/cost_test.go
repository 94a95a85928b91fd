package report

import (
	"testing"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/engine"
)

// TestCost holds what a run says of cost and risk: each key counts once for
// each instance of its module, and only what is or would be fixed counts.
func TestCost(t *testing.T) {
	made := func(home string, copies int) Key {
		return Key{For: detect.TableKey, Ref: "aws_kms_key.dynamodb", Action: keys.Created, home: home, copies: copies}
	}
	created := made("a", 1)
	reused := Key{For: detect.TableKey, Ref: "aws_kms_key.own", Action: keys.Reused}
	fixable := func(f Finding) *Finding {
		f.Status = detect.Fixable
		return &f
	}
	warned := func(ids ...detect.WarningID) Finding {
		f := Finding{Keys: []Key{reused}}
		for _, id := range ids {
			f.Warnings = append(f.Warnings, Note{ID: string(id)})
		}
		return f
	}
	for name, c := range map[string]struct {
		findings map[string][]*Finding // by directory
		want     string
	}{
		"nothing":     {nil, ""},
		"a reused":    {map[string][]*Finding{"a": {fixable(Finding{Keys: []Key{reused}})}}, ""},
		"manual only": {map[string][]*Finding{"a": {{Status: detect.Manual, Keys: []Key{created}}}}, ""},
		"one key of two tables": {map[string][]*Finding{"a": {fixable(Finding{Keys: []Key{created}}), fixable(Finding{Keys: []Key{created}})}},
			"1 new key: $1 a month, up to $3 after two rotations\n"},
		"one in each directory": {map[string][]*Finding{"a": {fixable(Finding{Keys: []Key{created}})}, "b": {fixable(Finding{Keys: []Key{made("b", 1)}})}},
			"2 new keys: $2 a month, up to $6 after two rotations\n"},
		"a module called three times": {map[string][]*Finding{"a": {fixable(Finding{Keys: []Key{made("a", 3)}})}},
			"3 new keys: $3 a month, up to $9 after two rotations\n"},
		"one of a root for two modules": {map[string][]*Finding{"a": {fixable(Finding{Keys: []Key{made("root", 1)}})}, "b": {fixable(Finding{Keys: []Key{made("root", 1)}})}},
			"1 new key: $1 a month, up to $3 after two rotations\n"},
		"keys with for_each": {map[string][]*Finding{"a": {fixable(Finding{Keys: []Key{created, {For: "each", Ref: "aws_kms_key.replicas", Action: keys.Created, home: "a", copies: 1, more: true}}})}},
			"at least 2 new keys: $2 a month or more, $6 or more after two rotations\n"},
		"rotation": {map[string][]*Finding{"a": {fixable(Finding{rotated: []string{"k"}}), fixable(Finding{rotated: []string{"k"}})}},
			"1 key begins to rotate: up to $2 a month more\n"},
		"rotation of two": {map[string][]*Finding{"a": {fixable(Finding{rotated: []string{"k", "l"}})}},
			"2 keys begin to rotate: up to $4 a month more\n"},
		"rotation in a module called three times": {map[string][]*Finding{"a": {fixable(Finding{rotated: []string{"a", "b"}}), fixable(Finding{rotated: []string{"b", "c"}})}},
			"3 keys begin to rotate: up to $6 a month more\n"},
		"rotation of some that are not known": {map[string][]*Finding{"a": {fixable(Finding{rotated: []string{"k"}, more: true})}},
			"at least 1 key begins to rotate: up to $2 a month more for each\n"},
		"risks": {map[string][]*Finding{"a": {fixable(warned(detect.Imported, detect.StaleComment)), fixable(warned(detect.ReplicaRecreated)), fixable(warned(detect.StaleComment))}},
			"2 tables need care before apply (replica-recreated, imported)\n"},
		"all": {map[string][]*Finding{"a": {fixable(Finding{Keys: []Key{created}, rotated: []string{"k"}, Warnings: []Note{{ID: string(detect.Imported)}}})}},
			"1 new key: $1 a month, up to $3 after two rotations; 1 key begins to rotate: up to $2 a month more; 1 table needs care before apply (imported)\n"},
	} {
		var got cost
		for dir, findings := range c.findings {
			got.add(Result{Result: engine.Result{Dir: dir}, Findings: findings}, false)
		}
		if got.Line() != c.want {
			t.Errorf("%s: %q, want %q", name, got.Line(), c.want)
		}
	}
	var written cost
	fixed := *fixable(Finding{Keys: []Key{made("b", 1)}})
	fixed.Status = detect.Fixed
	written.add(Result{Findings: []*Finding{fixable(Finding{Keys: []Key{created}}), &fixed}}, true)
	if got := written.Line(); got != "1 new key: $1 a month, up to $3 after two rotations\n" {
		t.Errorf("where a fix could not be written: %q", got)
	}
}
