package policy

import (
	"slices"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	const rest = `"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"`
	statement := func(fields string) string { return `{"Statement":[{` + fields + `}]}` }
	for name, c := range map[string]struct{ text, err string }{
		"nothing":               {``, "unexpected end"},
		"no JSON":               {`{"Statement":[}`, "invalid character"},
		"two documents":         {doc(open) + doc(open), "invalid character"},
		"no UTF-8":              {"{\"Id\":\"\xff\",\"Statement\":" + open + "}", "not valid UTF-8"},
		"an opaque text":        {`⟨policy⟩`, "invalid character"},
		"a list":                {`[` + open + `]`, "expected an object"},
		"a key twice":           {statement(rest + `,"Effect":"Deny"`), `the key "Effect" is given twice`},
		"a condition key twice": {statement(rest + `,"Condition":{"StringEquals":{"kms:CallerAccount":"a","KMS:calleraccount":"b"}}`), "is given twice"},
		"a key twice, deep":     {statement(`"Effect":"Allow","Principal":{"AWS":"*","AWS":"1"},"Action":"*","Resource":"*"`), `the key "AWS" is given twice`},
		"too deep":              {statement(rest + `,"Condition":{"StringEquals":{"kms:CallerAccount":[["a"]]}}`), "more than 6 levels"},
		"no statements":         {`{"Version":"2012-10-17"}`, "statement 1: expected an object"},
		"a null":                {`{"Statement":null}`, "statement 1: expected an object"},
		"a key of the document": {`{"Statements":[]}`, `unexpected key "Statements"`},
		"a version":             {`{"Version":"2012-10-18","Statement":[]}`, "version 2012-10-18 is not a version"},
		"a version, no string":  {`{"Version":2012,"Statement":[]}`, "version 2012 is not a version"},
		"a string":              {`{"Statement":["x"]}`, "statement 1: expected an object"},
		"a second one":          {`{"Statement":[` + open + `,1]}`, "statement 2: expected an object"},
		"a key of a statement":  {statement(rest + `,"Conditions":{}`), `unexpected key "Conditions"`},
		"no effect":             {statement(`"Principal":"*","Action":"*","Resource":"*"`), "effect is neither"},
		"another effect":        {statement(`"Effect":"allow","Principal":"*","Action":"*","Resource":"*"`), "effect is neither"},
		"no action":             {statement(`"Effect":"Allow","Principal":"*","Resource":"*"`), "no Action"},
		"an action's shape":     {statement(`"Effect":"Allow","Action":{},"Resource":"*"`), "Action: expected a string or a list of strings"},
		"an action's value":     {statement(`"Effect":"Allow","Action":["*",1],"Resource":"*"`), "Action: expected a string or a list of strings"},
		"no actions":            {statement(`"Effect":"Allow","Action":[],"Resource":"*"`), "Action: the list is empty"},
		"two actions":           {statement(rest + `,"NotAction":"*"`), "both Action and NotAction"},
		"two principals":        {statement(rest + `,"NotPrincipal":"*"`), "both Principal and NotPrincipal"},
		"two resources":         {statement(rest + `,"NotResource":"*"`), "both Resource and NotResource"},
		"a principal":           {statement(`"Effect":"Allow","Principal":"111122223333","Action":"*","Resource":"*"`), "Principal: expected an object"},
		"no principal":          {statement(`"Effect":"Allow","Principal":{},"Action":"*","Resource":"*"`), "Principal: it is empty"},
		"a kind of principal":   {statement(`"Effect":"Allow","Principal":{"*":"*"},"Action":"*","Resource":"*"`), `unexpected key "*"`},
		"a principal's shape":   {statement(`"Effect":"Allow","Principal":{"AWS":null},"Action":"*","Resource":"*"`), "Principal: AWS: expected a string"},
		"no resources":          {statement(`"Effect":"Allow","Action":"*","Resource":[]`), "Resource: the list is empty"},
		"a condition":           {statement(rest + `,"Condition":"x"`), "Condition: expected an object"},
		"a null condition":      {statement(rest + `,"Condition":null`), "Condition: expected an object"},
		"an operator":           {statement(rest + `,"Condition":{"Bool":"x"}`), "Condition: Bool: expected an object"},
		"a value":               {statement(rest + `,"Condition":{"Bool":{"k":null}}`), "Condition: Bool: k: expected a string"},
		"no values":             {statement(rest + `,"Condition":{"Bool":{"k":[]}}`), "Condition: Bool: k: the list is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(c.text, blank)
			if err == nil || !strings.HasPrefix(err.Error(), "reading a policy: ") || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s\ngot  %v\nwant %s", c.text, err, c.err)
			}
		})
	}
}

func TestParseAcceptsOneStatementWithoutList(t *testing.T) {
	p, err := Parse(`{"Version":"2008-10-17","Id":"x","Statement":`+open+`}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	if open, why := p.OpenToAccount(nowhere); !open {
		t.Error(why)
	}
}

func TestZeroPolicyAllowsNothing(t *testing.T) {
	var p Policy
	if open, why := p.OpenTo(table, []string{roleA}); open {
		t.Error(why)
	}
	if v := p.Allows(table, "kms:Decrypt", "*"); v != No {
		t.Error(v)
	}
}

func TestPrincipals(t *testing.T) {
	text := doc(
		`{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com","AWS":["*","⟨role⟩"]},"Action":"*","Resource":"*"}`,
		`{"Effect":"Deny","NotPrincipal":{"AWS":"444455556666"},"Action":"*","Resource":"*"}`,
		`{"Effect":"⟨effect⟩","Principal":"*","Action":"*","Resource":"*"}`,
		`{"Effect":"Allow","Principal":"⟨principals⟩","Action":"*","Resource":"*"}`,
		`{"Effect":"Allow","Action":"*","Resource":"*"}`,
		`"⟨statement⟩"`)
	p, err := Parse(text, blank)
	if err != nil {
		t.Fatal(err)
	}
	want := []Principal{
		{Kind: "AWS", Value: "*", Effect: "Allow"},
		{Kind: "AWS", Value: "⟨role⟩", Opaque: true, Effect: "Allow"},
		{Kind: "Service", Value: "sns.amazonaws.com", Effect: "Allow"},
		{Kind: "AWS", Value: "444455556666", Except: true, Effect: "Deny"},
		{Kind: "AWS", Value: "*"},
		{Value: "⟨principals⟩", Opaque: true, Effect: "Allow"},
		{Opaque: true},
	}
	if got := p.Principals(); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestMeantForDynamoDB(t *testing.T) {
	for _, c := range []struct {
		policy string
		want   bool
	}{
		{under(`"StringEquals":{"kms:ViaService":"dynamodb.us-east-1.amazonaws.com"}`), true},
		{under(`"StringLikeIfExists":{"KMS:viaservice":["s3.*","dynamodb.⟨region⟩.amazonaws.com"]}`), true},
		{under(`"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}`), false},
		{under(`"StringLike":{"kms:ViaService":"*"}`), false},
		{under(`"StringLike":{"kms:CallerAccount":"dynamodb.*"}`), false},
		{under(`"StringNotLike":{"kms:ViaService":"dynamodb.*"}`), false},
		{under(`"⟨operator⟩":{"kms:ViaService":"dynamodb.*"}`), false},
		{deny(`"Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringNotLike":{"kms:ViaService":"dynamodb.*.amazonaws.com"}}`), true},
		{deny(`"Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringLike":{"kms:ViaService":"dynamodb.*.amazonaws.com"}}`), false},
		{defaultPolicy, false},
	} {
		p, err := Parse(c.policy, blank)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.MeantForDynamoDB(); got != c.want {
			t.Errorf("%s: got %t", c.policy, got)
		}
	}
}
