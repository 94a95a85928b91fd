package acceptance

import (
	"fmt"
	"strings"
	"testing"
)

// TestStandIn holds the stand-in to the rules of AWS that decide whether a
// rewrite works. A step is a request and what must stand in the answer or the
// refusal; $n in it stands for the ARN of the n-th key of the steps before.
func TestStandIn(t *testing.T) {
	t.Parallel()
	const (
		east, west = "us-east-1", "us-west-2"
		create     = `{"TableName":"t","BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}`
		encrypt    = `{"TableName":"t","SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"%s"}}`
		replicate  = `{"TableName":"t","ReplicaUpdates":[{"Create":{"RegionName":"us-west-2"%s}}]}`
		describe   = `{"TableName":"t"}`
	)
	type step struct{ region, operation, body, want string }
	made := step{east, "dynamodb.CreateTable", create, "ACTIVE"}
	key := step{east, "kms.CreateKey", `{}`, "SYMMETRIC_DEFAULT"}
	keyWest := step{west, "kms.CreateKey", `{}`, "SYMMETRIC_DEFAULT"}
	for name, steps := range map[string][]step{
		"a key's ARN": {made, key,
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "$1"), "KMSMasterKeyArn:$1"},
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "$1"), "already encrypted"},
			{east, "dynamodb.UpdateTable", `{"TableName":"t","SSESpecification":{"Enabled":false}}`, "ACTIVE"},
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "$1"), "KMSMasterKeyArn:$1"}},
		"an alias's ARN is resolved": {made, key,
			{east, "kms.CreateAlias", `{"AliasName":"alias/a","TargetKeyId":"$1"}`, "map[]"},
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "arn:aws:kms:us-east-1:111122223333:alias/a"), "KMSMasterKeyArn:$1"}},
		"no such key": {made, key,
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "$1-2"), "ValidationException"}},
		"another region's key": {made, keyWest,
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "$1"), "ValidationException"}},
		"a disabled key": {made, key,
			{east, "kms.DisableKey", `{"KeyId":"$1"}`, "map[]"},
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "$1"), "is Disabled"}},
		"an asymmetric key": {made,
			{east, "kms.CreateKey", `{"CustomerMasterKeySpec":"RSA_2048","KeyUsage":"SIGN_VERIFY"}`, "RSA_2048"},
			{east, "kms.EnableKeyRotation", `{"KeyId":"$1"}`, "UnsupportedOperationException"},
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "$1"), "ValidationException"}},
		"no key is the AWS managed one": {made,
			{east, "dynamodb.UpdateTable", `{"TableName":"t","SSESpecification":{"Enabled":true}}`, "KMSMasterKeyArn"},
			{east, "kms.DescribeKey", `{"KeyId":"alias/aws/dynamodb"}`, "KeyManager:AWS"}},
		"a policy that shuts out": {
			{east, "kms.CreateKey", `{"Policy":"{\"Statement\":[]}"}`, "MalformedPolicyDocumentException"}},
		"a bare account is its root": {
			{east, "kms.CreateKey", `{"Policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"111122223333\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}]}"}`, "SYMMETRIC_DEFAULT"},
			{east, "kms.GetKeyPolicy", `{"KeyId":"$1"}`, "arn:aws:iam::111122223333:root"}},
		"a replica's key": {made, key, keyWest,
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "$1"), "KMSMasterKeyArn:$1"},
			{east, "dynamodb.UpdateTable", fmt.Sprintf(replicate, ""), "must be specified for each replica"},
			{east, "dynamodb.UpdateTable", fmt.Sprintf(replicate, `,"KMSMasterKeyId":"$1"`), "ValidationException"},
			{east, "dynamodb.UpdateTable", fmt.Sprintf(replicate, `,"KMSMasterKeyId":"$2"`), "KMSMasterKeyId:$2"},
			{west, "dynamodb.DescribeTable", describe, "KMSMasterKeyArn:$2"}},
		"replicas are switched together": {made, key, keyWest,
			{east, "dynamodb.UpdateTable", fmt.Sprintf(replicate, ""), "RegionName:us-west-2"},
			{east, "dynamodb.UpdateTable", fmt.Sprintf(encrypt, "$1"), "must be specified for each replica"},
			{east, "dynamodb.UpdateTable", `{"TableName":"t","ReplicaUpdates":[{"Update":{"RegionName":"us-east-1","KMSMasterKeyId":"$1"}}]}`, "must be specified for each replica"},
			{east, "dynamodb.UpdateTable", `{"TableName":"t","ReplicaUpdates":[{"Update":{"RegionName":"us-east-1","KMSMasterKeyId":"$1"}},{"Update":{"RegionName":"us-west-2","KMSMasterKeyId":"$2"}}]}`, "KMSMasterKeyArn:$1"},
			{west, "dynamodb.DescribeTable", describe, "KMSMasterKeyArn:$2"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			keys := []string{}
			for _, step := range steps {
				named := strings.NewReplacer(keys...)
				out, err := s.call(step.region, step.operation, []byte(named.Replace(step.body)))
				if err != nil {
					out = err
				}
				if got := fmt.Sprint(out); !strings.Contains(got, named.Replace(step.want)) {
					t.Errorf("%v gives %s", step, got)
				}
				if step.operation == "kms.CreateKey" && err == nil {
					keys = append(keys, fmt.Sprintf("$%d", len(keys)/2+1), s.newest(step.region).arn())
				}
			}
		})
	}
}

// newest returns the key of the region that was made last.
func (s *standIn) newest(region string) *key {
	keys := s.in(region).keys
	ids := sortedKeys(keys)
	return keys[ids[len(ids)-1]]
}
