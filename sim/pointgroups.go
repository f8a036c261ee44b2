package sim

import (
	"encoding/binary"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// pointGroups are the rules of a set of groups for one TCP or UDP packet. vague
// is set where they are not enough.
type pointGroups struct {
	rules [2]pointRules
	vague bool
}

// compilePoint flattens the rules of an interface's groups; interfaces with the
// same groups share them.
func (e *Engine) compilePoint(i *networkInterface) {
	ids := make([]byte, 0, 4*len(i.groups))
	for _, g := range i.groups {
		n := e.groupNumber(g.id)
		i.groupNumbers = append(i.groupNumbers, n)
		ids = binary.LittleEndian.AppendUint32(ids, uint32(n))
	}
	if i.point = e.pointGroups[string(ids)]; i.point == nil {
		i.point = e.flatten(i.groups)
		e.pointGroups[string(ids)] = i.point
	}
	own := i.vpc.resolver.Or(i.subnet.router)
	for _, a := range i.model.Addresses {
		if i.vpc.owners[a.IP] != addressee(i) {
			return // somebody else has its address too
		}
	}
	i.plain = i.dead == nil && i.groupsUnknown == nil && !i.unrestricted && !i.point.vague && !i.addrs.Overlaps(own) &&
		i.subnet.model.CIDRsUnknown == nil && i.subnet.cidrs.Holds(i.addrs) && i.vpc.cidrs.Holds(i.addrs) && !i.addrs.Overlaps(unroutable) &&
		(i.owner.kind == "" || i.owner.kind == model.KindInstance ||
			i.owner.kind == model.KindOwner && i.owner.other != nil && !i.owner.other.SendsOnly)
}

// groupNumber numbers group IDs from 1.
func (e *Engine) groupNumber(id model.SecurityGroupID) int32 {
	n, ok := e.groupNumbers[id]
	if !ok {
		n = int32(len(e.groupNumbers) + 1)
		e.groupNumbers[id] = n
	}
	return n
}

func (e *Engine) flatten(groups []*securityGroup) *pointGroups {
	p := &pointGroups{}
	for _, g := range groups {
		p.vague = p.vague || g.unknown != nil
		for d := range g.rules {
			for k := range g.rules[d] {
				p.add(e, d, &g.rules[d][k])
			}
		}
	}
	return p
}

func (p *pointGroups) add(e *Engine, d int, r *groupRule) {
	p.vague = p.vague || r.open != nil
	switch peer := r.model.Peer; {
	case r.ref != "":
		p.rules[d].addReference(r.model.Traffic, e.groupNumber(r.ref))
	case peer.PrefixList != "":
		for _, entry := range e.prefixList(peer.PrefixList).prefixes {
			p.rules[d].add(r.model.Traffic, entry, model.Allow)
		}
	case peer.Prefix.IsValid():
		p.rules[d].add(r.model.Traffic, peer.Prefix, model.Allow)
	}
}

// admits decides one TCP or UDP packet as filter does; other is the interface
// that has the peer address, nil where group references do not know it.
func (p *pointGroups) admits(d model.Direction, proto model.Protocol, ports model.PortRange, peer *pointAddr, other *networkInterface) bool {
	if peer.is4 {
		for i := range p.rules[d].v4 {
			r := &p.rules[d].v4[i]
			if r.concerns(proto, ports) && (r.ref == 0 && peer.v4&r.mask == r.v4 || r.ref != 0 && other != nil && slices.Contains(other.groupNumbers, r.ref)) {
				return true
			}
		}
		return false
	}
	for i := range p.rules[d].v6 {
		r := &p.rules[d].v6[i]
		if r.concerns(proto, ports) && (r.ref == 0 && r.prefix.Contains(peer.addr) || r.ref != 0 && other != nil && slices.Contains(other.groupNumbers, r.ref)) {
			return true
		}
	}
	return false
}
