package policy

// under asks whether everyone of the account may use the key under conditions.
func under(conditions string) string { return doc(everyoneMay(conditions)) }

// Under which conditions a statement still lets everyone of the account in.
var conditions = []row{
	{"the caller's account is the table's", under(`"StringEquals":{"kms:CallerAccount":"111122223333"}`), openToAccount(table), "yes", ""},
	{"so is the principal's", under(`"StringEquals":{"aws:PrincipalAccount":"111122223333"}`), openToAccount(table), "yes", ""},
	{"keys are matched in any case", under(`"StringEquals":{"AWS:principalaccount":"111122223333"}`), openToAccount(table), "yes", ""},
	{"operators are not: AWS documents one spelling", under(`"stringequals":{"kms:CallerAccount":"111122223333"}`), openToAccount(table), "no", "condition stringequals kms:CallerAccount"},
	{"one of several values is enough", under(`"StringEquals":{"kms:CallerAccount":["444455556666","111122223333"]}`), openToAccount(table), "yes", ""},
	{"a value may be a number", under(`"StringEquals":{"kms:CallerAccount":111122223333}`), openToAccount(table), "yes", ""},
	{"another account is not the table's", under(`"StringEquals":{"kms:CallerAccount":"444455556666"}`), openToAccount(table), "no", "condition StringEquals kms:CallerAccount"},
	{"StringEquals knows no wildcards", under(`"StringEquals":{"kms:CallerAccount":"*"}`), openToAccount(table), "no", ""},
	{"StringLike does", under(`"StringLike":{"kms:CallerAccount":"1111*"}`), openToAccount(table), "yes", ""},
	{"a * matches an account that is not known", under(`"StringLike":{"kms:CallerAccount":"*"}`), openToAccount(nowhere), "yes", ""},
	{"digits may not", under(`"StringLike":{"kms:CallerAccount":"????????????"}`), openToAccount(unknown), "no", ""},
	{"an unknown account is none of the known ones", under(`"StringEquals":{"kms:CallerAccount":"111122223333"}`), openToAccount(nowhere), "no", ""},
	{"and no empty string", under(`"StringEquals":{"kms:CallerAccount":""}`), openToAccount(nowhere), "no", ""},
	{"several keys must all hold", under(`"StringEquals":{"kms:CallerAccount":"111122223333","kms:ViaService":"dynamodb.us-east-1.amazonaws.com"}`), openToAccount(table), "yes", ""},
	{"one that does not is enough to keep out", under(`"StringEquals":{"kms:CallerAccount":"111122223333","kms:ViaService":"s3.us-east-1.amazonaws.com"}`), openToAccount(table), "no", "kms:ViaService"},
	{"several operators must all hold", under(`"StringEquals":{"kms:CallerAccount":"111122223333"},"StringLike":{"kms:ViaService":"s3.*.amazonaws.com"}`), openToAccount(table), "no", "condition StringLike kms:ViaService"},

	{"DynamoDB in the table's region", under(`"StringEquals":{"kms:ViaService":"dynamodb.us-east-1.amazonaws.com"}`), openToAccount(table), "yes", ""},
	{"among other services", under(`"StringEquals":{"kms:ViaService":["s3.us-east-1.amazonaws.com","dynamodb.us-east-1.amazonaws.com"]}`), openToAccount(table), "yes", ""},
	{"in another region", under(`"StringEquals":{"kms:ViaService":"dynamodb.eu-west-1.amazonaws.com"}`), openToAccount(table), "no", ""},
	{"in a region when the table's is unknown", under(`"StringEquals":{"kms:ViaService":"dynamodb.us-east-1.amazonaws.com"}`), openToAccount(unknown), "no", ""},
	{"in every region", under(`"StringLike":{"kms:ViaService":"dynamodb.*.amazonaws.com"}`), openToAccount(unknown), "yes", ""},
	{"in every region and partition", under(`"StringLike":{"kms:ViaService":"dynamodb.*"}`), openToAccount(unknown), "yes", ""},
	{"in every region whose name ends so", under(`"StringLike":{"kms:ViaService":"dynamodb.*-1.amazonaws.com"}`), openToAccount(unknown), "no", ""},
	{"as it does here", under(`"StringLike":{"kms:ViaService":"dynamodb.*-1.amazonaws.com"}`), openToAccount(table), "yes", ""},
	{"in a region of nine characters when the table's is unknown", under(`"StringLike":{"kms:ViaService":"dynamodb.?????????.amazonaws.com"}`), openToAccount(unknown), "no", ""},
	{"a * in StringEquals is a star, which no region has", under(`"StringEquals":{"kms:ViaService":"dynamodb.*.amazonaws.com"}`), openToAccount(table), "no", ""},
	{"the name of the service is the same in China", under(`"StringEquals":{"kms:ViaService":"dynamodb.us-east-1.amazonaws.com.cn"}`), openToAccount(table), "no", ""},
	{"the region is that of a data source, here and there", under(`"StringEquals":{"kms:ViaService":"dynamodb.⟨region⟩.amazonaws.com"}`), openToAccount(Target{Region: "⟨region⟩"}), "yes", ""},
	{"which may be any", under(`"StringLike":{"kms:ViaService":"dynamodb.*.amazonaws.com"}`), openToAccount(Target{Region: "⟨region⟩"}), "yes", ""},
	{"and is not that of another", under(`"StringEquals":{"kms:ViaService":"dynamodb.⟨region⟩.amazonaws.com"}`), openToAccount(table), "no", ""},
	{"case matters", under(`"StringEquals":{"kms:ViaService":"DynamoDB.us-east-1.amazonaws.com"}`), openToAccount(table), "no", ""},
	{"unless it is told not to", under(`"StringEqualsIgnoreCase":{"kms:ViaService":"DynamoDB.us-east-1.amazonaws.com"}`), openToAccount(table), "yes", ""},
	{"which compares opaque strings as they are", under(`"StringEqualsIgnoreCase":{"kms:CallerAccount":"⟨ACCOUNT⟩"}`), openToAccount(unknown), "no", ""},

	{"a key that is there passes IfExists as it would without", under(`"StringEqualsIfExists":{"kms:CallerAccount":"111122223333"}`), openToAccount(table), "yes", ""},
	{"or does not", under(`"StringEqualsIfExists":{"kms:CallerAccount":"444455556666"}`), openToAccount(table), "no", ""},
	{"set operators are not for keys with one value", under(`"ForAnyValue:StringEquals":{"kms:CallerAccount":"111122223333"}`), openToAccount(table), "no", "condition ForAnyValue:StringEquals kms:CallerAccount"},
	{"neither is ForAllValues", under(`"ForAllValues:StringEquals":{"kms:CallerAccount":"111122223333"}`), openToAccount(table), "no", ""},
	{"negations are not taken as proof", under(`"StringNotEquals":{"kms:CallerAccount":"444455556666"}`), openToAccount(table), "no", "condition StringNotEquals kms:CallerAccount"},
	{"nor is the absence of a key", under(`"Null":{"aws:SourceAccount":"true"}`), openToAccount(table), "no", "condition Null aws:SourceAccount"},
	{"aws:SourceAccount is set when a service calls for itself", under(`"StringEquals":{"aws:SourceAccount":"111122223333"}`), openToAccount(table), "no", "condition StringEquals aws:SourceAccount"},
	{"who belongs to the organization is not known", under(`"StringEquals":{"aws:PrincipalOrgID":"o-1"}`), openToAccount(table), "no", "condition StringEquals aws:PrincipalOrgID"},
	{"a list of roles is not everyone", under(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}`), openToAccount(table), "no", ""},
	{"grants for AWS resources are CreateGrant's", under(`"Bool":{"kms:GrantIsForAWSResource":"true"}`), openToAccount(table), "no", "kms:Encrypt"},
	{"and DynamoDB's are such", doc(
		`{"Effect":"Allow","Principal":"*","NotAction":"kms:CreateGrant","Resource":"*"}`,
		`{"Effect":"Allow","Principal":"*","Action":"kms:CreateGrant","Resource":"*","Condition":{"Bool":{"kms:GrantIsForAWSResource":"true"}}}`), openToAccount(table), "yes", "statement 1, statement 2"},
	{"grants for other things are not", doc(
		`{"Effect":"Allow","Principal":"*","NotAction":"kms:CreateGrant","Resource":"*"}`,
		`{"Effect":"Allow","Principal":"*","Action":"kms:CreateGrant","Resource":"*","Condition":{"Bool":{"kms:GrantIsForAWSResource":"false"}}}`), openToAccount(table), "no", "kms:CreateGrant"},
	{"a boolean is true or false, and no other word", doc(
		`{"Effect":"Allow","Principal":"*","NotAction":"kms:CreateGrant","Resource":"*"}`,
		`{"Effect":"Allow","Principal":"*","Action":"kms:CreateGrant","Resource":"*","Condition":{"Bool":{"kms:GrantIsForAWSResource":"yes"}}}`), openToAccount(table), "no", "kms:CreateGrant"},
	{"and is compared as one", doc(
		`{"Effect":"Allow","Principal":"*","NotAction":"kms:CreateGrant","Resource":"*"}`,
		`{"Effect":"Allow","Principal":"*","Action":"kms:CreateGrant","Resource":"*","Condition":{"StringLike":{"kms:GrantIsForAWSResource":"*"}}}`), openToAccount(table), "no", "kms:CreateGrant"},
	{"a condition on an account is narrow, and delegates to IAM all the same", doc(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"111122223333"}}}`), delegatesToIAM(table), "yes", ""},
	{"one that may not hold does not", doc(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`), delegatesToIAM(table), "no", "condition Bool aws:MultiFactorAuthPresent"},
	{"no conditions are none", doc(`{"Effect":"Allow","Principal":"*","Action":SIX,"Resource":"*","Condition":{}}`), openToAccount(table), "yes", ""},
	{"a policy variable is not known", under(`"StringEquals":{"kms:CallerAccount":"${aws:PrincipalAccount}"}`), openToAccount(table), "no", ""},
	{"not even where the variable would be a pattern", under(`"StringLike":{"kms:CallerAccount":"*${*}"}`), openToAccount(table), "no", ""},
}
