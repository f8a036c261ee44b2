package yamlfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// listeners are those of a balancer or a VPC Lattice service; gap says that there
// may be others.
type listeners struct {
	items []listener
	gap   *gap
}

type listener struct {
	placed
	protocol     value[model.ListenerProtocol]
	port         value[uint16]
	groups       list[ref]
	answers      value[bool]
	instancePort value[uint16]
	gap          *gap
}

var listenerProtocols = []string{"TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "HTTP", "HTTPS", "SSL", "GENEVE", "TLS_PASSTHROUGH"}

// listenerProtocol is a protocol in any case. Inputs that lack it have none.
var listenerProtocol = scalar("a listener's protocol", schema{"type": "string", "pattern": "^[A-Za-z_]*$"}, parseListenerProtocol)

func parseListenerProtocol(s string) (model.ListenerProtocol, error) {
	if upper := strings.ToUpper(s); s == "" || slices.Contains(listenerProtocols, upper) {
		return model.ListenerProtocol(upper), nil
	}
	return "", fmt.Errorf("%s is not a protocol of listeners\n%s", quote(s), didYouMean(strings.ToUpper(s), listenerProtocols))
}

var listenerKeys = []field[listener]{
	key("protocol", listenerProtocol, func(l *listener) *value[model.ListenerProtocol] { return &l.protocol }, "TCP, TLS, UDP, HTTP, HTTPS, …; by default what the balancer's type and the port suggest"),
	key("target_group", many(refTo), func(l *listener) *list[ref] { return &l.groups }, "the target group, or those of all its rules"),
	key("answers", yesNo, func(l *listener) *value[bool] { return &l.answers }, "whether a rule answers by itself: a redirect, a fixed response; false by default"),
	key("instance_port", port, func(l *listener) *value[uint16] { return &l.instancePort }, "of a classic balancer: the instances' port; the listener's own by default"),
	key("unknown", gapDetailRef, func(l *listener) **gap { return &l.gap }, "why something of the listener is open"),
}

var (
	listenerObject = object("a listener", "A listener whose port is its key.", listenerKeys)
	listenerInList = object("a listener with its port", "A listener of a load balancer or a VPC Lattice service.",
		[]field[listener]{must(key("port", port, func(l *listener) *value[uint16] { return &l.port }, "its port"))}, listenerKeys)
	listenerTo = shape[listener]{
		read: func(d *decoder, n *yaml.Node, into *listener) {
			if n.Kind == yaml.MappingNode && !isLiteral(n) && d.readGap(n) == nil {
				listenerObject.read(d, n, into)
				return
			}
			if into.gap = d.readGap(n); into.gap == nil {
				many(refTo).read(d, n, &into.groups)
			}
		},
		schema: func(c *schemas) schema {
			return schema{"anyOf": []any{listenerObject.schema(c), many(refTo).schema(c), schema{"type": "integer", "description": "the instances' port of a classic balancer"}}}
		},
	}
)

const listenerAdvice = "a listener is a port with a target group: 443: web, or UDP 53: dns"

var listenersShape = shape[listeners]{
	read: func(d *decoder, n *yaml.Node, into *listeners) {
		switch {
		case d.readGap(n) != nil:
			into.gap = d.readGap(n)
		case n.Kind == yaml.MappingNode:
			d.pairs(n, func(k, v *yaml.Node) {
				if d.readGap(k) != nil {
					gapDetailRef.read(d, v, &into.gap)
					return
				}
				l := listener{placed: placed{d.at(k)}}
				if !l.readKey(d, k) {
					return
				}
				if isNull(v) {
					l.groups.set = true
				} else {
					listenerTo.read(d, v, &l)
				}
				l.at = d.at(k)
				into.items = append(into.items, l)
			})
		case n.Kind == yaml.SequenceNode:
			for _, item := range n.Content {
				if g := d.readGap(follow(item)); g != nil {
					into.gap = g
					continue
				}
				var l listener
				listenerInList.read(d, follow(item), &l)
				into.items = append(into.items, l)
			}
		default:
			l := listener{placed: placed{d.at(n)}}
			many(refTo).read(d, n, &l.groups)
			into.items = append(into.items, l)
		}
	},
	schema: func(c *schemas) schema {
		return schema{"anyOf": []any{
			c.gap(), refTo.schema(c),
			schema{"type": "object", "additionalProperties": schema{"anyOf": []any{listenerTo.schema(c), gapDetail.schema(c), schema{"type": "null"}}}},
			schema{"type": "array", "items": schema{"anyOf": []any{listenerInList.schema(c), c.gap()}}},
		}}
	},
}

// readKey reads a listener's key: a port, or protocol and port.
func (l *listener) readKey(d *decoder, k *yaml.Node) bool {
	words := strings.Fields(k.Value)
	if len(words) == 2 {
		p, err := parseListenerProtocol(words[0])
		if err != nil {
			summary, detail, _ := strings.Cut(err.Error(), "\n")
			d.errorf(d.at(k), detail, "%s", summary)
			return false
		}
		l.protocol = value[model.ListenerProtocol]{v: p, set: true, at: d.at(k)}
		words = words[1:]
	}
	if len(words) != 1 {
		d.errorf(d.at(k), listenerAdvice, "%s is no listener", quote(k.Value))
		return false
	}
	before := d.found()
	port.read(d, scalarNode(words[0], d.at(k)), &l.port)
	return d.found() == before
}

// usualProtocol is the protocol of a listener that tells none.
func usualProtocol(typ model.LoadBalancerType, port uint16) model.ListenerProtocol {
	switch typ {
	case model.NetworkLoadBalancer, model.ClassicLoadBalancer:
		return "TCP"
	case model.GatewayLoadBalancer:
		return "GENEVE"
	}
	if port == 443 || port == 8443 {
		return "HTTPS"
	}
	return "HTTP"
}

const genevePort = 6081 // GWLB-1

// listeners makes the model's listeners; typ is empty for a VPC Lattice service.
func (b *builder) listeners(s *scope, subject string, f *listeners, typ model.LoadBalancerType) []model.Listener {
	var out []model.Listener
	for i := range f.items {
		l := &f.items[i]
		if !l.port.set && typ != model.GatewayLoadBalancer {
			if !l.port.written() {
				b.d.errorf(l.at, listenerAdvice, "the listener lacks its port")
			}
			continue
		}
		m := model.Listener{Port: l.port.or(genevePort), Answers: l.answers.or(false), Unknown: l.gap.unknown(subject, "listener"), Provenance: l.at}
		m.Protocol = l.protocol.or(usualProtocol(typ, m.Port))
		if typ == model.ClassicLoadBalancer {
			m.InstancePort = l.instancePort.or(l.classicPort(m.Port))
			if len(l.groups.items) > 0 {
				b.d.errorf(l.at, "443: 8443, where the instances listen on 8443", "a Classic Load Balancer has no target groups")
			}
		} else if l.instancePort.set {
			b.d.errorf(l.instancePort.at, "leave it out", "instance_port is for a Classic Load Balancer")
		}
		if l.groups.gap != nil && m.Unknown == nil {
			m.Unknown = l.groups.gap.unknown(subject, "target_group")
		}
		m.TargetGroups = refsOf[model.TargetGroupID](b, model.KindTargetGroup, s, &l.groups)
		out = append(out, m)
	}
	return out
}

// classicPort is the instances' port where a listener's value is that number.
func (l *listener) classicPort(own uint16) uint16 {
	if len(l.groups.items) == 1 {
		if n, err := strconv.ParseUint(l.groups.items[0].name, 10, 16); err == nil {
			l.groups.items = nil
			return uint16(n)
		}
	}
	return own
}

// holderOf is the ID of what a scope is; "" at top level.
func (s *scope) holderOf() string {
	if s == nil {
		return ""
	}
	return s.holder
}
