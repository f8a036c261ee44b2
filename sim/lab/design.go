package lab

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// Hosts are the addresses of the internet's hosts in every design.
var Hosts = []netip.Addr{netip.MustParseAddr("192.0.2.10"), netip.MustParseAddr("192.0.2.130"), netip.MustParseAddr("198.51.100.7")}

// designer draws one design.
type designer struct {
	*rand.Rand
	n *model.Network
	// care is how often, of ten times, a part is made so that packets pass. Without
	// any, next to nothing would get far enough to be told apart by the rest.
	care   int
	public byte // the last public address given
}

// Design draws a network that AWS would accept, always the same from one seed: up
// to three VPCs with internet and NAT gateways, peering and transit gateways.
// Rules and routes share a few addresses and ports, so that they meet at their
// edges.
func Design(seed uint64) *model.Network {
	d := &designer{Rand: rand.New(rand.NewPCG(seed, 0x1ab)), n: model.NewNetwork()}
	d.care = 6 + d.IntN(5)
	d.n.Port25Allowed = []model.AccountID{account}
	for k := range choose(d, 1, 2, 2, 3, 3) {
		d.vpc(k)
	}
	d.prefixLists()
	hub := len(d.n.VPCs) > 1 && !d.once(4)
	d.peerings(hub)
	if hub {
		d.transitGateways()
	}
	for _, v := range model.Sorted(d.n.VPCs) {
		d.groups(v)
		d.networkACLs(v)
		d.routeTables(v)
	}
	for _, i := range model.Sorted(d.n.Interfaces) {
		d.chooseGroups(i)
	}
	return d.n
}

const account = model.AccountID("111122223333")

func meta(r model.Region) model.Meta { return model.Meta{Account: account, Region: r} }

// once is true once in k times.
func (d *designer) once(k int) bool { return d.IntN(k) == 0 }

// careful is true where a part shall let packets pass.
func (d *designer) careful() bool { return d.IntN(10) < d.care }

func choose[T any](d *designer, from ...T) T { return from[d.IntN(len(from))] }

// publicAddress gives an address that nothing else has.
func (d *designer) publicAddress() netip.Addr {
	d.public++
	return netip.AddrFrom4([4]byte{203, 0, 113, d.public})
}

func (d *designer) vpc(k int) {
	region := model.Region("us-east-1")
	if k == 2 && d.once(3) {
		region = "us-west-2"
	}
	v := &model.VPC{ID: model.VPCID(fmt.Sprintf("vpc-%d", k)), Meta: meta(region), EnableDNSSupport: true,
		CIDRs: []netip.Prefix{netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(k), 0, 0}), 16+4*d.IntN(3))}}
	d.n.VPCs[v.ID] = v
	last := byte(0)
	for j := range 2 + d.IntN(2) {
		sizes := []int{24, 26, 28}
		if v.CIDRs[0].Bits() == 24 {
			sizes = sizes[1:]
		}
		bits := choose(d, sizes...)
		at := [4]byte{10, byte(k), 0, last}
		if v.CIDRs[0].Bits() < 24 {
			at = [4]byte{10, byte(k), byte(j), 0}
		}
		last += 64
		d.subnet(v, k, j, netip.PrefixFrom(netip.AddrFrom4(at), bits))
	}
	if d.once(3) {
		c := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64, byte(k), 0}), 25)
		v.CIDRs = append(v.CIDRs, c)
		d.subnet(v, k, 9, netip.PrefixFrom(c.Addr(), choose(d, 25, 28)))
	}
	if d.careful() || d.once(2) {
		id := model.InternetGatewayID(fmt.Sprintf("igw-%d", k))
		d.n.InternetGateways[id] = &model.InternetGateway{ID: id, Meta: meta(region), VPC: v.ID}
		if d.once(12) {
			d.n.InternetGateways[id].VPC = ""
		}
	}
	if d.once(2) {
		d.natGateway(v, k)
	}
}

func (d *designer) subnet(v *model.VPC, k, j int, cidr netip.Prefix) {
	sn := &model.Subnet{ID: model.SubnetID(fmt.Sprintf("subnet-%d%d", k, j)), Meta: meta(v.Region), VPC: v.ID, CIDRs: []netip.Prefix{cidr},
		AvailabilityZone: string(v.Region) + choose(d, "a", "b")}
	d.n.Subnets[sn.ID] = sn
	for i := range 1 + d.IntN(2) {
		d.instance(sn, fmt.Sprintf("%d%d%d", k, j, i), byte(4+3*i))
	}
}

func (d *designer) instance(sn *model.Subnet, name string, host byte) {
	i := &model.Interface{ID: model.InterfaceID("eni-" + name), Meta: sn.Meta, VPC: sn.VPC, Subnet: sn.ID, Type: "interface",
		Owner: model.OwnerRef{Kind: model.KindInstance, ID: "i-" + name}}
	for h := range 1 + byte(d.IntN(4)/3) {
		a := model.Address{IP: inside(sn.CIDRs[0], host+h)}
		if d.once(2) {
			a.Public = d.publicAddress()
		}
		i.Addresses = append(i.Addresses, a)
	}
	d.n.Interfaces[i.ID] = i
	x := &model.Instance{ID: model.InstanceID(i.Owner.ID), Meta: sn.Meta, VPC: sn.VPC, Interfaces: []model.InterfaceID{i.ID}, Platform: model.PlatformLinux, State: "running"}
	d.n.Instances[x.ID] = x
}

// inside gives the n-th address of a block.
func inside(p netip.Prefix, n byte) netip.Addr {
	a := p.Addr().As4()
	a[3] += n
	return netip.AddrFrom4(a)
}

func (d *designer) natGateway(v *model.VPC, k int) {
	sn := d.subnetOf(v)
	g := &model.NATGateway{ID: model.NATGatewayID(fmt.Sprintf("nat-%d", k)), Meta: v.Meta, VPC: v.ID, Subnet: sn.ID, State: model.NATGatewayAvailable,
		Addresses: []model.NATGatewayAddress{{Private: inside(sn.CIDRs[0], 13)}}}
	igw := d.n.InternetGateways[model.InternetGatewayID(fmt.Sprintf("igw-%d", k))]
	if g.Private = igw == nil || igw.VPC == "" || d.once(5); !g.Private { // NAT-1
		g.Addresses[0].Public = d.publicAddress()
	}
	if d.once(12) {
		g.State = model.NATGatewayFailed
	}
	d.n.NATGateways[g.ID] = g
}

func (d *designer) subnetOf(v *model.VPC) *model.Subnet { return choose(d, d.subnetsOf(v.ID)...) }

func (d *designer) subnetsOf(v model.VPCID) []*model.Subnet {
	var out []*model.Subnet
	for _, sn := range model.Sorted(d.n.Subnets) {
		if sn.VPC == v {
			out = append(out, sn)
		}
	}
	return out
}

// prefixLists makes two lists that routes and rules name. Their entries are apart
// from each other, so that no two routes tie (RT-8).
func (d *designer) prefixLists() {
	for id, entries := range map[model.PrefixListID][]netip.Prefix{
		"pl-inside":  {netip.MustParsePrefix("10.1.0.0/24"), netip.MustParsePrefix("10.2.0.0/16"), netip.MustParsePrefix("100.64.0.0/10")},
		"pl-outside": {netip.MustParsePrefix("192.0.2.0/25"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/28")},
	} {
		pl := &model.PrefixList{ID: id, Meta: meta("us-east-1"), MaxEntries: len(entries)}
		for _, p := range entries {
			pl.Entries = append(pl.Entries, model.PrefixListEntry{Prefix: p})
		}
		d.n.PrefixLists[id] = pl
	}
}

// peerings joins some pairs of VPCs: few where a transit gateway joins them too,
// whose routes a peering's would mostly outdo.
func (d *designer) peerings(hub bool) {
	vpcs := model.Sorted(d.n.VPCs)
	for i, a := range vpcs {
		for _, b := range vpcs[i+1:] {
			if d.once(4) || hub && !d.once(3) {
				continue
			}
			p := &model.VPCPeeringConnection{ID: model.VPCPeeringConnectionID(fmt.Sprintf("pcx-%s-%s", a.ID[4:], b.ID[4:])), Meta: a.Meta, Active: !d.once(12), State: "active",
				Requester: model.PeeringSide{VPC: a.ID, Account: account, Region: a.Region}, Accepter: model.PeeringSide{VPC: b.ID, Account: account, Region: b.Region}}
			if !p.Active {
				p.State = "pending-acceptance"
			}
			d.n.VPCPeeringConnections[p.ID] = p
		}
	}
}
