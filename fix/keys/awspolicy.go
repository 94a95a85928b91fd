package keys

import (
	"cmkify/internal/lazyregexp"
	"cmkify/internal/policy"
)

// awsPolicies are the managed policies of AWS that allow access to items, as
// far as that and keys go.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
var awsPolicies = map[string]string{
	"AmazonDynamoDBFullAccess":           `{"Statement":[{"Effect":"Allow","Action":["dynamodb:*","kms:DescribeKey","kms:ListAliases"],"Resource":"*"}]}`,
	"AmazonDynamoDBFullAccess_v2":        `{"Statement":[{"Effect":"Allow","Action":["dynamodb:*","kms:DescribeKey","kms:ListAliases"],"Resource":"*"}]}`,
	"AmazonDynamoDBReadOnlyAccess":       `{"Statement":[{"Effect":"Allow","Action":["dynamodb:BatchGetItem","dynamodb:GetItem","dynamodb:Query","dynamodb:Scan","dynamodb:PartiQLSelect","kms:DescribeKey","kms:ListAliases"],"Resource":"*"}]}`,
	"AWSLambdaInvocation-DynamoDB":       ``,
	"AdministratorAccess":                `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	"PowerUserAccess":                    `{"Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}]}`,
	"ReadOnlyAccess":                     `{"Statement":[{"Effect":"Allow","Action":["dynamodb:BatchGet*","dynamodb:Get*","dynamodb:Query","dynamodb:Scan","kms:Describe*","kms:Get*","kms:List*"],"Resource":"*"}]}`,
	"job-function/DatabaseAdministrator": `{"Statement":[{"Effect":"Allow","Action":["dynamodb:*","kms:ListKeys"],"Resource":"*"}]}`,
}

var awsPolicyARN = lazyregexp.New(`^arn:[^:]+:iam::aws:policy/(.+)$`)

// ofAWS returns a managed policy of AWS that allows access to items, nil for
// any other.
func ofAWS(arn string) *attached {
	m := awsPolicyARN.FindStringSubmatch(arn)
	if m == nil || awsPolicies[m[1]] == "" {
		return nil
	}
	p, err := policy.Parse(awsPolicies[m[1]], nil)
	return &attached{Policy: p, text: awsPolicies[m[1]], known: err == nil}
}
