package terraform

import (
	"cmp"

	"github.com/vpcwalk/vpcwalk/model"
)

// wantBucket is an S3 bucket. Its ID is its name, which a plan may know before.
var wantBucket = &want{types: []string{"aws_s3_bucket", "data.aws_s3_bucket"}, attributes: []string{"bucket"}}

// endpointPolicy reads the policy of a VPC endpoint, its own or one that is a
// resource of its own (POL-1). What is open may deny.
func (b body) endpointPolicy(e *model.VPCEndpoint) {
	u, text := b.open("policy"), b.str("policy")
	if u == nil && text == "" {
		return // full access (POL-2), or that of the other resource
	}
	e.Policy, e.PolicyUnknown, e.PolicyProvenance = text, u, b.r.place
}

func readEndpointPolicy(b body) {
	c, u := b.ref("vpc_endpoint_id", wantVPCE, nil)
	if u != nil {
		for _, id := range b.maybe("vpc_endpoint_id", wantVPCE) {
			if e := b.network.VPCEndpoints[model.VPCEndpointID(id)]; e != nil {
				e.Policy, e.PolicyUnknown = "", cmp.Or(e.PolicyUnknown, u)
			}
		}
		return
	}
	if e := b.network.VPCEndpoints[model.VPCEndpointID(c.id)]; e != nil {
		b.endpointPolicy(e)
	}
}

// readEndpointPrivateDNS reads the setting of an endpoint where it is a resource
// of its own (IFEP-5).
func readEndpointPrivateDNS(b body) {
	c, u := b.ref("vpc_endpoint_id", wantVPCE, nil)
	for _, id := range b.either(c, "vpc_endpoint_id", wantVPCE) {
		if e := b.network.VPCEndpoints[model.VPCEndpointID(id)]; e != nil {
			if e.PrivateDNSUnknown = firstOpen(u, b.open("private_dns_enabled")); e.PrivateDNSUnknown == nil {
				e.PrivateDNSEnabled = b.boolean("private_dns_enabled")
			}
		}
	}
}

// readBucketPolicy reads a bucket policy, by which S3 may refuse what the network
// lets pass (POL-1). One of a bucket without a name yet is of a bucket that nobody
// can ask about.
func readBucketPolicy(b body) {
	name := b.str("bucket")
	if name == "" {
		if c, u := b.ref("bucket", wantBucket, nil); u == nil && c.r != nil {
			name = b.body(c.r).str("bucket")
		}
	}
	u, text := b.open("policy"), b.str("policy")
	if name == "" || u == nil && text == "" {
		return
	}
	p := &model.ResourcePolicy{Resource: model.ResourceARN(name), Policy: text, PolicyUnknown: u, Provenance: b.r.place}
	b.network.ResourcePolicies[p.Resource] = p
}
