package policy

import "testing"

// TestEither holds what is said of policies of which one is in force.
func TestEither(t *testing.T) {
	reads := mustParse(t, `[{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}]`)
	writes := mustParse(t, `[{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*"}]`)
	denies := mustParse(t, `[{"Effect":"Deny","Action":"dynamodb:GetItem","Resource":"*"}]`)
	for _, c := range []struct {
		of     Policy
		action string
		want   Verdict
	}{
		{Either(reads, writes), "dynamodb:GetItem", Maybe},
		{Either(reads, writes), "dynamodb:Scan", No},
		{Either(reads), "dynamodb:GetItem", Maybe},
		{Join(reads, Either(denies)), "dynamodb:GetItem", Maybe},
		{Join(reads, Either(writes)), "dynamodb:GetItem", Yes},
		{Either(), "dynamodb:GetItem", No},
		{reads, "dynamodb:GetItem", Yes}, // which is as it was
	} {
		if got := c.of.Allows(table, c.action, tableARN); got != c.want {
			t.Errorf("%s: %v; want %v", c.action, got, c.want)
		}
	}
}
