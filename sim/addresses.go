package sim

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// compileAddresses finds out who has which address.
func (e *Engine) compileAddresses() {
	for _, m := range model.Sorted(e.network.Interfaces) {
		i := e.interfaces[m.ID]
		v := i.vpc
		for _, a := range m.Addresses {
			v.owners[a.IP] = i
			if a.Public.IsValid() {
				e.public[a.Public] = &publicOwner{vpc: v, private: addrField{kind: constAddr, addr: a.IP}}
			}
		}
		for _, p := range m.Prefixes {
			v.blocks = append(v.blocks, addressBlock{packet.Prefix(p)[0], i})
		}
		i.subnet.owned = append(i.subnet.owned, i.addrs...)
	}
	for _, v := range e.vpcList {
		for _, sn := range v.subnets {
			sn.owned = normal(sn.owned)
		}
	}
	e.compileElasticIPs()
	nats := model.Sorted(e.network.NATGateways)
	for _, m := range nats {
		e.nats[m.ID].takeGivenAddresses() // all of them before any spare one is found
	}
	free := map[*subnet]packet.Addrs{}
	for _, m := range nats {
		if sn := e.nats[m.ID].subnet; sn != nil {
			free[sn] = (&networkInterface{subnet: sn}).free(false)
		}
	}
	for _, m := range nats {
		e.compileNATAddresses(e.nats[m.ID], free)
	}
	for _, v := range e.vpcList {
		slices.SortFunc(v.blocks, func(a, b addressBlock) int { return a.addrs.Lo.Compare(b.addrs.Lo) })
		v.addrs = make([]netip.Addr, 0, len(v.owners))
		for a := range v.owners {
			v.addrs = append(v.addrs, a)
		}
		slices.SortFunc(v.addrs, netip.Addr.Compare)
		e.inside = e.inside.Or(v.cidrs)
		e.reachableFromOutside = e.reachableFromOutside.Or(v.cidrs)
	}
	e.compileMembers()
	e.compilePerhapsMembers()
	e.compilePools()
	for a := range e.public {
		e.publicAddrs = append(e.publicAddrs, a)
	}
	slices.SortFunc(e.publicAddrs, netip.Addr.Compare)
	public := make(packet.Addrs, 0, len(e.publicAddrs))
	for _, a := range e.publicAddrs {
		public = append(public, packet.Addr(a)...)
	}
	public = normal(public).Or(e.poolAddrs())
	for _, m := range e.network.ElasticIPs {
		if a := m.PublicIP; a.IsValid() && e.public[a] == nil && m.Interface == "" {
			e.idle = e.idle.Or(packet.Addr(a))
		}
	}
	public = public.Or(e.idle)
	e.inside = e.inside.Or(public).Or(e.onPremises)
	e.reachableFromOutside = e.reachableFromOutside.Or(public)
	for _, l := range e.prefixLists {
		if l.service {
			e.services = e.services.Or(l.addrs)
		}
	}
	e.compileInternet()
}

// compileElasticIPs adds the Elastic IPs that the interfaces' own addresses do
// not tell: those inside delegated prefixes.
func (e *Engine) compileElasticIPs() {
	for _, m := range model.Sorted(e.network.ElasticIPs) {
		i := e.interfaces[m.Interface]
		if i == nil || !m.PublicIP.IsValid() || !i.addrs.Contains(m.PrivateIP) || e.public[m.PublicIP] != nil {
			continue
		}
		if i.elastic == nil {
			i.elastic = map[netip.Addr]netip.Addr{}
		}
		i.elastic[m.PrivateIP] = m.PublicIP
		e.public[m.PublicIP] = &publicOwner{vpc: i.vpc, private: addrField{kind: constAddr, addr: m.PrivateIP}}
	}
}

// compilePools finds the addresses that interfaces without one may get.
func (e *Engine) compilePools() {
	for _, m := range model.Sorted(e.network.Interfaces) {
		i := e.interfaces[m.ID]
		i.makePools()
		if i.pools[0] != nil || i.pools[1] != nil {
			i.vpc.unassigned = append(i.vpc.unassigned, i)
		}
	}
}

func (i *networkInterface) makePools() {
	for n, unassigned := range [2]bool{i.model.Unassigned4, i.model.Unassigned6} {
		if !unassigned || i.model.Primary(n == 1).IP.IsValid() {
			continue
		}
		if free := i.free(n == 1); !free.IsEmpty() {
			i.pools[n] = &addressPool{i, free}
		}
	}
}

// compileMembers collects the private addresses of each group's interfaces.
func (e *Engine) compileMembers() {
	members := map[*vpc]map[model.SecurityGroupID]packet.Addrs{}
	for _, m := range model.Sorted(e.network.Interfaces) {
		i := e.interfaces[m.ID]
		if members[i.vpc] == nil {
			members[i.vpc] = map[model.SecurityGroupID]packet.Addrs{}
		}
		for _, g := range m.Groups {
			members[i.vpc][g] = append(members[i.vpc][g], i.addrs...)
		}
	}
	for v, groups := range members {
		for g, addrs := range groups {
			v.members[g] = normal(slices.Clone(addrs))
		}
	}
	for _, v := range e.vpcList { // egress references reach over peering (SG-16)
		v.peers = e.peers(v)
		for _, far := range v.peers {
			for g, addrs := range members[far] {
				v.members[g] = v.members[g].Or(normal(slices.Clone(addrs)))
			}
		}
	}
}

// compilePerhapsMembers gives VPCs the addresses, of their own and of their peers, that
// belong to interfaces whose groups the input does not tell.
func (e *Engine) compilePerhapsMembers() {
	for _, m := range model.Sorted(e.network.Interfaces) {
		i := e.interfaces[m.ID]
		if i.groupsUnknown == nil || len(i.addrs) == 0 {
			continue
		}
		for _, v := range append([]*vpc{i.vpc}, i.vpc.peers...) {
			if v.perhapsMembers == nil {
				v.perhapsMembers = &perhapsMembers{unknown: i.groupsUnknown}
			}
			v.perhapsMembers.addrs = v.perhapsMembers.addrs.Or(normal(slices.Clone(i.addrs)))
		}
	}
}

// normal sorts single intervals and joins those that touch.
func normal(s packet.Addrs) packet.Addrs {
	slices.SortFunc(s, func(a, b packet.Interval[netip.Addr]) int { return a.Lo.Compare(b.Lo) })
	return packet.Merge(s)
}

// compileNATAddresses gives a NAT gateway its addresses. For a private one that is
// not known a free one is picked, which stands for all that were free in its subnet;
// for a regional gateway, which has none, for any of the VPC.
func (e *Engine) compileNATAddresses(n *natGateway, free map[*subnet]packet.Addrs) {
	stands := &spareAddress{of: n.comp, addrs: n.vpc.cidrs.And(packet.AllIPv4)}
	if n.subnet != nil {
		stands.addrs = free[n.subnet]
	}
	given := n.model.Addresses
	if len(given) == 0 {
		given = []model.NATGatewayAddress{{}}
	}
	for _, a := range given {
		to := natAddress{private: a.Private, public: a.Public}
		if !a.Private.IsValid() {
			if a.Private = n.spare(); !a.Private.IsValid() {
				continue
			}
			to.private, to.spare = a.Private, stands
		}
		n.addresses = append(n.addresses, to)
		n.vpc.owners[a.Private] = n
		if a.Public.IsValid() {
			e.public[a.Public] = &publicOwner{vpc: n.vpc, private: addrField{kind: constAddr, addr: a.Private}}
		}
	}
}

// takeGivenAddresses takes the private addresses that the design tells.
func (n *natGateway) takeGivenAddresses() {
	for _, a := range n.model.Addresses {
		if !a.Private.IsValid() {
			continue
		}
		if sn := n.vpc.subnetOf(packet.Addr(a.Private)); sn != nil {
			sn.owned = sn.owned.Or(packet.Addr(a.Private))
		}
	}
}

// spare is an address for a NAT gateway that has none yet: the first free one of
// its subnet, or of the VPC for a regional one (RNAT-1); not valid where all are
// taken.
func (n *natGateway) spare() netip.Addr {
	subnets := n.vpc.subnets
	if n.subnet != nil {
		subnets = []*subnet{n.subnet}
	}
	for _, sn := range subnets {
		i := networkInterface{subnet: sn}
		if free := i.free(false); !free.IsEmpty() {
			a := free[0].Lo
			sn.owned = sn.owned.Or(packet.Addr(a)) // the next one without an address gets another
			return a
		}
	}
	return netip.Addr{}
}
