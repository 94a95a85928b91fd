package acceptance

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"regexp"
	"strings"

	"cmkify/internal/terraform"
)

// A stateResource is a resource in a state file.
type stateResource struct {
	Module    string          `json:"module,omitempty"`
	Mode      string          `json:"mode"`
	Type      string          `json:"type"`
	Name      string          `json:"name"`
	Provider  string          `json:"provider"`
	Instances []stateInstance `json:"instances"`
}

type stateInstance struct {
	Index      any            `json:"index_key,omitempty"`
	Version    int            `json:"schema_version"`
	Attributes map[string]any `json:"attributes"`
}

// seed returns a state in which, for each world, the keys are applied, and, but
// for the first, what is open has some value. The keys are then in the
// stand-in, too.
func (b *batch) seed(s *shownPlan) []byte {
	b.t.Helper()
	versions := s.schemaVersions()
	resources := map[string]*stateResource{}
	owners := map[string]*seeding{}
	for _, u := range b.taken() {
		module := loadVerdicts(b.t, u.files)
		for call := range u.m.calls {
			owners["module."+u.callName(call, -1)] = &seeding{b, u, call, module}
		}
	}
	for _, c := range s.Changes {
		owner := owners[c.Module]
		if c.Module == "" && c.Type == "aws_kms_key" {
			resources[c.Address] = b.rootKey(c.Name, versions[c.Type])
		}
		if owner == nil || c.Mode != "managed" {
			continue
		}
		for _, w := range owner.m.worlds(owner.call) {
			attributes := owner.attributes(c.Type, c.Name, c.Index, c.Change.After, w)
			if attributes == nil {
				continue
			}
			name := "module." + owner.callName(owner.call, w)
			r := resources[name+c.Type+"."+c.Name]
			if r == nil {
				r = &stateResource{Module: name, Mode: "managed", Type: c.Type, Name: c.Name, Provider: providerOf(c.Type)}
				resources[name+c.Type+"."+c.Name] = r
			}
			r.Instances = append(r.Instances, stateInstance{c.Index, versions[c.Type], attributes})
		}
	}
	list := []*stateResource{}
	for _, name := range sortedKeys(resources) {
		list = append(list, resources[name])
	}
	out, err := json.Marshal(map[string]any{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "random", "outputs": map[string]any{}, "resources": list})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// rootKey returns the state of a key that calls pass.
func (b *batch) rootKey(name string, version int) *stateResource {
	id := keyID("root", "aws_kms_key", name, nil)
	b.aws.mu.Lock()
	defer b.aws.mu.Unlock()
	k := b.aws.newKey(b.aws.in(east), &key{id: id})
	attributes := map[string]any{"id": id, "key_id": id, "arn": k.arn(), "tags_all": map[string]any{}, "enable_key_rotation": true, "is_enabled": true,
		"customer_master_key_spec": k.spec, "key_usage": k.usage, "bypass_policy_lockout_safety_check": false}
	return &stateResource{Mode: "managed", Type: "aws_kms_key", Name: name, Provider: providerOf("aws_kms_key"), Instances: []stateInstance{{nil, version, attributes}}}
}

func providerOf(resourceType string) string {
	if resourceType == "terraform_data" {
		return `provider["terraform.io/builtin/terraform"]`
	}
	return `provider["registry.terraform.io/hashicorp/aws"]`
}

// A seeding makes the state of one call's resources.
type seeding struct {
	*batch
	*unit
	call   int
	module *terraform.Module
}

// attributes returns what the state has of a resource in a world; nil when it is
// not applied there.
func (s *seeding) attributes(kind, name string, index, after any, world int) map[string]any {
	attributes := map[string]any{}
	if planned, ok := after.(map[string]any); ok {
		maps.Copy(attributes, planned)
	}
	if kind != "terraform_data" { // a pending change would keep what reads it from being read
		attributes["tags_all"] = attributes["tags"]
		if attributes["tags"] == nil {
			attributes["tags_all"] = map[string]any{}
		}
	}
	id := keyID(s.m.callName(s.call), kind, name, index)
	switch {
	case kind == "aws_kms_alias":
		delete(attributes, "tags_all")
		return s.alias(attributes, name, index)
	case strings.HasPrefix(kind, "aws_kms_"):
		k := s.register(kind, name, id, attributes)
		attributes["id"], attributes["key_id"], attributes["arn"] = id, id, k.arn()
		if kind == "aws_kms_external_key" {
			delete(attributes, "key_id")
		}
		if kind == "aws_kms_replica_key" {
			attributes["primary_key_arn"] = s.target(name, kind, "primary_key_arn", index, true)
		}
		return attributes
	case world == 0:
		return nil
	case kind == "terraform_data" && openValues[name] != nil:
		v := openValues[name][world-1]
		attributes["id"] = id
		attributes["input"] = map[string]any{"type": "string", "value": attributes["input"]}
		attributes["output"] = map[string]any{"type": "string", "value": v}
		return attributes
	case kind == "aws_sns_topic" && name == "open":
		attributes["id"], attributes["arn"], attributes["owner"] = "arn:aws:sns:us-east-1:111122223333:"+id, "arn:aws:sns:us-east-1:111122223333:"+id, openValues[name][world-1]
		return attributes
	}
	return nil
}

// openValues are what comes of what only an apply can tell, by world.
var openValues = map[string][]any{
	"env":  {"prod", "dev", "prod", "dev"},
	"flag": {"true", "true", "false", "false"},
	"open": {"111122223333", "444455556666", "444455556666", "111122223333"},
}

// keyID returns the id of a key.
func keyID(call, kind, name string, index any) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %s.%s %v", call, kind, name, index)
	return fmt.Sprintf("%08x-0000-4000-8000-%012x", h.Sum64()>>32, h.Sum64()&0xffffffffffff)
}

// register puts a key into the stand-in, where it is looked up.
func (s *seeding) register(kind, name, id string, attributes map[string]any) *key {
	k := &key{id: id, multiRegion: attributes["multi_region"] == true}
	if spec, ok := attributes["customer_master_key_spec"].(string); ok {
		k.spec = spec
	}
	if usage, ok := attributes["key_usage"].(string); ok {
		k.usage = usage
	}
	if attributes["is_enabled"] == false {
		k.state = "Disabled"
	}
	region := east
	if s.module.Resource(kind+"."+name).ProviderRegion().Provider == "aws.west" {
		region = west
	}
	s.aws.mu.Lock()
	defer s.aws.mu.Unlock()
	return s.aws.newKey(s.aws.in(region), k)
}

var keyTarget = regexp.MustCompile(`^aws_kms_key\.(\w+)(\[each\.key\])?\.(\w+)$`)

// target returns which key an argument of an alias or replica key names.
func (s *seeding) target(name, kind, argument string, index any, arn bool) string {
	r := s.module.Resource(kind + "." + name)
	source := s.module.Source(r.Attribute(argument).Expr)
	if source == "each.value.key_id" {
		source = "aws_kms_key.each[each.key].key_id"
	}
	found := keyTarget.FindStringSubmatch(source)
	if found == nil {
		found = []string{"", "main", "", "key_id"} // of an alias that nothing reads
	}
	if found[2] == "" {
		index = nil
	}
	id := keyID(s.m.callName(s.call), "aws_kms_key", found[1], index)
	if !arn && found[3] != "arn" {
		return id
	}
	region := east
	if key := s.module.Resource("aws_kms_key." + found[1]); key != nil && key.ProviderRegion().Provider == "aws.west" {
		region = west
	}
	return (&key{region: region, id: id}).arn()
}

func (s *seeding) alias(attributes map[string]any, name string, index any) map[string]any {
	title, _ := attributes["name"].(string)
	target := s.target(name, "aws_kms_alias", "target_key_id", index, true)
	parts := strings.Split(target, ":")
	attributes["id"], attributes["arn"] = title, strings.Join(parts[:5], ":")+":"+title
	attributes["target_key_arn"], attributes["target_key_id"] = target, s.target(name, "aws_kms_alias", "target_key_id", index, false)
	s.aws.mu.Lock()
	defer s.aws.mu.Unlock()
	s.aws.in(parts[3]).aliases[title] = strings.TrimPrefix(parts[5], "key/")
	return attributes
}
