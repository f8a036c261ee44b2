package describe

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// accelerating is what the files tell of Global Accelerator, until all are read:
// its listeners and endpoint groups name what they belong to in their ARN.
type accelerating struct {
	accelerators map[model.AcceleratorID]*model.Accelerator
	listeners    map[string]*model.AcceleratorListener  // by ARN
	groups       map[string][]model.AcceleratorEndpoint // by the listener's ARN
}

func newAccelerating() accelerating {
	return accelerating{map[model.AcceleratorID]*model.Accelerator{}, map[string]*model.AcceleratorListener{}, map[string][]model.AcceleratorEndpoint{}}
}

// readAccelerator reads an element of Accelerators. They belong to no Region.
func readAccelerator(r *reader) {
	m := r.begin()
	var a model.Accelerator
	a.Enabled = true
	name := ""
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "AcceleratorArn":
			m.ARN = r.str()
		case "Name":
			name = r.str()
		case "Enabled":
			on, given := r.flag()
			a.Enabled = on || !given
		case "IpSets":
			for ok := r.array(); ok && r.element(); {
				for ok := r.object(); ok && r.member(); {
					if r.key != "IpAddresses" {
						r.skip()
						continue
					}
					for ok := r.array(); ok && r.element(); {
						if ip := r.addr(); ip.IsValid() {
							a.IPs = append(a.IPs, ip)
						}
					}
				}
			}
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, m.ARN)
	if !ok {
		return
	}
	a.Meta = meta
	a.ID = model.AcceleratorID(a.ARN)
	a.Name, a.Region = name, ""
	if account := model.ParseARN(a.ARN).Account; account != "" {
		a.Account = account
	}
	r.fact(func(b *builder, p *part) { view(b, p, b.accelerating.accelerators, a.ID, &a, &a.Meta) })
}

// readAcceleratorListener reads an element of globalaccelerator's Listeners.
func readAcceleratorListener(r *reader) {
	l := model.AcceleratorListener{Provenance: r.here()}
	var arn string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ListenerArn":
			arn = r.str()
		case "Protocol":
			if l.Protocol = model.TCP; strings.EqualFold(r.str(), "UDP") {
				l.Protocol = model.UDP
			}
		case "PortRanges":
			l.Ports = r.ports()
		default:
			r.skip()
		}
	}
	if r.err == nil && arn != "" {
		r.fact(func(b *builder, p *part) { b.accelerating.listeners[arn] = &l })
	}
}

// readEndpointGroup reads an element of EndpointGroups.
func readEndpointGroup(r *reader) {
	var arn string
	var endpoints []model.AcceleratorEndpoint
	overrides := map[uint16]uint16{}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "EndpointGroupArn":
			arn = r.str()
		case "EndpointDescriptions":
			for ok := r.array(); ok && r.element(); {
				if e, ok := r.acceleratorEndpoint(); ok {
					endpoints = append(endpoints, e)
				}
			}
		case "PortOverrides":
			for ok := r.array(); ok && r.element(); {
				var from, to uint16
				for ok := r.object(); ok && r.member(); {
					switch r.key {
					case "ListenerPort":
						from = r.port()
					case "EndpointPort":
						to = r.port()
					default:
						r.skip()
					}
				}
				overrides[from] = to
			}
		default:
			r.skip()
		}
	}
	if r.err != nil {
		return
	}
	for i := range endpoints {
		if len(overrides) > 0 {
			endpoints[i].Overrides = overrides
		}
	}
	listener, _, _ := strings.Cut(arn, "/endpoint-group/")
	r.fact(func(b *builder, p *part) {
		list := b.accelerating.groups[listener]
		if list == nil {
			list = []model.AcceleratorEndpoint{}
		}
		for _, e := range endpoints {
			if !containsSame(list, e) {
				list = append(list, e)
			}
		}
		b.accelerating.groups[listener] = list
	})
}

// acceleratorEndpoint reads an endpoint; false for one of weight 0, which gets
// nothing.
func (r *reader) acceleratorEndpoint() (model.AcceleratorEndpoint, bool) {
	e := model.AcceleratorEndpoint{Provenance: r.here()}
	var id string
	var weight number
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "EndpointId":
			id = r.str()
		case "Weight":
			weight = r.integer()
		case "ClientIPPreservationEnabled":
			on, given := r.flag()
			e.NoClientIP = given && !on
		default:
			r.skip()
		}
	}
	switch {
	case strings.Contains(id, ":loadbalancer/"):
		e.LoadBalancer = balancerID(id)
	case strings.HasPrefix(id, "i-"):
		e.Instance = model.InstanceID(id)
	case strings.HasPrefix(id, "eipalloc-"):
		e.Allocation = model.AllocationID(id)
	default:
		e.Unknown = &model.Unknown{Attribute: "EndpointId", Reason: quote(id) + " is neither a load balancer, an instance nor an Elastic IP address", Provenance: e.Provenance}
	}
	return e, r.err == nil && (!weight.given || weight.n > 0)
}

// linkAccelerators joins accelerators, listeners and endpoint groups. What the
// snapshot does not tell may be anything: a listener for every port, an endpoint
// that is unknown.
func (b *builder) linkAccelerators() {
	s := &b.accelerating
	for _, a := range model.Sorted(s.accelerators) {
		missing := func(what, command string) model.AcceleratorEndpoint {
			return model.AcceleratorEndpoint{Provenance: a.Provenance, Unknown: &model.Unknown{Subject: string(a.ID), Attribute: what, Provenance: a.Provenance,
				Reason: fmt.Sprintf("the snapshot does not have them; run aws globalaccelerator %s", command)}}
		}
		for _, arn := range sortedIDs(s.listeners) {
			if !strings.HasPrefix(arn, a.ARN+"/listener/") {
				continue
			}
			l := *s.listeners[arn]
			endpoints, told := s.groups[arn]
			l.Endpoints = endpoints
			if !told {
				l.Endpoints = []model.AcceleratorEndpoint{missing("EndpointGroups", "list-endpoint-groups --listener-arn "+arn)}
			}
			a.Listeners = append(a.Listeners, l)
		}
		if a.Listeners == nil {
			for _, protocol := range []model.Protocol{model.TCP, model.UDP} {
				a.Listeners = append(a.Listeners, model.AcceleratorListener{Protocol: protocol, Ports: []model.PortRange{model.AllPorts}, Provenance: a.Provenance,
					Endpoints: []model.AcceleratorEndpoint{missing("Listeners", "list-listeners --accelerator-arn "+a.ARN)}})
			}
		}
		b.network.Accelerators[a.ID] = a
	}
}
