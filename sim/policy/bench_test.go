package policy_test

import (
	"testing"

	"github.com/vpcwalk/vpcwalk/sim/policy"
)

// BenchmarkAuthorize is one question through an endpoint with the policies that
// a bucket usually has.
func BenchmarkAuthorize(b *testing.B) {
	endpoint, _ := policy.Parse([]byte(onlyBucketX))
	bucket, _ := policy.Parse([]byte(onlyEndpoint1))
	r := policy.Request{Action: "s3:GetObject", Resource: objectX, Context: viaEndpoint1}
	for b.Loop() {
		policy.Authorize(r, policy.Attached{Kind: policy.GatewayEndpointPolicy, Policy: endpoint},
			policy.Attached{Kind: policy.ResourcePolicy, Policy: bucket})
	}
}
