package registry

// The inputs of terraform-aws-modules/dynamodb-table/aws, the same in all
// releases; variables.tf.
var (
	tamEnable  = &Switch{Input: Input{Name: "server_side_encryption_enabled", Type: "bool", Default: "false"}, On: "true"}
	tamKey     = &Input{Name: "server_side_encryption_kms_key_arn", Type: "string", Default: "null"}
	tamCreate  = []Input{{Name: "create_table", Type: "bool", Default: "true"}}
	tamNames   = &Replicas{Input: Input{Name: "replica_regions", Type: "list(string)", Default: "[]"}, Form: Names}
	tamObjects = &Replicas{Input: Input{Name: "replica_regions", Type: "any", Default: "[]"}, Form: Objects, Region: "region_name", Key: "kms_key_arn"}
	tamStrong  = &Replicas{Input: Input{Name: "replica_regions", Type: "any", Default: "[]"}, Form: Objects, Region: "region_name", Key: "kms_key_arn", Consistency: "consistency_mode"}
	tamRegion  = &Input{Name: "region", Type: "string", Default: "null"}
	// One of three resources is the table: this, autoscaled, autoscaled_gsi_ignore.
	tamMoves = []string{"autoscaling_enabled", "ignore_changes_global_secondary_index"}
)

// The inputs of cloudposse/dynamodb/aws; variables.tf, and context.tf, where
// enabled = null leaves it to context.enabled.
var (
	cloudposseText    = &Switch{Input: Input{Name: "enable_encryption", Type: "string", Default: `"true"`}, On: `"true"`}
	cloudposseEnable  = &Switch{Input: Input{Name: "enable_encryption", Type: "bool", Default: "true"}, On: "true"}
	cloudposseKey     = &Input{Name: "server_side_encryption_kms_key_arn", Type: "string", Default: "null"}
	cloudposseNames   = &Replicas{Input: Input{Name: "replicas", Type: "list(string)", Default: "[]"}, Form: Names}
	cloudposseEnabled = Input{Name: "enabled", Type: "bool", Default: "null", Else: &Input{Name: "context", Path: []string{"enabled"}, Type: "any", Default: "true"}}
)

// The inputs of mineiros-io/dynamodb/aws; variables.tf. local.sse maps kms_type,
// which is CUSTOMER_MANAGED or AWS_OWNED by the key where it is null.
var (
	mineirosSwitch = &Switch{Input: Input{Name: "server_side_encryption", Type: "bool", Default: "true"}, On: "true"}
	mineirosKey    = &Input{Name: "kms_key_arn", Type: "string", Default: "null"}
	mineirosType   = &Switch{Input: Input{Name: "kms_type", Type: "string", Default: "null"}, On: `"CUSTOMER_MANAGED"`}
	mineirosCreate = []Input{{Name: "module_enabled", Type: "bool", Default: "true"}}
	mineirosNames  = &Replicas{Input: Input{Name: "replica_region_names", Type: "set(string)", Default: "[]"}, Form: Names}
)

// tableModules are those that make a table of any kind and take its key.
var tableModules = []Module{
	{ // v0.2.0 to v5.5.0: main.tf, variables.tf, versions.tf
		Name:    "terraform-aws-modules/dynamodb-table/aws",
		Sources: []string{"github.com/terraform-aws-modules/terraform-aws-dynamodb-table"},
		Doc:     "https://registry.terraform.io/modules/terraform-aws-modules/dynamodb-table/aws",
		Read:    "5.5.0",
		Versions: []Version{
			{From: "0.2.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Create: tamCreate, Tables: 1, Provider: Majors{2, 2}},
			{From: "0.7.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Create: tamCreate, Tables: 1, Provider: Majors{2, 3}},
			{From: "0.8.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamNames, Create: tamCreate, Tables: 1, Provider: Majors{2, 3}},
			{From: "0.10.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamNames, Create: tamCreate, Tables: 1, Provider: Majors{2, 0}},
			{From: "1.1.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamObjects, Create: tamCreate, Tables: 1, Provider: Majors{3, 0}},
			{From: "1.2.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamObjects, Create: tamCreate, Tables: 1, Moves: tamMoves[:1], Provider: Majors{3, 0}},
			{From: "3.0.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamObjects, Create: tamCreate, Tables: 1, Moves: tamMoves[:1], Provider: Majors{4, 0}},
			{From: "3.3.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamObjects, Create: tamCreate, Tables: 1, Moves: tamMoves, Provider: Majors{4, 0}},
			{From: "4.0.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamObjects, Create: tamCreate, Tables: 1, Moves: tamMoves, Provider: Majors{5, 0}},
			{From: "5.0.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamStrong, Create: tamCreate, Region: tamRegion, Tables: 1, Moves: tamMoves, Provider: Majors{6, 0}},
		},
	},
	{ // v2.0.0 to v5.5.0: wrappers/main.tf, which passes on each input as try(each.value.x, var.defaults.x, default)
		Name:    "terraform-aws-modules/dynamodb-table/aws//wrappers",
		Sources: []string{"github.com/terraform-aws-modules/terraform-aws-dynamodb-table"},
		Folder:  "wrappers",
		Doc:     "https://registry.terraform.io/modules/terraform-aws-modules/dynamodb-table/aws/latest/submodules/wrappers",
		Read:    "5.5.0",
		Items:   &Items{Input: "items", Defaults: "defaults"},
		Versions: []Version{
			{From: "2.0.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamObjects, Create: tamCreate, Moves: tamMoves[:1], Provider: Majors{3, 0}},
			{From: "3.0.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamObjects, Create: tamCreate, Moves: tamMoves[:1], Provider: Majors{4, 0}},
			{From: "3.3.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamObjects, Create: tamCreate, Moves: tamMoves, Provider: Majors{4, 0}},
			{From: "4.0.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamObjects, Create: tamCreate, Moves: tamMoves, Provider: Majors{5, 0}},
			{From: "5.0.0", Mode: BySwitch, Enable: tamEnable, Key: tamKey, Replicas: tamStrong, Create: tamCreate, Region: tamRegion, Moves: tamMoves, Provider: Majors{6, 0}},
		},
	},
	{ // 0.1.0 to v0.37.0: main.tf, variables.tf, context.tf, versions.tf; binbashar's fork has the same commits
		Name:    "cloudposse/dynamodb/aws",
		Sources: []string{"github.com/cloudposse/terraform-aws-dynamodb", "github.com/binbashar/terraform-aws-dynamodb"},
		Doc:     "https://registry.terraform.io/modules/cloudposse/dynamodb/aws",
		Read:    "0.37.0",
		Versions: []Version{
			{From: "0.1.0", Mode: Never, Tables: 1},
			{From: "0.2.0", Mode: BySwitch, Enable: cloudposseText, Tables: 1},
			{From: "0.8.0", Mode: BySwitch, Enable: cloudposseText, Create: []Input{{Name: "enabled", Type: "string", Default: `"true"`}}, Tables: 1},
			{From: "0.10.0", Mode: BySwitch, Enable: cloudposseEnable, Create: []Input{{Name: "enabled", Type: "bool", Default: "true"}}, Tables: 1},
			{From: "0.22.0", Mode: BySwitch, Enable: cloudposseEnable, Key: cloudposseKey, Create: []Input{{Name: "enabled", Type: "bool", Default: "true"}}, Tables: 1, Provider: Majors{2, 0}},
			{From: "0.23.0", Mode: BySwitch, Enable: cloudposseEnable, Key: cloudposseKey, Create: []Input{cloudposseEnabled}, Tables: 1, Provider: Majors{2, 0}},
			{From: "0.26.0", Mode: BySwitch, Enable: cloudposseEnable, Key: cloudposseKey, Replicas: cloudposseNames, Create: []Input{cloudposseEnabled}, Tables: 1, Provider: Majors{2, 0}},
			{From: "0.32.0", Mode: BySwitch, Enable: cloudposseEnable, Key: cloudposseKey, Replicas: cloudposseNames, Create: []Input{cloudposseEnabled}, Tables: 1, Provider: Majors{4, 0}},
		},
	},
	{ // v0.0.1 to v0.6.0: main.tf, variables.tf, versions.tf
		Name:    "mineiros-io/dynamodb/aws",
		Sources: []string{"github.com/mineiros-io/terraform-aws-dynamodb"},
		Doc:     "https://registry.terraform.io/modules/mineiros-io/dynamodb/aws",
		Read:    "0.6.0",
		Versions: []Version{
			{From: "0.0.1", Mode: BySwitch, Enable: mineirosSwitch, Key: mineirosKey, Create: mineirosCreate, Tables: 1, Provider: Majors{2, 2}},
			{From: "0.1.0", Mode: ByKey, Key: mineirosKey, Replicas: mineirosNames, Create: mineirosCreate, Tables: 1, Provider: Majors{2, 2}},
			{From: "0.1.2", Mode: ByKey, Enable: mineirosType, Key: mineirosKey, Replicas: mineirosNames, Create: mineirosCreate, Tables: 1, Provider: Majors{2, 2}},
			{From: "0.2.0", Mode: ByKey, Enable: mineirosType, Key: mineirosKey, Replicas: mineirosNames, Create: mineirosCreate, Tables: 1, Provider: Majors{2, 3}},
		},
	},
}
