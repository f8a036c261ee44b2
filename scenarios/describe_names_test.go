package scenarios

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// prefixes are how AWS's IDs begin, by kind.
var prefixes = map[model.Kind]string{
	model.KindVPC: "vpc-", model.KindSubnet: "subnet-", model.KindRouteTable: "rtb-", model.KindPrefixList: "pl-",
	model.KindNetworkACL: "acl-", model.KindSecurityGroup: "sg-", model.KindInterface: "eni-", model.KindInstance: "i-",
	model.KindElasticIP: "eipalloc-", model.KindInternetGateway: "igw-", model.KindEgressOnlyInternetGateway: "eigw-",
	model.KindNATGateway: "nat-", model.KindVPCEndpoint: "vpce-", model.KindVPCPeeringConnection: "pcx-",
	model.KindTransitGateway: "tgw-", model.KindTransitGatewayAttachment: "tgw-attach-",
	model.KindTransitGatewayRouteTable: "tgw-rtb-", model.KindTransitGatewayPolicyTable: "tgw-ptb-",
	model.KindVPNGateway: "vgw-", model.KindCustomerGateway: "cgw-", model.KindVPNConnection: "vpn-",
	model.KindDirectConnectGateway: "", model.KindVirtualInterface: "dxvif-", model.KindClientVPNEndpoint: "cvpn-endpoint-",
	model.KindCoreNetwork: "core-network-", model.KindCoreNetworkAttachment: "attachment-",
	model.KindVPCEndpointService: "vpce-svc-", model.KindResourceGateway: "rgw-", model.KindResourceConfiguration: "rcfg-",
	model.KindServiceNetwork: "sn-", model.KindLatticeService: "svc-", model.KindVPCOrigin: "vo_",
	model.KindCarrierGateway: "cagw-", model.KindLocalGateway: "lgw-",
}

// idTypes tells the kind of a typed ID. A firewall endpoint's is a VPC endpoint's.
var idTypes = map[reflect.Type]model.Kind{
	reflect.TypeFor[model.VPCID]():                       model.KindVPC,
	reflect.TypeFor[model.SubnetID]():                    model.KindSubnet,
	reflect.TypeFor[model.RouteTableID]():                model.KindRouteTable,
	reflect.TypeFor[model.PrefixListID]():                model.KindPrefixList,
	reflect.TypeFor[model.NetworkACLID]():                model.KindNetworkACL,
	reflect.TypeFor[model.SecurityGroupID]():             model.KindSecurityGroup,
	reflect.TypeFor[model.InterfaceID]():                 model.KindInterface,
	reflect.TypeFor[model.InstanceID]():                  model.KindInstance,
	reflect.TypeFor[model.AllocationID]():                model.KindElasticIP,
	reflect.TypeFor[model.InternetGatewayID]():           model.KindInternetGateway,
	reflect.TypeFor[model.EgressOnlyInternetGatewayID](): model.KindEgressOnlyInternetGateway,
	reflect.TypeFor[model.NATGatewayID]():                model.KindNATGateway,
	reflect.TypeFor[model.VPCEndpointID]():               model.KindVPCEndpoint,
	reflect.TypeFor[model.OwnerID]():                     model.KindOwner,
	reflect.TypeFor[model.VPCPeeringConnectionID]():      model.KindVPCPeeringConnection,
	reflect.TypeFor[model.TransitGatewayID]():            model.KindTransitGateway,
	reflect.TypeFor[model.TransitGatewayAttachmentID]():  model.KindTransitGatewayAttachment,
	reflect.TypeFor[model.TransitGatewayRouteTableID]():  model.KindTransitGatewayRouteTable,
	reflect.TypeFor[model.TransitGatewayPolicyTableID](): model.KindTransitGatewayPolicyTable,
	reflect.TypeFor[model.VPNGatewayID]():                model.KindVPNGateway,
	reflect.TypeFor[model.CustomerGatewayID]():           model.KindCustomerGateway,
	reflect.TypeFor[model.VPNConnectionID]():             model.KindVPNConnection,
	reflect.TypeFor[model.DirectConnectGatewayID]():      model.KindDirectConnectGateway,
	reflect.TypeFor[model.VirtualInterfaceID]():          model.KindVirtualInterface,
	reflect.TypeFor[model.ClientVPNEndpointID]():         model.KindClientVPNEndpoint,
	reflect.TypeFor[model.CoreNetworkID]():               model.KindCoreNetwork,
	reflect.TypeFor[model.CoreNetworkAttachmentID]():     model.KindCoreNetworkAttachment,
	reflect.TypeFor[model.TargetGroupID]():               model.KindTargetGroup,
	reflect.TypeFor[model.VPCEndpointServiceID]():        model.KindVPCEndpointService,
	reflect.TypeFor[model.ResourceGatewayID]():           model.KindResourceGateway,
	reflect.TypeFor[model.ResourceConfigurationID]():     model.KindResourceConfiguration,
	reflect.TypeFor[model.ServiceNetworkID]():            model.KindServiceNetwork,
	reflect.TypeFor[model.LatticeServiceID]():            model.KindLatticeService,
	reflect.TypeFor[model.FirewallID]():                  model.KindFirewall,
	reflect.TypeFor[model.FirewallPolicyID]():            model.KindFirewallPolicy,
	reflect.TypeFor[model.FirewallRuleGroupID]():         model.KindFirewallRuleGroup,
	reflect.TypeFor[model.AcceleratorID]():               model.KindAccelerator,
	reflect.TypeFor[model.VPCOriginID]():                 model.KindVPCOrigin,
}

// arn is the ARN of what has one for an ID, or no shorter ID.
func arn(service string, m *model.Meta, resource string) string {
	return strings.Join([]string{"arn:aws", service, string(m.Region), string(m.Account), resource}, ":")
}

// hash ends the ARNs of balancers and target groups.
const hash = "/0123456789abcdef"

var balancerWords = map[model.LoadBalancerType]string{
	model.ApplicationLoadBalancer: "app/", model.NetworkLoadBalancer: "net/", model.GatewayLoadBalancer: "gwy/",
}

// renamer gives a network's resources IDs of the form that AWS's have: describe
// calls tell many a thing's kind by it alone.
type renamer struct {
	network *model.Network
	// lattice are the target groups of VPC Lattice, which have IDs of their own form.
	lattice map[model.TargetGroupID]bool
}

func newRenamer(n *model.Network) *renamer {
	r := &renamer{network: n, lattice: map[model.TargetGroupID]bool{}}
	for _, s := range n.LatticeServices {
		for _, l := range s.Listeners {
			for _, g := range l.TargetGroups {
				r.lattice[g] = true
			}
		}
	}
	return r
}

func (r *renamer) id(kind model.Kind, id string) string {
	n := r.network
	if id == "" || id == "local" {
		return id
	}
	switch kind {
	case model.KindOwner, model.KindLoadBalancer:
		b := n.LoadBalancers[model.OwnerID(id)]
		switch {
		case b == nil:
			return id
		case b.Type == model.ClassicLoadBalancer:
			return "classic-load-balancer/" + id
		}
		return balancerWords[b.Type] + id + hash
	case model.KindTargetGroup:
		if r.lattice[model.TargetGroupID(id)] {
			return "tg-" + id
		}
		return "targetgroup/" + id + hash
	case model.KindFirewall:
		return arn("network-firewall", &n.Firewalls[model.FirewallID(id)].Meta, "firewall/"+id)
	case model.KindFirewallPolicy:
		return arn("network-firewall", &n.FirewallPolicies[model.FirewallPolicyID(id)].Meta, "firewall-policy/"+id)
	case model.KindFirewallRuleGroup:
		g, word := n.FirewallRuleGroups[model.FirewallRuleGroupID(id)], "stateless-rulegroup/"
		if g.Stateful {
			word = "stateful-rulegroup/"
		}
		return arn("network-firewall", &g.Meta, word+id)
	case model.KindAccelerator:
		return arn("globalaccelerator", &n.Accelerators[model.AcceleratorID(id)].Meta, "accelerator/"+id)
	}
	prefix, ok := prefixes[kind]
	if !ok {
		return id
	}
	if strings.HasPrefix(id, prefix) {
		return id
	}
	return prefix + id
}

// rename copies a network under AWS's IDs.
func rename(n *model.Network) *model.Network {
	r := newRenamer(n)
	d := r.renamed(reflect.ValueOf(n)).Interface().(*model.Network)
	for _, t := range d.RouteTables {
		for i, g := range t.Gateways {
			kind := model.KindVPNGateway
			if n.InternetGateways[model.InternetGatewayID(g)] != nil {
				kind = model.KindInternetGateway
			}
			t.Gateways[i] = r.id(kind, g)
		}
		for i, g := range t.PropagatingVGWs {
			t.PropagatingVGWs[i] = r.id(model.KindVPNGateway, g)
		}
	}
	for _, a := range d.TransitGatewayAttachments {
		a.Resource = r.id(attachedKinds[a.Type], a.Resource)
	}
	for _, a := range d.CoreNetworkAttachments {
		a.Resource = r.id(attachedKinds[a.Type], a.Resource)
	}
	for _, c := range d.CoreNetworks {
		for i := range c.Rules {
			for j := range c.Rules[i].Conditions {
				if x := &c.Rules[i].Conditions[j]; x.Type == "resource-id" {
					x.Value = r.any(x.Value, model.KindVPC, model.KindVPNConnection)
				}
			}
		}
	}
	for _, o := range d.OnPremisesNetworks {
		for i, via := range o.Via {
			o.Via[i] = r.any(via, model.KindVPNConnection, model.KindVirtualInterface, model.KindTransitGatewayAttachment, model.KindCoreNetworkAttachment)
		}
	}
	return d
}

// attachedKinds are the kinds of what attachments lead to. A Connect attachment
// names the one that carries it.
var attachedKinds = map[model.AttachmentType]model.Kind{
	model.AttachVPC: model.KindVPC, model.AttachVPN: model.KindVPNConnection, model.AttachDirectConnectGateway: model.KindDirectConnectGateway,
	model.AttachConnect: model.KindTransitGatewayAttachment, model.AttachNetworkFunction: model.KindFirewall, model.AttachClientVPN: model.KindClientVPNEndpoint,
	model.AttachPeering: model.KindTransitGateway,
}

// any renames a text that names something of the first of the kinds that has it.
func (r *renamer) any(id string, kinds ...model.Kind) string {
	n := r.network
	i := slices.IndexFunc(kinds, func(k model.Kind) bool {
		switch k {
		case model.KindVPC:
			return n.VPCs[model.VPCID(id)] != nil
		case model.KindVPNConnection:
			return n.VPNConnections[model.VPNConnectionID(id)] != nil
		case model.KindVirtualInterface:
			return n.VirtualInterfaces[model.VirtualInterfaceID(id)] != nil
		case model.KindTransitGatewayAttachment:
			return n.TransitGatewayAttachments[model.TransitGatewayAttachmentID(id)] != nil
		case model.KindCoreNetworkAttachment:
			return n.CoreNetworkAttachments[model.CoreNetworkAttachmentID(id)] != nil
		}
		panic("scenarios: kind " + string(k))
	})
	if i < 0 {
		return id
	}
	return r.id(kinds[i], id)
}

var (
	ownerRef = reflect.TypeFor[model.OwnerRef]()
	target   = reflect.TypeFor[model.Target]()
)

// renamed copies a value with everything below it.
func (r *renamer) renamed(v reflect.Value) reflect.Value {
	t := v.Type()
	if kind, ok := idTypes[t]; ok {
		return reflect.ValueOf(r.id(kind, v.String())).Convert(t)
	}
	switch {
	case t.PkgPath() == "net/netip":
		return v
	case t == ownerRef:
		o := v.Interface().(model.OwnerRef)
		return reflect.ValueOf(model.OwnerRef{Kind: o.Kind, ID: r.id(o.Kind, o.ID)})
	case t == target:
		x := v.Interface().(model.Target)
		return reflect.ValueOf(model.Target{Kind: x.Kind, ID: r.id(x.Kind, x.ID)})
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(t.Elem())
		out.Elem().Set(r.renamed(v.Elem()))
		return out
	case reflect.Struct:
		out := reflect.New(t).Elem()
		for i := range t.NumField() {
			out.Field(i).Set(r.renamed(v.Field(i)))
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(t, v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(r.renamed(v.Index(i)))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeMap(t)
		for _, k := range v.MapKeys() {
			out.SetMapIndex(r.renamed(k), r.renamed(v.MapIndex(k)))
		}
		return out
	}
	return v
}

// deployBalancers gives balancers what AWS gives them: names, and an address for
// targets that a design names by their interface.
func deployBalancers(n *model.Network) {
	for _, b := range n.LoadBalancers {
		b.Name = balancerName(b)
		if o := n.Owners[b.ID]; o != nil {
			o.Name = b.Name
		}
	}
	for _, g := range n.TargetGroups {
		for i := range g.Targets {
			t := &g.Targets[i]
			if x := n.Interfaces[t.Interface]; x != nil {
				t.IP, t.Interface = x.Primary(g.IPv6).IP, ""
			}
		}
	}
}

// balancerName is what AWS calls a balancer; its ID has it.
func balancerName(b *model.LoadBalancer) string {
	parts := strings.Split(string(b.ID), "/")
	return parts[1]
}

// deployServices gives endpoint services their names, by which endpoints know them,
// and databases their ARNs, by which resource configurations do.
func deployServices(n *model.Network) {
	for _, s := range n.VPCEndpointServices {
		if s.ServiceName == "" {
			s.ServiceName = "com.amazonaws.vpce." + cmp.Or(string(s.Region), "us-east-1") + "." + string(s.ID)
		}
	}
	for _, o := range n.Owners {
		if o.Type == "rds" {
			o.ARN = arn("rds", &o.Meta, "db:"+o.Name)
		}
	}
	for _, c := range n.ResourceConfigurations {
		if o := n.Owners[c.Owner]; o != nil && o.ARN != "" && c.ResourceARN == "" {
			c.ResourceARN = o.ARN
		}
	}
	for _, e := range n.VPCEndpoints {
		if s := n.VPCEndpointServices[e.EndpointService]; s != nil && e.Service == "" {
			e.Service = s.ServiceName
		}
	}
}

// deployAcceptance leaves what nobody is known to accept waiting.
func deployAcceptance(n *model.Network) {
	settle := func(open **model.Unknown, available *bool, state *string, pending string) {
		if *open != nil {
			*open, *available, *state = nil, false, pending
		}
	}
	for _, e := range n.VPCEndpoints {
		settle(&e.AcceptanceUnknown, &e.Available, &e.State, "pendingAcceptance")
	}
	for _, p := range n.VPCPeeringConnections {
		settle(&p.AcceptanceUnknown, &p.Active, &p.State, "pending-acceptance")
	}
	for _, a := range n.TransitGatewayAttachments {
		settle(&a.AcceptanceUnknown, &a.Available, &a.State, "pendingAcceptance")
	}
	for _, a := range n.CoreNetworkAttachments {
		settle(&a.AcceptanceUnknown, &a.Available, &a.State, "PENDING_ATTACHMENT_ACCEPTANCE")
	}
}
