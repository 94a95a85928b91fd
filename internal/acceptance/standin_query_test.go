package acceptance

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A role is one of IAM, with what its policies say by their names or ARNs.
type role struct {
	trust    string
	boundary string // the ARN of a policy, "" for none
	inline   map[string]string
	attached []string
}

// serveQuery answers the services that are asked by a form: STS for the
// caller, and IAM for roles, which key policies name.
func (s *standIn) serveQuery(w http.ResponseWriter, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	form, err := url.ParseQuery(string(body))
	action := form.Get("Action")
	answer := queries[action]
	if answer == nil || err != nil {
		s.t.Errorf("the stand-in has no %q: %v: %s", action, err, body)
		http.Error(w, "unknown", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></%[1]sResponse>",
		action, answer(s, form))
}

// queries give what stands in the result. Policies are URL-encoded there.
var queries = map[string]func(s *standIn, form url.Values) string{
	"GetCallerIdentity": func(*standIn, url.Values) string {
		return fmt.Sprintf("<Arn>arn:aws:iam::%[1]s:user/someone</Arn><UserId>AIDAEXAMPLE</UserId><Account>%[1]s</Account>", account)
	},
	"CreateRole": func(s *standIn, form url.Values) string {
		r := s.role(form)
		r.trust, r.boundary = form.Get("AssumeRolePolicyDocument"), form.Get("PermissionsBoundary")
		return s.describeRole(form)
	},
	"GetRole": (*standIn).describeRole,
	"PutRolePolicy": onRole(func(r *role, form url.Values) string {
		r.inline[form.Get("PolicyName")] = form.Get("PolicyDocument")
		return ""
	}),
	"GetRolePolicy": onRole(func(r *role, form url.Values) string {
		name := form.Get("PolicyName")
		return fmt.Sprintf("<RoleName>%s</RoleName><PolicyName>%s</PolicyName><PolicyDocument>%s</PolicyDocument>",
			form.Get("RoleName"), name, url.QueryEscape(r.inline[name]))
	}),
	"ListRolePolicies": onRole(func(r *role, _ url.Values) string {
		names := sortedKeys(r.inline)
		for i, name := range names {
			names[i] = "<member>" + name + "</member>"
		}
		return "<PolicyNames>" + strings.Join(names, "") + "</PolicyNames><IsTruncated>false</IsTruncated>"
	}),
	"AttachRolePolicy": onRole(func(r *role, form url.Values) string {
		r.attached = append(r.attached, form.Get("PolicyArn"))
		return ""
	}),
	"ListAttachedRolePolicies": onRole(func(r *role, _ url.Values) string {
		arns := slices.Clone(r.attached)
		for i, arn := range arns {
			arns[i] = "<member><PolicyName>" + arn[strings.LastIndex(arn, "/")+1:] + "</PolicyName><PolicyArn>" + arn + "</PolicyArn></member>"
		}
		return "<AttachedPolicies>" + strings.Join(arns, "") + "</AttachedPolicies><IsTruncated>false</IsTruncated>"
	}),
}

func onRole(do func(r *role, form url.Values) string) func(*standIn, url.Values) string {
	return func(s *standIn, form url.Values) string { return do(s.role(form), form) }
}

// role returns the role of that name. One that is looked up is there.
func (s *standIn) role(form url.Values) *role {
	name := form.Get("RoleName")
	if s.roles[name] == nil {
		s.roles[name] = &role{trust: "{}", inline: map[string]string{}}
	}
	return s.roles[name]
}

func (s *standIn) describeRole(form url.Values) string {
	name, r, bounded := form.Get("RoleName"), s.role(form), ""
	if r.boundary != "" {
		bounded = "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>" + r.boundary + "</PermissionsBoundaryArn></PermissionsBoundary>"
	}
	return fmt.Sprintf("<Role><Path>/</Path><RoleName>%[1]s</RoleName><RoleId>AROA%[1]s</RoleId><Arn>arn:aws:iam::%[2]s:role/%[1]s</Arn>"+
		"<CreateDate>2023-11-14T22:13:20Z</CreateDate><MaxSessionDuration>3600</MaxSessionDuration><AssumeRolePolicyDocument>%[3]s</AssumeRolePolicyDocument>%[4]s</Role>",
		name, account, url.QueryEscape(r.trust), bounded)
}
