package registry

import (
	"slices"
	"testing"
)

func TestSaysDynamoDB(t *testing.T) {
	says := []string{
		"app.terraform.io/acme/dynamodb/aws",
		"toluna-terraform/dynamodb/aws",
		"figurate/dynamodb-table/aws//modules/single-table",
		"pomo-studio/dynamodb-global-table/aws",
		"vistaprint/dynamodb-tables/aws",
		"acme/dynamo-db/aws",
		"acme/ddb_table/aws",
		table + "//examples/global-tables",
		"my-devops-way/s3-dynamodb-remote-backend/aws",
		"git::https://github.com/pgetech/epic-pipeline-module-aws-dynamodb.git?ref=main",
		"git@github.com:acme/aws-dynamodb.git?ref=v0.0.0",
		"github.com/rpstreef/tf-dynamodb?ref=v1.0",
		"git::https://github.com/gft-laboratory/modules-shared.git//DynamoDB?ref=v0.0.1",
		"git::https://gitlab.com/mygroup/big-connect.git//modules/dynamodb?ref=v1.0.0",
		"git::git.example.com/acme/terraform-aws-dynamodb",
		"tfr:///acme/dynamodb-lock/aws?version=1.0.0",
	}
	silent := []string{
		"snowplow-devops/dynamodb-autoscaling/aws",
		"git::https://github.com/cloudposse/terraform-aws-dynamodb-autoscaler.git?ref=tags/0.2.5",
		"acme/dynamodb-auto-scaling/aws",
		"dod-iac/dynamodb-kms-key/aws",
		"acme/dynamodb-exporter/aws",
		"acme/dynamodb-backup/aws",
		"github.com/Cloud-42/terraform-aws-dynamodb-table-item",
		"github.com/Maev4l/terraform-modules//modules/lambda-trigger-dynamodb?ref=v1.5.1",
		"github.com/acme/terraform-aws-dynamodb//modules/iam-policy",
		"dynamodb/vpc/aws",
		"github.com/dynamodb/terraform-aws-vpc",
		"acme/dynamodb/google",
		"acme/dynamic-table/aws",
		"acme/dynamodb/",
		"./modules/dynamodb",
		"./modules/dynamodb/aws",
		"../dynamodb-table",
		"/srv/modules/dynamodb",
		"/dynamodb/aws",
		"",
	}
	for _, source := range slices.Concat(says, silent) {
		if got, want := SaysDynamoDB(source), slices.Contains(says, source); got != want {
			t.Errorf("%q: %v, want %v", source, got, want)
		}
	}
}

func FuzzSaysDynamoDB(f *testing.F) {
	for _, c := range sources {
		f.Add(c.source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if SaysDynamoDB(source) && SaysDynamoDB("./"+source) {
			t.Errorf("./%q is local", source)
		}
	})
}
