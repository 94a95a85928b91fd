package policy

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// A row of the manual is a policy, a question about it, and the answer. The
// rows stand in the manual_*_test.go files, by theme; what they say is the
// specification of this package.
type row struct {
	says   string // why the answer is what it is
	policy string
	ask    question
	want   string
	why    string // a part of the reason that is given
}

// A question returns the answer and the reason.
type question func(Policy) (answer, why string)

// The strings of the manual. Those in angle brackets are opaque.
var (
	table   = Target{Account: "111122223333", Region: "us-east-1"}
	unknown = Target{Account: "⟨account⟩"} // the account is a data source, the region not written
	nowhere = Target{}                     // nothing is known
)

const (
	roleA = "arn:aws:iam::111122223333:role/a"
	roleB = "arn:aws:iam::111122223333:role/b"
)

func blank(s string) string { return unknownPart.ReplaceAllString(s, "*") }

var unknownPart = regexp.MustCompile(`⟨[^⟩]*⟩?`)

func openToAccount(t Target) question {
	return func(p Policy) (string, string) { return answer(p.OpenToAccount(t)) }
}

func openTo(t Target, principals ...string) question {
	return func(p Policy) (string, string) { return answer(p.OpenTo(t, principals)) }
}

func delegatesToIAM(t Target) question {
	return func(p Policy) (string, string) { return answer(p.DelegatesToIAM(t)) }
}

func allows(action, resource string) question {
	return func(p Policy) (string, string) { return p.Allows(table, action, resource).String(), "" }
}

func denies(action, resource string) question {
	return func(p Policy) (string, string) { return p.Denies(table, action, resource).String(), "" }
}

func answer(yes bool, why string) (string, string) {
	if yes {
		return "yes", why
	}
	return "no", why
}

// doc makes a policy of statements. SIX is the list of actions that the
// DynamoDB developer guide wants.
func doc(statements ...string) string {
	text := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	return strings.ReplaceAll(text, "SIX", six)
}

const six = `["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey","kms:CreateGrant"]`

// everyoneMay is a statement that lets everyone use the key, under conditions.
func everyoneMay(conditions string) string {
	return `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":SIX,"Resource":"*","Condition":{` + conditions + `}}`
}

// may is a statement that lets a principal use the key.
func may(principal string) string {
	return `{"Effect":"Allow","Principal":` + principal + `,"Action":SIX,"Resource":"*"}`
}

const open = `{"Sid":"Open","Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*"}`

func TestManual(t *testing.T) {
	themes := map[string][]row{
		"shapes": shapes, "principals": principals, "actions": actions, "conditions": conditions,
		"denials": denials, "resources": resources, "identities": identities, "unknowns": unknowns,
	}
	count := 0
	for theme, rows := range themes {
		for i, r := range rows {
			count++
			t.Run(fmt.Sprintf("%s/%d", theme, i+1), func(t *testing.T) {
				p, err := Parse(r.policy, blank)
				if err != nil {
					t.Fatalf("%s: %v", r.says, err)
				}
				got, why := r.ask(p)
				if got != r.want || !strings.Contains(why, r.why) {
					t.Errorf("%s\n%s\ngot  %s: %s\nwant %s: %s", r.says, r.policy, got, why, r.want, r.why)
				}
			})
		}
	}
	if count < 90 {
		t.Errorf("the manual has %d rows only", count)
	}
}
