package policy_test

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/sim/policy"
)

func ExampleAuthorize() {
	bucket, problems := policy.Parse([]byte(`{
	  "Version": "2012-10-17",
	  "Statement": [
	    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"},
	    {"Sid": "OnlyFromHere", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
	     "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
	     "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}
	  ]
	}`))
	fmt.Println(len(problems), "problems")

	attached := policy.Attached{Kind: policy.ResourcePolicy, To: "reports", Policy: bucket}
	get := policy.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/2026.csv"}

	get.Context = policy.ThroughEndpoint("vpce-1", "vpc-1", netip.MustParseAddr("10.0.1.5"))
	a := policy.Authorize(get, attached)
	fmt.Printf("%s: %s\n", a.Decision, a.Why)

	get.Context = policy.Direct(netip.MustParseAddr("203.0.113.7"))
	a = policy.Authorize(get, attached)
	fmt.Printf("%s: %s\n", a.Decision, a.Why)
	// Output:
	// 0 problems
	// allowed: statement 1 of the resource policy allows it
	// denied: reports: statement 2 ("OnlyFromHere") of the resource policy denies it: StringNotEquals aws:SourceVpce [vpce-1] holds (aws:SourceVpce is absent)
}
