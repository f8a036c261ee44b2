package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/sim/policy"
)

// statement wraps the elements of one statement; what is missing is filled in.
func statement(elements string) string {
	return `{"Version": "2012-10-17", "Statement": [` + "\n" + `{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", ` + elements + `}]}`
}

func TestProblems(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		problems   []string
		// decision on a request of which nothing is open but what the problem leaves
		decision policy.Decision
	}{
		{"empty", "", []string{"1:1: the policy is not JSON: it ends too early"}, open},
		{"not JSON", "{\n  'Statement': []}", []string{`2:3: the policy is not JSON: invalid character '\'' at start of value`}, open},
		{"cut short", `{"Statement": [`, []string{"1:16: the policy is not JSON: it ends too early"}, open},
		{"a comma too many", `{"Statement": [],}`, []string{"1:17: the policy is not JSON: invalid character ',' at start of value"}, open},
		{"two documents", `{"Statement": []} {}`, []string{"1:19: something follows the policy: a policy is one JSON object"}, open},
		{"not UTF-8", "{\"Id\": \"\xff\"}", []string{"1:9: the policy is not JSON: invalid UTF-8"}, open},
		{"a list", `[]`, []string{"1:1: a policy is a JSON object, not a list"}, open},
		{"no statement", `{"Version": "2012-10-17"}`, []string{"1:1: the policy has no Statement"}, open},
		{"misspelt statement", `{"Statements": []}`, []string{
			"1:1: the policy has no Statement",
			`1:2: "Statements" is not an element of a policy: it has Version, Id and Statement`}, open},
		{"version", `{"Version": "2012-10-18", "Statement": []}`, []string{`1:13: Version is 2012-10-17 or 2008-10-17, not "2012-10-18"`}, open},
		{"statement twice", `{"Statement": [], "Statement": []}`, []string{"1:19: Statement is there twice"}, open},
		{"no list of objects", `{"Statement": ["x"]}`, []string{"1:16: a statement is a JSON object, not a string"}, open},
		{"nothing in it", `{"Statement": {}}`, []string{
			"1:15: statement 1 has neither Action nor NotAction",
			"1:15: statement 1 has no Effect",
			"1:15: statement 1 has no Principal, which a policy of a resource or an endpoint needs"}, open},
		{"none at all", `{"Statement": []}`, nil, fails},

		{"effect", statement(`"Effect": "Allow"`), []string{"2:71: Effect is there twice in statement 1"}, open},
		{"effect in another case", `{"Statement": {"Effect": "allow", "Principal": "*", "Action": "*", "Resource": "*"}}`,
			[]string{`1:26: Effect is Allow or Deny, not "allow"`}, open},
		{"unknown element", statement(`"Actions": "*"`), []string{`2:71: "Actions" is not an element of a statement: it has Sid, Effect, ` +
			`Principal, Action, Resource, Condition, and NotPrincipal, NotAction, NotResource`}, open},
		{"condition twice", statement(`"Condition": {"Bool": {"l": false}}, "Condition": {}`), []string{"2:108: Condition is there twice in statement 1"}, open},
		{"the first of two keys does not hold", statement(`"Condition": {"Bool": {"l": false, "L": true}}`),
			[]string{"2:106: L is there twice under Bool: put its values into a list"}, open},
		{"a year alone", statement(`"Condition": {"DateEquals": {"k": "2026"}}`),
			[]string{`2:105: DateEquals k: "2026" may be a year or seconds since 1970: write the month too`}, open},
		{"action beside its opposite", statement(`"NotAction": "*"`), []string{"2:71: NotAction beside its opposite in statement 1"}, open},
		{"action is a number", `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": 7, "Resource": []}}`, []string{
			"1:63: Action is a string, not a number", "1:78: Resource is an empty list"}, open},
		{"principal is a text", `{"Statement": {"Effect": "Allow", "Principal": "111122223333", "Action": "*", "Resource": "*"}}`,
			[]string{`1:48: Principal is "*" or an object like {"AWS": "111122223333"}, not "111122223333"`}, open},
		{"a principal with wildcards", `{"Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}, "Action": "*", "Resource": "*"}}`,
			[]string{`1:56: Principal AWS "arn:aws:iam::111122223333:role/*" is no principal: AWS takes an account ID or an ARN without wildcards, ` +
				`Service a service's name, and there are Federated and CanonicalUser`}, open},
		{"NotPrincipal with Allow", `{"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"}}`,
			[]string{"1:15: statement 1 has NotPrincipal with Allow, which AWS does not support"}, open},
		{"a variable that does not end", `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::${aws:username"}}`,
			[]string{`1:105: "arn:aws:s3:::${aws:username" has a policy variable that is not written ${key} or ${key, 'default'}`}, open},

		{"a variable without a name", statement(`"Condition": {"StringEquals": {"k": ["${}", "${l, x}"]}}`), []string{
			`2:108: StringEquals k: "${}" has a policy variable that is not written ${key} or ${key, 'default'}`,
			`2:115: StringEquals k: "${l, x}" has a policy variable that is not written ${key} or ${key, 'default'}`}, open},
		{"misspelt operator", statement(`"Condition": {"StringEqual": {"k": "v"}}`), []string{`2:85: "StringEqual" is not a condition operator: did you mean StringEquals?`}, open},
		{"operator in another case", statement(`"Condition": {"ipAddress": {"k": "v"}}`), []string{`2:85: "ipAddress" is not a condition operator: did you mean IpAddress?`}, open},
		{"operator of another language", statement(`"Condition": {"Matches": {"k": "v"}}`), []string{`2:85: "Matches" is not a condition operator`}, open},
		{"unknown operator, no keys", statement(`"Condition": {"Matches": {}}`), []string{`2:85: "Matches" is not a condition operator`}, open},
		{"NullIfExists", statement(`"Condition": {"NullIfExists": {"k": true}}`),
			[]string{`2:85: "NullIfExists" is not a condition operator: Null takes neither a set operator nor IfExists`}, open},
		{"operator twice", statement(`"Condition": {"Bool": {"l": true}, "Bool": {"k": true}}`),
			[]string{"2:106: Bool is there twice in the Condition of statement 1: put its keys together"}, open},
		{"key twice", statement(`"Condition": {"Bool": {"l": true, "L": false}}`),
			[]string{"2:105: L is there twice under Bool: put its values into a list"}, open},
		{"condition is a list", statement(`"Condition": []`), []string{"2:84: Condition is an object, not a list"}, open},
		{"operator without keys", statement(`"Condition": {"Bool": true}`), []string{"2:93: Bool takes an object of keys and values, not a boolean"}, open},
		{"no values", statement(`"Condition": {"Bool": {"k": []}}`), []string{"2:99: Bool k has no values"}, open},
		{"a value that is an object", statement(`"Condition": {"Bool": {"k": {}}}`), []string{"2:99: a value of k is a string, a number or a boolean, not an object"}, open},
		{"not a boolean", statement(`"Condition": {"Bool": {"k": "yes"}}`), []string{`2:99: Bool k: "yes" is neither true nor false`}, open},
		{"not a number", statement(`"Condition": {"NumericEquals": {"k": "1e9"}}`), []string{`2:108: NumericEquals k: "1e9" is not an integer or decimal number`}, open},
		{"not a date", statement(`"Condition": {"DateEquals": {"k": "tomorrow"}}`),
			[]string{`2:105: DateEquals k: "tomorrow" is not a date like 2006-01-02T15:04:05Z, nor seconds since 1970`}, open},
		{"not an address", statement(`"Condition": {"IpAddress": {"k": ["10.0.0.0/33", "::ffff:10.0.0.1"]}}`), []string{
			`2:105: IpAddress k: "10.0.0.0/33" is neither an IP address nor a CIDR`,
			`2:120: IpAddress k: "::ffff:10.0.0.1" is neither an IP address nor a CIDR: write an IPv4 address as such`}, open},
		{"not base64", statement(`"Condition": {"BinaryEquals": {"k": "%"}}`), []string{`2:107: BinaryEquals k: "%" is not base64`}, open},
		{"a variable where none is", statement(`"Condition": {"Bool": {"k": "${aws:SecureTransport}"}}`),
			[]string{`2:99: Bool k: "${aws:SecureTransport}" is neither true nor false`}, open},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, problems := policy.Parse([]byte(tt.text))
			require.NotNil(t, p)
			var got []string
			for _, problem := range problems {
				got = append(got, problem.Error())
			}
			assert.Equal(t, tt.problems, got)
			r := policy.Request{Principal: "arn:aws:iam::111122223333:role/app", Action: "s3:GetObject", Resource: objectX,
				Context: policy.Context{"k": policy.Present("v"), "l": policy.Present("true")}}
			assert.Equal(t, tt.decision, policy.Evaluate(p, policy.ResourcePolicy, r).Decision)
			if tt.decision == open {
				assert.Empty(t, policy.Evaluate(p, policy.ResourcePolicy, r).Open)
			}
		})
	}
}

func TestStatementPlaces(t *testing.T) {
	p := parse(t, "{\"Statement\": [\n  {\"Sid\": \"one\", \"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"*\"},\n"+
		"\t{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"*\"}]}")
	require.Len(t, p.Statements, 2)
	assert.Equal(t, policy.Place{Offset: 18, Line: 2, Column: 3}, p.Statements[0].Place)
	assert.Equal(t, 3, p.Statements[1].Line)
	assert.Equal(t, 2, p.Statements[1].Column)
	assert.Equal(t, policy.Deny, p.Statements[0].Effect)
	assert.Equal(t, `statement 1 ("one")`, p.Statements[0].String())
	assert.Equal(t, "statement 2", p.Statements[1].String())
}

// An unknown part of one statement leaves another that denies alone.
func TestProblemThatCannotMatter(t *testing.T) {
	p, problems := policy.Parse([]byte(`{"Statement": [
		{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Nope": {"k": "v"}}},
		{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}`))
	require.Len(t, problems, 1)
	assert.Equal(t, policy.Denied, policy.Evaluate(p, policy.ResourcePolicy, policy.Request{Action: "s3:GetObject"}).Decision)
	assert.Equal(t, policy.Unknown, policy.Evaluate(p, policy.ResourcePolicy, policy.Request{Action: "sqs:SendMessage"}).Decision)
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		kind       policy.Kind
		want       []string
	}{
		{"the default", `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}`, policy.GatewayEndpointPolicy, nil},
		{"an account", accountOnly, policy.GatewayEndpointPolicy, []string{"1:16: statement 1 names a principal: in a gateway endpoint's policy it must be *, " +
			"narrowed with aws:PrincipalArn; an account there is its root user alone [POL-3]"}},
		{"an account at an interface endpoint", accountOnly, policy.InterfaceEndpointPolicy, nil},
		{"too long", `{"Statement": []}` + strings.Repeat(" ", 20464), policy.InterfaceEndpointPolicy,
			[]string{"1:1: the policy has 20481 characters: an endpoint policy has at most 20480 [POL-4]"}},
		{"as long as may be", `{"Statement": []}` + strings.Repeat(" ", 20463), policy.InterfaceEndpointPolicy, nil},
		{"no resource", `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*"}}`, policy.InterfaceEndpointPolicy,
			[]string{"1:15: statement 1 has neither Resource nor NotResource"}},
		{"wildcard in a system's ID", statement(`"Condition": {"StringLike": {"aws:SourceVpc": "vpc-123456*"}}`), policy.InterfaceEndpointPolicy,
			[]string{`2:100: aws:SourceVpc cannot have wildcards in an endpoint policy: "vpc-123456*" [POL-12]`}},
		{"a system's ID as a number", statement(`"Condition": {"NumericEquals": {"aws:PrincipalAccount": "111122223333"}}`), policy.InterfaceEndpointPolicy,
			[]string{"2:103: aws:PrincipalAccount cannot be compared as a number in an endpoint policy [POL-12]"}},
		{"too little beside a wildcard", statement(`"Condition": {"StringLike": {"aws:username": ["abcdef*", "*abcdef", "ab*cdefgh*", "a${aws:userid}?", "abcde*"]}}`),
			policy.GatewayEndpointPolicy, []string{`2:100: a wildcard in an endpoint policy needs 6 characters in a row before or after it: "abcde*" [POL-12]`}},
		{"a resource's policy", accountOnly, policy.ResourcePolicy, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, problem := range parse(t, tt.text).Check(tt.kind) {
				got = append(got, problem.Error())
			}
			assert.Equal(t, tt.want, got)
		})
	}
}
