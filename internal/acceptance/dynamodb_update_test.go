package acceptance

type updateInput struct {
	tableSpec
	ReplicaUpdates []replicaUpdate
}

// A replicaUpdate holds one of three.
type replicaUpdate struct {
	Create *replicaAction
	Update *replicaAction
	Delete *replicaAction
}

type replicaAction struct {
	RegionName     string
	KMSMasterKeyId string
}

func updateTable(s *standIn, r *region, in updateInput) (any, error) {
	t := r.tables[in.TableName]
	if t == nil {
		return nil, notFound(in.TableName)
	}
	if in.SSESpecification != nil && len(in.ReplicaUpdates) > 0 {
		return nil, invalid("replica updates and encryption in one request")
	}
	if in.SSESpecification != nil {
		if err := s.encrypt(t, r, *in.SSESpecification); err != nil {
			return nil, err
		}
	}
	if err := s.updateReplicas(t, r, in.ReplicaUpdates); err != nil {
		return nil, err
	}
	if in.StreamSpecification != nil {
		s.setStream(t, in.StreamSpecification)
	}
	t.spec.update(in.tableSpec)
	return map[string]any{"TableDescription": t.describe(r)}, nil
}

// update takes over what the request says of billing, class and protection.
func (s *tableSpec) update(in tableSpec) {
	if in.AttributeDefinitions != nil {
		s.AttributeDefinitions = in.AttributeDefinitions
	}
	if in.BillingMode != "" {
		s.BillingMode = in.BillingMode
	}
	if in.DeletionProtectionEnabled != nil {
		s.DeletionProtectionEnabled = in.DeletionProtectionEnabled
	}
	if in.OnDemandThroughput != nil {
		s.OnDemandThroughput = in.OnDemandThroughput
	}
	if in.ProvisionedThroughput != nil {
		s.ProvisionedThroughput = in.ProvisionedThroughput
	}
	if in.TableClass != "" {
		s.TableClass = in.TableClass
	}
}

// encrypt switches the key of a table.
func (s *standIn) encrypt(t *table, r *region, spec sseSpecification) error {
	if len(t.members) > 1 && spec.KMSMasterKeyId != "" {
		return errReplicaWithoutKey
	}
	k, err := s.encryptionKey(r, spec)
	if err != nil {
		return err
	}
	if k != nil && k == t.members[r.name].key {
		return invalid("Table is already encrypted by given KMSMasterKeyId")
	}
	for name, m := range t.members {
		if m.key = k; name != r.name && k != nil {
			m.key, err = s.key(s.in(name), managedAlias)
		}
	}
	return err
}

// encryptionKey returns the key that a table of the region gets; nil is the
// one that AWS owns.
func (s *standIn) encryptionKey(r *region, spec sseSpecification) (*key, error) {
	switch {
	case !spec.Enabled && spec.KMSMasterKeyId != "":
		return nil, invalid("KMSMasterKeyId must not be specified when SSE is disabled")
	case !spec.Enabled:
		return nil, nil
	case spec.SSEType != "" && spec.SSEType != "KMS":
		return nil, invalid("SSEType %s is not supported", spec.SSEType)
	case spec.KMSMasterKeyId == "":
		return s.key(r, managedAlias)
	}
	return s.usableKey(r, spec.KMSMasterKeyId)
}

// usableKey returns the key of that id if DynamoDB can encrypt with it.
func (s *standIn) usableKey(r *region, id string) (*key, error) {
	k, err := s.key(r, id)
	switch {
	case err != nil:
		return nil, invalid("KMS validation error: %v", err)
	case k.state != "Enabled":
		return nil, invalid("KMS validation error: %s is %s", k.arn(), k.state)
	case k.spec != "SYMMETRIC_DEFAULT" || k.usage != "ENCRYPT_DECRYPT":
		return nil, invalid("KMS validation error: %s is a key of %s for %s", k.arn(), k.spec, k.usage)
	}
	return k, nil
}

var errReplicaWithoutKey = invalid("KMSMasterKeyId must be specified for each replica.")

// updateReplicas makes, switches and deletes replicas. A table has customer
// keys in all its regions, or in none.
func (s *standIn) updateReplicas(t *table, r *region, updates []replicaUpdate) error {
	keys := map[string]*key{} // by region, those that are switched
	for _, u := range updates {
		var err error
		switch {
		case u.Create != nil:
			err = s.createReplica(t, r, *u.Create)
		case u.Delete != nil:
			err = s.deleteReplica(t, *u.Delete)
		case t.members[u.Update.RegionName] == nil:
			err = invalid("Replica specified in the Replica Update or Replica Delete action of the request was not found")
		case u.Update.KMSMasterKeyId != "":
			keys[u.Update.RegionName], err = s.usableKey(s.in(u.Update.RegionName), u.Update.KMSMasterKeyId)
		}
		if err != nil {
			return err
		}
	}
	if len(keys) > 0 && len(keys) != len(t.members) {
		return errReplicaWithoutKey
	}
	changed := len(keys) == 0
	for name, k := range keys {
		changed = changed || t.members[name].key != k
		t.members[name].key = k
	}
	if !changed {
		return errReplicaWithoutKey // what AWS says to a switch that changes nothing
	}
	return nil
}

func (s *standIn) createReplica(t *table, r *region, in replicaAction) error {
	if t.members[in.RegionName] != nil || s.in(in.RegionName).tables[t.name] != nil {
		return invalid("Failed to create a the new replica of table with name: '%s' because one or more replicas already existed as tables", t.name)
	}
	if stream := t.spec.StreamSpecification; stream == nil || !stream.StreamEnabled || stream.StreamViewType != "NEW_AND_OLD_IMAGES" {
		return invalid("Table needs to have Streams enabled with new and old images before a replica is added")
	}
	there := s.in(in.RegionName)
	m := &member{tags: map[string]string{}}
	var err error
	switch own := t.members[r.name].key; {
	case (own != nil && own.manager == "CUSTOMER") != (in.KMSMasterKeyId != ""):
		return errReplicaWithoutKey
	case in.KMSMasterKeyId != "":
		m.key, err = s.usableKey(there, in.KMSMasterKeyId)
	case own != nil:
		m.key, err = s.key(there, managedAlias)
	}
	if err != nil {
		return err
	}
	s.serial++
	m.stream = streamLabel(s.serial)
	t.members[in.RegionName], there.tables[t.name] = m, t
	return nil
}

func (s *standIn) deleteReplica(t *table, in replicaAction) error {
	if t.members[in.RegionName] == nil {
		return invalid("Replica specified in the Replica Update or Replica Delete action of the request was not found")
	}
	delete(t.members, in.RegionName)
	delete(s.in(in.RegionName).tables, t.name)
	return nil
}
