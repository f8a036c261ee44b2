package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
	"github.com/vpcwalk/vpcwalk/sim/policy"
)

// Authorization is what the policies on the way say to the request of a
// question, beside the network's verdict, which it never changes (POL-1).
type Authorization struct {
	Decision model.Authorization
	// Policy is what the policy that decides is attached to: an endpoint's ID, a
	// resource's ARN. It and the following are empty where none decides.
	Policy     string
	Statement  string // "statement 2 (\"OnlyFromVPC\")"
	Provenance model.Provenance
	// Text is one sentence.
	Text string
}

// attachedPolicy is a policy of the network, parsed.
type attachedPolicy struct {
	policy.Attached
	where    model.Provenance
	problems []policy.Problem
}

// resourcePolicy is the policy of a resource.
type resourcePolicy struct {
	attachedPolicy
	arn model.ARN
}

// arrival is where requests reach a service, as the service sees them.
type arrival struct {
	service  model.Service
	endpoint *model.VPCEndpoint // nil for the public way
	hdr      header
	flows    packet.Set
}

// reached notes that requests came to a service.
func (w *walk) reached(s *state) {
	if s.leg != model.Forward || s.endpoint == nil && w.service == nil {
		return
	}
	a := arrival{endpoint: s.endpoint, hdr: s.hdr, flows: s.flows}
	if s.endpoint != nil {
		a.service = model.ParseService(s.endpoint.Service).In(s.endpoint.Region)
	} else {
		a.service = *w.service
	}
	w.arrivals = append(w.arrivals, a)
}

// compilePolicies parses every policy once.
func (e *Engine) compilePolicies() {
	e.endpointPolicies = map[model.VPCEndpointID]attachedPolicy{}
	for _, m := range model.Sorted(e.network.VPCEndpoints) {
		e.endpointPolicies[m.ID] = endpointPolicy(m)
	}
	for _, m := range model.Sorted(e.network.ResourcePolicies) {
		e.resourcePolicies = append(e.resourcePolicies, resourcePolicy{policyOfResource(m), model.ParseARN(m.Resource)})
	}
}

func endpointPolicy(m *model.VPCEndpoint) attachedPolicy {
	kind := policy.InterfaceEndpointPolicy
	if m.Type == model.GatewayEndpoint {
		kind = policy.GatewayEndpointPolicy
	}
	where := m.PolicyProvenance
	if where.IsZero() {
		where = m.Provenance
	}
	return attach(kind, string(m.ID), m.Policy, m.PolicyUnknown, where)
}

func policyOfResource(m *model.ResourcePolicy) attachedPolicy {
	return attach(policy.ResourcePolicy, m.Resource, m.Policy, m.PolicyUnknown, m.Provenance)
}

// attach parses a policy; one that is not known is like one that cannot be read.
func attach(kind policy.Kind, to, text string, unknown *model.Unknown, where model.Provenance) attachedPolicy {
	a := attachedPolicy{Attached: policy.Attached{Kind: kind, To: to}, where: where}
	switch {
	case unknown != nil:
		a.Policy, _ = policy.Parse(nil)
	case text != "" || kind == policy.ResourcePolicy:
		a.Policy, a.problems = policy.Parse([]byte(text))
		a.problems = append(a.problems, a.Policy.Check(kind)...)
	}
	return a
}

// CheckPolicies reports what AWS would refuse in the policies of the network, and
// what could not be understood, as Errors: what hangs on it is left open. What it
// takes and hardly means what was meant is a Warning.
func CheckPolicies(n *model.Network) model.Diagnostics {
	var out model.Diagnostics
	add := func(a attachedPolicy) {
		for _, p := range a.problems {
			d := model.Diagnostic{Severity: model.Error, Rule: p.Rule, Resource: a.To, Provenance: a.where,
				Summary: fmt.Sprintf("%s of %s, at %d:%d: %s", a.Kind, a.To, p.Line, p.Column, p.Message)}
			if p.Rule == "POL-3" {
				d.Severity = model.Warning // AWS takes it, and it hardly means what was meant
			}
			out = append(out, d)
		}
	}
	for _, m := range model.Sorted(n.VPCEndpoints) {
		add(endpointPolicy(m))
	}
	for _, m := range model.Sorted(n.ResourcePolicies) {
		add(policyOfResource(m))
	}
	return out.Sort()
}

// authorize asks the policies on every way of a question; what is denied on one
// of them is denied.
func (e *Engine) authorize(q *model.Question, results []result) Authorization {
	worst := Authorization{Decision: model.AuthorizationNotApplicable}
	for i := range results {
		for k := range results[i].walk.arrivals {
			if a := e.authorizeArrival(q, results[i].job, &results[i].walk.arrivals[k]); gravity(a.Decision) > gravity(worst.Decision) {
				worst = a
			}
		}
	}
	return worst
}

func gravity(a model.Authorization) int {
	return slices.Index([]model.Authorization{
		model.AuthorizationNotApplicable, model.AuthorizationAllowed, model.AuthorizationUnknown, model.AuthorizationDenied,
	}, a)
}

// authorizeArrival asks the policies on one way: that of the endpoint, and that
// of the resource. Where the question names no resource and the service has
// several with a policy, each of them is asked.
func (e *Engine) authorizeArrival(q *model.Question, j *job, a *arrival) Authorization {
	r := policy.Request{Principal: q.Principal, Action: q.Action, Resource: q.Resource, Context: e.context(a)}
	if a.endpoint != nil && j.standsForMore() {
		r.Context["aws:VpcSourceIp"] = policy.PresentUnknown() // one for each that it stands for
	}
	if r.Action == "" {
		r.Action = a.service.Actions()
	}
	var onWay []attachedPolicy
	if a.endpoint != nil {
		onWay = append(onWay, e.endpointPolicies[a.endpoint.ID])
	}
	candidates := e.policiesFor(q.Resource, a.service)
	if len(candidates) == 0 {
		if len(onWay) == 0 {
			return Authorization{Decision: model.AuthorizationNotApplicable}
		}
		return ask(r, onWay)
	}
	var first Authorization
	for i, c := range candidates {
		got := ask(r, append(slices.Clone(onWay), c.attachedPolicy))
		switch {
		case i == 0:
			first = got
		case got.Decision != first.Decision:
			return Authorization{Decision: model.AuthorizationUnknown,
				Text: fmt.Sprintf("it hangs on the resource, which the question does not name: %s %s, %s %s", candidates[0].To, first.Decision, c.To, got.Decision)}
		}
	}
	return first
}

func ask(r policy.Request, policies []attachedPolicy) Authorization {
	attached := make([]policy.Attached, len(policies))
	for i := range policies {
		attached[i] = policies[i].Attached
	}
	got := policy.Authorize(r, attached...)
	out := Authorization{Text: got.Why}
	switch got.Decision {
	case policy.Allowed:
		out.Decision = model.AuthorizationAllowed
		if got.AssumesIdentity {
			out.Text += ", and the principal's own policies are taken to allow it"
		}
	case policy.Denied:
		out.Decision = model.AuthorizationDenied
	case policy.Unknown:
		out.Decision = model.AuthorizationUnknown
		if len(got.Open) > 0 {
			out.Text += " (open: " + strings.Join(got.Open, ", ") + ")"
		}
	default:
		panic(fmt.Sprintf("sim: authorization %d", uint8(got.Decision)))
	}
	if got.By >= 0 {
		out.Policy, out.Provenance = policies[got.By].To, policies[got.By].where
		if s := got.Results[got.By].Statement; s != nil {
			out.Statement = s.String()
		}
	}
	return out
}

// policiesFor are the resource policies that a request may meet: that of the
// resource, or of all of the service's where it names none.
func (e *Engine) policiesFor(resource string, sv model.Service) []*resourcePolicy {
	var out []*resourcePolicy
	asked := model.ResourceARN(resource)
	for i := range e.resourcePolicies {
		p := &e.resourcePolicies[i]
		switch {
		case p.arn.Service != sv.ARNService():
		case p.arn.Region != "" && sv.Region != "" && p.arn.Region != sv.Region:
		case resource == "", asked == p.To, strings.HasPrefix(asked, p.To+"/"), strings.HasPrefix(asked, p.To+":"):
			out = append(out, p)
		}
	}
	return out
}

// context has the condition keys that the way gives a request (POL-5).
func (e *Engine) context(a *arrival) policy.Context {
	source := a.hdr.src.ofSet(a.flows)
	one, known := source.Single()
	if !known || a.hdr.src.kind == somePublicIP4 {
		one = netip.Addr{}
	}
	var c policy.Context
	if m := a.endpoint; m != nil {
		c = policy.ThroughEndpoint(string(m.ID), string(m.VPC), one)
		if sn := e.vpc(m.VPC).subnetOf(source); !one.IsValid() && sn != nil {
			for _, p := range sn.model.CIDRs {
				if packet.Prefix(p).Holds(source) {
					c["aws:VpcSourceIp"] = policy.Within(p)
				}
			}
		}
	} else {
		c = policy.Direct(one)
	}
	// The request is the caller's own, and its port tells whether it is TLS.
	c["aws:ViaAWSService"] = policy.Present("false")
	switch port, ok := a.flows.Bounds().Dport.Single(); {
	case ok && port == 443:
		c["aws:SecureTransport"] = policy.Present("true")
	case ok && port == 80:
		c["aws:SecureTransport"] = policy.Present("false")
	}
	return c
}
