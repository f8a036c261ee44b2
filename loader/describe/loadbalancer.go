package describe

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// loadBalancer is a balancer with the name that files of its attributes have.
type loadBalancer struct {
	model.LoadBalancer
	name        string
	addressType string // ipv4, dualstack, …
}

// balancerID is the ID of a balancer by its ARN: type/name/hash, as its interfaces
// have it in their description.
func balancerID(arn string) model.OwnerID {
	_, id, ok := strings.Cut(arn, ":loadbalancer/")
	if !ok {
		return model.OwnerID(arn)
	}
	if strings.Count(id, "/") == 0 { // a Classic one
		return model.OwnerID(classicWord + "/" + id)
	}
	return model.OwnerID(id)
}

// balancerWords are what Owner.Type calls the types.
var balancerWords = map[model.LoadBalancerType]string{
	model.ApplicationLoadBalancer: "load-balancer",
	model.NetworkLoadBalancer:     "network-load-balancer",
	model.GatewayLoadBalancer:     "gateway-load-balancer",
	model.ClassicLoadBalancer:     classicWord,
}

const classicWord = "classic-load-balancer"

// readLoadBalancer reads an element of LoadBalancers.
func readLoadBalancer(r *reader) {
	m := r.begin()
	var l loadBalancer
	var kind string
	groups := false
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "LoadBalancerArn":
			m.ARN = r.str()
		case "LoadBalancerName":
			l.name = r.str()
		case "Type":
			kind = strings.ToLower(r.str())
		case "Scheme":
			l.Internal = strings.EqualFold(r.str(), "internal")
		case "VpcId":
			l.VPC = model.VPCID(r.str())
		case "State":
			l.State = r.inner("Code")
		case "IpAddressType":
			l.addressType = strings.ToLower(r.str())
		case "AvailabilityZones":
			l.Subnets = pick[model.SubnetID](r, "SubnetId")
		case "SecurityGroups":
			groups = true
			l.Groups = strs[model.SecurityGroupID](r)
		case "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic":
			l.NotOnPrivateLink = strings.EqualFold(r.str(), "off") // PL-9
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, m.ARN)
	if !ok {
		return
	}
	l.Meta = meta
	l.ID = balancerID(l.ARN)
	if account := model.ParseARN(l.ARN).Account; account != "" {
		l.Account = account
	}
	l.Name = l.name
	l.Available = l.State == "" || strings.HasPrefix(strings.ToLower(l.State), "active")
	switch l.Type = model.LoadBalancerType(kind); l.Type {
	case model.ApplicationLoadBalancer:
		if !groups { // it always has some (ALB-2)
			l.GroupsUnknown = &model.Unknown{Subject: string(l.ID), Attribute: "SecurityGroups", Reason: "the snapshot does not give them", Provenance: l.Provenance}
		}
	case model.NetworkLoadBalancer, model.GatewayLoadBalancer:
	default:
		r.report(model.Diagnostic{Severity: model.Warning, Resource: string(l.ID), Provenance: l.Provenance,
			Summary: quote(kind) + " is no type of load balancer; what goes through this one is unknown"})
		return
	}
	r.fact(func(b *builder, p *part) { view(b, p, b.balancing.balancers, l.ID, &l, &l.Meta) })
}

// readAttributes reads the Attributes of a load balancer or of a target group,
// which do not name it.
func readAttributes(r *reader) {
	at := r.here()
	attributes := map[string]string{}
	for ok := r.array(); ok && r.element(); {
		var key, value string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "Key":
				key = r.str()
			case "Value":
				value = r.str()
			default:
				r.skip()
			}
		}
		attributes[key] = value
	}
	group := r.call() == "describe-target-group-attributes"
	r.answers(answer{what: "attributes of a load balancer or target group", calls: "describe-load-balancer-attributes describe-target-group-attributes", at: at,
		empty: len(attributes) == 0,
		use: func(subject string) {
			group = group || strings.Contains(subject, ":targetgroup/")
			from := r.scope
			r.fact(func(b *builder, p *part) {
				b.balancing.attributes = append(b.balancing.attributes, balancerAttributes{subject: subject, group: group, from: from, values: attributes})
			})
		}})
}

// balancerAttributes are attributes by the text that names their subject: an ARN,
// a name, or the last part of an ARN.
type balancerAttributes struct {
	subject string
	group   bool // of a target group
	from    scope
	values  map[string]string
}

// names reports whether the subject's text means a resource.
func names(subject string, from scope, m *model.Meta) bool {
	if strings.HasPrefix(subject, "arn:") {
		return subject == m.ARN
	}
	return (subject == m.Name || subject == lastPart(m.ARN)) &&
		(from.account == "" || m.Account == "" || from.account == m.Account) && (from.region == "" || m.Region == "" || from.region == m.Region)
}

// flagValue is an attribute that is true or false; nil for any other word.
func flagValue(values map[string]string, key string) *bool {
	switch strings.ToLower(values[key]) {
	case "true":
		return new(true)
	case "false":
		return new(false)
	}
	return nil
}
