package policy_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/sim/policy"
)

func replace(text string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }

// decide evaluates a policy of one Allow statement with a Condition: Allowed
// when it holds, NotAllowed when it does not.
func decide(t *testing.T, condition string, ctx policy.Context) policy.Decision {
	t.Helper()
	p := parse(t, `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": `+condition+`}}`)
	return policy.Evaluate(p, policy.ResourcePolicy, policy.Request{Context: ctx}).Decision
}

const (
	holds = policy.Allowed
	fails = policy.NotAllowed
	open  = policy.Unknown
)

// Every operator, with a value that matches and one that does not, and with the
// key absent, unknown, and there without a known value (POL-6).
func TestOperators(t *testing.T) {
	const arn = "arn:aws:iam::111122223333:role/app"
	for _, tt := range []struct {
		operator, value string
		match, other    string
		negated         bool
	}{
		{operator: "StringEquals", value: "vpce-1", match: "vpce-1", other: "VPCE-1"},
		{operator: "StringEquals", value: "vpce-*", match: "vpce-*", other: "vpce-1"},
		{operator: "StringNotEquals", value: "vpce-1", match: "vpce-1", other: "VPCE-1", negated: true},
		{operator: "StringEqualsIgnoreCase", value: "Prod", match: "pROD", other: "prod2"},
		{operator: "StringNotEqualsIgnoreCase", value: "Prod", match: "pROD", other: "prod2", negated: true},
		{operator: "StringLike", value: "home/*/a?", match: "home/x/y/ab", other: "Home/x/ab"},
		{operator: "StringLike", value: "a*a", match: "aa", other: "a"},
		{operator: "StringNotLike", value: "home/*", match: "home/", other: "hom", negated: true},
		{operator: "NumericEquals", value: "10", match: "10.0", other: "10.01"},
		{operator: "NumericNotEquals", value: "10", match: "10.0", other: "11", negated: true},
		{operator: "NumericLessThan", value: "10", match: "9.99", other: "10"},
		{operator: "NumericLessThanEquals", value: "10", match: "10", other: "10.5"},
		{operator: "NumericGreaterThan", value: "-10", match: "-9", other: "-10"},
		{operator: "NumericGreaterThanEquals", value: "9007199254740993", match: "9007199254740993", other: "9007199254740992"},
		{operator: "DateEquals", value: "2026-01-02T03:04:05Z", match: "2026-01-02T04:04:05+01:00", other: "2026-01-02T03:04:06Z"},
		{operator: "DateNotEquals", value: "2026-01-02", match: "2026-01-02T00:00:00Z", other: "2026-01-03", negated: true},
		{operator: "DateLessThan", value: "2026-01-02", match: "1767225600", other: "2026-01-02"},
		{operator: "DateLessThanEquals", value: "2026-01-02", match: "2026-01-02", other: "2026-01-02T00:01Z"},
		{operator: "DateGreaterThan", value: "2026-01", match: "2026-01-01T00:00:00.5Z", other: "2026-01-01"},
		{operator: "DateGreaterThanEquals", value: "2026-01-02", match: "2026-01-02", other: "2026-01-01"},
		{operator: "Bool", value: "true", match: "True", other: "false"},
		{operator: "BinaryEquals", value: "QmluYXJ5VmFsdWVJbkJhc2U2NA==", match: "QmluYXJ5VmFsdWVJbkJhc2U2NA==", other: "AAAA"},
		{operator: "IpAddress", value: "203.0.113.0/24", match: "203.0.113.255", other: "203.0.114.0"},
		{operator: "IpAddress", value: "2001:DB8:1234:5678::/64", match: "2001:db8:1234:5678::9", other: "203.0.113.1"},
		{operator: "NotIpAddress", value: "203.0.113.7", match: "203.0.113.7", other: "203.0.113.8", negated: true},
		{operator: "ArnEquals", value: arn, match: arn, other: arn + "2"},
		{operator: "ArnEquals", value: "arn:aws:iam::*:role/*", match: "arn:aws:iam::1:role/a:b/c", other: "arn:aws:iam::1:user/a"},
		{operator: "ArnLike", value: "arn:aws:iam::11112222????:role/a*", match: arn, other: "arn:aws:iam::111122233333:role/app"},
		{operator: "ArnNotEquals", value: arn, match: arn, other: arn + "2", negated: true},
		{operator: "ArnNotLike", value: "arn:aws:iam::*:role/app", match: arn, other: "arn:aws:sts::111122223333:role/app", negated: true},
	} {
		t.Run(tt.operator+" "+tt.value, func(t *testing.T) {
			const key = "aws:Key"
			with := func(v policy.Value) policy.Context { return policy.Context{key: v} }
			onMatch, onOther, absent := holds, fails, fails
			if tt.negated {
				onMatch, onOther, absent = fails, holds, holds
			}
			plain := fmt.Sprintf(`{%q: {%q: %q}}`, tt.operator, key, tt.value)
			assert.Equal(t, onMatch, decide(t, plain, with(policy.Present(tt.match))), "match")
			assert.Equal(t, onOther, decide(t, plain, with(policy.Present(tt.other))), "other")
			assert.Equal(t, absent, decide(t, plain, with(policy.Absent())), "absent")
			assert.Equal(t, open, decide(t, plain, with(policy.PresentUnknown())), "some value")
			assert.Equal(t, open, decide(t, plain, with(policy.Value{})), "unknown")
			assert.Equal(t, open, decide(t, plain, nil), "not given")

			ifExists := fmt.Sprintf(`{%q: {%q: %q}}`, tt.operator+"IfExists", key, tt.value)
			assert.Equal(t, onMatch, decide(t, ifExists, with(policy.Present(tt.match))), "IfExists, match")
			assert.Equal(t, onOther, decide(t, ifExists, with(policy.Present(tt.other))), "IfExists, other")
			assert.Equal(t, holds, decide(t, ifExists, with(policy.Absent())), "IfExists, absent")
			assert.Equal(t, open, decide(t, ifExists, with(policy.Value{})), "IfExists, unknown")

			all := fmt.Sprintf(`{%q: {%q: %q}}`, "ForAllValues:"+tt.operator, key, tt.value)
			assert.Equal(t, onMatch, decide(t, all, with(policy.Present(tt.match, tt.match))), "ForAllValues, match")
			assert.Equal(t, fails, decide(t, all, with(policy.Present(tt.match, tt.other))), "ForAllValues, mixed")
			assert.Equal(t, holds, decide(t, all, with(policy.Absent())), "ForAllValues, absent")
			assert.Equal(t, open, decide(t, all, with(policy.Value{})), "ForAllValues, unknown")

			anyOf := fmt.Sprintf(`{%q: {%q: %q}}`, "ForAnyValue:"+tt.operator, key, tt.value)
			assert.Equal(t, holds, decide(t, anyOf, with(policy.Present(tt.match, tt.other))), "ForAnyValue, mixed")
			assert.Equal(t, onOther, decide(t, anyOf, with(policy.Present(tt.other, tt.other))), "ForAnyValue, other")
			assert.Equal(t, fails, decide(t, anyOf, with(policy.Absent())), "ForAnyValue, absent")
			assert.Equal(t, open, decide(t, anyOf, with(policy.Value{})), "ForAnyValue, unknown")
		})
	}
}

func TestConditions(t *testing.T) {
	prefix := netip.MustParsePrefix
	for _, tt := range []struct {
		name, condition string
		ctx             policy.Context
		want            policy.Decision
	}{
		{"Null true, absent", `{"Null": {"k": "true"}}`, policy.Context{"k": policy.Absent()}, holds},
		{"Null true, present", `{"Null": {"k": true}}`, policy.Context{"k": policy.Present("x")}, fails},
		{"Null true, some value", `{"Null": {"k": true}}`, policy.Context{"k": policy.PresentUnknown()}, fails},
		{"Null false, absent", `{"Null": {"k": "false"}}`, policy.Context{"k": policy.Absent()}, fails},
		{"Null false, present", `{"Null": {"k": false}}`, policy.Context{"k": policy.Present("x", "y")}, holds},
		{"Null false, no values", `{"Null": {"k": false}}`, policy.Context{"k": policy.Present()}, fails},
		{"Null, unknown", `{"Null": {"k": false}}`, nil, open},
		{"Null, an empty string", `{"Null": {"k": false}}`, policy.Context{"k": policy.Present("")}, open},
		{"Null true or false", `{"Null": {"k": [true, false]}}`, policy.Context{"k": policy.Present("x")}, holds},

		{"key in another case", `{"StringEquals": {"AWS:sourcevpce": "vpce-1"}}`, policy.Context{"aws:SourceVpce": policy.Present("vpce-1")}, holds},
		{"a key twice in the request", `{"StringEquals": {"k": "a"}}`, policy.Context{"k": policy.Present("a"), "K": policy.Present("b")}, open},
		{"values are alternatives", `{"StringEquals": {"k": ["a", "b"]}}`, policy.Context{"k": policy.Present("b")}, holds},
		{"a negated operator wants none", `{"StringNotEquals": {"k": ["a", "b"]}}`, policy.Context{"k": policy.Present("b")}, fails},
		{"keys are all wanted", `{"StringEquals": {"k": "a", "l": "b"}}`, policy.Context{"k": policy.Present("a"), "l": policy.Present("c")}, fails},
		{"operators are all wanted", `{"StringEquals": {"k": "a"}, "Bool": {"l": true}}`, policy.Context{"k": policy.Present("a"), "l": policy.Present("true")}, holds},
		{"one that fails settles it", `{"StringEquals": {"k": "a"}, "Bool": {"l": true}}`, policy.Context{"l": policy.Present("false")}, fails},
		{"one that is open leaves it open", `{"StringEquals": {"k": "a"}, "Bool": {"l": true}}`, policy.Context{"l": policy.Present("true")}, open},
		{"a number without quotation marks", `{"NumericLessThan": {"k": 10}}`, policy.Context{"k": policy.Present("9")}, holds},
		{"a value that is no number", `{"NumericLessThan": {"k": 10}}`, policy.Context{"k": policy.Present("many")}, open},

		{"some address, all within", `{"IpAddress": {"k": "10.0.0.0/16"}}`, policy.Context{"k": policy.Within(prefix("10.0.1.0/24"))}, holds},
		{"some address, none within", `{"IpAddress": {"k": "10.1.0.0/16"}}`, policy.Context{"k": policy.Within(prefix("10.0.1.0/24"))}, fails},
		{"some address, some within", `{"IpAddress": {"k": "10.0.1.128/25"}}`, policy.Context{"k": policy.Within(prefix("10.0.1.0/24"))}, open},
		{"some address, denied", `{"NotIpAddress": {"k": "10.0.0.0/16"}}`, policy.Context{"k": policy.Within(prefix("10.0.1.0/24"))}, fails},
		{"some address of one", `{"StringEquals": {"k": "10.0.1.1"}}`, policy.Context{"k": policy.Within(prefix("10.0.1.1/32"))}, holds},
		{"some address as text", `{"StringLike": {"k": "10.*"}}`, policy.Context{"k": policy.Within(prefix("10.0.1.0/24"))}, open},
		{"host bits do not count", `{"IpAddress": {"k": "10.0.1.9/16"}}`, policy.Context{"k": policy.Present("10.0.200.1")}, holds},
		{"an IPv4 address in IPv6 form", `{"IpAddress": {"k": "10.0.0.0/16"}}`, policy.Context{"k": policy.Present("::ffff:10.0.0.1")}, holds},

		{"anything that is there", `{"StringLike": {"k": "*"}}`, policy.Context{"k": policy.PresentUnknown()}, holds},
		{"anything, if it is there", `{"StringLike": {"k": "*"}}`, nil, open},
		{"anything, or nothing", `{"StringLikeIfExists": {"k": "*"}}`, nil, holds},
		{"any ARN", `{"ArnLike": {"k": "*"}}`, policy.Context{"k": policy.Present("arn:aws:iam::1:root")}, holds},
		{"a wildcard that would cross a part of an ARN", `{"ArnLike": {"k": "arn:aws:s*:queue"}}`, policy.Context{"k": policy.Present("arn:aws:sqs:us-east-1:1:queue")}, open},
		{"several values and no set operator, alike", `{"StringEquals": {"k": ["a", "b"]}}`, policy.Context{"k": policy.Present("a", "b")}, holds},
		{"several values and no set operator", `{"StringEquals": {"k": "a"}}`, policy.Context{"k": policy.Present("a", "b")}, open},
		{"ForAllValues of an empty string", `{"ForAllValues:StringEquals": {"k": "a"}}`, policy.Context{"k": policy.Present("")}, holds},
		{"ForAnyValue, nothing can match", `{"ForAnyValue:StringEquals": {"k": "a"}, "StringEquals": {"l": "b"}}`, policy.Context{"l": policy.Absent()}, fails},

		{"a variable", `{"StringEquals": {"k": "${aws:username}"}}`, policy.Context{"k": policy.Present("ann"), "AWS:UserName": policy.Present("ann")}, holds},
		{"a variable that differs", `{"StringEquals": {"k": "${aws:username}"}}`, policy.Context{"k": policy.Present("ann"), "aws:username": policy.Present("bob")}, fails},
		{"a variable that is not known", `{"StringLike": {"k": "home/${aws:username}/*"}}`, policy.Context{"k": policy.Present("home/ann/x")}, open},
		{"a variable that cannot matter", `{"StringLike": {"k": "home/${aws:username}/*"}}`, policy.Context{"k": policy.Present("etc/ann/x")}, fails},
		{"a variable without a value", `{"StringEquals": {"k": "${aws:username}"}}`, policy.Context{"k": policy.Present("ann"), "aws:username": policy.Absent()}, fails},
		{"a variable without a value, negated", `{"StringNotEquals": {"k": "${aws:username}"}}`, policy.Context{"k": policy.Present("ann"), "aws:username": policy.Absent()}, holds},
		{"a variable with a default", `{"StringEquals": {"k": "team-${aws:PrincipalTag/team, 'all'}"}}`, policy.Context{"k": policy.Present("team-all"), "aws:PrincipalTag/team": policy.Absent()}, holds},
		{"a default that is not used", `{"StringEquals": {"k": "team-${aws:PrincipalTag/team, 'all'}"}}`, policy.Context{"k": policy.Present("team-all"), "aws:PrincipalTag/team": policy.Present("x")}, fails},
		{"a variable with several values", `{"StringEquals": {"k": "${l}"}}`, policy.Context{"k": policy.Present("a"), "l": policy.Present("a", "b")}, open},
		{"a variable with a wildcard in it", `{"StringLike": {"k": "${l}"}}`, policy.Context{"k": policy.Present("abc"), "l": policy.Present("a*")}, open},
		{"a character that is a wildcard elsewhere", `{"StringLike": {"k": "a${*}?"}}`, policy.Context{"k": policy.Present("axb")}, fails},
		{"that character", `{"StringLike": {"k": "a${*}?${$}"}}`, policy.Context{"k": policy.Present("a*b$")}, holds},
	} {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, decide(t, tt.condition, tt.ctx)) })
	}
}

// Policies of the version that is the default have no variables.
func TestVariablesNeedAVersion(t *testing.T) {
	p := parse(t, `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
		"Condition": {"StringEquals": {"k": "${aws:username}"}}}}`)
	got := policy.Evaluate(p, policy.ResourcePolicy, policy.Request{Context: policy.Context{"k": policy.Present("${aws:username}")}})
	require.Equal(t, policy.Allowed, got.Decision)
}
