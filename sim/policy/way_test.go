package policy_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/sim/policy"
)

// parse reads a policy that has nothing wrong with it.
func parse(t *testing.T, text string) *policy.Policy {
	t.Helper()
	p, problems := policy.Parse([]byte(text))
	require.Empty(t, problems)
	return p
}

// The ways of a request to S3 from 10.0.1.5 in vpc-1.
var (
	viaEndpoint1 = policy.ThroughEndpoint("vpce-1", "vpc-1", netip.MustParseAddr("10.0.1.5"))
	viaEndpoint2 = policy.ThroughEndpoint("vpce-2", "vpc-2", netip.MustParseAddr("10.0.1.5"))
	viaNAT       = policy.Direct(netip.MustParseAddr("203.0.113.7"))
	fromConsole  = policy.Direct(netip.MustParseAddr("198.51.100.9"))
)

const (
	objectX = "arn:aws:s3:::bucket-x/key"
	objectY = "arn:aws:s3:::bucket-y/key"

	onlyBucketX = `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket-x/*"}]}`

	onlyEndpoint1 = `{"Version": "2012-10-17", "Statement": [
		{"Sid": "Read", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket-x/*"},
		{"Sid": "OnlyVpce", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
		 "Resource": ["arn:aws:s3:::bucket-x", "arn:aws:s3:::bucket-x/*"],
		 "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}]}`

	onlyVPC1 = `{"Version": "2012-10-17", "Statement": {"Sid": "OnlyVpc", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
		"Resource": ["arn:aws:s3:::bucket-x", "arn:aws:s3:::bucket-x/*"],
		"Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}}}`

	allowSourceIP = `{"Version": "2012-10-17", "Statement": [{"Sid": "FromUs", "Effect": "Allow", "Principal": "*",
		"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket-x/*",
		"Condition": {"OPERATOR": {"aws:SourceIp": "PREFIX"}}}]}`

	accountOnly = `{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"}]}`
)

// The names are those of the rows of the case list that they are.
func TestAuthorizeByTheWay(t *testing.T) {
	bucket := func(text string) policy.Attached {
		return policy.Attached{Kind: policy.ResourcePolicy, To: "bucket-x", Policy: parse(t, text)}
	}
	gateway := func(text string) policy.Attached {
		return policy.Attached{Kind: policy.GatewayEndpointPolicy, To: "vpce-1", Policy: parse(t, text)}
	}
	byDefault := policy.Attached{Kind: policy.GatewayEndpointPolicy, To: "vpce-1"}
	get := func(resource string, way policy.Context) policy.Request {
		return policy.Request{Action: "s3:GetObject", Resource: resource, Context: way}
	}
	as := func(r policy.Request, principal string) policy.Request {
		r.Principal = principal
		return r
	}
	sourceIP := func(operator, prefix string) policy.Attached {
		return bucket(replace(allowSourceIP, "OPERATOR", operator, "PREFIX", prefix))
	}
	for _, tt := range []struct {
		name      string
		request   policy.Request
		policies  []policy.Attached
		want      policy.Decision
		why       string
		open      []string
		statement int // 0: none
	}{
		{"G12", get(objectY, viaEndpoint1), []policy.Attached{gateway(onlyBucketX)}, policy.Denied,
			"vpce-1: no statement of the endpoint policy allows it; nearest is statement 1: its Resource does not match", nil, 1},
		{"G12 bucket X", get(objectX, viaEndpoint1), []policy.Attached{gateway(onlyBucketX)}, policy.Allowed,
			"statement 1 of the endpoint policy allows it", nil, 1},
		{"G12 any bucket", get("", viaEndpoint1), []policy.Attached{gateway(onlyBucketX)}, policy.Unknown,
			"vpce-1: statement 1 of the endpoint policy may allow it: that hangs on Resource", []string{"Resource"}, 1},
		{"G13", get(objectX, viaEndpoint1), []policy.Attached{byDefault, bucket(onlyEndpoint1)}, policy.Allowed,
			`statement 1 ("Read") of the resource policy allows it`, nil, 1},
		{"G14", get(objectX, viaEndpoint2), []policy.Attached{byDefault, bucket(onlyEndpoint1)}, policy.Denied,
			`bucket-x: statement 2 ("OnlyVpce") of the resource policy denies it: StringNotEquals aws:SourceVpce [vpce-1] holds (aws:SourceVpce is vpce-2)`, nil, 2},
		{"G15", get(objectX, viaNAT), []policy.Attached{bucket(onlyEndpoint1)}, policy.Denied,
			`bucket-x: statement 2 ("OnlyVpce") of the resource policy denies it: StringNotEquals aws:SourceVpce [vpce-1] holds (aws:SourceVpce is absent)`, nil, 2},
		{"G15 for any request", policy.Request{Context: viaNAT}, []policy.Attached{bucket(onlyEndpoint1)}, policy.Unknown,
			`bucket-x: statement 2 ("OnlyVpce") of the resource policy may deny it: that hangs on Action`, []string{"Action"}, 2},
		{"G15 for any request to S3", policy.Request{Action: "s3:*", Context: viaNAT}, []policy.Attached{bucket(onlyEndpoint1)}, policy.Denied,
			`bucket-x: statement 2 ("OnlyVpce") of the resource policy denies it: StringNotEquals aws:SourceVpce [vpce-1] holds (aws:SourceVpce is absent)`, nil, 2},
		{"G16", get(objectX, fromConsole), []policy.Attached{bucket(onlyEndpoint1)}, policy.Denied,
			`bucket-x: statement 2 ("OnlyVpce") of the resource policy denies it: StringNotEquals aws:SourceVpce [vpce-1] holds (aws:SourceVpce is absent)`, nil, 2},
		{"G17", get(objectX, viaNAT), []policy.Attached{bucket(onlyVPC1)}, policy.Denied,
			`bucket-x: statement 1 ("OnlyVpc") of the resource policy denies it: StringNotEquals aws:SourceVpc [vpc-1] holds (aws:SourceVpc is absent)`, nil, 1},
		{"G17 through an endpoint", get(objectX, viaEndpoint1), []policy.Attached{byDefault, bucket(onlyVPC1)}, policy.Allowed,
			"no policy on the way denies it", nil, 0},
		{"G19", get(objectX, viaEndpoint1), []policy.Attached{byDefault, sourceIP("IpAddress", "10.0.0.0/16")}, policy.Denied,
			`bucket-x: no statement of the resource policy allows it; nearest is statement 1 ("FromUs"): IpAddress aws:SourceIp [10.0.0.0/16] does not hold (aws:SourceIp is absent)`, nil, 1},
		{"G21", get(objectX, viaNAT), []policy.Attached{sourceIP("IpAddress", "203.0.113.7")}, policy.Allowed,
			`statement 1 ("FromUs") of the resource policy allows it: IpAddress aws:SourceIp [203.0.113.7] holds (aws:SourceIp is 203.0.113.7)`, nil, 1},
		{"G21 from elsewhere", get(objectX, fromConsole), []policy.Attached{sourceIP("IpAddress", "203.0.113.7")}, policy.Denied,
			`bucket-x: no statement of the resource policy allows it; nearest is statement 1 ("FromUs"): IpAddress aws:SourceIp [203.0.113.7] does not hold (aws:SourceIp is 198.51.100.9)`, nil, 1},
		{"G21 before the address is known", get(objectX, policy.Direct(netip.Addr{})), []policy.Attached{sourceIP("IpAddress", "203.0.113.7")}, policy.Unknown,
			`bucket-x: statement 1 ("FromUs") of the resource policy may allow it: that hangs on aws:SourceIp`, []string{"aws:SourceIp"}, 1},
		{"G23", get(objectX, viaEndpoint1), []policy.Attached{byDefault, sourceIP("IpAddressIfExists", "203.0.113.7")}, policy.Allowed,
			`statement 1 ("FromUs") of the resource policy allows it: IpAddressIfExists aws:SourceIp [203.0.113.7] holds (aws:SourceIp is absent)`, nil, 1},
		{"G24", as(get(objectX, viaEndpoint1), "arn:aws:iam::111122223333:role/app"), []policy.Attached{gateway(accountOnly)}, policy.Denied,
			"vpce-1: no statement of the endpoint policy allows it; nearest is statement 1: its Principal does not match", nil, 1},
		{"G24 as root", as(get(objectX, viaEndpoint1), "arn:aws:iam::111122223333:root"), []policy.Attached{gateway(accountOnly)}, policy.Allowed,
			"statement 1 of the endpoint policy allows it", nil, 1},
		{"G24 as somebody", as(get(objectX, viaEndpoint1), "111122223333"), []policy.Attached{gateway(accountOnly)}, policy.Unknown,
			"vpce-1: statement 1 of the endpoint policy may allow it: that hangs on Principal", []string{"Principal"}, 1},
		{"POL-7 NotIpAddress denies endpoints", get(objectX, viaEndpoint1), []policy.Attached{bucket(
			`{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}}`)},
			policy.Denied, "bucket-x: statement 1 of the resource policy denies it: NotIpAddress aws:SourceIp [0.0.0.0/0] holds (aws:SourceIp is absent)", nil, 1},
		{"POL-2", get(objectX, viaEndpoint1), []policy.Attached{byDefault}, policy.Allowed, "no policy on the way denies it", nil, 0},
		{"an explicit denial goes before a lack", get(objectX, viaNAT), []policy.Attached{gateway(replace(onlyBucketX, "bucket-x", "bucket-z")), bucket(onlyEndpoint1)},
			policy.Denied, `bucket-x: statement 2 ("OnlyVpce") of the resource policy denies it: StringNotEquals aws:SourceVpce [vpce-1] holds (aws:SourceVpce is absent)`, nil, 2},
		{"what is attached is asked for", policy.Request{Action: "s3:GetObject", Context: viaEndpoint1}, []policy.Attached{
			gateway(`{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": ["arn:aws:s3:::bucket-y", "arn:aws:s3:::bucket-y/*"]}}`), bucket(onlyVPC1)},
			policy.Denied, "vpce-1: no statement of the endpoint policy allows it; nearest is statement 1: its Resource does not match", nil, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := policy.Authorize(tt.request, tt.policies...)
			assert.Equal(t, tt.want, got.Decision)
			assert.Equal(t, tt.why, got.Why)
			assert.Equal(t, tt.open, got.Open)
			require.Len(t, got.Results, len(tt.policies))
			if tt.want != policy.Allowed {
				require.GreaterOrEqual(t, got.By, 0)
				require.NotNil(t, got.Results[got.By].Statement)
				assert.Equal(t, tt.statement, got.Results[got.By].Statement.Index)
				assert.False(t, got.AssumesIdentity)
			}
		})
	}
}

func TestAssumesIdentity(t *testing.T) {
	for name, tt := range map[string]struct {
		bucket string
		want   bool
	}{
		"no resource policy":            {"", true},
		"everyone is allowed":           {`{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}`, false},
		"the role is allowed":           {`{"Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}, "Action": "*", "Resource": "*"}}`, false},
		"its account is allowed":        {`{"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"}}`, true},
		"a guard that does not deny it": {onlyVPC1, true},
	} {
		t.Run(name, func(t *testing.T) {
			at := policy.Attached{Kind: policy.ResourcePolicy}
			if tt.bucket != "" {
				at.Policy = parse(t, tt.bucket)
			}
			got := policy.Authorize(policy.Request{Principal: "arn:aws:iam::111122223333:role/app", Action: "s3:GetObject", Resource: objectX, Context: viaEndpoint1}, at)
			require.Equal(t, policy.Allowed, got.Decision, got.Why)
			assert.Equal(t, tt.want, got.AssumesIdentity)
			assert.Equal(t, -1, got.By)
		})
	}
}

func TestDirectHasNoKeyOfAnEndpoint(t *testing.T) {
	for _, key := range []string{"aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp", "aws:VpceAccount", "aws:VpceOrgID", "aws:SourceVpcArn"} {
		assert.Equal(t, policy.Absent(), viaNAT[key], key)
	}
	assert.Equal(t, policy.Present("203.0.113.7"), viaNAT["aws:SourceIp"])
	assert.Equal(t, policy.Absent(), viaEndpoint1["aws:SourceIp"])
	assert.Equal(t, policy.Present("10.0.1.5"), viaEndpoint1["aws:VpcSourceIp"])
	assert.Equal(t, policy.PresentUnknown(), policy.ThroughEndpoint("", "vpc-1", netip.Addr{})["aws:SourceVpce"])
}
