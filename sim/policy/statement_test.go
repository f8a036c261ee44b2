package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/sim/policy"
)

// evaluate asks a policy of one Allow statement with these elements.
func evaluate(t *testing.T, elements string, kind policy.Kind, r policy.Request) policy.Decision {
	t.Helper()
	for name, text := range map[string]string{"Principal": `"*"`, "Action": `"*"`, "Resource": `"*"`} {
		if !strings.Contains(elements, name+`":`) {
			elements += fmt.Sprintf(", %q: %s", name, text)
		}
	}
	p := parse(t, `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", `+elements+`}}`)
	return policy.Evaluate(p, kind, r).Decision
}

func TestActions(t *testing.T) {
	for _, tt := range []struct {
		element, action string
		want            policy.Decision
	}{
		{`"Action": "s3:GetObject"`, "S3:getobject", holds},
		{`"Action": "S3:GET*"`, "s3:GetObject", holds},
		{`"Action": "s3:Get?bject"`, "s3:GetObject", holds},
		{`"Action": "s3:Get"`, "s3:GetObject", fails},
		{`"Action": "*"`, "", holds},
		{`"Action": "s3:*"`, "", open},
		{`"Action": "s3:*"`, "s3:Get*", holds},
		{`"Action": "s3:Get*"`, "s3:*", open},
		{`"Action": "s3:Get*"`, "s3:Put*", fails},
		{`"Action": "s3:Get*"`, "GetObject", open},
		{`"Action": "s3:GetObject"`, "PutObject", fails},
		{`"Action": ["sqs:*", "s3:Get*"]`, "s3:GetObject", holds},
		{`"NotAction": "s3:Get*"`, "s3:GetObject", fails},
		{`"NotAction": "s3:Get*"`, "s3:PutObject", holds},
		{`"NotAction": "s3:Get*"`, "", open},
	} {
		t.Run(tt.element+" "+tt.action, func(t *testing.T) {
			assert.Equal(t, tt.want, evaluate(t, tt.element, policy.ResourcePolicy, policy.Request{Action: tt.action}))
		})
	}
}

func TestResources(t *testing.T) {
	tag := func(v policy.Value) policy.Context { return policy.Context{"aws:PrincipalTag/team": v} }
	for _, tt := range []struct {
		element, resource string
		ctx               policy.Context
		want              policy.Decision
	}{
		{`"Resource": "*"`, "", nil, holds},
		{`"Resource": "arn:aws:s3:::b/*"`, "", nil, open},
		{`"Resource": "arn:aws:s3:::b/*"`, "arn:aws:s3:::b/k", nil, holds},
		{`"Resource": "arn:aws:s3:::b/*"`, "arn:aws:s3:::b", nil, fails},
		{`"Resource": "arn:aws:s3:::b/*"`, "arn:aws:s3:::B/k", nil, fails},
		{`"Resource": "arn:aws:s3:::b/*"`, "arn:aws:s3:::b/*", nil, holds},
		{`"Resource": "arn:aws:s3:::b/in/*"`, "arn:aws:s3:::b/*", nil, open},
		{`"Resource": "arn:aws:s3:::b/*"`, "b/k", nil, open},
		{`"Resource": "arn:aws:s3:::b/*"`, "c/k", nil, open}, // it may be b/c/k
		{`"Resource": "arn:aws:s3:::b"`, "c/k", nil, fails},
		{`"Resource": "arn:aws:s3:::b/*/test/*"`, "arn:aws:s3:::b/1///test///o", nil, holds},
		{`"Resource": "arn:aws:s3:::b/*/test/*"`, "arn:aws:s3:::b/test/o", nil, fails},
		{`"Resource": "arn:aws:sqs:*:queue"`, "arn:aws:sqs:us-east-1:1:queue", nil, holds}, // ends its part
		{`"Resource": "arn:aws:sqs:u*1:queue"`, "arn:aws:sqs:us-east-1:1:queue", nil, open},
		{`"Resource": "arn:aws:sqs:us-*-1:*:queue"`, "arn:aws:sqs:us-east-1:1:queue", nil, holds},
		{`"Resource": "arn:aws:sqs"`, "arn:aws:sqs:us-east-1:1:queue", nil, open},
		{`"Resource": "arn:aws:sns"`, "arn:aws:sqs:us-east-1:1:queue", nil, fails},
		{`"Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b"]`, "arn:aws:s3:::b", nil, holds},
		{`"NotResource": "arn:aws:s3:::b/*"`, "arn:aws:s3:::b/k", nil, fails},
		{`"NotResource": "arn:aws:s3:::b/*"`, "arn:aws:s3:::c/k", nil, holds},
		{`"NotResource": "arn:aws:s3:::b/*"`, "", nil, open},
		{`"Resource": "arn:aws:s3:::b-${aws:PrincipalTag/team}/*"`, "arn:aws:s3:::b-red/k", tag(policy.Present("red")), holds},
		{`"Resource": "arn:aws:s3:::b-${aws:PrincipalTag/team}/*"`, "arn:aws:s3:::b-red/k", tag(policy.Absent()), fails},
		{`"Resource": "arn:aws:s3:::b-${aws:PrincipalTag/team}/*"`, "arn:aws:s3:::b-red/k", nil, open},
		{`"Resource": "arn:aws:s3:::b-${aws:PrincipalTag/team}/*"`, "arn:aws:s3:::c-red/k", nil, fails},
		{`"NotResource": "arn:aws:s3:::b-${aws:PrincipalTag/team}/*"`, "arn:aws:s3:::b-red/k", tag(policy.Absent()), open},
	} {
		t.Run(tt.element+" "+tt.resource, func(t *testing.T) {
			r := policy.Request{Resource: tt.resource, Context: tt.ctx}
			assert.Equal(t, tt.want, evaluate(t, tt.element, policy.ResourcePolicy, r))
		})
	}
}

// A resource policy without Resource speaks of what it is attached to.
func TestNoResource(t *testing.T) {
	p := parse(t, `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}}`)
	r := policy.Request{Action: "ecr:BatchGetImage", Resource: "arn:aws:ecr:us-east-1:111122223333:repository/app"}
	assert.Equal(t, holds, policy.Evaluate(p, policy.ResourcePolicy, r).Decision)
	assert.Equal(t, open, policy.Evaluate(p, policy.InterfaceEndpointPolicy, r).Decision)
}

func TestPrincipals(t *testing.T) {
	const (
		account = "111122223333"
		roleARN = "arn:aws:iam::111122223333:role/team/app"
		session = "arn:aws:sts::111122223333:assumed-role/app/i-0123"
		userARN = "arn:aws:iam::111122223333:user/ann"
		rootARN = "arn:aws:iam::111122223333:root"
		service = "logs.amazonaws.com"
	)
	for _, tt := range []struct {
		element, principal        string
		resource, gateway, negate policy.Decision
	}{
		{`"*"`, roleARN, holds, holds, fails},
		{`"*"`, "", holds, holds, fails},
		{`{"AWS": "*"}`, "", holds, holds, fails},
		{`{"AWS": "111122223333"}`, roleARN, holds, fails, open},
		{`{"AWS": "111122223333"}`, rootARN, holds, holds, fails},
		{`{"AWS": "111122223333"}`, account, holds, open, open},
		{`{"AWS": "111122223333"}`, "", open, open, open},
		{`{"AWS": "111122223333"}`, "arn:aws:iam::444455556666:root", fails, fails, holds},
		{`{"AWS": "111122223333"}`, service, fails, fails, holds},
		{`{"AWS": "arn:aws:iam::111122223333:root"}`, session, holds, fails, open},
		{`{"AWS": "` + roleARN + `"}`, roleARN, holds, open, open},
		{`{"AWS": "` + roleARN + `"}`, session, holds, open, open},
		{`{"AWS": "` + roleARN + `"}`, "arn:aws:sts::111122223333:assumed-role/apple/i-0123", fails, fails, holds},
		{`{"AWS": "` + roleARN + `"}`, account, open, open, open},
		{`{"AWS": "` + roleARN + `"}`, "arn:aws:iam::111122223333:role/app", open, open, open},
		{`{"AWS": "` + roleARN + `"}`, userARN, fails, fails, holds},
		{`{"AWS": "` + session + `"}`, roleARN, open, open, open},
		{`{"AWS": "` + session + `"}`, session, holds, open, open},
		{`{"AWS": "` + session + `"}`, "arn:aws:sts::111122223333:assumed-role/app/i-4567", fails, fails, holds},
		{`{"AWS": "` + userARN + `"}`, "arn:aws:sts::111122223333:federated-user/ann", open, open, open},
		{`{"AWS": "` + userARN + `"}`, "ann", open, open, open},
		{`{"AWS": ["` + roleARN + `", "111122223333"]}`, session, holds, open, fails},
		{`{"AWS": ["` + roleARN + `", "111122223333"]}`, userARN, holds, fails, open},
		{`{"AWS": "AROAEXAMPLEID"}`, roleARN, open, open, open},
		{`{"Service": "logs.amazonaws.com"}`, service, holds, holds, fails},
		{`{"Service": "logs.amazonaws.com"}`, roleARN, fails, fails, holds},
		{`{"Service": "logs.amazonaws.com"}`, "", open, open, open},
		{`{"Federated": "accounts.google.com"}`, roleARN, open, open, open},
		{`{"CanonicalUser": "79a5"}`, account, open, open, open},
		{`{"Service": "logs.amazonaws.com", "AWS": "444455556666"}`, roleARN, fails, fails, holds},
	} {
		t.Run(tt.element+" "+tt.principal, func(t *testing.T) {
			r := policy.Request{Principal: tt.principal}
			assert.Equal(t, tt.resource, evaluate(t, `"Principal": `+tt.element, policy.ResourcePolicy, r), "resource policy")
			assert.Equal(t, tt.resource, evaluate(t, `"Principal": `+tt.element, policy.InterfaceEndpointPolicy, r), "interface endpoint")
			assert.Equal(t, tt.gateway, evaluate(t, `"Principal": `+tt.element, policy.GatewayEndpointPolicy, r), "gateway endpoint")

			deny := parse(t, `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
				{"Effect": "Deny", "NotPrincipal": `+tt.element+`, "Action": "*", "Resource": "*"}]}`)
			want := map[policy.Decision]policy.Decision{holds: policy.Denied, fails: policy.Allowed, open: policy.Unknown}[tt.negate]
			assert.Equal(t, want, policy.Evaluate(deny, policy.ResourcePolicy, r).Decision, "NotPrincipal")
			if want == policy.Allowed {
				want = policy.Unknown
			}
			assert.Equal(t, want, policy.Evaluate(deny, policy.GatewayEndpointPolicy, r).Decision, "NotPrincipal, gateway endpoint")
		})
	}
}

func TestKeysOfThePrincipal(t *testing.T) {
	for _, tt := range []struct {
		condition, principal string
		want                 policy.Decision
	}{
		{`{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}`, "arn:aws:iam::111122223333:role/app", holds},
		{`{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}`, "arn:aws:iam::111122223333:user/ann", fails},
		{`{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}`, "arn:aws:sts::111122223333:assumed-role/app/s", open},
		{`{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}`, "arn:aws:sts::111122223333:assumed-role/app/s", holds},
		{`{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}`, "444455556666", fails},
		{`{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}`, "", open},
		{`{"Bool": {"aws:PrincipalIsAWSService": "true"}}`, "logs.amazonaws.com", holds},
		{`{"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}`, "444455556666", holds},
		{`{"Null": {"aws:PrincipalServiceName": "true"}}`, "444455556666", holds},
		{`{"StringLike": {"aws:PrincipalServiceName": "logs.*"}}`, "logs.amazonaws.com", holds},
		{`{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}`, "444455556666", open},
	} {
		t.Run(tt.condition+" "+tt.principal, func(t *testing.T) {
			assert.Equal(t, tt.want, evaluate(t, `"Condition": `+tt.condition, policy.ResourcePolicy, policy.Request{Principal: tt.principal}))
		})
	}
	given := policy.Request{Principal: "444455556666", Context: policy.Context{"AWS:principalaccount": policy.Present("1")}}
	assert.Equal(t, holds, evaluate(t, `"Condition": {"StringEquals": {"aws:PrincipalAccount": "1"}}`, policy.ResourcePolicy, given), "what is given goes first")
}

// Deny beats what is open; what is open beats Allow; where nothing allows,
// nothing else matters.
func TestDecisions(t *testing.T) {
	const (
		allow      = `{"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}`
		mayAllow   = `{"Sid": "MA", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"k": "v"}}}`
		neverAllow = `{"Sid": "NA", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}`
		deny       = `{"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}`
		mayDeny    = `{"Sid": "MD", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"l": "v", "k": "v"}}}`
	)
	for _, tt := range []struct {
		statements []string
		want       policy.Decision
		by         string
		open       []string
	}{
		{nil, policy.NotAllowed, "", nil},
		{[]string{allow}, policy.Allowed, "A", nil},
		{[]string{mayAllow, allow}, policy.Allowed, "A", nil},
		{[]string{mayAllow}, policy.Unknown, "MA", []string{"k"}},
		{[]string{neverAllow}, policy.NotAllowed, "NA", nil},
		{[]string{neverAllow, mayDeny}, policy.NotAllowed, "NA", nil},
		{[]string{mayDeny, deny, allow}, policy.Denied, "D", nil},
		{[]string{mayDeny, allow}, policy.Unknown, "MD", []string{"k", "l"}},
		{[]string{deny}, policy.Denied, "D", nil},
		{[]string{mayAllow, strings.Replace(mayAllow, "MA", "MB", 1)}, policy.Unknown, "MA", []string{"k"}},
		{[]string{neverAllow, strings.Replace(neverAllow, "NA", "NB", 1)}, policy.NotAllowed, "NA", nil},
	} {
		t.Run(fmt.Sprint(len(tt.statements), tt.by, tt.want), func(t *testing.T) {
			p := parse(t, `{"Statement": [`+strings.Join(tt.statements, ",")+`]}`)
			got := policy.Evaluate(p, policy.ResourcePolicy, policy.Request{Action: "sqs:SendMessage"})
			assert.Equal(t, tt.want, got.Decision)
			assert.Equal(t, tt.open, got.Open)
			if tt.by == "" {
				assert.Nil(t, got.Statement)
				return
			}
			require.NotNil(t, got.Statement)
			assert.Equal(t, tt.by, got.Statement.Sid)
		})
	}
}

// A guard, which only denies, leaves alone what it does not deny; what it may
// deny stays open.
func TestGuard(t *testing.T) {
	guard := policy.Attached{Kind: policy.ResourcePolicy, Policy: parse(t, `{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
		"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}}}`)}
	ask := func(v policy.Value) policy.Authorization {
		return policy.Authorize(policy.Request{Context: policy.Context{"aws:PrincipalOrgID": v}}, guard)
	}
	assert.Equal(t, policy.Allowed, ask(policy.Present("o-1")).Decision)
	assert.Equal(t, policy.Denied, ask(policy.Present("o-2")).Decision)
	assert.Equal(t, policy.Unknown, ask(policy.Value{}).Decision)
	assert.Equal(t, []string{"aws:PrincipalOrgID"}, ask(policy.Value{}).Open)
}

// A request that names no resource is for what the resource policy is attached
// to, where that can be told.
func TestAttachedResources(t *testing.T) {
	for _, tt := range []struct {
		name, resource string // of an Allow
		want           policy.Decision
	}{
		{"a bucket and its objects", `["arn:aws:s3:::b", "arn:aws:s3:::b/*"]`, policy.Allowed},
		{"a bucket's objects", `"arn:aws:s3:::b/*"`, policy.Unknown},
		{"some buckets", `["arn:aws:s3:::b*", "arn:aws:s3:::b*/*"]`, policy.Unknown},
		{"all", `"*"`, policy.Allowed},
		{"an access point", `["arn:aws:s3:us-east-1:111122223333:accesspoint/a", "arn:aws:s3:us-east-1:111122223333:accesspoint/a/*"]`, policy.Unknown},
		{"a table and its indexes", `["arn:aws:dynamodb:us-east-1:111122223333:table/t", "arn:aws:dynamodb:us-east-1:111122223333:table/t/*"]`, policy.Allowed},
		{"a table", `"arn:aws:dynamodb:us-east-1:111122223333:table/t"`, policy.Unknown},
		{"a table's index", `"arn:aws:dynamodb:us-east-1:111122223333:table/t/index/i"`, policy.Unknown},
		{"a queue", `"arn:aws:sqs:us-east-1:111122223333:q"`, policy.Allowed},
		{"an API's method", `"arn:aws:execute-api:us-east-1:111122223333:api/*/GET/pets"`, policy.Unknown},
		{"no ARN", `"execute-api:/*"`, policy.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": ` + tt.resource + `}}`
			bucket := policy.Attached{Kind: policy.ResourcePolicy, Policy: parse(t, text)}
			assert.Equal(t, tt.want, policy.Authorize(policy.Request{}, bucket).Decision)
		})
	}
	queue := func(name string) policy.Attached {
		return policy.Attached{Kind: policy.ResourcePolicy, Policy: parse(t, `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*",
			"Resource": "arn:aws:sqs:us-east-1:111122223333:`+`q`+name+`"}}`)}
	}
	assert.Equal(t, policy.Unknown, policy.Authorize(policy.Request{}, queue("1"), queue("2")).Decision, "two resources")
}

func TestLongListsOfValuesAreCut(t *testing.T) {
	p := parse(t, statement(`"Condition": {"IpAddress": {"k": ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]}}`))
	got := policy.Evaluate(p, policy.ResourcePolicy, policy.Request{Context: policy.Context{"k": policy.Absent()}})
	assert.Equal(t, "no statement of the resource policy allows it; nearest is statement 1: "+
		"IpAddress k [10.0.0.1, 10.0.0.2, 10.0.0.3, and 2 more] does not hold (k is absent)", got.Why)
}
