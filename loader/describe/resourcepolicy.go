package describe

import (
	"fmt"
	"path"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// policyCalls are the calls that print the policy of one resource, which they do
// not name, with the ARN of the resource that the file is named after.
var policyCalls = map[string]func(s scope, name string) string{
	"get-bucket-policy": func(_ scope, name string) string { return model.ResourceARN(name) },
	"get-key-policy": func(s scope, name string) string {
		return fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", s.region, s.account, strings.TrimPrefix(name, "key/"))
	},
}

// readResourcePolicy reads the Policy of get-bucket-policy and calls like it:
// JSON in a string.
func readResourcePolicy(r *reader) {
	r.document.policyPlace = r.here()
	r.document.policy = r.policy()
}

func readSubjectARN(r *reader) { r.document.arn = r.str() }

// finishResourcePolicy ties the document's policy to the resource that it names,
// or else to the one that the file is named after.
func (r *reader) finishResourcePolicy() {
	d := &r.document
	if r.err != nil || d.policyPlace.IsZero() {
		return
	}
	arn := d.arn
	name := stem(r.path)
	call := path.Base(path.Dir(strings.ReplaceAll(r.path, `\`, "/")))
	if of := policyCalls[call]; arn == "" && of != nil {
		arn = of(r.scope, name)
	}
	if arn == "" {
		r.report(model.Diagnostic{Severity: model.Warning, Provenance: d.policyPlace, Summary: "the policy of a resource that is not named; it is skipped",
			Detail: "Name the file after the call and the resource: get-bucket-policy/BUCKET.json."})
		return
	}
	r.resourcePolicies = append(r.resourcePolicies, &model.ResourcePolicy{Resource: arn, Policy: d.policy, Provenance: d.policyPlace})
}

// addResourcePolicies joins the files' policies; where two tell of one resource,
// the later one counts.
func (b *builder) addResourcePolicies() {
	for _, p := range b.parts {
		for _, x := range p.resourcePolicies {
			b.network.ResourcePolicies[x.Resource] = x
		}
	}
}
