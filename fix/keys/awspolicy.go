package keys

import (
	"maps"
	"path"
	"slices"

	"cmkify/internal/lazyregexp"
	"cmkify/internal/policy"
)

const (
	awsDynamoDB = `{"Statement":[{"Effect":"Allow","Action":["dynamodb:*","kms:DescribeKey","kms:ListAliases"],"Resource":"*"}]}`
	awsStreams  = `{"Statement":[{"Effect":"Allow","Action":["dynamodb:DescribeStream","dynamodb:GetRecords","dynamodb:GetShardIterator","dynamodb:ListStreams"],"Resource":"*"}]}`
)

// awsPolicies are the managed policies of AWS that allow access to items or
// streams, as far as that and keys go.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
var awsPolicies = map[string]string{
	"AmazonDynamoDBFullAccess":                      awsDynamoDB,
	"AmazonDynamoDBFullAccess_v2":                   awsDynamoDB,
	"AmazonDynamoDBReadOnlyAccess":                  `{"Statement":[{"Effect":"Allow","Action":["dynamodb:BatchGetItem","dynamodb:GetItem","dynamodb:Query","dynamodb:Scan","dynamodb:PartiQLSelect","dynamodb:GetRecords","kms:DescribeKey","kms:ListAliases"],"Resource":"*"}]}`,
	"AWSLambdaInvocation-DynamoDB":                  awsStreams,
	"service-role/AWSLambdaDynamoDBExecutionRole":   awsStreams,
	"service-role/AmazonElasticMapReduceforEC2Role": `{"Statement":[{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}]}`,
	"AdministratorAccess":                           `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	"PowerUserAccess":                               `{"Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}]}`,
	"ReadOnlyAccess":                                `{"Statement":[{"Effect":"Allow","Action":["dynamodb:BatchGet*","dynamodb:Get*","dynamodb:Query","dynamodb:Scan","kms:Describe*","kms:Get*","kms:List*"],"Resource":"*"}]}`,
	"job-function/DatabaseAdministrator":            `{"Statement":[{"Effect":"Allow","Action":["dynamodb:*","kms:ListKeys"],"Resource":"*"}]}`,
}

// awsOthers are common managed policies of AWS that allow nothing on tables.
var awsOthers = []string{
	"service-role/AWSLambdaBasicExecutionRole", "service-role/AWSLambdaVPCAccessExecutionRole", "service-role/AWSLambdaSQSQueueExecutionRole",
	"service-role/AWSLambdaKinesisExecutionRole", "service-role/AmazonECSTaskExecutionRolePolicy", "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
	"service-role/AWSAppSyncPushToCloudWatchLogs", "AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess", "CloudWatchAgentServerPolicy",
	"CloudWatchLogsFullAccess", "CloudWatchLambdaInsightsExecutionRolePolicy", "AmazonSSMManagedInstanceCore", "AmazonEC2ContainerRegistryReadOnly",
	"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEKSClusterPolicy", "AmazonS3ReadOnlyAccess", "AmazonS3FullAccess",
	"AmazonSQSFullAccess", "AmazonSNSFullAccess",
}

var awsPolicyARN = lazyregexp.New(`^arn:[^:]+:iam::aws:policy/(.+)$`)

// ofAWS returns what a managed policy allows on tables and keys. Only some of
// AWS's are known: any other may allow everything.
func ofAWS(arn string) attached {
	m := awsPolicyARN.FindStringSubmatch(arn)
	if m == nil {
		return attached{}
	}
	text := awsPolicies[m[1]]
	if text == "" {
		return attached{known: slices.Contains(awsOthers, m[1])}
	}
	p, err := policy.Parse(text, nil)
	return attached{Policy: p, writing: writingIn(text), known: err == nil}
}

// arnOfAWS returns the ARN of the known managed policy of AWS of that name, "" for
// none.
func arnOfAWS(name string) string {
	for _, known := range slices.Concat(slices.Collect(maps.Keys(awsPolicies)), awsOthers) {
		if path.Base(known) == name {
			return "arn:aws:iam::aws:policy/" + known
		}
	}
	return ""
}
