package cloudformation

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readAccelerator reads a Global Accelerator's standard accelerator (NEW-1) with
// its listeners and what stands behind them.
func (b *builder) readAccelerator(r *resource) {
	a := &model.Accelerator{ID: model.AcceleratorID(r.id), Meta: b.meta(r)}
	named(&a.Meta, r.get("Name"))
	var enabled *model.Unknown
	a.Enabled, enabled = b.flag(r, "Enabled", r.get("Enabled"), true)
	for _, item := range r.get("IpAddresses").list() {
		text, _ := item.literal()
		if ip, err := netip.ParseAddr(text); err == nil {
			a.IPs = append(a.IPs, ip)
		}
	}
	b.network.Accelerators[a.ID] = a
	for _, l := range b.byType["AWS::GlobalAccelerator::Listener"] {
		if to, _ := l.get("AcceleratorArn").reference(); to != r {
			continue
		}
		x := model.AcceleratorListener{Protocol: model.TCP, Provenance: l.at}
		gap := cmp.Or(enabled, l.doubt())
		if v := l.get("Protocol"); v.gap() != nil {
			gap = cmp.Or(gap, l.unknown("Protocol", v.gap(), v.at))
		}
		if strings.EqualFold(l.get("Protocol").show(), "UDP") {
			x.Protocol = model.UDP
		}
		var ports *model.Unknown
		if x.Ports, ports = b.portRanges(l, "PortRanges", l.get("PortRanges")); ports != nil {
			x.Ports = []model.PortRange{{To: 65535}}
		}
		if gap = cmp.Or(gap, ports); gap != nil {
			x.Endpoints = append(x.Endpoints, model.AcceleratorEndpoint{Unknown: gap, Provenance: l.at})
		}
		for _, g := range b.byType["AWS::GlobalAccelerator::EndpointGroup"] {
			if to, _ := g.get("ListenerArn").reference(); to == l {
				x.Endpoints = append(x.Endpoints, b.acceleratorEndpoints(g)...)
			}
		}
		a.Listeners = append(a.Listeners, x)
	}
}

// belongsToAccelerator warns of a listener or an endpoint group whose accelerator
// no template has; readAccelerator reads the others.
func (b *builder) belongsToAccelerator(r *resource) {
	for _, attribute := range []string{"AcceleratorArn", "ListenerArn"} {
		v := r.get(attribute)
		if to, _ := v.reference(); v.kind != absent && to == nil {
			b.report(model.Warning, "", r, v.at, "Give the input that has it as well.", "%s belongs to an accelerator that no template has", r.name)
		}
	}
}

// acceleratorEndpoints reads the endpoints of a group. The client's address stays
// for instances, for Application Load Balancers unless told otherwise, for Network
// Load Balancers if told, and never for Elastic IP addresses.
func (b *builder) acceleratorEndpoints(r *resource) []model.AcceleratorEndpoint {
	overrides := map[uint16]uint16{}
	gap := r.doubt()
	for _, item := range ruleItems(r.get("PortOverrides")) {
		from, some := b.port(r, "ListenerPort", item.member("ListenerPort"))
		to, other := b.port(r, "EndpointPort", item.member("EndpointPort"))
		if overrides[from] = to; item.gap != nil {
			some = r.unknown("PortOverrides", item.gap, item.at)
		}
		gap = cmp.Or(gap, some, other)
	}
	if len(overrides) == 0 {
		overrides = nil
	}
	var out []model.AcceleratorEndpoint
	if gap != nil {
		return append(out, model.AcceleratorEndpoint{Unknown: gap, Provenance: r.at})
	}
	for _, item := range ruleItems(r.get("EndpointConfigurations")) {
		x := model.AcceleratorEndpoint{Overrides: overrides, Provenance: item.at}
		x.Provenance.Address = r.name
		weight := b.number(r, "Weight", item.member("Weight"))
		if weight.given && weight.gap == nil && weight.n == 0 {
			continue // it gets nothing
		}
		if x.Unknown = weight.gap; x.Unknown != nil {
			out = append(out, x)
			continue
		}
		if item.gap != nil {
			x.Unknown = r.unknown("EndpointConfigurations", item.gap, item.at)
			out = append(out, x)
			continue
		}
		preserved := true
		v := item.member("EndpointId")
		to, _ := v.reference()
		text, _ := v.literal()
		switch {
		case to != nil && to.typ == "AWS::EC2::EIP", strings.HasPrefix(text, "eipalloc-"):
			x.Allocation = model.AllocationID(b.identify(r, "EndpointId", v, model.KindElasticIP).id)
			preserved = false
		case to != nil && to.typ == "AWS::EC2::Instance", strings.HasPrefix(text, "i-"):
			x.Instance = model.InstanceID(b.identify(r, "EndpointId", v, model.KindInstance).id)
		default:
			i := b.identify(r, "EndpointId", v, model.KindLoadBalancer)
			x.LoadBalancer, x.Unknown = model.OwnerID(i.id), i.gap
			l := b.network.LoadBalancers[x.LoadBalancer]
			preserved = l == nil || l.Type != model.NetworkLoadBalancer
		}
		if x.Instance == "" && x.Allocation == "" {
			on, gap := b.flag(r, "ClientIPPreservationEnabled", item.member("ClientIPPreservationEnabled"), preserved)
			if preserved = on; gap != nil {
				x.Unknown = gap
			}
		}
		if x.Unknown != nil {
			x.LoadBalancer = ""
		}
		x.NoClientIP = !preserved
		out = append(out, x)
	}
	return out
}

// readVPCOrigin reads a CloudFront VPC origin (NEW-2).
func (b *builder) readVPCOrigin(r *resource) {
	o := &model.VPCOrigin{ID: model.VPCOriginID(r.id), Meta: b.meta(r), HTTPPort: 80, HTTPSPort: 443, Protocol: "match-viewer"}
	config := r.get("VpcOriginEndpointConfig")
	named(&o.Meta, config.member("Name"))
	if p, gap := b.port(r, "HTTPPort", config.member("HTTPPort")); p != 0 && gap == nil {
		o.HTTPPort = p
	}
	if p, gap := b.port(r, "HTTPSPort", config.member("HTTPSPort")); p != 0 && gap == nil {
		o.HTTPSPort = p
	}
	if text, ok := config.member("OriginProtocolPolicy").literal(); ok && text != "" {
		o.Protocol = text
	}
	v := config.member("Arn")
	if to, _ := lastOfARN(v).reference(); to != nil && to.typ == "AWS::EC2::Instance" {
		o.Instance = model.InstanceID(to.id)
	} else if text, _ := v.literal(); strings.Contains(text, ":instance/") {
		o.Instance = model.InstanceID(lastOfARN(v).show())
	} else {
		o.LoadBalancer = model.OwnerID(b.identify(r, "Arn", v, model.KindLoadBalancer).id)
	}
	b.network.VPCOrigins[o.ID] = o
}
