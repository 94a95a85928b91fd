package keys

import (
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// words splits a name or description.
var words = lazyregexp.New(`[\p{L}\p{N}']+`)

// otherPurpose are words with which a name that mentions DynamoDB says that
// the key is for something else, or for nothing.
var otherPurpose = strings.Fields(`
	not no non never dont don't cannot without except unless other unrelated instead deprecated obsolete legacy old unused former delete deleted remove removed
	temporary temp retired nicht kein keine pas jamais sans nunca sem não nao sin niet geen ej inte
	stream streams streaming export exports exported exporter import imports backup backups restore snapshot snapshots archive archives replication
	sns sqs s3 ses ecr ecs eks ebs efs ec2 rds dax ssm emr msk topic topics queue queues bucket buckets lambda lambdas function functions
	kinesis firehose log logs logging cloudwatch cloudtrail aurora redshift glue athena secret secrets parameter parameters event events eventbridge
	opensearch elasticsearch elasticache redis neptune documentdb appsync apigateway cognito codepipeline codebuild artifact artifacts pipeline
	sagemaker bedrock mq dms sfn keyspaces timestream memorydb fsx quicksight amplify pipes scheduler xray`)

// abandoned is what any text about a key says when nothing new should use it.
var abandoned = lazyregexp.New(`\b(deprecated|obsolete|legacy|unused|retired|disused|temporary|not (be )?used?|stop using)\b|n't use\b`)

// isAbandoned reports whether a text says so.
func isAbandoned(text string) bool {
	return abandoned.MatchString(strings.ToLower(strings.ReplaceAll(text, "_", " ")))
}

// saysDynamoDB reports whether a text says that a key is for DynamoDB tables.
// In doubt it does not.
func saysDynamoDB(text string) bool {
	found := false
	for _, word := range words.FindAllString(strings.ToLower(strings.ReplaceAll(text, "_", " ")), -1) {
		if slices.Contains(otherPurpose, word) {
			return false
		}
		found = found || strings.HasPrefix(word, "dynamo")
	}
	return found
}

// unmeant tells why a key does not count as one for DynamoDB, "" when it does:
// its label, description or alias, or a statement of its policy, says that it is,
// and none of these that it is for something else, or for nothing any more.
func (c *Chooser) unmeant(key *terraform.Resource) string {
	texts := []string{key.Name}
	add := func(r *terraform.Resource, name string) {
		if a := r.Attribute(name); a != nil {
			if text, found := c.In.Text(a.Expr, nil); found {
				texts = append(texts, text)
			}
		}
	}
	for _, name := range []string{"description", "name", "key_id"} {
		add(key, name)
	}
	for _, alias := range c.In.OfType("aws_kms_alias") {
		if a := alias.Attribute("target_key_id"); a != nil && detect.RefersTo(c.In, alias, a, key) {
			texts = append(texts, alias.Name)
			add(alias, "name")
		}
	}
	says := false
	for _, text := range texts {
		if mentionsOther(text) || isAbandoned(text) {
			return "its label, description or alias says that it is for something else"
		}
		says = says || saysDynamoDB(text)
	}
	if says || c.accessTo(key).policy.MeantForDynamoDB() {
		return ""
	}
	return "nothing says that it is for DynamoDB"
}

// mentionsOther reports whether a text that mentions DynamoDB says that a key
// is for something else.
func mentionsOther(text string) bool {
	return strings.Contains(strings.ToLower(text), "dynamo") && !saysDynamoDB(text)
}
