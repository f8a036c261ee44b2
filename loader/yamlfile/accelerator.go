package yamlfile

import (
	"net/netip"
	"strconv"

	"github.com/vpcwalk/vpcwalk/model"
)

type accelerator struct {
	common
	enabled   value[bool]
	ips       list[value[netip.Addr]]
	listeners []acceleratorListener
}

type acceleratorListener struct {
	placed
	protocol  value[model.Protocol]
	ports     list[value[model.PortRange]]
	endpoints list[acceleratorEndpoint]
}

// acceleratorEndpoint is where connections go, by name alone or by its kind.
type acceleratorEndpoint struct {
	placed
	named                             ref
	loadBalancer, instance, elasticIP ref
	clientIP                          value[bool]
	overrides                         []entry[value[uint16]]
	gap                               *gap
}

// vpcOrigin is a CloudFront VPC origin.
type vpcOrigin struct {
	common
	loadBalancer, instance ref
	httpPort, httpsPort    value[uint16]
	protocol               value[string]
}

var acceleratorShape = object("a global accelerator", "A Global Accelerator's standard accelerator (NEW-1).", commonKeys(func(a *accelerator) *common { return &a.common }), []field[accelerator]{
	key("enabled", yesNo, func(a *accelerator) *value[bool] { return &a.enabled }, "true by default"),
	key("ips", many(address), func(a *accelerator) *list[value[netip.Addr]] { return &a.ips }, "its static addresses, where they are known"),
	key("listeners", sequence(acceleratorListenerShape), func(a *accelerator) *[]acceleratorListener { return &a.listeners }, "its listeners"),
})

var acceleratorListenerShape = object("an accelerator's listener", "A listener of a global accelerator.", []field[acceleratorListener]{
	key("protocol", word("a protocol", []string{"tcp", "udp"}, []model.Protocol{model.TCP, model.UDP}), func(l *acceleratorListener) *value[model.Protocol] { return &l.protocol }, "tcp (default) or udp"),
	must(key("ports", many(ports), func(l *acceleratorListener) *list[value[model.PortRange]] { return &l.ports }, "its ports")),
	key("endpoints", many(acceleratorEndpointShape), func(l *acceleratorListener) *list[acceleratorEndpoint] { return &l.endpoints }, "load balancers, instances and Elastic IP addresses"),
})

var acceleratorEndpointShape = orText(object("an accelerator's endpoint", "Where an accelerator's connections go.", []field[acceleratorEndpoint]{
	key("endpoint", refTo, func(e *acceleratorEndpoint) *ref { return &e.named }, "a load balancer, an instance or an Elastic IP, by name"),
	key("load_balancer", refTo, func(e *acceleratorEndpoint) *ref { return &e.loadBalancer }, "the load balancer"),
	key("instance", refTo, func(e *acceleratorEndpoint) *ref { return &e.instance }, "the instance"),
	key("elastic_ip", refTo, func(e *acceleratorEndpoint) *ref { return &e.elasticIP }, "the Elastic IP address"),
	key("client_ip", yesNo, func(e *acceleratorEndpoint) *value[bool] { return &e.clientIP }, "client IP address preservation; true by default for instances, Application Load Balancers, and Network Load Balancers with security groups"),
	key("ports", section(port), func(e *acceleratorEndpoint) *[]entry[value[uint16]] { return &e.overrides }, "port overrides: a mapping from the listener's ports to the endpoint's"),
	key("unknown", gapDetailRef, func(e *acceleratorEndpoint) **gap { return &e.gap }, "why it is not known what it is"),
}), `^.+$`, "a load balancer, an instance or an Elastic IP, by name", func(d *decoder, at model.Provenance, s string, into *acceleratorEndpoint) {
	refTo.read(d, scalarNode(s, at), &into.named)
})

var originProtocols = []string{"http-only", "match-viewer", "https-only", ""}

var vpcOriginShape = object("a VPC origin", "A CloudFront VPC origin (NEW-2).", commonKeys(func(o *vpcOrigin) *common { return &o.common }), []field[vpcOrigin]{
	key("load_balancer", refTo, func(o *vpcOrigin) *ref { return &o.loadBalancer }, "the load balancer"),
	key("instance", refTo, func(o *vpcOrigin) *ref { return &o.instance }, "the instance"),
	key("http_port", port, func(o *vpcOrigin) *value[uint16] { return &o.httpPort }, "80 by default"),
	key("https_port", port, func(o *vpcOrigin) *value[uint16] { return &o.httpsPort }, "443 by default"),
	key("protocol", word("an origin protocol policy", originProtocols, originProtocols), func(o *vpcOrigin) *value[string] { return &o.protocol }, "http-only, match-viewer (default) or https-only"),
})

const (
	usualHTTPPort       = 80
	usualHTTPSPort      = 443
	usualOriginProtocol = "match-viewer"
)

func (b *builder) buildAccelerator(e *entry[accelerator]) {
	f := &e.v
	id := model.AcceleratorID(b.idOf(model.KindAccelerator, nil, e.key))
	closed(b.d, &f.ips, "the addresses of an accelerator")
	m := &model.Accelerator{ID: id, Meta: f.meta(e.key, e.at, b.outer), Enabled: f.enabled.or(true), IPs: valuesOf(&f.ips)}
	for i := range f.listeners {
		l := &f.listeners[i]
		closed(b.d, &l.ports, "the ports of a listener")
		listener := model.AcceleratorListener{Protocol: l.protocol.or(model.TCP), Ports: valuesOf(&l.ports), Provenance: l.at}
		for j := range l.endpoints.items {
			if x, ok := b.acceleratorEndpoint(string(id), &l.endpoints.items[j]); ok {
				listener.Endpoints = append(listener.Endpoints, x)
			}
		}
		if gap := l.endpoints.gap; gap != nil { // one that may be anything
			listener.Endpoints = append(listener.Endpoints, model.AcceleratorEndpoint{Unknown: gap.unknown(string(id), "endpoint"), Provenance: gap.at})
		}
		m.Listeners = append(m.Listeners, listener)
	}
	b.n.Accelerators[id] = m
}

func (b *builder) acceleratorEndpoint(of string, f *acceleratorEndpoint) (model.AcceleratorEndpoint, bool) {
	m := model.AcceleratorEndpoint{LoadBalancer: model.OwnerID(b.idOfBalancer(nil, &f.loadBalancer)), Instance: model.InstanceID(b.id(model.KindInstance, nil, &f.instance)),
		Allocation: model.AllocationID(b.id(model.KindElasticIP, nil, &f.elasticIP)), Unknown: f.gap.unknown(of, "endpoint"), Provenance: f.at}
	if x := b.resolve(nil, &f.named, "load balancer, instance or Elastic IP", model.KindOwner, model.KindInstance, model.KindElasticIP); x != nil {
		switch x.kind {
		case model.KindOwner:
			m.LoadBalancer = model.OwnerID(x.id)
		case model.KindInstance:
			m.Instance = model.InstanceID(x.id)
		case model.KindElasticIP:
			m.Allocation = model.AllocationID(x.id)
		default:
			panic("yamlfile: an accelerator's endpoint of kind " + string(x.kind))
		}
	}
	told := 0
	for _, r := range []*ref{&f.named, &f.loadBalancer, &f.instance, &f.elasticIP} {
		if r.isSet() {
			told++
		}
	}
	if told != 1 && (told > 1 || f.gap == nil && !f.named.written()) {
		b.d.errorf(f.at, "name one of endpoint, load_balancer, instance and elastic_ip", "an endpoint is one thing")
		return m, false
	}
	m.NoClientIP = !f.clientIP.or(preservesClientIP(b.n, &m))
	for _, o := range f.overrides {
		from, err := strconv.ParseUint(o.key, 10, 16)
		if err != nil {
			b.d.errorf(o.at, "", "%s is not a port from 0 to 65535", quote(o.key))
			continue
		}
		if m.Overrides == nil {
			m.Overrides = map[uint16]uint16{}
		}
		m.Overrides[uint16(from)] = o.v.v
	}
	return m, true
}

// preservesClientIP is the default of client IP address preservation: an Elastic
// IP and a Network Load Balancer without groups do not have it.
func preservesClientIP(n *model.Network, e *model.AcceleratorEndpoint) bool {
	if l := n.LoadBalancers[e.LoadBalancer]; l != nil && l.Type == model.NetworkLoadBalancer && len(l.Groups) == 0 {
		return false
	}
	return e.Allocation == ""
}

func (b *builder) buildVPCOrigin(e *entry[vpcOrigin]) {
	f := &e.v
	if f.loadBalancer.isSet() == f.instance.isSet() {
		b.d.ruleError(e.at, "NEW-2", "load_balancer: NAME or instance: NAME", "the VPC origin %s is one load balancer or instance", quote(e.key))
	}
	id := model.VPCOriginID(b.idOf(model.KindVPCOrigin, nil, e.key))
	b.n.VPCOrigins[id] = &model.VPCOrigin{ID: id, Meta: f.meta(e.key, e.at, b.outer), LoadBalancer: model.OwnerID(b.idOfBalancer(nil, &f.loadBalancer)),
		Instance: model.InstanceID(b.id(model.KindInstance, nil, &f.instance)), HTTPPort: f.httpPort.or(usualHTTPPort), HTTPSPort: f.httpsPort.or(usualHTTPSPort),
		Protocol: f.protocol.or(usualOriginProtocol)}
}
