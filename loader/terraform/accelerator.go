package terraform

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var (
	wantAccelerator         = &want{types: []string{"aws_globalaccelerator_accelerator"}}
	wantAcceleratorListener = &want{types: []string{"aws_globalaccelerator_listener"}}
	// wantAccelerated is what an accelerator's endpoint may be, and a VPC origin's.
	wantAccelerated = &want{types: []string{"aws_lb", "aws_alb", "data.aws_lb", "aws_instance", "data.aws_instance", "aws_eip", "data.aws_eip"},
		attributes: []string{"allocation_id"}}
)

// readAccelerator reads a standard accelerator (NEW-1).
func readAccelerator(b body) {
	a := &model.Accelerator{ID: model.AcceleratorID(b.r.id()), Meta: b.named("name"), Enabled: b.boolOr("enabled", true)}
	a.Region = "" // it is global
	add := func(x body, name string) {
		texts, _ := x.list(name)
		for _, text := range texts {
			if ip := x.parseAddr(name, text); ip.IsValid() {
				addTo(&a.IPs, ip)
			}
		}
	}
	sets, _ := b.blocks("ip_sets")
	for _, s := range sets {
		add(s, "ip_addresses")
	}
	add(b, "ip_addresses")
	slices.SortFunc(a.IPs, netip.Addr.Compare)
	b.network.Accelerators[a.ID] = a
}

// readAcceleratorListener reads a listener; its endpoints follow.
func readAcceleratorListener(b body) {
	l := &model.AcceleratorListener{Provenance: b.r.place, Protocol: model.TCP}
	if strings.EqualFold(b.str("protocol"), "UDP") {
		l.Protocol = model.UDP
	}
	ranges, open := b.blocks("port_range")
	for _, x := range ranges {
		from, some := x.port("from_port")
		to, other := x.port("to_port")
		open = firstOpen(open, some, other)
		l.Ports = append(l.Ports, model.PortRange{From: from, To: to})
	}
	if open != nil {
		l.Ports = []model.PortRange{model.AllPorts}
	}
	slices.SortFunc(l.Ports, func(x, y model.PortRange) int { return cmp.Compare(x.From, y.From) })
	c, u := b.ref("accelerator_arn", wantAccelerator, nil)
	if u != nil {
		b.problem(model.Warning, "NEW-1", "%s: %s; the listener is left out", u.Attribute, u.Reason)
		return
	}
	if accelerator := c.r; accelerator != nil {
		open = firstOpen(open, b.body(accelerator).open("enabled"))
	}
	if open = firstOpen(open, b.open("protocol")); open != nil {
		l.Endpoints = append(l.Endpoints, model.AcceleratorEndpoint{Unknown: open, Provenance: b.r.place})
	}
	b.accelerated[b.r] = l
	b.acceleratorOf[b.r] = model.AcceleratorID(c.id)
}

// readEndpointGroup adds a group of endpoints to its listener.
func readEndpointGroup(b body) {
	c, u := b.ref("listener_arn", wantAcceleratorListener, nil)
	l := b.accelerated[c.r]
	if u != nil || c.r == nil || l == nil {
		if u != nil {
			for _, c := range b.candidates("listener_arn", wantAcceleratorListener).found {
				if l := b.accelerated[c.r]; l != nil {
					l.Endpoints = append(l.Endpoints, model.AcceleratorEndpoint{Unknown: u, Provenance: b.r.place})
				}
			}
		}
		return
	}
	overrides := map[uint16]uint16{}
	blocks, open := b.blocks("port_override")
	for _, x := range blocks {
		from, some := x.port("listener_port")
		to, other := x.port("endpoint_port")
		overrides[from], open = to, firstOpen(open, some, other)
	}
	if len(overrides) == 0 {
		overrides = nil
	}
	endpoints, u := b.blocks("endpoint_configuration")
	if u = firstOpen(u, open); u != nil {
		l.Endpoints = append(l.Endpoints, model.AcceleratorEndpoint{Unknown: u, Provenance: b.r.place})
	}
	for _, x := range endpoints {
		if weight, ok := x.integer("weight"); ok && weight == 0 {
			continue
		}
		e := model.AcceleratorEndpoint{Overrides: overrides, NoClientIP: !x.boolOr("client_ip_preservation_enabled", true), Provenance: b.r.place}
		c, u := x.ref("endpoint_id", wantAccelerated, nil)
		switch u = firstOpen(u, x.open("weight"), x.open("client_ip_preservation_enabled")); {
		case u != nil:
			e.Unknown = u
		case strings.HasSuffix(c.kind(), "aws_instance"), strings.HasPrefix(c.id, "i-"):
			e.Instance = model.InstanceID(c.id)
		case strings.HasSuffix(c.kind(), "aws_eip"), strings.HasPrefix(c.id, "eipalloc-"):
			e.Allocation = model.AllocationID(c.id)
			e.NoClientIP = true
		default:
			e.LoadBalancer = model.OwnerID(c.id)
		}
		l.Endpoints = append(l.Endpoints, e)
	}
}

// linkAccelerators gives accelerators their listeners.
func (b *builder) linkAccelerators() {
	for _, r := range b.resources {
		if l := b.accelerated[r]; l != nil {
			if a := b.network.Accelerators[b.acceleratorOf[r]]; a != nil {
				a.Listeners = append(a.Listeners, *l)
			}
		}
	}
}

// readVPCOrigin reads a CloudFront VPC origin (NEW-2).
func readVPCOrigin(b body) {
	x, ok := b.first("vpc_origin_endpoint_config")
	if !ok {
		return
	}
	o := &model.VPCOrigin{ID: model.VPCOriginID(b.r.id()), Meta: b.meta(), Protocol: x.str("origin_protocol_policy")}
	if o.Name = x.str("name"); o.Name == "" {
		o.Name = b.r.label()
	}
	o.HTTPPort, _ = x.port("http_port")
	o.HTTPSPort, _ = x.port("https_port")
	c, u := x.ref("arn", wantAccelerated, nil)
	switch {
	case u != nil:
		o.LoadBalancer = model.OwnerID(b.r.address + " " + x.path + "arn") // something of which nothing is known
	case strings.HasSuffix(c.kind(), "aws_instance"), strings.Contains(c.id, ":instance/"):
		o.Instance = model.InstanceID(afterSlash(c.id))
	default:
		o.LoadBalancer = model.OwnerID(c.id)
	}
	b.network.VPCOrigins[o.ID] = o
}
