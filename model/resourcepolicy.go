package model

import "strings"

// ResourcePolicy is the policy of a bucket, a key, a queue or another resource of
// an AWS service.
type ResourcePolicy struct {
	Resource string // the resource's ARN
	Policy   string // JSON
	// PolicyUnknown is set when the policy is not known; Policy is then empty.
	PolicyUnknown *Unknown
	Provenance    Provenance
}

// ResourceARN is the ARN of a resource that a policy is written for: an ARN as it
// stands, and the name of a bucket for anything else.
func ResourceARN(name string) string {
	if name == "" || strings.HasPrefix(name, "arn:") {
		return name
	}
	return "arn:aws:s3:::" + name
}

// Authorization is what the policies on the way say to a request, beside the
// network's verdict (POL-1).
type Authorization string

// Authorizations.
const (
	// AuthorizationNotApplicable is where no policy is on the way.
	AuthorizationNotApplicable Authorization = "not_applicable"
	AuthorizationAllowed       Authorization = "allowed"
	AuthorizationDenied        Authorization = "denied"
	AuthorizationUnknown       Authorization = "unknown"
)
