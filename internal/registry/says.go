package registry

import (
	"slices"
	"strings"
	"unicode"
)

// elsewhere are words that a module's name has beside dynamodb if it makes
// something else for tables that there are.
var elsewhere = []string{
	"admin", "alarm", "alarms", "autoscale", "autoscaler", "autoscaling", "backup", "backups", "cloudwatch",
	"connector", "dashboard", "dashboards", "dax", "endpoint", "endpoints", "export", "exporter", "iam", "item",
	"items", "key", "keys", "local", "metrics", "monitor", "monitoring", "permissions", "policies", "policy", "proxy",
	"role", "roles", "scaling", "sink", "trigger", "triggers", "unlock",
}

// SaysDynamoDB reports whether a remote source is called as a module that makes
// DynamoDB tables: by its name or its folder, not by its owner. It is meant for
// what Lookup does not know, and may err on the side of saying so.
func SaysDynamoDB(source string) bool {
	a, ok := parse(source)
	if !ok || a.system != "" && a.system != "aws" {
		return false
	}
	words := strings.FieldsFunc(a.name+"/"+strings.ToLower(a.folder), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return slices.ContainsFunc(words, namesTable) && !slices.ContainsFunc(words, func(word string) bool {
		return slices.Contains(elsewhere, word)
	})
}

// namesTable takes dynamodb, dynamodbs, dynamo (dynamo-db) and ddb.
func namesTable(word string) bool {
	return strings.HasPrefix(word, "dynamodb") || word == "dynamo" || word == "ddb"
}
