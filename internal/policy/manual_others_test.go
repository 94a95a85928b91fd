package policy

// Which resource a statement of a key policy is about.
var resources = []row{
	{"the key is *", doc(`{"Effect":"Allow","Principal":"*","Action":SIX,"Resource":["arn:aws:s3:::b","*"]}`), openToAccount(table), "yes", ""},
	{"an ARN may be another key's", doc(`{"Effect":"Allow","Principal":"*","Action":SIX,"Resource":"arn:aws:kms:us-east-1:111122223333:key/1"}`), openToAccount(table), "no", "limited by its Resource"},
	{"even one that matches every key", doc(`{"Effect":"Allow","Principal":"*","Action":SIX,"Resource":"arn:aws:kms:*:*:key/*"}`), openToAccount(table), "no", "limited by its Resource"},
	{"unless it is the key's own", doc(`{"Effect":"Allow","Principal":"*","Action":SIX,"Resource":"⟨key⟩"}`), openToAccount(Target{Key: "⟨key⟩"}), "yes", ""},
	{"which an empty string is not", doc(`{"Effect":"Allow","Principal":"*","Action":SIX,"Resource":""}`), openToAccount(table), "no", "limited by its Resource"},
	{"all but something may be anything", doc(`{"Effect":"Allow","Principal":"*","Action":SIX,"NotResource":"*"}`), openToAccount(table), "no", "limited by its Resource"},
	{"a statement without one has no effect", doc(`{"Effect":"Allow","Principal":"*","Action":SIX}`), openToAccount(table), "no", "limited by its Resource"},
}

const (
	tableARN = "arn:aws:dynamodb:us-east-1:111122223333:table/orders"
	keyARN   = "arn:aws:kms:us-east-1:111122223333:key/1"
)

// What an IAM policy of an identity allows.
var identities = []row{
	{"an action that is named, on everything", doc(`{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":"*"}`), allows("kms:Decrypt", keyARN), "yes", ""},
	{"and no other", doc(`{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":"*"}`), allows("kms:Encrypt", keyARN), "no", ""},
	{"all but some actions", doc(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`), allows("kms:Decrypt", keyARN), "yes", ""},
	{"and not those", doc(`{"Effect":"Allow","NotAction":"kms:*","Resource":"*"}`), allows("kms:Decrypt", keyARN), "no", ""},
	{"an action that is not known may be any", doc(`{"Effect":"Allow","Action":"⟨action⟩","Resource":"*"}`), allows("kms:Decrypt", keyARN), "maybe", ""},
	{"on the resource that is named", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-east-1:111122223333:table/orders"}`), allows("dynamodb:GetItem", tableARN), "yes", ""},
	{"and no other", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-east-1:111122223333:table/users"}`), allows("dynamodb:GetItem", tableARN), "no", ""},
	{"on those that a pattern matches", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/ord*"}`), allows("dynamodb:GetItem", tableARN), "yes", ""},
	{"a * that has to reach over a colon is not sure to", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*"}`), allows("dynamodb:GetItem", tableARN), "maybe", ""},
	{"not even to make up for another part", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:*:us-east-1::1111*:table/orders"}`), allows("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:us-east-1::111122223333:table/orders"), "maybe", ""},
	{"all but some resources", doc(`{"Effect":"Allow","Action":"dynamodb:*","NotResource":"arn:aws:dynamodb:us-east-1:111122223333:table/users"}`), allows("dynamodb:GetItem", tableARN), "yes", ""},
	{"an opaque resource is itself", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":["⟨table⟩","⟨table⟩/index/*"]}`), allows("dynamodb:GetItem", "⟨table⟩"), "yes", ""},
	{"and may be another", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-east-1:111122223333:table/orders"}`), allows("dynamodb:GetItem", "⟨table⟩"), "maybe", ""},
	{"or be matched", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"⟨x⟩"}`), allows("dynamodb:GetItem", tableARN), "maybe", ""},
	{"an opaque name may be any", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/orders-*"}`), allows("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:111122223333:table/⟨name⟩"), "maybe", ""},
	{"or any that begins so", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/orders-*"}`), allows("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:111122223333:table/orders-⟨name⟩"), "maybe", ""},
	{"but none that begins in another way", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/users-*"}`), allows("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:111122223333:table/orders-⟨name⟩"), "no", ""},
	{"or ends", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:⟨region⟩:*:table/⟨name⟩-users"}`), allows("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:111122223333:table/⟨name⟩-orders"), "no", ""},
	{"an opaque pattern ends so, too", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/⟨name⟩-users"}`), allows("dynamodb:GetItem", tableARN), "no", ""},
	{"or has parts that are not known", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"⟨arn⟩/orders"}`), allows("dynamodb:GetItem", tableARN), "maybe", ""},
	{"which a denial has, too", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"},{"Effect":"Deny","Action":"dynamodb:*","NotResource":"arn:aws:dynamodb:*:*:table/users-⟨name⟩"}`), allows("dynamodb:GetItem", tableARN), "no", ""},
	{"of the ARN of a key nothing is known", doc(`{"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:us-east-1:444455556666:key/⟨id⟩"}`), allows("kms:Decrypt", keyARN), "maybe", ""},
	{"a variable may be anything", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/${aws:username}"}`), allows("dynamodb:GetItem", tableARN), "maybe", ""},
	{"an empty resource is none", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":""}`), allows("dynamodb:GetItem", ""), "maybe", ""},
	{"a policy that names no resource is none of an identity", doc(`{"Effect":"Allow","Action":"dynamodb:*"}`), allows("dynamodb:GetItem", tableARN), "maybe", ""},
	{"one that names principals neither", doc(`{"Effect":"Allow","Principal":"*","Action":"dynamodb:*","Resource":"*"}`), allows("dynamodb:GetItem", tableARN), "maybe", ""},
	{"a condition may hold", doc(`{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"x"}}}`), allows("dynamodb:GetItem", tableARN), "maybe", ""},
	{"or surely hold: the call is made through DynamoDB", doc(`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"StringLike":{"kms:ViaService":"dynamodb.*.amazonaws.com"}}}`), allows("kms:Decrypt", keyARN), "yes", ""},
	{"or surely not", doc(`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"StringLike":{"kms:ViaService":"s3.*.amazonaws.com"}}}`), allows("kms:Decrypt", keyARN), "no", ""},
	{"which is said of KMS only", doc(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"kms:ViaService":"s3.*.amazonaws.com"}}}`), allows("dynamodb:GetItem", tableARN), "maybe", ""},
	{"the account is known for all", doc(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}}`), allows("dynamodb:GetItem", tableARN), "yes", ""},
	{"a denial ends it", doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"kms:Decrypt","Resource":"*"}`), allows("kms:Decrypt", keyARN), "no", ""},
	{"before or after", doc(`{"Effect":"Deny","Action":"kms:Decrypt","Resource":"*"}`, `{"Effect":"Allow","Action":"*","Resource":"*"}`), allows("kms:Decrypt", keyARN), "no", ""},
	{"and is one by itself", doc(`{"Effect":"Deny","NotAction":["dynamodb:*","logs:*"],"Resource":"*"}`), denies("kms:Decrypt", keyARN), "yes", ""},
	{"not of what is only not allowed", doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`), denies("kms:Decrypt", keyARN), "no", ""},
	{"nor of another resource", doc(`{"Effect":"Deny","Action":"kms:*","Resource":"arn:aws:kms:us-east-1:111122223333:key/other"}`), denies("kms:Decrypt", keyARN), "no", ""},
	{"nor of calls through others", doc(`{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"StringNotLike":{"kms:ViaService":"dynamodb.*.amazonaws.com"}}}`), denies("kms:Decrypt", keyARN), "no", ""},
	{"one that may hold makes it unsure", doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}`), allows("kms:Decrypt", keyARN), "maybe", ""},
	{"one of other actions does not matter", doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"s3:*","Resource":"*"}`), allows("kms:Decrypt", keyARN), "yes", ""},
	{"an effect that is not known may deny", doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"⟨effect⟩","Action":"*","Resource":"*"}`), allows("kms:Decrypt", keyARN), "maybe", ""},
	{"or allow", doc(`{"Effect":"⟨effect⟩","Action":"*","Resource":"*"}`), allows("kms:Decrypt", keyARN), "maybe", ""},
	{"and so may a statement", doc(`"⟨statement⟩"`), allows("kms:Decrypt", keyARN), "maybe", ""},
	{"no statements allow nothing", doc(), allows("kms:Decrypt", keyARN), "no", ""},
}

// What an opaque string at the place of something else does.
var unknowns = []row{
	{"a statement that is not known may deny", doc(open, `"⟨statement⟩"`), openToAccount(table), "no", "statement 2 may deny kms:Encrypt"},
	{"all statements, too", `{"Statement":"⟨statements⟩"}`, openToAccount(table), "no", "statement 1 may deny"},
	{"an effect that is not known may deny", doc(open, `{"Effect":"⟨effect⟩","Principal":"*","Action":"kms:*","Resource":"*"}`), openToAccount(table), "no", "statement 2 may deny"},
	{"principals that are not known are not everyone", doc(may(`"⟨principals⟩"`)), openToAccount(table), "no", "limited by its Principal"},
	{"and may be anyone who is denied", deny(`"Principal":"⟨principals⟩","Action":"kms:*","Resource":"*"`), openToAccount(table), "no", "may deny"},
	{"a list with one that is not known still has the others", doc(may(`{"AWS":["⟨role⟩","*"]}`)), openToAccount(table), "yes", ""},
	{"actions that are not known are not the six", doc(`{"Effect":"Allow","Principal":"*","Action":"⟨actions⟩","Resource":"*"}`), openToAccount(table), "no", "limited by its Action"},
	{"and may be those that are denied", deny(`"Principal":"*","Action":"⟨actions⟩","Resource":"*"`), openToAccount(table), "no", "may deny"},
	{"conditions that are not known may not hold", doc(`{"Effect":"Allow","Principal":"*","Action":SIX,"Resource":"*","Condition":"⟨conditions⟩"}`), openToAccount(table), "no", "limited by its condition"},
	{"nor do those of an operator", doc(`{"Effect":"Allow","Principal":"*","Action":SIX,"Resource":"*","Condition":{"StringEquals":"⟨conditions⟩"}}`), openToAccount(table), "no", "limited by its condition StringEquals"},
	{"nor does an operator", under(`"⟨operator⟩":{"kms:CallerAccount":"111122223333"}`), openToAccount(table), "no", "limited by its condition ⟨operator⟩"},
	{"nor a key", under(`"StringEquals":{"⟨key⟩":"111122223333"}`), openToAccount(table), "no", "limited by its condition"},
	{"nor a value", under(`"StringEquals":{"kms:CallerAccount":"⟨x⟩"}`), openToAccount(table), "no", "limited by its condition"},
	{"unless another value does", under(`"StringEquals":{"kms:CallerAccount":["⟨x⟩","111122223333"]}`), openToAccount(table), "yes", ""},
	{"a boolean neither", doc(`{"Effect":"Allow","Principal":"*","NotAction":"kms:CreateGrant","Resource":"*"}`,
		`{"Effect":"Allow","Principal":"*","Action":"kms:CreateGrant","Resource":"*","Condition":{"Bool":{"kms:GrantIsForAWSResource":"⟨x⟩"}}}`), openToAccount(table), "no", "kms:CreateGrant"},
	{"a version that is not known changes nothing", `{"Version":"⟨version⟩","Statement":` + open + `}`, openToAccount(table), "yes", ""},
	{"nor does a name", `{"Id":"⟨id⟩","Statement":{"Sid":"⟨sid⟩","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`, openToAccount(table), "yes", "allowed by statement 1"},
}
