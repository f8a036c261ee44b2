package sim

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// listener is a compiled listener, of a load balancer or a VPC Lattice service.
type listener struct {
	model *model.Listener
	traffic
	groups []*targetGroup
}

func compileListener(m *model.Listener) listener {
	return listener{model: m, traffic: traffic{protocols: carriers(m.Protocol), ports: packet.PortRange(m.Port, m.Port)}}
}

// carriers are the protocols that carry a listener's or a target group's.
func carriers(l model.ListenerProtocol) packet.Protocols {
	var out packet.Protocols
	for _, p := range []model.Protocol{model.TCP, model.UDP} {
		if l.Carries(p) {
			out = out.Or(packet.Protocol(p))
		}
	}
	return out
}

// groupsOf are the target groups of a listener; one that the input does not give has
// targets that are not known.
func (e *Engine) groupsOf(m *model.Listener, of *model.Meta) []*targetGroup {
	var out []*targetGroup
	for _, id := range m.TargetGroups {
		g := e.targetGroups[id]
		if g == nil {
			g = e.compileTargetGroup(&model.TargetGroup{ID: id, TargetsUnknown: missing(model.KindTargetGroup, string(id), of)})
			e.targetGroups[id] = g
		}
		out = append(out, g)
	}
	return out
}

// split parts the flows by whether the listener takes them (ELB-5).
func (l *listener) split(s *state) (in, out state) {
	b := packet.All
	if l.model.Port == 0 || s.hdr.matches(&b, &l.traffic) == no {
		in, out = *s, *s
		in.flows = nil
		return in, out
	}
	return s.splitBox(&b)
}

// openListeners is what is not known about listeners as a whole: some may be
// missing, or one has a port that is not told.
func openListeners(all []listener, unknown *model.Unknown) *model.Unknown {
	for k := range all {
		if m := all[k].model; unknown == nil && m.Port == 0 {
			unknown = m.Unknown
		}
	}
	return unknown
}

func listenersText(all []listener) string {
	var texts []string
	for k := range all {
		texts = appendNew(texts, fmt.Sprintf("%s %d", all[k].model.Protocol, all[k].model.Port))
	}
	return strings.Join(texts, ", ")
}

func (l *listener) noGroupWords(_ *Engine, c Component, _ Header) (string, string) {
	return fmt.Sprintf("the listener %s %d of %s has no target group", l.model.Protocol, l.model.Port, c.named()), "forward to a target group that has targets"
}
