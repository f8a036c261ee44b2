package describe

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readVPCOrigin reads the VpcOrigin of cloudfront get-vpc-origin. They belong to no
// Region.
func readVPCOrigin(r *reader) {
	m := r.begin()
	var o model.VPCOrigin
	var name, target, state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "Id":
			o.ID = model.VPCOriginID(r.str())
		case "Arn":
			m.ARN = r.str()
		case "Status":
			state = r.str()
		case "AccountId":
			if id := r.str(); id != "" {
				m.Account = model.AccountID(id)
			}
		case "VpcOriginEndpointConfig":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "Name":
					name = r.str()
				case "Arn":
					target = r.str()
				case "HTTPPort":
					o.HTTPPort = r.port()
				case "HTTPSPort":
					o.HTTPSPort = r.port()
				case "OriginProtocolPolicy":
					o.Protocol = r.str()
				default:
					r.skip()
				}
			}
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(o.ID))
	if !ok {
		return
	}
	o.Meta = meta
	o.Name, o.Region = name, ""
	switch {
	case strings.Contains(target, ":loadbalancer/"):
		o.LoadBalancer = balancerID(target)
	case strings.Contains(target, ":instance/"):
		o.Instance = model.InstanceID(lastPart(target))
	default:
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "NEW-2", Resource: string(o.ID), Provenance: o.Provenance,
			Summary: "the VPC origin " + string(o.ID) + " names neither a load balancer nor an instance; where it leads is unknown"})
		return
	}
	if state != "" && !strings.EqualFold(state, "Deployed") {
		r.report(model.Diagnostic{Severity: model.Note, Rule: "NEW-2", Resource: string(o.ID), Provenance: o.Provenance,
			Summary: "the VPC origin " + string(o.ID) + " is " + clip(state) + "; it is taken for deployed"})
	}
	resource(r, func(n *model.Network) map[model.VPCOriginID]*model.VPCOrigin { return n.VPCOrigins }, o.ID, &o, &o.Meta)
}
