package registry

// plainBackendModules make a table that locks Terraform's state without a word
// on its encryption.
var plainBackendModules = []Module{
	{ // v1.0.0 to v1.1.1: main.tf. The module's own key is the bucket's.
		Name:      "squareops/tfstate/aws",
		Sources:   []string{"github.com/squareops/terraform-aws-tfstate"},
		Doc:       "https://registry.terraform.io/modules/squareops/tfstate/aws",
		Read:      "1.1.1",
		StateLock: true,
		Versions:  []Version{{From: "1.0.0", Mode: Never, Tables: 1}},
	},
	{ // v0.1.0 to v0.1.10: main.tf. The module's own key is the bucket's.
		Name:      "terraform-in-action/s3backend/aws",
		Sources:   []string{"github.com/terraform-in-action/terraform-aws-s3backend"},
		Doc:       "https://registry.terraform.io/modules/terraform-in-action/s3backend/aws",
		Read:      "0.1.10",
		StateLock: true,
		Versions:  []Version{{From: "0.1.0", Mode: Never, Tables: 1}},
	},
	{ // v0.1.2 to v0.1.9: main.tf. The module's own key is the bucket's.
		Name:      "scottwinkler/s3backend/aws",
		Sources:   []string{"github.com/scottwinkler/terraform-aws-s3backend"},
		Doc:       "https://registry.terraform.io/modules/scottwinkler/s3backend/aws",
		Read:      "0.1.9",
		StateLock: true,
		Versions:  []Version{{From: "0.1.2", Mode: Never, Tables: 1}},
	},
	{ // v1.0.2 to v1.3.3: main.tf, variables.tf
		Name:      "youngfeldt/backend-s3/aws",
		Sources:   []string{"github.com/youngfeldt/terraform-aws-backend-s3"},
		Doc:       "https://registry.terraform.io/modules/youngfeldt/backend-s3/aws",
		Read:      "1.3.3",
		StateLock: true,
		Versions: []Version{
			{From: "1.0.2", Mode: Never, Tables: 1},
			{From: "1.1.0", Mode: Never, Create: []Input{{Name: "create_dynamodb_table", Type: "bool", Default: "false"}}, Tables: 1},
			{From: "1.2.0", Mode: Never, Create: []Input{{Name: "create_dynamodb_lock_table", Type: "bool", Default: "false"}}, Tables: 1},
		},
	},
	{ // 1.0.0 to 3.0.0: dynamodb.tf
		Name:      "infrahouse/state-bucket/aws",
		Sources:   []string{"github.com/infrahouse/terraform-aws-state-bucket", "registry.infrahouse.com/infrahouse/state-bucket/aws"},
		Doc:       "https://registry.terraform.io/modules/infrahouse/state-bucket/aws",
		Read:      "3.0.0",
		StateLock: true,
		Versions:  []Version{{From: "1.0.0", Mode: NoTable}, {From: "2.0.0", Mode: Never, Tables: 1}},
	},
	{ // 0.1.0 to 0.1.4: main.tf
		Name:      "zenml-io/remote-state/aws",
		Sources:   []string{"github.com/zenml-io/terraform-aws-remote-state"},
		Doc:       "https://registry.terraform.io/modules/zenml-io/remote-state/aws",
		Read:      "0.1.4",
		StateLock: true,
		Versions:  []Version{{From: "0.1.0", Mode: Never, Tables: 1}},
	},
	{ // 1.0.0 to 2.0.1: main.tf
		Name:      "Young-ook/tfstate/aws",
		Sources:   []string{"github.com/young-ook/terraform-aws-tfstate"},
		Doc:       "https://registry.terraform.io/modules/Young-ook/tfstate/aws",
		Read:      "2.0.1",
		StateLock: true,
		Versions:  []Version{{From: "1.0.0", Mode: Never, Tables: 1}},
	},
	{ // 0.0.1 to 2.1.0: main.tf
		Name:      "DNXLabs/terraform-aws-backend",
		Sources:   []string{"github.com/dnxlabs/terraform-aws-backend"},
		Doc:       "https://github.com/DNXLabs/terraform-aws-backend",
		Read:      "2.1.0",
		StateLock: true,
		Versions:  []Version{{From: "0.0.1", Mode: Never, Tables: 1}},
	},
	{ // v1.0.0 to v2.0.0: main.tf
		Name:      "byu-oit/terraform-aws-backend-s3",
		Sources:   []string{"github.com/byu-oit/terraform-aws-backend-s3"},
		Doc:       "https://github.com/byu-oit/terraform-aws-backend-s3",
		Read:      "2.0.0",
		StateLock: true,
		Versions:  []Version{{From: "1.0.0", Mode: Never, Tables: 1}},
	},
}

// streamModules read a Kinesis stream on servers that share their work by
// tables, without a word on the tables' encryption.
var streamModules = []Module{
	{ // v0.1.0 to v0.7.1: main.tf. The tables kcl and, before 0.7.0, config.
		Name:     "snowplow-devops/enrich-kinesis-ec2/aws",
		Sources:  []string{"github.com/snowplow-devops/terraform-aws-enrich-kinesis-ec2"},
		Doc:      "https://registry.terraform.io/modules/snowplow-devops/enrich-kinesis-ec2/aws",
		Read:     "0.7.1",
		Versions: []Version{{From: "0.1.0", Mode: Never, Tables: 2}, {From: "0.7.0", Mode: Never, Tables: 1}},
	},
	{ // v0.1.0 to v0.4.1: main.tf
		Name:     "snowplow-devops/transformer-kinesis-ec2/aws",
		Sources:  []string{"github.com/snowplow-devops/terraform-aws-transformer-kinesis-ec2"},
		Doc:      "https://registry.terraform.io/modules/snowplow-devops/transformer-kinesis-ec2/aws",
		Read:     "0.4.1",
		Versions: []Version{{From: "0.1.0", Mode: Never, Tables: 1}},
	},
	{ // v0.1.0 to v0.6.0: main.tf
		Name:     "snowplow-devops/s3-loader-kinesis-ec2/aws",
		Sources:  []string{"github.com/snowplow-devops/terraform-aws-s3-loader-kinesis-ec2"},
		Doc:      "https://registry.terraform.io/modules/snowplow-devops/s3-loader-kinesis-ec2/aws",
		Read:     "0.6.0",
		Versions: []Version{{From: "0.1.0", Mode: Never, Tables: 1}},
	},
	{ // v0.1.0 to v0.5.1: main.tf
		Name:     "snowplow-devops/postgres-loader-kinesis-ec2/aws",
		Sources:  []string{"github.com/snowplow-devops/terraform-aws-postgres-loader-kinesis-ec2"},
		Doc:      "https://registry.terraform.io/modules/snowplow-devops/postgres-loader-kinesis-ec2/aws",
		Read:     "0.5.1",
		Versions: []Version{{From: "0.1.0", Mode: Never, Tables: 1}},
	},
}
