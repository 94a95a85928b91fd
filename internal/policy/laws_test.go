package policy

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLaws holds thousands of random policies to the laws, and counts the
// answers so that no law holds for want of cases.
func TestLaws(t *testing.T) {
	answers := map[string]int{}
	for seed := range uint64(1000) {
		laws(t, rand.New(rand.NewPCG(seed, 1)), answers)
	}
	for _, a := range []string{"account true", "account false", "role true", "role false", "iam true", "iam false", "identity no", "identity maybe", "identity yes"} {
		if answers[a] < 10 {
			t.Errorf("only %d policies with the answer %q: %v", answers[a], a, answers)
		}
	}
}

func FuzzLaws(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) { laws(t, rand.New(rand.NewPCG(a, b)), map[string]int{}) })
}

// FuzzParse holds any text to what can be said of any: no answer is a panic,
// and a policy that is open stays so for each role.
func FuzzParse(f *testing.F) {
	for _, rows := range [][]row{shapes, principals, actions, conditions, denials, resources, identities, unknowns} {
		for _, r := range rows {
			f.Add(r.policy, "⟨account⟩", "us-east-1")
		}
	}
	f.Fuzz(func(t *testing.T, text, account, region string) {
		p, err := Parse(text, blank)
		if err != nil {
			return
		}
		p.Principals()
		p.MeantForDynamoDB()
		p.Allows(Target{account, region, ""}, "kms:Decrypt", text)
		p.DelegatesToIAM(Target{account, region, ""})
		everyone, _ := p.OpenToAccount(Target{account, region, ""})
		if role, why := p.OpenTo(Target{account, region, ""}, []string{"⟨role⟩"}); everyone && !role {
			t.Error(why)
		}
	})
}

// laws holds a random policy to the laws.
func laws(t *testing.T, r *rand.Rand, answers map[string]int) {
	t.Helper()
	g := generator{r}
	statements := g.statements()
	target := Target{Account: pick(r, "111122223333", "⟨account⟩", ""), Region: pick(r, "us-east-1", "us-east-1", "")}
	was := ask(t, statements, target)
	for _, a := range []string{fmt.Sprint("account ", was.account), fmt.Sprint("role ", was.role), fmt.Sprint("iam ", was.iam), fmt.Sprint("identity ", was.identity)} {
		answers[a]++
	}
	check := func(law string, holds bool, now []any) {
		if !holds {
			t.Errorf("%s:\n%s\nbecomes\n%s", law, toJSON(statements), toJSON(now))
		}
	}
	if was.account && !was.role {
		t.Errorf("what is open to all is open to each: %s", toJSON(statements))
	}

	denial := g.statement()
	denial["Effect"] = "Deny"
	now := append(slices.Clone(statements), any(denial))
	check("a denial opens nothing", !ask(t, now, target).exceeds(was), now)

	allowance := g.statement()
	allowance["Effect"] = "Allow"
	now = append(slices.Clone(statements), any(allowance))
	check("an allowance closes nothing", !was.exceeds(ask(t, now, target)), now)

	now = slices.Clone(statements)
	r.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
	check("the order does not matter", ask(t, now, target) == was, now)

	now = blur(r, statements).([]any)
	blurred := ask(t, now, target)
	check("to know less opens nothing", !blurred.exceeds(was), now)
	check("to know less makes no other answer sure", blurred.identity == was.identity || blurred.identity == Maybe, now)

	less := ask(t, statements, Target{Account: pick(r, target.Account, ""), Region: pick(r, target.Region, "")})
	check("to know less of the table opens nothing", !(less.account && !was.account || less.iam && !was.iam), statements)

	concretely(t, r, statements, target, was)
}

// concretely replaces what is unknown by values and holds the answers to the
// oracle's.
func concretely(t *testing.T, r *rand.Rand, statements []any, target Target, was answersTo) {
	t.Helper()
	text := substitute(r, toJSON(statements))
	account := cmpOr(text.values[target.Account], target.Account, pick(r, "111122223333", "444455556666"))
	region := cmpOr(target.Region, pick(r, "us-east-1", "eu-west-1"))
	d := readDocument(`{"Statement":` + text.text + `}`)
	user := "arn:aws:iam::" + account + ":" + pick(r, "role/a", "role/b", "user/u")
	for _, action := range needed {
		through, itself := calls(r, account, region, action)
		wrong := func(answer, who string) {
			t.Errorf("%s, and yet %s may not %s through %v, or DynamoDB itself: %s\n%s", answer, who, action, through.context, toJSON(statements), text.text)
		}
		through.arn = user
		if was.account && (d.denies(itself) || !d.allows(through, false)) {
			wrong("open", user)
		}
		if was.iam && (d.denies(itself) || !d.allows(through, true)) {
			wrong("left to IAM", user)
		}
		through.arn = roleA
		if was.role && account == "111122223333" && (d.denies(itself) || !d.allows(through, false)) {
			wrong("open to the role", roleA)
		}
	}
	through, _ := calls(r, account, region, "kms:Decrypt")
	if got := d.withoutPrincipals().allows(through, false); got && was.identity == No || !got && was.identity == Yes {
		t.Errorf("%v, and yet concretely %t: %s\n%s", was.identity, got, toJSON(statements), text.text)
	}
}

// calls returns a call through DynamoDB and one that DynamoDB makes itself.
func calls(r *rand.Rand, account, region, action string) (through, itself concrete) {
	through = concrete{action: action, resource: keyARN, context: map[string]string{
		"kms:calleraccount": account, "aws:principalaccount": account, "kms:viaservice": "dynamodb." + region + ".amazonaws.com", "aws:principalisawsservice": "false",
	}}
	itself = concrete{service: "dynamodb.amazonaws.com", action: action, resource: keyARN, context: map[string]string{"aws:principalisawsservice": "true"}}
	if action == createGrant {
		through.context["kms:grantisforawsresource"] = "true"
	}
	if pick(r, true, false) {
		itself.context["kms:calleraccount"] = pick(r, account, "999999999999")
	}
	if pick(r, true, false) {
		itself.context["kms:viaservice"] = through.context["kms:viaservice"]
	}
	return through, itself
}

// answersTo are the answers to the questions about one policy.
type answersTo struct {
	account, role, iam bool
	identity           Verdict
}

// exceeds reports whether one of the questions about keys is yes, and no in
// the other answers.
func (a answersTo) exceeds(b answersTo) bool {
	return a.account && !b.account || a.role && !b.role || a.iam && !b.iam
}

func ask(t *testing.T, statements []any, target Target) (out answersTo) {
	t.Helper()
	p := mustParse(t, toJSON(statements))
	out.account, _ = p.OpenToAccount(target)
	out.role, _ = p.OpenTo(target, []string{roleA})
	out.iam, _ = p.DelegatesToIAM(target)
	roleBToo, _ := p.OpenTo(target, []string{roleB})
	if both, _ := p.OpenTo(target, []string{roleA, roleB}); both != (out.role && roleBToo) {
		t.Errorf("open to two is open to each: %s", toJSON(statements))
	}
	for i := range p.statements {
		p.statements[i].entries = nil // an identity policy names no principals
	}
	out.identity = p.Allows(target, "kms:Decrypt", keyARN)
	return out
}

func mustParse(t *testing.T, statements string) Policy {
	t.Helper()
	p, err := Parse(`{"Version":"2012-10-17","Statement":`+statements+`}`, blank)
	if err != nil {
		t.Fatalf("%v: %s", err, statements)
	}
	return p
}

func toJSON(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}
