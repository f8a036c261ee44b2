package model

import (
	"fmt"
	"net/netip"
)

// Validate reports what AWS would refuse, as an Error, and what it allows but
// deserves a look or exceeds a default quota, as a Warning. Each finding names
// the rule that it breaks and the place of what breaks it. What the design
// leaves open is not held against it. The order is that of Diagnostics.Sort.
//
// Resources that the design names and does not give are no findings here: the
// loaders, which know whether the input should have had them, report those.
func (n *Network) Validate() Diagnostics {
	v := &validator{Network: n, topology: newTopology(n)}
	for _, c := range checks {
		v.rule = c.rule
		c.run(v)
	}
	return v.found.Sort()
}

// checks are all that Validate looks at.
var checks = []struct {
	rule string
	run  func(*validator)
}{
	{"VPC-1", (*validator).vpcHasIPv4},
	{"VPC-2", (*validator).vpcSize},
	{"VPC-3", (*validator).vpcForbidden},
	{"VPC-6", (*validator).vpcSecondary},
	{"VPC-7", (*validator).vpcRangeMixing},
	{"VPC-11", (*validator).vpcIPv6},
	{"VPC-15", (*validator).vpcGateways},

	{"SUB-2", (*validator).subnetRange},
	{"SUB-5", (*validator).subnetIPv6},
	{"SUB-6", (*validator).subnetOneIPv4},
	{"SUB-7", (*validator).subnetRouteTable},
	{"SUB-8", (*validator).subnetNetworkACL},
	{"SUB-11", (*validator).subnetAssignsIPv6},

	{"SUB-3", (*validator).interfaceReserved},
	{"ENI-1", (*validator).interfaceAddresses},
	{"ENI-2", (*validator).interfaceZone},
	{"ENI-7", (*validator).interfacePrefixes},
	{"EIP-1", (*validator).elasticIPs},

	{"RT-4", (*validator).routeEndpointType},
	{"RT-13", (*validator).routeForm},
	{"RT-14", (*validator).routeReserved},
	{"RT-16", (*validator).routeInsideVPC},
	{"RT-17", (*validator).routeReplacedLocal},
	{"RT-18", (*validator).routeGatewayEndpoint},
	{"RT-19", (*validator).routePrefixListToEndpoint},
	{"RT-21", (*validator).mainTableAtGateway},
	{"RT-25", (*validator).routeToOwnInterface},
	{"GRT-1", (*validator).gatewayTables},
	{"GRT-2", (*validator).gatewayTargets},
	{"GRT-3", (*validator).gatewayDestinations},
	{"GRT-4", (*validator).gatewayPropagation},
	{"MB-1", (*validator).applianceApart},
	{"PL-1", (*validator).prefixLists},

	{"IGW-1", (*validator).routeToOwnInternetGateway},
	{"EIGW-3", (*validator).routeEgressOnly},
	{"NAT-1", (*validator).natConnectivity},
	{"NAT-4", (*validator).routeToOwnNAT},
	{"NAT-5", (*validator).natPlace},
	{"NAT-14", (*validator).natAddresses},
	{"NAT-22", (*validator).nat64Apart},
	{"RNAT-3", (*validator).regionalNATPublic},

	{"SG-8", (*validator).groupTraffic},
	{"SG-10", (*validator).groupPeers},
	{"SG-32", (*validator).groupAssociations},
	{"SG-36", (*validator).groupQuotas},

	{"LAM-2", (*validator).functionAddresses},
	{"LAM-3", (*validator).functionFamilies},
	{"RDS-2", (*validator).publicDatabases},
	{"SHR-2", (*validator).sharedDefaultGroup},
	{"GWEP-1", (*validator).gatewayEndpointServices},
	{"IFEP-1", (*validator).endpointZones},
	{"IFEP-7", (*validator).inboundResolverAlone},
	{"IFEP-14", (*validator).endpointOwner},

	{"PEER-1", (*validator).peeringOnce},
	{"PEER-3", (*validator).peeringOverlap},
	{"TGW-2", (*validator).attachmentZones},
	{"TGW-9", (*validator).attachmentFamily},
	{"TGW-11", (*validator).transitAssociations},
	{"TGW-12", (*validator).connectRoutes},
	{"TGW-21", (*validator).transitPolicyRules},
	{"VPN-1", (*validator).vpnGateways},
	{"VPN-9", (*validator).vpnFamilies},
	{"DX-1", (*validator).directConnectKinds},
	{"DX-4", (*validator).directConnectVPCs},
	{"DX-6", (*validator).directConnectPrefixes},
	{"CVPN-1", (*validator).clientVPNNetworks},
	{"CVPN-4", (*validator).clientVPNTargets},
	{"CVPN-9", (*validator).clientVPNRange},

	{"ELB-1", (*validator).balancerZones},
	{"ELB-8", (*validator).targets},
	{"ELB-9", (*validator).targetVPCs},
	{"ALB-1", (*validator).applicationBalancer},
	{"NLB-1", (*validator).networkListeners},
	{"GWLB-1", (*validator).geneve},
	{"EPS-1", (*validator).serviceBalancers},
	{"PL-7", (*validator).serviceZones},
	{"T-GWLB-1", (*validator).gatewayEndpointSubnet},
	{"NFW-8", (*validator).firewallDefaults},

	{"NACL-1", (*validator).networkACLNumbers},
	{"NACL-7", (*validator).networkACLFields},
	{"NACL-9", (*validator).networkACLICMP},
	{"NACL-17", (*validator).networkACLQuotas},
}

// validator runs the checks; rule is that of the running one.
type validator struct {
	*Network
	topology
	rule  string
	found Diagnostics
}

func (v *validator) refuse(resource string, at Provenance, detail, format string, args ...any) {
	v.report(Error, resource, at, detail, format, args...)
}

func (v *validator) warn(resource string, at Provenance, detail, format string, args ...any) {
	v.report(Warning, resource, at, detail, format, args...)
}

func (v *validator) report(s Severity, resource string, at Provenance, detail, format string, args ...any) {
	v.found = append(v.found, Diagnostic{Severity: s, Rule: v.rule, Summary: fmt.Sprintf(format, args...),
		Detail: detail, Resource: resource, Provenance: at})
}

// or gives the place of a part, or that of the whole where the part has none.
func (p Provenance) or(whole Provenance) Provenance {
	if p.IsZero() {
		return whole
	}
	return p
}

// covers reports whether every address of inner lies in outer.
func covers(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// lastAddress is the highest address of p.
func lastAddress(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}
