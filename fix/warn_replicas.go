package fix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// replicas warns of what happens to live replicas, with the way to avoid it:
// the keys first, then the table by hand, then the rest.
func (w *warner) replicas() {
	var targets, updates []string
	for _, k := range w.outcome.Keys {
		region := k.For
		switch {
		case k.For == detect.TableKey:
			region = cmp.Or(w.mainRegion(), "<main region>")
		case !keys.IsRegion(k.For) || w.differs(k.For):
			region = "<region>"
		}
		if k.Action == keys.Created {
			targets = append(targets, w.targets(k.Ref, k.From)...)
		}
		arn := k.Ref
		if !plainARN.MatchString(arn) {
			arn = "<ARN of " + arn + ">"
		}
		updates = append(updates, fmt.Sprintf(`{"Update":{"RegionName":"%s","KMSMasterKeyId":"%s"}}`, region, arn))
	}
	name := "<table>"
	if a := w.outcome.Table.Attribute("name"); a != nil {
		if v := terraform.Literal(a.Expr); terraform.IsString(v) && tableName.MatchString(v.AsString()) {
			name = v.AsString()
		}
	}
	var commands []string
	if len(targets) > 0 {
		commands = append(commands, "terraform apply "+strings.Join(targets, " "))
	}
	commands = append(commands,
		fmt.Sprintf(`aws dynamodb update-table --table-name %s --replica-updates '[%s]'`, name, strings.Join(updates, ",")),
		"terraform apply")
	message := detect.Sentence(detect.WarningKind, detect.ReplicaRecreated) + " " + strings.Join(commands, "; ")
	w.add(Warning{ID: detect.ReplicaRecreated, Message: message, Commands: commands, Certain: true})
}

// mainRegion returns the region of the table, "" where it is not known, or another
// one as the table's module is reached in another way.
func (w *warner) mainRegion() string {
	out := ""
	for n, way := range w.outcome.Ways {
		region := way.RegionOf(w.outcome.Table)
		if !keys.IsRegion(region) || n > 0 && region != out {
			return ""
		}
		out = region
	}
	return out
}

// differs reports whether the replica of a region is in another one where the
// table's module is reached in another way.
func (w *warner) differs(region string) bool {
	for _, want := range w.outcome.Wants {
		if want.Value.Key == nil || want.Value.Key.Replica == nil || want.Value.Key.Replica.Known != region {
			continue
		}
		e, err := terraform.ParseExpression(want.Value.Key.Replica.Region, "")
		for _, way := range w.outcome.Ways {
			if err == nil && way.Module == want.Value.Key.In.Module && !way.Value(e, nil).RawEquals(cty.StringVal(region)) {
				return true
			}
		}
	}
	return false
}

// targets returns the flags that name a table, or a new key, to Terraform, by each
// way that its module is reached, each once; where nobody in reach calls it, the
// call is left open. from is the module above that a key is passed from, nil for
// none.
func (w *warner) targets(ref string, from *terraform.Module) []string {
	var out []string
	for _, way := range w.outcome.Ways {
		for from != nil && way.Module != from && way.Caller != nil {
			way = way.Caller
		}
		address := way.Address() + ref
		if way.Caller == nil && way.Open {
			address = "module.<call>." + ref
		}
		flag := "-target=" + address
		if strings.ContainsAny(flag, `<["`) {
			flag = "'" + strings.ReplaceAll(flag, "'", `'\''`) + "'"
		}
		if !slices.Contains(out, flag) {
			out = append(out, flag)
		}
	}
	return out
}

// What DynamoDB takes for the name of a table, and KMS for the ARN of a key, and
// a shell leaves alone.
var (
	tableName = lazyregexp.New(`^[a-zA-Z0-9_.-]{1,255}$`)
	plainARN  = lazyregexp.New(`^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[a-zA-Z0-9-]+$`)
)
