package lab

import (
	"math/rand/v2"

	"github.com/vpcwalk/vpcwalk/model"
)

// Probes draws up to count probes of a design that can be sent together, always
// the same from one seed: between its interfaces, by private and public address,
// and to and from the internet.
func Probes(n *model.Network, seed uint64, count int) []Probe {
	d := &designer{Rand: rand.New(rand.NewPCG(seed, 0x9406e)), n: n}
	var out []Probe
	for range count {
		if p := d.probe(); p.Destination.IsValid() {
			out = append(out, p)
		}
	}
	return Together(out)
}

// probe draws one; its Destination is not valid where the draw has none.
func (d *designer) probe() Probe {
	p := Probe{Protocol: choose(d, model.TCP, model.TCP, model.UDP, model.UDP, model.ICMP), Port: choose(d, servicePorts...), SourcePort: choose(d, clientPorts...)}
	if d.once(4) {
		p.SourcePort = uint16(1024 + d.IntN(65536-1024))
	}
	if d.once(5) {
		p.Port = choose(d, clientPorts...)
	}
	if p.Protocol == model.ICMP {
		p.Port, p.SourcePort = 0, 0
	}
	from, to := choose(d, model.Sorted(d.n.Interfaces)...), choose(d, model.Sorted(d.n.Interfaces)...)
	at := choose(d, to.Addresses...)
	switch d.IntN(6) {
	case 0: // from the internet
		p.Source, p.To, p.Listener, p.Destination = choose(d, Hosts...), to.ID, at.IP, at.Public
	case 1: // to the internet
		p.From, p.Source = from.ID, choose(d, from.Addresses...).IP
		p.Listener = choose(d, Hosts...)
		p.Destination = p.Listener
	default:
		if from == to {
			return Probe{}
		}
		p.From, p.Source, p.To, p.Listener, p.Destination = from.ID, choose(d, from.Addresses...).IP, to.ID, at.IP, at.IP
		if d.once(8) { // out by the internet gateway and back (IGW-11)
			p.Destination = at.Public
		}
	}
	return p
}

// Question asks what the probe shows.
func (p Probe) Question() model.Question {
	q := model.Question{From: p.Source.String(), To: p.Destination.String(), Protocol: p.Protocol, Family: model.IPv4}
	if p.Protocol.HasPorts() {
		q.Ports = model.PortRange{From: p.Port, To: p.Port}
		q.SourcePorts = &model.PortRange{From: p.SourcePort, To: p.SourcePort}
	}
	return q
}
