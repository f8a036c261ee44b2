package scenarios

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// deployed gives a copy of a network as AWS would have it: with AWS's IDs, and
// with an address for whatever is to get one.
func deployed(n *model.Network) *model.Network {
	d := rename(n)
	a := newAssigner(d)
	for _, i := range model.Sorted(d.Interfaces) {
		a.assign(i)
	}
	for _, g := range model.Sorted(d.NATGateways) {
		a.assignNAT(g)
	}
	for _, p := range d.VPCPeeringConnections {
		if v := d.VPCs[p.Requester.VPC]; v != nil {
			p.Account, p.Region = v.Account, v.Region
		}
	}
	// A dump tells Windows from all else and nothing more.
	for _, i := range d.Instances {
		for _, id := range i.Interfaces {
			d.Interfaces[id].Account = i.Account // a participant's are the participant's own (SHR-1)
		}
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
	deployBalancers(d)
	deployServices(d)
	deployAcceptance(d)
	return d
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
	for j := range i.Addresses {
		if x := &i.Addresses[j]; x.PublicUnassigned {
			x.Public, x.PublicUnassigned = a.publicAddress(), false
		}
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
