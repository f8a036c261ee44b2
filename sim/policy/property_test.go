package policy_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/sim/policy"
)

// pairs are the operators that have a negated twin.
var pairs = map[string]string{
	"StringEquals": "StringNotEquals", "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase", "StringLike": "StringNotLike",
	"NumericEquals": "NumericNotEquals", "DateEquals": "DateNotEquals", "IpAddress": "NotIpAddress",
	"ArnEquals": "ArnNotEquals", "ArnLike": "ArnNotLike",
}

// drawValues gives values that an operator takes, from few enough to meet again.
func drawValues(t *rapid.T, operator string) []string {
	texts := []string{"a", "A", "ab", "b"}
	switch {
	case strings.Contains(operator, "Like") && strings.HasPrefix(operator, "String"):
		texts = []string{"a", "a*", "?b", "*", "A"}
	case strings.HasPrefix(operator, "Numeric"):
		texts = []string{"1", "1.0", "2", "-3"}
	case strings.HasPrefix(operator, "Date"):
		texts = []string{"2026-01-02", "2026-01-02T00:00:00Z", "2026-01", "1767225600"}
	case strings.Contains(operator, "Ip"):
		texts = []string{"10.0.0.1", "10.0.0.0/8", "10.0.0.0/31", "2001:db8::/32"}
	case strings.HasPrefix(operator, "Arn"):
		texts = []string{"arn:aws:iam::1:role/a", "arn:aws:iam::*:role/a", "arn:aws:iam::1:*", "arn:aws:iam::2:user/b"}
	}
	return rapid.SliceOfN(rapid.SampledFrom(texts), 1, 3).Draw(t, "values")
}

func drawContextValue(t *rapid.T, operator string) policy.Value {
	switch rapid.IntRange(0, 4).Draw(t, "state") {
	case 0:
		return policy.Absent()
	case 1:
		return policy.Value{}
	case 2:
		return policy.PresentUnknown()
	}
	// Prefixes and wildcards are odd values of a request, and must not hurt.
	return policy.Present(drawValues(t, operator)[0])
}

type fields map[string]any

func drawStatement(t *rapid.T) fields {
	s := fields{
		"Effect":    rapid.SampledFrom([]string{"Allow", "Deny"}).Draw(t, "effect"),
		"Principal": rapid.SampledFrom([]any{"*", fields{"AWS": "111122223333"}, fields{"AWS": "444455556666"}}).Draw(t, "principal"),
		"Action":    rapid.SampledFrom([]any{"*", "s3:*", "s3:Get*", []string{"sqs:*", "s3:GetObject"}}).Draw(t, "action"),
		"Resource":  rapid.SampledFrom([]any{"*", "arn:aws:s3:::b/*", "arn:aws:s3:::b", []string{"arn:aws:s3:::c", "arn:aws:s3:::b"}}).Draw(t, "resource"),
	}
	if rapid.Bool().Draw(t, "condition") {
		operator := rapid.SampledFrom(operators()).Draw(t, "operator")
		s["Condition"] = fields{operator: fields{
			rapid.SampledFrom([]string{"k", "l"}).Draw(t, "key"): drawValues(t, operator)}}
	}
	return s
}

func operators() []string {
	return []string{"StringEquals", "StringNotLike", "NumericEquals", "IpAddress", "NotIpAddress", "ArnLike", "DateNotEquals",
		"StringEqualsIfExists", "NotIpAddressIfExists", "ForAllValues:StringLike", "ForAnyValue:StringNotEquals"}
}

func drawRequest(t *rapid.T) policy.Request {
	return policy.Request{
		Principal: rapid.SampledFrom([]string{"", "111122223333", "arn:aws:iam::111122223333:role/a"}).Draw(t, "principal"),
		Action:    rapid.SampledFrom([]string{"", "s3:*", "s3:GetObject", "sqs:SendMessage"}).Draw(t, "action"),
		Resource:  rapid.SampledFrom([]string{"", "arn:aws:s3:::b/*", "arn:aws:s3:::b", "arn:aws:s3:::b/k"}).Draw(t, "resource"),
		Context: policy.Context{
			"k": drawContextValue(t, rapid.SampledFrom(operators()).Draw(t, "like")),
			"l": drawContextValue(t, rapid.SampledFrom(operators()).Draw(t, "like")),
		},
	}
}

func build(t require.TestingT, statements []fields) *policy.Policy {
	text, err := json.Marshal(fields{"Version": "2012-10-17", "Statement": statements})
	require.NoError(t, err)
	p, problems := policy.Parse(text)
	require.Empty(t, problems)
	return p
}

// A negated operator holds where the plain one does not; that is also so of an
// absent key (POL-6).
func TestNegatedOperators(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		operator := rapid.SampledFrom([]string{"StringEquals", "StringEqualsIgnoreCase", "StringLike", "NumericEquals",
			"DateEquals", "IpAddress", "ArnEquals", "ArnLike"}).Draw(t, "operator")
		values := drawValues(t, operator)
		r := policy.Request{Context: policy.Context{"k": drawContextValue(t, operator)}}
		ask := func(operator string) policy.Decision {
			p := build(t, []fields{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
				"Condition": fields{operator: fields{"k": values}}}})
			return policy.Evaluate(p, policy.ResourcePolicy, r).Decision
		}
		opposite := map[policy.Decision]policy.Decision{holds: fails, fails: holds, open: open}
		require.Equal(t, opposite[ask(operator)], ask(pairs[operator]), "%s %v", operator, values)
	})
}

// Allow with a condition and Deny with its opposite come to the same, beside an
// Allow of everything.
func TestDenyUnlessIsAllowIf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		operator := rapid.SampledFrom([]string{"StringEquals", "StringLike", "IpAddress", "ArnLike"}).Draw(t, "operator")
		values := drawValues(t, operator)
		r := policy.Request{Context: policy.Context{"k": drawContextValue(t, operator)}}
		all := func(effect string, condition fields) fields {
			s := fields{"Effect": effect, "Principal": "*", "Action": "*", "Resource": "*"}
			if condition != nil {
				s["Condition"] = condition
			}
			return s
		}
		ask := func(statements ...fields) policy.Decision {
			return policy.Authorize(r, policy.Attached{Policy: build(t, statements)}).Decision
		}
		require.Equal(t, ask(all("Allow", fields{operator: fields{"k": values}})),
			ask(all("Allow", nil), all("Deny", fields{pairs[operator]: fields{"k": values}})))
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements := rapid.SliceOfN(rapid.Custom(drawStatement), 0, 5).Draw(t, "statements")
		r := drawRequest(t)
		shuffled := append([]fields{}, statements...)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for _, kind := range []policy.Kind{policy.ResourcePolicy, policy.GatewayEndpointPolicy} {
			require.Equal(t, policy.Evaluate(build(t, statements), kind, r).Decision,
				policy.Evaluate(build(t, shuffled), kind, r).Decision)
		}
	})
}

// What is decided while something is open stays decided however it turns out:
// more knowledge never changes an Allowed or a denial.
func TestKnowledgeNeverOverturns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := build(t, rapid.SliceOfN(rapid.Custom(drawStatement), 0, 4).Draw(t, "statements"))
		exact := policy.Request{
			Principal: rapid.SampledFrom([]string{"arn:aws:iam::111122223333:role/a", "arn:aws:iam::444455556666:root"}).Draw(t, "principal"),
			Action:    rapid.SampledFrom([]string{"s3:GetObject", "s3:PutObject", "sqs:SendMessage"}).Draw(t, "action"),
			Resource:  rapid.SampledFrom([]string{"arn:aws:s3:::b", "arn:aws:s3:::b/k"}).Draw(t, "resource"),
			Context:   policy.Context{},
		}
		vague := policy.Request{
			Principal: rapid.SampledFrom([]string{exact.Principal, strings.Split(exact.Principal, ":")[4], ""}).Draw(t, "vague principal"),
			Action:    rapid.SampledFrom([]string{exact.Action, strings.Split(exact.Action, ":")[0] + ":*", ""}).Draw(t, "vague action"),
			Resource:  rapid.SampledFrom([]string{exact.Resource, exact.Resource + "*", ""}).Draw(t, "vague resource"),
			Context:   policy.Context{},
		}
		for _, key := range []string{"k", "l"} {
			blurred := []policy.Value{{}}
			if rapid.Bool().Draw(t, "present") {
				operator := rapid.SampledFrom(operators()).Draw(t, "like")
				exact.Context[key] = policy.Present(drawValues(t, operator)[0])
				blurred = append(blurred, policy.PresentUnknown())
			} else {
				exact.Context[key] = policy.Absent()
			}
			vague.Context[key] = rapid.SampledFrom(append(blurred, exact.Context[key])).Draw(t, "vague value")
		}
		before, after := policy.Evaluate(p, policy.ResourcePolicy, vague), policy.Evaluate(p, policy.ResourcePolicy, exact)
		switch before.Decision {
		case policy.Unknown:
			require.NotEmpty(t, before.Open)
		case policy.Allowed, policy.Denied:
			require.Equal(t, before.Decision, after.Decision, "%s, then %s", before.Why, after.Why)
		case policy.NotAllowed:
			require.Contains(t, []policy.Decision{policy.NotAllowed, policy.Denied}, after.Decision)
		}
	})
}

// Wildcards match what the standard library's matcher says, which knows the same
// two and stops at a slash.
func TestWildcardsAgainstPathMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?]{0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab]{0,8}`).Draw(t, "text")
		want, err := path.Match(pattern, text)
		require.NoError(t, err)
		p := build(t, []fields{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
			"Condition": fields{"StringLike": fields{"k": pattern}}}})
		got := policy.Evaluate(p, policy.ResourcePolicy, policy.Request{Context: policy.Context{"k": policy.Present(text)}})
		require.Equal(t, want, got.Decision == policy.Allowed, "%q %q", pattern, text)
		require.NotEqual(t, policy.Unknown, got.Decision)
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "{}", "[]", onlyBucketX, onlyEndpoint1, onlyVPC1, allowSourceIP, accountOnly,
		statement(`"Condition": {"StringEquals": {"k": "${l, 'x'}${*}"}, "Null": {"k": [true]}, "DateEquals": {"k": 1767225600}}`),
		`{"Statement": {"Effect": 1, "NotPrincipal": {"AWS": ["*", 2]}, "NotAction": [], "NotResource": "${", "Condition": {"X": 1}}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, problems := policy.Parse(data)
		require.NotNil(t, p)
		for _, problem := range problems {
			require.GreaterOrEqual(t, problem.Line, 1)
			require.GreaterOrEqual(t, problem.Column, 1)
			require.LessOrEqual(t, problem.Offset, len(data))
			require.NotEmpty(t, problem.Message)
		}
		if !json.Valid(data) {
			require.NotEmpty(t, problems)
		}
		r := policy.Request{Action: "s3:GetObject", Resource: objectX, Principal: "arn:aws:iam::111122223333:role/app", Context: viaEndpoint1}
		for _, kind := range []policy.Kind{policy.ResourcePolicy, policy.GatewayEndpointPolicy, policy.InterfaceEndpointPolicy} {
			result := policy.Evaluate(p, kind, r)
			_ = p.Check(kind)
			a := policy.Authorize(r, policy.Attached{Kind: kind, Policy: p})
			// One policy alone comes to what it says itself, a guard's silence aside.
			if result.Decision == policy.Denied {
				require.Equal(t, policy.Denied, a.Decision)
			}
			if result.Decision == policy.Allowed {
				require.Equal(t, policy.Allowed, a.Decision)
			}
			require.NotEmpty(t, fmt.Sprint(result.Decision, a.Why))
		}
	})
}
