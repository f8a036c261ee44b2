package sim

import (
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// flowsOf is the set of packets that a question is about, between two ends.
func flowsOf(q *model.Question, from, to *end, v6 bool) packet.Set {
	b := packet.All
	b.Src, b.Dst = from.addrs, to.addrs
	b.Protocols = packet.Protocol(q.Protocol)
	ephemeral := from.iface.sourcePorts()
	if q.SourcePorts != nil {
		ephemeral = packet.PortRange(q.SourcePorts.From, q.SourcePorts.To)
	}
	switch {
	case q.Protocol == model.AllProtocols:
		withPorts := b
		withPorts.Protocols = packet.Protocol(model.TCP).Or(packet.Protocol(model.UDP))
		withPorts.Sport = ephemeral
		absent := packet.Protocol(absentICMP(v6))
		b.Protocols = b.Protocols.Sub(withPorts.Protocols).Sub(absent)
		return append(packet.Of(withPorts), packet.Of(b)...)
	case q.Protocol.HasPorts():
		b.Sport = ephemeral
		b.Dport = packet.PortRange(q.Ports.From, q.Ports.To)
	case q.Protocol.IsICMP():
		b.Dport = icmpOf(q)
	}
	return packet.Of(b)
}

// icmpOf is the ICMP types and codes that a question is about.
func icmpOf(q *model.Question) packet.Ports {
	i := model.ICMPTypeCode{Type: 8, Code: 0}
	if q.Protocol == model.ICMPv6 {
		i.Type = 128
	}
	if q.ICMP != nil {
		i = *q.ICMP
	}
	return icmpPorts(i)
}

// Ephemeral ranges (NACL-12 and the decision on source ports).
var (
	linuxPorts   = packet.PortRange(32768, 61000)
	windowsPorts = packet.PortRange(49152, 65535)
	eitherPorts  = packet.PortRange(32768, 65535)
	otherPorts   = packet.PortRange(1024, 65535)
)

// runsInstances reports whether an owner of a type stands for the instances that
// it will launch, of an image that is not known.
func runsInstances(ownerType string) bool {
	return ownerType == "auto-scaling-group" || ownerType == "eks-node" || ownerType == "batch"
}

// sourcePorts is the range out of which an interface's owner picks the source
// port of a connection; outside the VPCs for nil.
func (i *networkInterface) sourcePorts() packet.Ports {
	if i == nil {
		return otherPorts
	}
	platform := model.PlatformUnknown
	switch i.owner.kind {
	case model.KindInstance:
		if i.owner.instance != nil {
			platform = i.owner.instance.Platform
		}
	case model.KindLoadBalancer, model.KindNATGateway:
		return otherPorts
	case model.KindOwner:
		if o := i.owner.other; o != nil {
			if o.SendsOnly {
				return otherPorts // Lambda
			}
			if platform = o.Platform; platform == model.PlatformUnknown && !runsInstances(o.Type) {
				platform = model.PlatformLinux // tasks and databases
			}
		}
	}
	switch platform {
	case model.PlatformLinux:
		return linuxPorts
	case model.PlatformWindows:
		return windowsPorts
	case model.PlatformUnknown:
		return eitherPorts
	}
	panic("sim: platform")
}
