package registry

// backendModules make a bucket for Terraform's state and a table that locks it,
// and say something about the table's encryption. Inputs called kms_master_key_id,
// sse_encryption and the like are about their buckets.
var backendModules = []Module{
	{ // 0.1.0 to v1.9.0: main.tf, variables.tf, context.tf. Before 1.0.0 the switch chooses between two resources.
		// In 0.24.0 and 0.25.0 enable_dynamodb = false only switches the encryption off.
		Name:      "cloudposse/tfstate-backend/aws",
		Sources:   []string{"github.com/cloudposse/terraform-aws-tfstate-backend"},
		Doc:       "https://registry.terraform.io/modules/cloudposse/tfstate-backend/aws",
		Read:      "1.9.0",
		StateLock: true,
		Versions: []Version{
			{From: "0.1.0", Mode: Always, Tables: 1},
			{From: "0.1.1", Mode: BySwitch, Enable: backendText, Tables: 1, Moves: backendMoves},
			{From: "0.8.0", Mode: BySwitch, Enable: backendEnable, Tables: 1, Moves: backendMoves},
			{From: "0.33.1", Mode: BySwitch, Enable: backendEnable, Create: []Input{cloudposseEnabled}, Tables: 1, Moves: backendMoves},
			{From: "0.34.0", Mode: BySwitch, Enable: backendEnable, Create: backendCreate, Tables: 1, Moves: backendMoves},
			{From: "1.0.0", Mode: Always, Create: backendCreate, Tables: 1},
		},
	},
	{ // v0.0.1 to v1.0.28: main.tf, variables.tf. The switch chooses between two resources by == "true": since 1.0.4
		// it is a bool, which is never equal to a string, and the table is the one without encryption.
		Name:      "binbashar/terraform-aws-tfstate-backend",
		Sources:   []string{"github.com/binbashar/terraform-aws-tfstate-backend"},
		Doc:       "https://github.com/binbashar/terraform-aws-tfstate-backend",
		Read:      "1.0.28",
		StateLock: true,
		Versions: []Version{
			{From: "0.0.1", Mode: Never, Tables: 1},
			{From: "1.0.0", Mode: BySwitch, Enable: backendText, Tables: 1, Moves: backendMoves},
			{From: "1.0.4", Mode: Never, Tables: 1},
		},
	},
	{ // 0.0.1 to v1.6.1: dynamo.tf, kms.tf, variables.tf. Table and replica have the keys of the buckets.
		Name:      "nozaq/remote-state-s3-backend/aws",
		Sources:   []string{"github.com/nozaq/terraform-aws-remote-state-s3-backend"},
		Doc:       "https://registry.terraform.io/modules/nozaq/remote-state-s3-backend/aws",
		Read:      "1.6.1",
		StateLock: true,
		Versions: []Version{
			{From: "0.0.1", Mode: Never, Tables: 1},
			{From: "1.1.0", Mode: BySwitch, Enable: nozaqEnable, Own: nozaqOwn, Tables: 1},
			{From: "1.3.0", Mode: BySwitch, Enable: nozaqEnable, Own: nozaqOwn, Replicas: nozaqReplica, Tables: 1},
		},
	},
	{ // v1.0.0 to v4.3.1: main.tf, variables.tf, versions.tf. The module's own key is the bucket's.
		Name:      "rhythmictech/backend/aws",
		Sources:   []string{"github.com/rhythmictech/terraform-aws-backend"},
		Doc:       "https://registry.terraform.io/modules/rhythmictech/backend/aws",
		Read:      "4.3.1",
		StateLock: true,
		Versions: []Version{
			{From: "1.0.0", Mode: Never, Tables: 1},
			{
				From: "4.1.0", Mode: BySwitch, Tables: 1, Provider: Majors{4, 0},
				Enable: &Switch{Input: Input{Name: "dynamodb_server_side_encryption", Type: "bool", Default: "true"}, On: "true"},
				Key:    &Input{Name: "dynamodb_kms_key_arn", Type: "string", Default: "null"},
			},
		},
	},
	{ // v0.1.0 to v7.0.0: main.tf, variables.tf
		Name:      "trussworks/bootstrap/aws",
		Sources:   []string{"github.com/trussworks/terraform-aws-bootstrap"},
		Doc:       "https://registry.terraform.io/modules/trussworks/bootstrap/aws",
		Read:      "7.0.0",
		StateLock: true,
		Versions:  []Version{{From: "0.1.0", Mode: Always, Tables: 1}},
	},
	{ // 0.1.0 to 1.3.0: main.tf, variables.tf
		Name:      "andyscott1547/remote-state/aws",
		Sources:   []string{"github.com/andyscott1547/terraform-aws-remote-state"},
		Doc:       "https://registry.terraform.io/modules/andyscott1547/remote-state/aws",
		Read:      "1.3.0",
		StateLock: true,
		Versions:  []Version{{From: "0.1.0", Mode: Always, Tables: 1}},
	},
}

// The inputs of cloudposse/tfstate-backend/aws and of binbashar's rewrite of it.
var (
	backendText   = &Switch{Input: Input{Name: "enable_server_side_encryption", Type: "string", Default: `"true"`}, On: `"true"`}
	backendEnable = &Switch{Input: Input{Name: "enable_server_side_encryption", Type: "bool", Default: "true"}, On: "true"}
	backendMoves  = []string{"enable_server_side_encryption"}
	backendCreate = []Input{{Name: "dynamodb_enabled", Type: "bool", Default: "true"}, cloudposseEnabled}
)

// The inputs of nozaq/remote-state-s3-backend/aws.
var (
	nozaqEnable  = &Switch{Input: Input{Name: "dynamodb_enable_server_side_encryption", Type: "bool", Default: "false"}, On: "true"}
	nozaqOwn     = &OwnKey{Rotation: &Input{Name: "kms_key_enable_key_rotation", Type: "bool", Default: "true"}}
	nozaqReplica = &Replicas{Input: Input{Name: "enable_replication", Type: "bool", Default: "true"}, Form: Flag}
)
