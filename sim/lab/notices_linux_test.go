package lab_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/lab"
)

// TestLabNotices tells the engine of another network than the one that is built:
// for each kind of rule some design has a probe that shows it. A lab that
// contradicted nothing would prove nothing.
func TestLabNotices(t *testing.T) {
	needsLab(t)
	eachACLRule := func(n *model.Network, d model.Direction, change func(*model.NetworkACLRule)) {
		for _, acl := range n.NetworkACLs {
			for i := range acl.Rules {
				if acl.Rules[i].Direction == d {
					change(&acl.Rules[i])
				}
			}
		}
	}
	eachGroupRule := func(n *model.Network, d model.Direction, change func(*model.SecurityGroupRule)) {
		for _, g := range n.SecurityGroups {
			for i := range g.Rules {
				if g.Rules[i].Direction == d {
					change(&g.Rules[i])
				}
			}
		}
	}
	eachRoute := func(n *model.Network, change func(*model.Route)) {
		for _, rt := range n.RouteTables {
			for i := range rt.Routes {
				change(&rt.Routes[i])
			}
		}
	}
	shorten := func(p *model.PortRange) { p.To = max(p.From, p.To-1) }
	for name, change := range map[string]func(*model.Network){
		"network ACLs are evaluated from the highest number": func(n *model.Network) {
			for _, d := range []model.Direction{model.Ingress, model.Egress} {
				eachACLRule(n, d, func(r *model.NetworkACLRule) { r.Number = 32767 - r.Number })
			}
		},
		"port ranges of network ACLs end before their end": func(n *model.Network) {
			eachACLRule(n, model.Ingress, func(r *model.NetworkACLRule) { shorten(&r.Traffic.Ports) })
		},
		"network ACLs let everything out, replies too": func(n *model.Network) {
			eachACLRule(n, model.Egress, func(r *model.NetworkACLRule) { r.Action = model.Allow })
		},
		"port ranges of groups end before their end": func(n *model.Network) {
			eachGroupRule(n, model.Ingress, func(r *model.SecurityGroupRule) { shorten(&r.Traffic.Ports) })
		},
		"groups let everything out": func(n *model.Network) {
			eachGroupRule(n, model.Egress, func(r *model.SecurityGroupRule) {
				r.Traffic, r.Peer = model.AllTraffic, model.Peer{Prefix: netip.MustParsePrefix("0.0.0.0/0")}
			})
		},
		"references match nothing": func(n *model.Network) {
			eachGroupRule(n, model.Ingress, func(r *model.SecurityGroupRule) { r.Peer.Stale = true })
		},
		"interfaces have their first group alone": func(n *model.Network) {
			for _, i := range n.Interfaces {
				i.Groups = i.Groups[:1]
			}
		},
		"black holes let packets pass": func(n *model.Network) {
			eachRoute(n, func(r *model.Route) { r.State = model.RouteActive })
		},
		"the most specific routes are not seen": func(n *model.Network) {
			for _, rt := range n.RouteTables {
				rt.Routes = slices.DeleteFunc(rt.Routes, func(r model.Route) bool { return r.Prefix.Bits() >= 24 })
			}
		},
		"prefix lists are empty": func(n *model.Network) {
			for _, pl := range n.PrefixLists {
				pl.Entries = pl.Entries[:0]
			}
		},
		"internet gateways are not attached": func(n *model.Network) {
			for _, g := range n.InternetGateways {
				g.VPC = ""
			}
		},
		"NAT gateways are down": func(n *model.Network) {
			for _, g := range n.NATGateways {
				g.State = model.NATGatewayFailed
			}
		},
		"peering is not accepted": func(n *model.Network) {
			for _, p := range n.VPCPeeringConnections {
				p.Active, p.State = false, "pending-acceptance"
			}
		},
		"no VPC's routes propagate to a transit gateway": func(n *model.Network) {
			for _, rt := range n.TransitGatewayRouteTables {
				rt.Propagations = nil
			}
		},
		"a transit gateway's static routes are not seen": func(n *model.Network) {
			for _, rt := range n.TransitGatewayRouteTables {
				rt.Routes = nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			const most = 100
			for seed := *first; seed < *first+most; seed++ {
				told := lab.Design(seed)
				change(told)
				if noticed(t, seed, told) {
					return
				}
			}
			assert.Fail(t, "no probe shows it", "of %d designs", most)
		})
	}
}

// noticed reports whether packets contradict what the engine says of another
// network than that of the seed.
func noticed(t *testing.T, seed uint64, told *model.Network) bool {
	built := lab.Design(seed)
	probes := lab.Probes(built, seed, drawn)
	truth, _, err := claimsOf(sim.Compile(built), probes)
	require.NoError(t, err)
	claims, _, err := claimsOf(sim.Compile(told), probes)
	require.NoError(t, err)
	same := func(x, y claim) bool { return x.Probe == y.Probe && x.expected() == y.expected() }
	if slices.EqualFunc(truth, claims, same) {
		return false // nothing to see in this one
	}
	wrong, _, _, err := contradicted(built, claims)
	require.NoError(t, err)
	return len(wrong) > 0
}
