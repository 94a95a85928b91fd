package policy

// The policies that are met in the wild.
var shapes = []row{
	{"cmkify's own policy opens the key to the account",
		cmkify("111122223333"), openToAccount(table), "yes", "allowed by statement 2 (AccountUsesKeyThroughDynamoDB)"},
	{"it does so where the account is a data source, and whatever the region",
		cmkify("⟨account⟩"), openToAccount(unknown), "yes", "allowed by statement 2 (AccountUsesKeyThroughDynamoDB)"},
	{"it does not for a table whose account is not known to be the same",
		cmkify("⟨account⟩"), openToAccount(table), "no", "condition StringEquals kms:CallerAccount"},
	{"it leaves the rest to IAM", cmkify("⟨account⟩"), delegatesToIAM(unknown), "yes", "allowed by statement 1 (AccountManagesKey)"},
	{"the AWS managed key's policy is open in its own region",
		awsManaged, openToAccount(table), "yes", "allowed by statement 1 (Allow access through Amazon DynamoDB"},
	{"and not known to be in another", awsManaged, openToAccount(Target{Account: "111122223333"}), "no", "condition StringEquals kms:ViaService"},
	{"its account may look at the key and no more", awsManaged, delegatesToIAM(table), "no", "kms:Encrypt is not surely allowed to the account"},
	{"the policy of a key without one lets nobody in by itself",
		defaultPolicy, openToAccount(table), "no", "statement 1 (Enable IAM User Permissions) is limited by its Principal"},
	{"but IAM policies count", defaultPolicy, delegatesToIAM(table), "yes", "allowed by statement 1"},
	{"terraform-aws-modules/kms writes the same with partition and account from data sources",
		doc(`{"Sid":"Default","Effect":"Allow","Principal":{"AWS":"arn:⟨partition⟩:iam::⟨account⟩:root"},"Action":"kms:*","Resource":"*"}`),
		delegatesToIAM(unknown), "yes", "allowed by statement 1 (Default)"},
	{"cloudposse/kms-key with its default policy is closed to the callers",
		cloudposse, openToAccount(unknown), "no", "is limited by its Principal"},
	{"and spreads what it delegates to IAM over statements: Create* covers grants",
		cloudposse, delegatesToIAM(unknown), "yes", "allowed by statement 1 (Allow access for Key Administrators), statement 2 (Allow use of the key)"},
	{"the console's wizard lets the chosen users in, grants for AWS resources included",
		wizard, openTo(table, roleA), "yes", "allowed by statement 3 (Allow use of the key), statement 4 (Allow attachment of persistent resources)"},
	{"its administrators administer only: Create* covers grants, no statement covers Encrypt",
		wizard, openTo(table, "arn:aws:iam::111122223333:role/admin"), "no", "kms:Encrypt is not surely allowed"},
	{"and no other principal is let in", wizard, openToAccount(table), "no", "kms:Encrypt is not surely allowed to every principal"},
	{"a key for SNS and SQS is not open to those who use a table",
		doc(root, `{"Effect":"Allow","Principal":{"Service":["sns.amazonaws.com","sqs.amazonaws.com"]},"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Resource":"*"}`),
		openToAccount(table), "no", ""},
	{"nor is one for CloudWatch Logs, whose encryption context is a condition",
		doc(root, `{"Effect":"Allow","Principal":{"Service":"logs.us-east-1.amazonaws.com"},"Action":["kms:Encrypt*","kms:Decrypt*","kms:ReEncrypt*","kms:GenerateDataKey*","kms:Describe*"],"Resource":"*",
			"Condition":{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:us-east-1:111122223333:*"}}}`),
		openToAccount(table), "no", ""},
	{"the key policy of the DynamoDB developer guide lets one user in",
		guide, openTo(table, "arn:aws:iam::111122223333:user/db-lead"), "yes", "allowed by statement 1"},
	{"and keeps out whoever IAM would let in", guide, delegatesToIAM(table), "no", "kms:Encrypt is not surely allowed to the account"},
	{"everything for the whole account is open", doc(`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"⟨account⟩"}}}`),
		openToAccount(unknown), "yes", ""},
	{"a root ARN is no account id: nobody passes that condition",
		doc(everyoneMay(`"StringEquals":{"kms:CallerAccount":"arn:aws:iam::111122223333:root"}`)), openToAccount(table), "no", "condition StringEquals kms:CallerAccount"},
	{"a key for EBS is open through EC2 only",
		doc(everyoneMay(`"StringEquals":{"kms:CallerAccount":"111122223333","kms:ViaService":"ec2.us-east-1.amazonaws.com"}`)), openToAccount(table), "no", "condition StringEquals kms:ViaService"},
	{"those who may read CloudTrail's logs may not write tables",
		doc(root, `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["kms:Decrypt","kms:ReEncryptFrom"],"Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"111122223333"},"StringLike":{"kms:EncryptionContext:aws:cloudtrail:arn":"arn:aws:cloudtrail:*:111122223333:trail/*"}}}`),
		openToAccount(table), "no", ""},
}

const root = `{"Sid":"Enable IAM User Permissions","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}`

var defaultPolicy = doc(root)

func cmkify(account string) string {
	return doc(`{"Sid":"AccountManagesKey","Effect":"Allow","Principal":{"AWS":"`+account+`"},"Action":"kms:*","Resource":"*"}`,
		`{"Sid":"AccountUsesKeyThroughDynamoDB","Effect":"Allow","Principal":{"AWS":"*"},"Action":SIX,"Resource":"*",
		"Condition":{"StringEquals":{"kms:CallerAccount":"`+account+`"},"StringLike":{"kms:ViaService":"dynamodb.*.amazonaws.com"}}}`)
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-policies
const awsManaged = `{"Version":"2012-10-17","Id":"auto-dynamodb-1","Statement":[
	{"Sid":"Allow access through Amazon DynamoDB for all principals in the account that are authorized to use Amazon DynamoDB","Effect":"Allow",
	 "Principal":{"AWS":"*"},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:CreateGrant","kms:DescribeKey"],"Resource":"*",
	 "Condition":{"StringEquals":{"kms:CallerAccount":"111122223333","kms:ViaService":"dynamodb.us-east-1.amazonaws.com"}}},
	{"Sid":"Allow direct access to key metadata to the account","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},
	 "Action":["kms:Describe*","kms:Get*","kms:List*","kms:RevokeGrant"],"Resource":"*"},
	{"Sid":"Allow DynamoDB Service with service principal name dynamodb.amazonaws.com to describe the key directly","Effect":"Allow",
	 "Principal":{"Service":"dynamodb.amazonaws.com"},"Action":["kms:Describe*","kms:Get*","kms:List*"],"Resource":"*"}]}`

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-customer-cmk-policy
var guide = doc(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/db-lead"},"Action":SIX,"Resource":"*","Condition":{"StringLike":{"kms:ViaService":"dynamodb.*.amazonaws.com"}}}`,
	`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/db-team"},"Action":["kms:Describe*","kms:Get*","kms:List*","kms:RevokeGrant"],"Resource":"*"}`)

const administer = `"Action":["kms:Create*","kms:Describe*","kms:Enable*","kms:List*","kms:Put*","kms:Update*","kms:Revoke*","kms:Disable*","kms:Get*","kms:Delete*","kms:TagResource","kms:UntagResource","kms:ScheduleKeyDeletion","kms:CancelKeyDeletion"],"Resource":"*"}`

// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
var wizard = doc(root,
	`{"Sid":"Allow access for Key Administrators","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/admin"},`+administer,
	`{"Sid":"Allow use of the key","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/a"},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey"],"Resource":"*"}`,
	`{"Sid":"Allow attachment of persistent resources","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/a"},"Action":["kms:CreateGrant","kms:ListGrants","kms:RevokeGrant"],"Resource":"*","Condition":{"Bool":{"kms:GrantIsForAWSResource":true}}}`)

var cloudposse = doc(
	`{"Sid":"Allow access for Key Administrators","Effect":"Allow","Principal":{"AWS":["⟨account⟩"]},`+administer,
	`{"Sid":"Allow use of the key","Effect":"Allow","Principal":{"AWS":["⟨account⟩"]},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey"],"Resource":"*"}`,
	`{"Sid":"Allow attachment of persistent resources","Effect":"Allow","Principal":{"AWS":["⟨account⟩"]},"Action":["kms:CreateGrant","kms:ListGrants","kms:RevokeGrant"],"Resource":"*"}`)
