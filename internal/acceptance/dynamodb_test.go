package acceptance

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// A table is a DynamoDB table in all its regions.
type table struct {
	name          string
	serial        int
	spec          tableSpec
	keySchema     []any
	globalIndexes []map[string]any
	localIndexes  []map[string]any
	ttl           string // the attribute, if it is on
	members       map[string]*member
}

// A member is a table in one of its regions.
type member struct {
	key    *key // nil: one that AWS owns
	stream string
	backup bool // point in time recovery
	tags   map[string]string
}

// A tableSpec is what CreateTable and UpdateTable both take.
type tableSpec struct {
	TableName                 string
	AttributeDefinitions      []any
	BillingMode               string
	DeletionProtectionEnabled *bool
	OnDemandThroughput        any
	ProvisionedThroughput     any
	SSESpecification          *sseSpecification
	StreamSpecification       *streamSpecification
	TableClass                string
}

type sseSpecification struct {
	Enabled        bool
	KMSMasterKeyId string
	SSEType        string
}

type streamSpecification struct {
	StreamEnabled  bool
	StreamViewType string `json:",omitempty"`
}

type createInput struct {
	tableSpec
	KeySchema              []any
	GlobalSecondaryIndexes []map[string]any
	LocalSecondaryIndexes  []map[string]any
	Tags                   []tag
}

// onTable makes an operation of a function of an existing table.
func onTable(do func(t *table, m *member, in tableInput) (any, error)) operation {
	return op(func(_ *standIn, r *region, in tableInput) (any, error) {
		name := in.TableName
		if in.ResourceArn != "" {
			_, name, _ = strings.Cut(in.ResourceArn, ":table/")
		}
		t := r.tables[name]
		if t == nil {
			return nil, notFound(name)
		}
		return do(t, t.members[r.name], in)
	})
}

type tableInput struct {
	TableName               string
	ResourceArn             string
	NextToken               string
	Tags                    []tag
	TagKeys                 []string
	TimeToLiveSpecification struct {
		AttributeName string
		Enabled       bool
	}
	PointInTimeRecoverySpecification struct {
		PointInTimeRecoveryEnabled bool
		RecoveryPeriodInDays       int
	}
}

func notFound(table string) error {
	return refusal("ResourceNotFoundException", "Requested resource not found: Table: %s not found", table)
}

func invalid(format string, args ...any) error {
	return refusal("ValidationException", "One or more parameter values were invalid: "+format, args...)
}

var dynamoDBOperations = map[string]operation{
	"dynamodb.CreateTable": op(createTable),
	"dynamodb.UpdateTable": op(updateTable),
	"dynamodb.DescribeTable": op(func(_ *standIn, r *region, in tableInput) (any, error) {
		t := r.tables[in.TableName]
		if t == nil {
			return nil, notFound(in.TableName)
		}
		return map[string]any{"Table": t.describe(r)}, nil
	}),
	"dynamodb.DeleteTable": op(deleteTable),
	"dynamodb.TagResource": onTable(func(_ *table, m *member, in tableInput) (any, error) {
		addTags(m.tags, in.Tags)
		return nothing, nil
	}),
	"dynamodb.UntagResource": onTable(func(_ *table, m *member, in tableInput) (any, error) {
		maps.DeleteFunc(m.tags, func(name, _ string) bool { return slices.Contains(in.TagKeys, name) })
		return nothing, nil
	}),
	"dynamodb.ListTagsOfResource": onTable(func(_ *table, m *member, _ tableInput) (any, error) {
		tags := []map[string]string{}
		for _, name := range sortedKeys(m.tags) {
			tags = append(tags, map[string]string{"Key": name, "Value": m.tags[name]})
		}
		return map[string]any{"Tags": tags}, nil
	}),
	"dynamodb.DescribeTimeToLive": onTable(func(t *table, _ *member, _ tableInput) (any, error) {
		out := map[string]string{"TimeToLiveStatus": state(t.ttl != "")}
		if t.ttl != "" {
			out["AttributeName"] = t.ttl
		}
		return map[string]any{"TimeToLiveDescription": out}, nil
	}),
	"dynamodb.UpdateTimeToLive": onTable(func(t *table, _ *member, in tableInput) (any, error) {
		t.ttl = ""
		if in.TimeToLiveSpecification.Enabled {
			t.ttl = in.TimeToLiveSpecification.AttributeName
		}
		return map[string]any{"TimeToLiveSpecification": in.TimeToLiveSpecification}, nil
	}),
	"dynamodb.DescribeContinuousBackups": onTable(describeBackups),
	"dynamodb.UpdateContinuousBackups": onTable(func(t *table, m *member, in tableInput) (any, error) {
		m.backup = in.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled
		return describeBackups(t, m, in)
	}),
}

func state(on bool) string {
	if on {
		return "ENABLED"
	}
	return "DISABLED"
}

func describeBackups(_ *table, m *member, _ tableInput) (any, error) {
	recovery := map[string]any{"PointInTimeRecoveryStatus": state(m.backup)}
	if m.backup {
		recovery["RecoveryPeriodInDays"] = 35
	}
	return map[string]any{"ContinuousBackupsDescription": map[string]any{
		"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery,
	}}, nil
}

func createTable(s *standIn, r *region, in createInput) (any, error) {
	if r.tables[in.TableName] != nil {
		return nil, refusal("ResourceInUseException", "Table already exists: %s", in.TableName)
	}
	s.serial++
	t := &table{name: in.TableName, spec: in.tableSpec, serial: s.serial, members: map[string]*member{}}
	t.keySchema, t.globalIndexes, t.localIndexes = in.KeySchema, in.GlobalSecondaryIndexes, in.LocalSecondaryIndexes
	m := &member{tags: map[string]string{}}
	addTags(m.tags, in.Tags)
	if in.SSESpecification != nil {
		k, err := s.encryptionKey(r, *in.SSESpecification)
		if err != nil {
			return nil, err
		}
		m.key = k
	}
	t.members[r.name] = m
	s.setStream(t, in.StreamSpecification)
	r.tables[t.name] = t
	return map[string]any{"TableDescription": t.describe(r)}, nil
}

func deleteTable(_ *standIn, r *region, in tableInput) (any, error) {
	t := r.tables[in.TableName]
	switch {
	case t == nil:
		return nil, notFound(in.TableName)
	case t.spec.DeletionProtectionEnabled != nil && *t.spec.DeletionProtectionEnabled:
		return nil, refusal("ValidationException", "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	case len(t.members) > 1:
		return nil, refusal("ValidationException", "Replica deletion is not allowed while the table has replicas: %s", t.name)
	}
	delete(r.tables, t.name)
	return map[string]any{"TableDescription": t.describe(r)}, nil
}

// setStream turns the stream of every region on or off. A stream that is
// turned on is a new one.
func (s *standIn) setStream(t *table, spec *streamSpecification) {
	t.spec.StreamSpecification = spec
	for _, m := range t.members {
		m.stream = ""
		if spec != nil && spec.StreamEnabled {
			s.serial++
			m.stream = streamLabel(s.serial)
		}
	}
}

func streamLabel(serial int) string {
	return time.Unix(1700000000, 0).Add(time.Duration(serial) * time.Second).UTC().Format("2006-01-02T15:04:05.000")
}
