package registry

// The inputs of boldlink/dynamodb/aws; variables.tf.
var (
	// The block is there only if the map has an element, and enabled is then required in it.
	boldlinkMap     = &Switch{Input: Input{Name: "server_side_encryption", Path: []string{"enabled"}, Type: "map(string)", Default: "false"}, On: "true"}
	boldlinkMapKey  = &Input{Name: "server_side_encryption", Path: []string{"kms_key_arn"}, Type: "map(string)", Default: `"alias/aws/dynamodb"`}
	boldlinkEnable  = &Switch{Input: Input{Name: "sse_enabled", Type: "bool", Default: "false"}, On: "true"}
	boldlinkKey     = &Input{Name: "sse_kms_key_arn", Type: "string", Default: "null"}
	boldlinkReplica = &Replicas{Input: Input{Name: "replica", Type: "map(string)", Default: "{}"}, Form: Single, Region: "region_name", Key: "kms_key_arn"}
	boldlinkOwn     = &OwnKey{
		Create:   &Input{Name: "create_sse_kms_key", Type: "bool", Default: "false"},
		Rotation: &Input{Name: "enable_key_rotation", Type: "bool", Default: "true"},
	}
)

// The inputs of clouddrove/dynamodb/aws; variables.tf.
var (
	clouddroveEnable = &Switch{Input: Input{Name: "enable_encryption", Type: "bool", Default: "true"}, On: "true"}
	clouddroveKey    = &Input{Name: "server_side_encryption_kms_key_arn", Type: "string", Default: "null"}
	clouddroveNames  = &Replicas{Input: Input{Name: "replicas", Type: "list(string)", Default: "[]"}, Form: Names}
	clouddroveCreate = []Input{{Name: "enabled", Type: "bool", Default: "true"}}
)

// The inputs that list the replicas of schubergphilis/mcaf-dynamodb/aws and of
// skyleague/aws-dynamodb; variables.tf. Both are declared with optional().
var (
	mcafReplicas = &Replicas{Input: Input{Name: "replica_regions", Type: "list(object)", Default: "[]"}, Form: Objects, Region: "region_name", Key: "kms_key_arn"}
	skyReplicas  = &Replicas{Input: Input{Name: "replica_settings", Type: "map(object)", Default: "{}"}, Form: ByRegion, Key: "kms_key_arn"}
	skyKey       = &Input{Name: "kms_key_arn", Type: "string", Default: "null"}
)

// smallTableModules make a table of any kind, too, and are called less often.
var smallTableModules = []Module{
	{ // v1.0.16 to v3.0.9: main.tf, variables.tf. A replica may have a key, the table may not.
		Name:    "QuiNovas/dynamodb-table/aws",
		Sources: []string{"github.com/quinovas/terraform-aws-dynamodb-table"},
		Doc:     "https://registry.terraform.io/modules/QuiNovas/dynamodb-table/aws",
		Read:    "3.0.9",
		Versions: []Version{
			{From: "1.0.16", Mode: Always, Tables: 1},
			{From: "3.0.8", Mode: Always, Replicas: &Replicas{Input: Input{Name: "replica", Type: "any", Default: "[]"}, Form: Objects, Region: "region_name", Key: "kms_key_arn"}, Tables: 1},
		},
	},
	{ // 1.0.0 to 1.2.0: main.tf, variables.tf, versions.tf
		Name:    "boldlink/dynamodb/aws",
		Sources: []string{"github.com/boldlink/terraform-aws-dynamodb"},
		Doc:     "https://registry.terraform.io/modules/boldlink/dynamodb/aws",
		Read:    "1.2.0",
		Versions: []Version{
			{From: "1.0.0", Mode: BySwitch, Enable: boldlinkMap, Key: boldlinkMapKey, Replicas: boldlinkReplica, Tables: 1},
			{From: "1.1.0", Mode: BySwitch, Enable: boldlinkEnable, Key: boldlinkKey, Own: boldlinkOwn, Replicas: boldlinkReplica, Tables: 1, Provider: Majors{4, 0}},
		},
	},
	{ // 0.15.0 to v1.0.3: main.tf, variables.tf, versions.tf
		Name:    "clouddrove/dynamodb/aws",
		Sources: []string{"github.com/clouddrove/terraform-aws-dynamodb"},
		Doc:     "https://registry.terraform.io/modules/clouddrove/dynamodb/aws",
		Read:    "1.0.3",
		Versions: []Version{
			{From: "0.15.0", Mode: BySwitch, Enable: clouddroveEnable, Key: clouddroveKey, Replicas: clouddroveNames, Create: clouddroveCreate, Tables: 1, Provider: Majors{3, 0}},
			{From: "1.0.2", Mode: BySwitch, Enable: clouddroveEnable, Key: clouddroveKey, Replicas: clouddroveNames, Create: clouddroveCreate, Tables: 1, Provider: Majors{5, 0}},
		},
	},
	{ // v0.1.0 to v0.2.0: main.tf, variables.tf, versions.tf
		Name:    "schubergphilis/mcaf-dynamodb/aws",
		Sources: []string{"github.com/schubergphilis/terraform-aws-mcaf-dynamodb"},
		Doc:     "https://registry.terraform.io/modules/schubergphilis/mcaf-dynamodb/aws",
		Read:    "0.2.0",
		Versions: []Version{
			{From: "0.1.0", Mode: Always, Key: &Input{Name: "kms_key_arn", Type: "string", Default: `"aws/dynamodb"`}, Replicas: mcafReplicas, Tables: 1, Provider: Majors{4, 0}},
			{From: "0.1.1", Mode: Always, Key: &Input{Name: "kms_key_arn", Type: "string"}, Replicas: mcafReplicas, Tables: 1, Provider: Majors{4, 0}},
		},
	},
	{ // v1.0.0 to v3.0.0: main.tf, variables.tf, versions.tf
		Name:    "skyleague/aws-dynamodb",
		Sources: []string{"github.com/skyleague/aws-dynamodb"},
		Doc:     "https://github.com/skyleague/aws-dynamodb",
		Read:    "3.0.0",
		Versions: []Version{
			{From: "1.0.0", Mode: Always, Key: skyKey, Replicas: skyReplicas, Tables: 1, Provider: Majors{4, 4}},
			{From: "2.0.0", Mode: Always, Key: skyKey, Replicas: skyReplicas, Tables: 1, Provider: Majors{5, 5}},
			{From: "3.0.0", Mode: Always, Key: skyKey, Replicas: skyReplicas, Tables: 1},
		},
	},
	{ // 1.0 to 4.0.0: main.tf, variables.tf
		Name:    "ministryofjustice/cloud-platform-terraform-dynamodb-cluster",
		Sources: []string{"github.com/ministryofjustice/cloud-platform-terraform-dynamodb-cluster"},
		Doc:     "https://github.com/ministryofjustice/cloud-platform-terraform-dynamodb-cluster",
		Read:    "4.0.0",
		Versions: []Version{
			{From: "1.0", Mode: BySwitch, Enable: &Switch{Input: Input{Name: "enable_encryption", Type: "string", Default: `"true"`}, On: `"true"`}, Tables: 1},
		},
	},
	{ // 0.1.0 to 1.0.4: main.tf, variables.tf
		Name:     "nsbno/terraform-aws-dynamodb",
		Sources:  []string{"github.com/nsbno/terraform-aws-dynamodb"},
		Doc:      "https://github.com/nsbno/terraform-aws-dynamodb",
		Read:     "1.0.4",
		Versions: []Version{{From: "0.1.0", Mode: Never, Tables: 1}},
	},
	{ // v1.0.0 to v2.0.5: main.tf, variables.tf
		Name:     "variant-inc/terraform-aws-dynamodb",
		Sources:  []string{"github.com/variant-inc/terraform-aws-dynamodb"},
		Doc:      "https://github.com/variant-inc/terraform-aws-dynamodb",
		Read:     "2.0.5",
		Versions: []Version{{From: "1.0.0", Mode: Always, Tables: 1}},
	},
}
