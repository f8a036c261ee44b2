package describe

import (
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readClassicLoadBalancer reads an element of LoadBalancerDescriptions.
func readClassicLoadBalancer(r *reader) {
	m := r.begin()
	l := loadBalancer{}
	l.Type, l.Available = model.ClassicLoadBalancer, true
	listeners, instances := false, false
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "LoadBalancerName":
			l.name = r.str()
		case "VPCId":
			l.VPC = model.VPCID(r.str())
		case "Scheme":
			l.Internal = strings.EqualFold(r.str(), "internal")
		case "Subnets":
			l.Subnets = strs[model.SubnetID](r)
		case "SecurityGroups":
			l.Groups = strs[model.SecurityGroupID](r)
		case "ListenerDescriptions":
			listeners = r.dec.PeekKind() == '['
			l.Listeners = r.classicListeners()
		case "Instances":
			instances = r.dec.PeekKind() == '['
			for ok := r.array(); ok && r.element(); {
				t := model.RegisteredTarget{Provenance: r.here()}
				t.Instance = model.InstanceID(r.inner("InstanceId"))
				l.Instances = append(l.Instances, t)
			}
		case "HealthCheck":
			l.Health = classicHealth(r.inner("Target"))
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, l.name)
	if !ok {
		return
	}
	l.Meta = meta
	l.Name = l.name
	l.ID = model.OwnerID(classicWord + "/" + l.name)
	if !listeners || !instances {
		l.ListenersUnknown = &model.Unknown{Subject: string(l.ID), Attribute: "ListenerDescriptions", Provenance: l.Provenance,
			Reason: "the snapshot does not give them, or not the instances; run aws elb describe-load-balancers without a --query"}
	}
	r.fact(func(b *builder, p *part) { view(b, p, b.balancing.balancers, l.ID, &l, &l.Meta) })
}

func (r *reader) classicListeners() []model.Listener {
	var list []model.Listener
	for ok := r.array(); ok && r.element(); {
		l := model.Listener{Provenance: r.here()}
		for ok := r.object(); ok && r.member(); {
			if r.key != "Listener" {
				r.skip()
				continue
			}
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "Protocol":
					l.Protocol = model.ListenerProtocol(strings.ToUpper(r.str()))
				case "LoadBalancerPort":
					l.Port = r.port()
				case "InstancePort":
					l.InstancePort = r.port() // CLB-3
				default:
					r.skip()
				}
			}
		}
		list = append(list, l)
	}
	return list
}

// classicHealth reads a health check's target: "HTTP:80/index.html", "TCP:8080".
func classicHealth(target string) model.HealthCheck {
	protocol, rest, ok := strings.Cut(target, ":")
	if !ok {
		return model.HealthCheck{}
	}
	text, _, _ := strings.Cut(rest, "/")
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return model.HealthCheck{}
	}
	return model.HealthCheck{Port: uint16(port), Protocol: model.ListenerProtocol(strings.ToUpper(protocol))}
}

// readClassicAttributes reads LoadBalancerAttributes: an object of a Classic Load
// Balancer that it does not name, or a list that some snapshots wrap the
// Attributes of the others in.
func readClassicAttributes(r *reader) {
	if r.dec.PeekKind() != '{' {
		list("", nested)(r)
		return
	}
	at := r.here()
	values := map[string]string{}
	for ok := r.object(); ok && r.member(); {
		if r.key == "CrossZoneLoadBalancing" {
			values[crossZone] = r.inner("Enabled")
		} else {
			r.skip()
		}
	}
	r.answers(answer{what: "attributes of a load balancer", calls: "describe-load-balancer-attributes", at: at, use: func(subject string) {
		from := r.scope
		r.fact(func(b *builder, p *part) {
			b.balancing.attributes = append(b.balancing.attributes, balancerAttributes{subject: subject, from: from, values: values})
		})
	}})
}

// readInstanceStates reads the InstanceStates of describe-instance-health, which do
// not name their balancer.
func readInstanceStates(r *reader) {
	at := r.here()
	states := map[string]string{}
	for ok := r.array(); ok && r.element(); {
		var id, state string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "InstanceId":
				id = r.str()
			case "State":
				state = r.str()
			default:
				r.skip()
			}
		}
		states[id] = state
	}
	r.answers(answer{what: "the health of a load balancer's instances", calls: "describe-instance-health", at: at, empty: len(states) == 0,
		use: func(subject string) {
			from := r.scope
			r.fact(func(b *builder, p *part) {
				b.balancing.states = append(b.balancing.states, balancerAttributes{subject: subject, from: from, values: states})
			})
		}})
}
