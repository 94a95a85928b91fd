package acceptance

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

func createKey(s *standIn, r *region, in struct {
	BypassPolicyLockoutSafetyCheck bool
	CustomerMasterKeySpec          string
	KeySpec                        string
	Description                    string
	KeyUsage                       string
	MultiRegion                    bool
	Origin                         string
	Policy                         string
	Tags                           []tag
}) (any, error) {
	k := &key{description: in.Description, spec: cmp.Or(in.KeySpec, in.CustomerMasterKeySpec), usage: in.KeyUsage,
		origin: in.Origin, multiRegion: in.MultiRegion, tags: map[string]string{}}
	addTags(k.tags, in.Tags)
	if in.Policy != "" {
		policy, err := acceptPolicy(in.Policy, in.BypassPolicyLockoutSafetyCheck)
		if err != nil {
			return nil, err
		}
		k.policy = policy
	}
	return map[string]any{"KeyMetadata": s.newKey(r, k).metadata()}, nil
}

func replicateKey(s *standIn, r *region, in struct {
	BypassPolicyLockoutSafetyCheck bool
	Description                    string
	KeyId                          string
	Policy                         string
	ReplicaRegion                  string
	Tags                           []tag
}) (any, error) {
	primary, err := s.key(r, in.KeyId)
	if err != nil {
		return nil, err
	}
	if !primary.multiRegion || primary.primary != nil {
		return nil, refusal("UnsupportedOperationException", "%s is no primary key", primary.arn())
	}
	k := &key{id: primary.id, description: in.Description, spec: primary.spec, usage: primary.usage,
		multiRegion: true, primary: primary, tags: map[string]string{}}
	addTags(k.tags, in.Tags)
	if in.Policy != "" {
		if k.policy, err = acceptPolicy(in.Policy, in.BypassPolicyLockoutSafetyCheck); err != nil {
			return nil, err
		}
	}
	s.newKey(s.in(in.ReplicaRegion), k)
	return map[string]any{"ReplicaKeyMetadata": k.metadata(), "ReplicaPolicy": k.policy, "ReplicaTags": []any{}}, nil
}

type aliasInput struct {
	AliasName   string
	TargetKeyId string
}

func createAlias(s *standIn, r *region, in aliasInput) (any, error) {
	if strings.HasPrefix(in.AliasName, "alias/aws/") {
		return nil, refusal("NotAuthorizedException", "%s is reserved", in.AliasName)
	}
	k, err := s.key(r, in.TargetKeyId)
	if err != nil {
		return nil, err
	}
	r.aliases[in.AliasName] = k.id
	return nothing, nil
}

func deleteAlias(_ *standIn, r *region, in aliasInput) (any, error) {
	delete(r.aliases, in.AliasName)
	return nothing, nil
}

func listAliases(_ *standIn, r *region, in keyInput) (any, error) {
	out := []any{}
	for _, name := range slices.Sorted(maps.Keys(r.aliases)) {
		out = append(out, map[string]string{
			"AliasName": name, "TargetKeyId": r.aliases[name],
			"AliasArn": "arn:aws:kms:" + r.name + ":" + account + ":" + name,
		})
	}
	return map[string]any{"Aliases": out, "Truncated": false}, nil
}
