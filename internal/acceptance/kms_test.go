package acceptance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A key is a KMS key.
type key struct {
	region      string
	id          string
	description string
	spec        string // SYMMETRIC_DEFAULT, or another
	usage       string // ENCRYPT_DECRYPT, or another
	manager     string // CUSTOMER, or AWS
	origin      string
	state       string
	multiRegion bool
	primary     *key // of a replica
	rotates     bool
	period      int // days between two rotations
	policy      string
	tags        map[string]string
}

func (k *key) arn() string {
	return "arn:aws:kms:" + k.region + ":" + account + ":key/" + k.id
}

// managedAlias names the key that DynamoDB makes when it is told to encrypt
// and given no key.
const managedAlias = "alias/aws/dynamodb"

// key returns the key that id names: an id, an alias, or the ARN of either.
func (s *standIn) key(r *region, id string) (*key, error) {
	name := id
	if arn, ok := strings.CutPrefix(id, "arn:aws:kms:"); ok {
		in, rest, _ := strings.Cut(arn, ":"+account+":")
		if in != r.name {
			return nil, refusal("NotFoundException", "invalid arn %s: not of %s", id, r.name)
		}
		name = strings.TrimPrefix(rest, "key/")
	}
	if name == managedAlias && r.aliases[name] == "" {
		r.aliases[name] = s.newKey(r, &key{manager: "AWS", rotates: true}).id
	}
	if target, ok := r.aliases[name]; ok {
		name = target
	}
	k := r.keys[name]
	if k == nil {
		return nil, refusal("NotFoundException", "%s is not found", id)
	}
	return k, nil
}

// newKey puts the key into the region, with the defaults of what it lacks.
func (s *standIn) newKey(r *region, k *key) *key {
	s.serial++
	k.region = r.name
	if k.id == "" {
		k.id = fmt.Sprintf("%08x-0000-4000-8000-%012x", s.serial, s.serial)
		if k.multiRegion {
			k.id = fmt.Sprintf("mrk-%032x", s.serial)
		}
	}
	for field, value := range map[*string]string{
		&k.spec: "SYMMETRIC_DEFAULT", &k.usage: "ENCRYPT_DECRYPT", &k.manager: "CUSTOMER",
		&k.origin: "AWS_KMS", &k.state: "Enabled", &k.policy: defaultPolicy,
	} {
		if *field == "" {
			*field = value
		}
	}
	if k.tags == nil {
		k.tags = map[string]string{}
	}
	k.period = 365
	r.keys[k.id] = k
	return k
}

func (k *key) metadata() map[string]any {
	out := map[string]any{
		"AWSAccountId": account, "KeyId": k.id, "Arn": k.arn(), "CreationDate": 1700000000,
		"Description": k.description, "Enabled": k.state == "Enabled", "KeyState": k.state,
		"KeyManager": k.manager, "KeySpec": k.spec, "CustomerMasterKeySpec": k.spec,
		"KeyUsage": k.usage, "Origin": k.origin, "MultiRegion": k.multiRegion,
	}
	if k.multiRegion {
		kind, primary := "PRIMARY", k
		if k.primary != nil {
			kind, primary = "REPLICA", k.primary
		}
		out["MultiRegionConfiguration"] = map[string]any{
			"MultiRegionKeyType": kind,
			"PrimaryKey":         map[string]string{"Arn": primary.arn(), "Region": primary.region},
			"ReplicaKeys":        []any{},
		}
	}
	return out
}

// canRotate reports whether KMS rotates such keys.
func (k *key) canRotate() bool {
	return k.spec == "SYMMETRIC_DEFAULT" && k.origin == "AWS_KMS" && k.primary == nil
}

type keyInput struct {
	KeyId                          string
	PolicyName                     string
	Policy                         string
	BypassPolicyLockoutSafetyCheck bool
	Description                    string
	RotationPeriodInDays           int
	PendingWindowInDays            int
	Tags                           []tag
	TagKeys                        []string
	Limit                          int
	Marker                         string
}

// onKey makes an operation of a function of an existing key.
func onKey(do func(k *key, in keyInput) (any, error)) operation {
	return op(func(s *standIn, r *region, in keyInput) (any, error) {
		k, err := s.key(r, in.KeyId)
		if err != nil {
			return nil, err
		}
		return do(k, in)
	})
}

// nothing is the body of most responses.
var nothing = map[string]any{}

var kmsOperations = map[string]operation{
	"kms.CreateKey":    op(createKey),
	"kms.ReplicateKey": op(replicateKey),
	"kms.CreateAlias":  op(createAlias),
	"kms.UpdateAlias":  op(createAlias),
	"kms.DeleteAlias":  op(deleteAlias),
	"kms.ListAliases":  op(listAliases),
	"kms.DescribeKey": onKey(func(k *key, _ keyInput) (any, error) {
		return map[string]any{"KeyMetadata": k.metadata()}, nil
	}),
	"kms.GetKeyPolicy": onKey(func(k *key, _ keyInput) (any, error) {
		return map[string]any{"Policy": k.policy, "PolicyName": "default"}, nil
	}),
	"kms.PutKeyPolicy": onKey(func(k *key, in keyInput) (any, error) {
		policy, err := acceptPolicy(in.Policy, in.BypassPolicyLockoutSafetyCheck)
		if err != nil {
			return nil, err
		}
		k.policy = policy
		return nothing, nil
	}),
	"kms.EnableKeyRotation":  onKey(func(k *key, in keyInput) (any, error) { return rotate(k, true, in) }),
	"kms.DisableKeyRotation": onKey(func(k *key, in keyInput) (any, error) { return rotate(k, false, in) }),
	"kms.GetKeyRotationStatus": onKey(func(k *key, _ keyInput) (any, error) {
		if k.primary != nil {
			k = k.primary
		}
		out := map[string]any{"KeyId": k.id, "KeyRotationEnabled": k.rotates}
		if k.rotates {
			out["RotationPeriodInDays"] = k.period
		}
		return out, nil
	}),
	"kms.EnableKey":  onKey(func(k *key, _ keyInput) (any, error) { k.state = "Enabled"; return nothing, nil }),
	"kms.DisableKey": onKey(func(k *key, _ keyInput) (any, error) { k.state = "Disabled"; return nothing, nil }),
	"kms.UpdateKeyDescription": onKey(func(k *key, in keyInput) (any, error) {
		k.description = in.Description
		return nothing, nil
	}),
	"kms.ScheduleKeyDeletion": onKey(func(k *key, _ keyInput) (any, error) {
		k.state = "PendingDeletion"
		return map[string]any{"KeyId": k.arn(), "KeyState": k.state}, nil
	}),
	"kms.TagResource": onKey(func(k *key, in keyInput) (any, error) { addTags(k.tags, in.Tags); return nothing, nil }),
	"kms.UntagResource": onKey(func(k *key, in keyInput) (any, error) {
		maps.DeleteFunc(k.tags, func(name, _ string) bool { return slices.Contains(in.TagKeys, name) })
		return nothing, nil
	}),
	"kms.ListResourceTags": onKey(func(k *key, _ keyInput) (any, error) {
		tags := []map[string]string{}
		for _, name := range sortedKeys(k.tags) {
			tags = append(tags, map[string]string{"TagKey": name, "TagValue": k.tags[name]})
		}
		return map[string]any{"Tags": tags, "Truncated": false}, nil
	}),
}

func rotate(k *key, on bool, in keyInput) (any, error) {
	if !k.canRotate() {
		return nil, refusal("UnsupportedOperationException", "%s cannot be rotated", k.arn())
	}
	k.rotates = on
	if in.RotationPeriodInDays != 0 {
		k.period = in.RotationPeriodInDays
	}
	return nothing, nil
}
