package describe

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var endpointTypes = map[string]model.VPCEndpointType{
	"gateway": model.GatewayEndpoint, "interface": model.InterfaceEndpoint, "gatewayloadbalancer": model.GatewayLoadBalancerEndpoint,
	"resource": model.ResourceEndpoint, "servicenetwork": model.ServiceNetworkEndpoint,
}

// readVPCEndpoint reads an element of VpcEndpoints.
func readVPCEndpoint(r *reader) {
	m := r.begin()
	at := r.here()
	var e model.VPCEndpoint
	var kind string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "VpcEndpointId":
			e.ID = model.VPCEndpointID(r.str())
		case "VpcEndpointType":
			kind = r.str()
		case "VpcId":
			e.VPC = model.VPCID(r.str())
		case "ServiceName":
			e.Service = r.str()
		case "State":
			e.State = r.str()
		case "IpAddressType":
			e.IPAddressType = r.str()
		case "PolicyDocument":
			e.PolicyProvenance = r.here()
			e.Policy = r.policy()
		case "RouteTableIds":
			e.RouteTables = strs[model.RouteTableID](r)
		case "SubnetIds":
			e.Subnets = strs[model.SubnetID](r)
		case "NetworkInterfaceIds":
			e.Interfaces = strs[model.InterfaceID](r)
		case "Groups":
			e.Groups = pick[model.SecurityGroupID](r, "GroupId")
		case "PrivateDnsEnabled":
			e.PrivateDNSEnabled = r.boolean()
		case "DnsOptions":
			for ok := r.object(); ok && r.member(); {
				if r.key == "PrivateDnsOnlyForInboundResolverEndpoint" {
					e.PrivateDNSOnlyForInboundResolver = r.boolean()
				} else {
					r.skip()
				}
			}
		case "ResourceConfigurationArn":
			e.ResourceConfiguration = model.ResourceConfigurationID(lastPart(r.str())) // RES-1
		case "ServiceNetworkArn":
			e.ServiceNetwork = model.ServiceNetworkID(lastPart(r.str())) // RES-8
		case "DnsEntries":
			e.DNSNames = pick[string](r, "DnsName")
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(e.ID))
	if !ok {
		return
	}
	e.Meta = meta
	e.Available = strings.EqualFold(e.State, "available") // IFEP-11
	switch {
	case kind != "":
		e.Type, ok = endpointTypes[strings.ToLower(kind)]
	case len(e.Interfaces)+len(e.Subnets) > 0:
		e.Type = model.InterfaceEndpoint
	default: // dumps from before there were types
		e.Type = model.GatewayEndpoint
	}
	if !ok {
		r.report(model.Diagnostic{Severity: model.Warning, Resource: string(e.ID), Provenance: at,
			Summary: fmt.Sprintf("VPC endpoints of type %s are not known here; what reaches this one is unknown", quote(kind))})
		r.part.unmodelled = append(r.part.unmodelled, model.Unmodelled{Type: "VpcEndpoints of type " + clip(kind), Count: 1, Provenance: at})
		return
	}
	if e.Type != model.GatewayEndpoint || e.IPAddressType == "ipv4" { // GWEP-12
		e.IPAddressType = ""
	}
	r.endpoints = append(r.endpoints, &e)
}

// policy reads a policy document: JSON in a string, as the call prints it, or as
// it stands.
func (r *reader) policy() string {
	if r.dec.PeekKind() == '{' {
		return string(r.value())
	}
	return r.str()
}
