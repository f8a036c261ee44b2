package describe

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// targetGroupID is the ID of a target group by its ARN: targetgroup/name/hash.
func targetGroupID(arn string) model.TargetGroupID {
	if i := strings.Index(arn, ":targetgroup/"); i >= 0 {
		return model.TargetGroupID(arn[i+1:])
	}
	return model.TargetGroupID(arn)
}

// readTargetGroup reads an element of TargetGroups.
func readTargetGroup(r *reader) {
	m := r.begin()
	var g model.TargetGroup
	var name, kind string
	enabled := true
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TargetGroupArn":
			m.ARN = r.str()
		case "TargetGroupName":
			name = r.str()
		case "TargetType":
			kind = strings.ToLower(r.str())
		case "Protocol":
			g.Protocol = model.ListenerProtocol(strings.ToUpper(r.str()))
		case "Port":
			g.Port = r.port()
		case "VpcId":
			g.VPC = model.VPCID(r.str())
		case "IpAddressType":
			g.IPv6 = strings.EqualFold(r.str(), "ipv6")
		case "HealthCheckEnabled":
			if on, given := r.flag(); given {
				enabled = on
			}
		case "HealthCheckPort":
			if port := r.str(); port != "" && port != "traffic-port" {
				n, err := strconv.ParseUint(port, 10, 16)
				if err != nil {
					r.problem(model.Warning, "ELB-7", fmt.Sprintf("%s: %s is not a port; the traffic port is taken", r.field(), quote(port)), "")
				}
				g.Health.Port = uint16(n)
			}
		case "HealthCheckProtocol":
			g.Health.Protocol = model.ListenerProtocol(strings.ToUpper(r.str()))
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
	g.Meta = meta
	g.ID = targetGroupID(g.ARN)
	g.Name = name
	if account := model.ParseARN(g.ARN).Account; account != "" {
		g.Account = account
	}
	g.Health.Disabled = !enabled
	switch g.Type = model.TargetType(kind); g.Type {
	case model.TargetInstance, model.TargetIP, model.TargetLambda, model.TargetALB:
	case "": // dumps from before there were types
		g.Type = model.TargetInstance
	default:
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "ELB-8", Resource: string(g.ID), Provenance: g.Provenance,
			Summary: quote(kind) + " is no type of targets; what they are is unknown"})
		return
	}
	r.fact(func(b *builder, p *part) { view(b, p, b.balancing.groups, g.ID, &g, &g.Meta) })
}

// targetHealth is the health of the targets of a group that the subject names.
type targetHealth struct {
	subject string
	from    scope
	targets []readTarget
}

// readTarget is a target as it is written: what its ID is depends on the group.
type readTarget struct {
	id string
	model.RegisteredTarget
}

// readTargetHealth reads TargetHealthDescriptions, which do not name their group.
func readTargetHealth(r *reader) {
	at := r.here()
	h := targetHealth{from: r.scope}
	for ok := r.array(); ok && r.element(); {
		t := readTarget{RegisteredTarget: model.RegisteredTarget{Provenance: r.here()}}
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "Target":
				for ok := r.object(); ok && r.member(); {
					switch r.key {
					case "Id":
						t.id = r.str()
					case "Port":
						t.Port = r.port()
					case "AvailabilityZone":
						t.Zone = r.str()
					default:
						r.skip()
					}
				}
			case "TargetHealth":
				t.Health = healthOf(r.inner("State"))
			default:
				r.skip()
			}
		}
		if r.err == nil && t.id != "" {
			h.targets = append(h.targets, t)
		}
	}
	r.answers(answer{what: "the health of a target group's targets", calls: "describe-target-health", at: at, empty: len(h.targets) == 0,
		use: func(subject string) {
			h.subject = subject
			r.fact(func(b *builder, p *part) { b.balancing.health = append(b.balancing.health, h) })
		}})
}

// healthOf is a target's state as far as it matters; a target that drains gets
// nothing new, and one that is just registered may be either.
func healthOf(state string) model.TargetHealth {
	switch strings.ToLower(state) {
	case "healthy", "inservice":
		return model.TargetHealthy
	case "unhealthy", "outofservice", "unhealthy.draining":
		return model.TargetUnhealthy
	case "unused", "draining":
		return model.TargetUnused
	}
	return ""
}

// of reads the target's ID as the group's type has it (ELB-8).
func (t *readTarget) of(g *model.TargetGroup) model.RegisteredTarget {
	target := t.RegisteredTarget
	switch g.Type {
	case model.TargetInstance:
		target.Instance = model.InstanceID(t.id)
	case model.TargetIP:
		ip, err := netip.ParseAddr(t.id)
		if err != nil {
			target.Unknown = &model.Unknown{Subject: string(g.ID), Attribute: "Target", Reason: quote(t.id) + " is not an IP address", Provenance: t.Provenance}
		}
		target.IP = ip
	case model.TargetLambda:
		target.Function = t.id
	case model.TargetALB:
		target.LoadBalancer = balancerID(t.id)
	default:
		panic("describe: target type " + string(g.Type))
	}
	return target
}
