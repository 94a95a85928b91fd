package policy

import "slices"

// LetsIn reports whether the key policy lets a principal that is not of the
// target's account decrypt with the key through DynamoDB: one of another account, which
// needs it from its own account, too, or a service. Either is named by a statement;
// what that asks of a service beside, as the ARN for which it calls, is taken to hold.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
func (p Policy) LetsIn(t Target, outsider Principal) bool {
	if outsider.Kind == "Service" {
		return p.letsServiceIn(outsider.Value)
	}
	who := text{value: outsider.Value, unknown: outsider.Opaque}
	id, isAccount := accountOf(who, Target{})
	if arn, ok := parseARN(who); ok && !isAccount {
		id = arn.account
	}
	t.Account = id.value
	facts := p.throughDynamoDB(t, decrypt)
	callers := []caller{{named, who}, {kind: account}}
	for _, c := range callers {
		if slices.ContainsFunc(p.statements, func(s statement) bool {
			denied, _ := p.applies(s, "Deny", request{c, t, decrypt, facts})
			return denied > No
		}) {
			return false
		}
	}
	return slices.ContainsFunc(callers, func(c caller) bool {
		by, _ := p.allowing(request{c, t, decrypt, facts})
		return by > 0
	})
}

// letsServiceIn reports whether a statement allows a service to decrypt.
func (p Policy) letsServiceIn(name string) bool {
	return slices.ContainsFunc(p.statements, func(s statement) bool {
		named := slices.ContainsFunc(s.entries, func(e entry) bool { return e.kind.value == "Service" && e.value.value == name })
		return named && !s.except && s.has("Allow") == Yes && s.covers(decrypt) == Yes
	})
}
