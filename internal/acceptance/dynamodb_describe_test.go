package acceptance

import (
	"fmt"
	"maps"
	"slices"
)

// describe returns what DescribeTable says of the table in the region.
func (t *table) describe(r *region) map[string]any {
	m := t.members[r.name]
	arn := "arn:aws:dynamodb:" + r.name + ":" + account + ":table/" + t.name
	out := map[string]any{
		"TableName": t.name, "TableArn": arn, "TableId": fmt.Sprint(t.serial), "TableStatus": "ACTIVE",
		"CreationDateTime": 1700000000, "ItemCount": 0, "TableSizeBytes": 0,
		"AttributeDefinitions": t.spec.AttributeDefinitions, "KeySchema": t.keySchema,
		"DeletionProtectionEnabled": t.spec.DeletionProtectionEnabled != nil && *t.spec.DeletionProtectionEnabled,
		"ProvisionedThroughput":     t.spec.throughput(),
		"WarmThroughput":            map[string]any{"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"},
	}
	if t.spec.BillingMode == onDemand {
		out["BillingModeSummary"] = map[string]any{"BillingMode": onDemand}
	}
	if t.spec.OnDemandThroughput != nil {
		out["OnDemandThroughput"] = t.spec.OnDemandThroughput
	}
	if t.spec.TableClass != "" {
		out["TableClassSummary"] = map[string]any{"TableClass": t.spec.TableClass}
	}
	if m.stream != "" {
		out["StreamSpecification"] = t.spec.StreamSpecification
		out["LatestStreamLabel"] = m.stream
		out["LatestStreamArn"] = arn + "/stream/" + m.stream
	}
	if m.key != nil {
		out["SSEDescription"] = map[string]any{"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": m.key.arn()}
	}
	if replicas := t.replicasSeenFrom(r); len(replicas) > 0 {
		out["Replicas"], out["GlobalTableVersion"] = replicas, "2019.11.21"
	}
	if len(t.globalIndexes) > 0 {
		out["GlobalSecondaryIndexes"] = t.describeIndexes(t.globalIndexes, arn)
	}
	if len(t.localIndexes) > 0 {
		out["LocalSecondaryIndexes"] = t.describeIndexes(t.localIndexes, arn)
	}
	return out
}

const onDemand = "PAY_PER_REQUEST"

// throughput returns what AWS says of it: zeros for tables on demand.
func (s tableSpec) throughput() any {
	if s.BillingMode == onDemand || s.ProvisionedThroughput == nil {
		return map[string]any{"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0}
	}
	return s.ProvisionedThroughput
}

// replicasSeenFrom returns the table's other regions.
func (t *table) replicasSeenFrom(r *region) []any {
	var out []any
	for _, name := range slices.Sorted(maps.Keys(t.members)) {
		if name == r.name {
			continue
		}
		replica := map[string]any{"RegionName": name, "ReplicaStatus": "ACTIVE"}
		if k := t.members[name].key; k != nil {
			replica["KMSMasterKeyId"] = k.arn()
		}
		out = append(out, replica)
	}
	return out
}

func (t *table) describeIndexes(indexes []map[string]any, tableARN string) []any {
	var out []any
	for _, index := range indexes {
		described := maps.Clone(index)
		described["IndexStatus"] = "ACTIVE"
		described["IndexArn"] = fmt.Sprintf("%s/index/%s", tableARN, index["IndexName"])
		if described["ProvisionedThroughput"] == nil {
			described["ProvisionedThroughput"] = tableSpec{}.throughput()
		}
		out = append(out, described)
	}
	return out
}
