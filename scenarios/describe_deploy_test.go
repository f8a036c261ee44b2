package scenarios

import (
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// prefixes are how AWS's IDs begin, by kind.
var prefixes = map[model.Kind]string{
	model.KindVPC: "vpc-", model.KindSubnet: "subnet-", model.KindRouteTable: "rtb-", model.KindPrefixList: "pl-",
	model.KindNetworkACL: "acl-", model.KindSecurityGroup: "sg-", model.KindInterface: "eni-", model.KindInstance: "i-",
	model.KindElasticIP: "eipalloc-", model.KindInternetGateway: "igw-", model.KindEgressOnlyInternetGateway: "eigw-",
	model.KindNATGateway: "nat-", model.KindVPCEndpoint: "vpce-", model.KindVPCPeeringConnection: "pcx-",
	model.KindFirewall: firewallARN + "firewall/", model.KindFirewallPolicy: firewallARN + "firewall-policy/",
	model.KindFirewallRuleGroup: firewallARN + "stateful-rulegroup/", // the call tells a stateless one by its type
	model.KindTransitGateway:    "tgw-", model.KindVPNGateway: "vgw-", model.KindCarrierGateway: "cagw-", model.KindLocalGateway: "lgw-",
}

const firewallARN = "arn:aws:network-firewall:us-east-1:111122223333:"

// idTypes tells the kind of a typed ID.
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
	reflect.TypeFor[model.FirewallID]():                  model.KindFirewall,
	reflect.TypeFor[model.FirewallPolicyID]():            model.KindFirewallPolicy,
	reflect.TypeFor[model.FirewallRuleGroupID]():         model.KindFirewallRuleGroup,
}

// awsID gives an ID the form that AWS's have: describe calls tell many a thing's
// kind by it alone.
func awsID(kind model.Kind, id string) string {
	if id == "" || id == "local" || strings.HasPrefix(id, prefixes[kind]) {
		return id
	}
	return prefixes[kind] + id
}

// deployed gives a copy of a network as AWS would have it: with AWS's IDs, and
// with an address for whatever is to get one.
func deployed(n *model.Network) *model.Network {
	d := renamed(reflect.ValueOf(n)).Interface().(*model.Network)
	for _, t := range d.RouteTables {
		for i, g := range t.Gateways {
			kind := model.KindVPNGateway
			if n.InternetGateways[model.InternetGatewayID(g)] != nil {
				kind = model.KindInternetGateway
			}
			t.Gateways[i] = awsID(kind, g)
		}
		for i, g := range t.PropagatingVGWs {
			t.PropagatingVGWs[i] = awsID(model.KindVPNGateway, g)
		}
	}
	a := newAssigner(d)
	for _, i := range model.Sorted(d.Interfaces) {
		a.assign(i)
	}
	for _, g := range model.Sorted(d.NATGateways) {
		a.assignNAT(g)
	}
	// A dump tells Windows from all else and nothing more.
	for _, i := range d.Instances {
		if i.Platform == model.PlatformUnknown {
			i.Platform = model.PlatformLinux
		}
		if i.NAT != nil { // the tag is how an account says it
			i.Tags = maps.Clone(i.Tags)
			if i.Tags == nil {
				i.Tags = map[string]string{}
			}
			i.Tags["vpcwalk:nat"] = strconv.FormatBool(*i.NAT)
		}
	}
	for _, o := range d.Owners {
		if o.Platform == model.PlatformUnknown && o.Type != "lambda" && !strings.HasSuffix(o.Type, "load-balancer") {
			o.Platform = model.PlatformLinux
		}
	}
	return d
}

var (
	ownerRef = reflect.TypeFor[model.OwnerRef]()
	target   = reflect.TypeFor[model.Target]()
)

// renamed copies a value with everything below it.
func renamed(v reflect.Value) reflect.Value {
	t := v.Type()
	if kind, ok := idTypes[t]; ok {
		return reflect.ValueOf(awsID(kind, v.String())).Convert(t)
	}
	switch {
	case t.PkgPath() == "net/netip":
		return v
	case t == ownerRef:
		o := v.Interface().(model.OwnerRef)
		return reflect.ValueOf(model.OwnerRef{Kind: o.Kind, ID: awsID(o.Kind, o.ID)})
	case t == target:
		x := v.Interface().(model.Target)
		return reflect.ValueOf(model.Target{Kind: x.Kind, ID: awsID(x.Kind, x.ID)})
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(t.Elem())
		out.Elem().Set(renamed(v.Elem()))
		return out
	case reflect.Struct:
		out := reflect.New(t).Elem()
		for i := range t.NumField() {
			out.Field(i).Set(renamed(v.Field(i)))
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(t, v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(renamed(v.Index(i)))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeMap(t)
		for _, k := range v.MapKeys() {
			out.SetMapIndex(renamed(k), renamed(v.MapIndex(k)))
		}
		return out
	}
	return v
}

// assigner hands out addresses that nothing has.
type assigner struct {
	network *model.Network
	taken   map[netip.Addr]bool
	public  netip.Addr
}

func newAssigner(n *model.Network) *assigner {
	a := &assigner{network: n, taken: map[netip.Addr]bool{}, public: netip.MustParseAddr("198.18.0.1")}
	for _, i := range n.Interfaces {
		for _, x := range i.Addresses {
			a.taken[x.IP], a.taken[x.Public] = true, true
		}
	}
	for _, g := range n.NATGateways {
		for _, x := range g.Addresses {
			a.taken[x.Private], a.taken[x.Public] = true, true
		}
	}
	for _, e := range n.ElasticIPs {
		a.taken[e.PublicIP] = true
	}
	return a
}

// private gives a free address of the subnet, past the reserved ones (SUB-3).
func (a *assigner) private(id model.SubnetID, v6 bool) netip.Addr {
	for _, p := range a.network.Subnets[id].CIDRs {
		if p.Addr().Is6() != v6 {
			continue
		}
		x := p.Addr()
		for range 4 {
			x = x.Next()
		}
		for ; p.Contains(x); x = x.Next() {
			if !a.taken[x] {
				a.taken[x] = true
				return x
			}
		}
	}
	panic("no free address in " + string(id))
}

func (a *assigner) publicAddress() netip.Addr {
	for a.taken[a.public] {
		a.public = a.public.Next()
	}
	a.taken[a.public] = true
	return a.public
}

func (a *assigner) assign(i *model.Interface) {
	if i.Unassigned4 {
		i.Addresses = slices.Insert(i.Addresses, 0, model.Address{IP: a.private(i.Subnet, false)})
	}
	if i.Unassigned6 {
		i.Addresses = append(i.Addresses, model.Address{IP: a.private(i.Subnet, true)})
	}
	i.Unassigned4, i.Unassigned6 = false, false
	if i.PublicUnassigned {
		i.Addresses[0].Public, i.PublicUnassigned = a.publicAddress(), false
	}
}

func (a *assigner) assignNAT(g *model.NATGateway) {
	for i := range g.Addresses {
		x := &g.Addresses[i]
		own := a.network.Interfaces[x.Interface]
		if !x.Private.IsValid() && own != nil {
			x.Private = own.Primary(false).IP
		}
		if !x.Private.IsValid() && !g.Regional {
			x.Private = a.private(g.Subnet, false)
		}
		if !x.Public.IsValid() && own != nil {
			x.Public = own.Primary(false).Public
		}
		if !x.Public.IsValid() && !g.Private {
			x.Public = a.publicAddress()
		}
	}
}
