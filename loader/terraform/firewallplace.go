package terraform

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// A firewall's status lists its endpoints in no order: which one an expression
// takes is told only by the subnet or the zone that it compares with.

// wantPlace is what such an expression names beside the firewall.
var wantPlace = &want{types: []string{"aws_subnet", "aws_default_subnet", "data.aws_subnet"}, attributes: []string{"availability_zone", "availability_zone_id", "cidr_block"}}

var (
	zoneText  = regexp.MustCompile(`"([a-z]{2}(?:-[a-z]+)+-\d[a-z])"`)
	zoneNames = regexp.MustCompile(`^(data\.aws_availability_zones\.[\w-]+)\.names(?:\[(\d+)\])?$`)
	// otherwise are words by which an expression may take the endpoint of another
	// place than it names.
	otherwise = regexp.MustCompile(`!=|\?|!\s*contains|setsubtract`)
)

// inItsPlace tells which of several endpoints an attribute of a route means: those
// that routes may lead to, and of a firewall's the one in its place. It is nil where
// that leaves them all.
func (b body) inItsPlace(name string) func(candidate) bool {
	all := b.candidates(name, wantVPCE).found
	found := rest(all, b.takesRoutes)
	var routable func(candidate) bool
	if len(found) < len(all) {
		routable = b.takesRoutes
	}
	ofFirewall := func(c candidate) bool { return strings.Contains(c.kind(), "aws_networkfirewall_") }
	if len(found) < 2 || slices.ContainsFunc(found, func(c candidate) bool { return !ofFirewall(c) }) {
		return routable
	}
	e := b.expression(name)
	if e == nil || e.ExpressionData == nil || slices.ContainsFunc(b.sources.values(b.r, name), otherwise.MatchString) {
		return routable
	}
	references := e.References
	if b.whole != nil && len(b.siblings) > 1 {
		if references = b.sources.nested(b, name); references == nil {
			return routable // those of all blocks together
		}
	}
	subnet, zone := b.namedPlace(name, references)
	if subnet == "" && zone == "" {
		return routable
	}
	fits := func(c candidate) bool {
		m := b.network.VPCEndpoints[model.VPCEndpointID(c.id)]
		if m == nil || len(m.Subnets) != 1 || !b.takesRoutes(c) {
			return false
		}
		if slices.ContainsFunc(found, func(c candidate) bool { return c.id != "" && b.endpointSubnet(c) == subnet }) {
			return m.Subnets[0] == subnet
		}
		// The zone of a subnet is named, and not the subnet.
		s := b.network.Subnets[m.Subnets[0]]
		return s != nil && zone != "" && s.AvailabilityZone == zone
	}
	if slices.ContainsFunc(found, fits) && !b.sources.found(b.r) {
		b.assume(name, "that it compares with a subnet or zone; taken to be the endpoint that is there")
	}
	return fits
}

// takesRoutes reports whether routes may lead to a VPC endpoint: none do to those
// that are an interface's, and only AWS makes those to a gateway endpoint (RT-16,
// RT-18).
func (b *builder) takesRoutes(c candidate) bool {
	e := b.network.VPCEndpoints[model.VPCEndpointID(c.id)]
	return e == nil || e.Type == model.GatewayLoadBalancerEndpoint
}

func (b *builder) endpointSubnet(c candidate) model.SubnetID {
	if m := b.network.VPCEndpoints[model.VPCEndpointID(c.id)]; m != nil && len(m.Subnets) == 1 {
		return m.Subnets[0]
	}
	return ""
}

// namedPlace is the one subnet that references lead to, with its zone, or the one zone.
func (b body) namedPlace(name string, references []string) (model.SubnetID, string) {
	s := &search{b: b.builder, want: wantPlace, self: b.r, attribute: name, has: map[string]bool{}, seen: map[string]bool{}}
	s.follow(references, b.frame(b.r))
	subnets := rest(s.found, func(c candidate) bool { return c.same })
	switch {
	case s.scoped:
		return "", ""
	case len(subnets) == 1:
		id := model.SubnetID(subnets[0].id)
		if sn := b.network.Subnets[id]; sn != nil {
			return id, sn.AvailabilityZone
		}
		return id, ""
	case len(subnets) > 1:
		return "", ""
	}
	zones := b.zones(name, references)
	if len(zones) == 1 {
		return "", zones[0]
	}
	return "", ""
}

// zones are the zones that an expression names: as a text, by a list of the
// Region's zones, by the key of its instance, by a variable.
func (b body) zones(name string, references []string) []string {
	var out []string
	for _, v := range b.sources.values(b.r, name) {
		for _, m := range zoneText.FindAllStringSubmatch(v, -1) {
			addTo(&out, m[1])
		}
	}
	key := strings.Trim(b.r.key, `"`)
	indexed := slices.Contains(references, "count.index")
	for _, ref := range whole(references) {
		m := zoneNames.FindStringSubmatch(ref)
		switch {
		case m != nil:
			at := m[2]
			if at == "" && indexed {
				at = key
			}
			if n, err := strconv.Atoi(at); err == nil {
				for _, r := range b.r.module.resources[m[1]] {
					if names, _ := b.body(r).list("names"); n < len(names) {
						addTo(&out, names[n])
					}
				}
			}
		case ref == "each.key" && zoneName.MatchString(key):
			addTo(&out, key)
		case strings.HasPrefix(ref, "var.") && b.r.module.parent == nil:
			if v, _ := b.variables[strings.TrimPrefix(ref, "var.")].(string); zoneName.MatchString(v) {
				addTo(&out, v)
			}
		}
	}
	return out
}

var setIndex = regexp.MustCompile(`sync_states\b[\s)]*\[[ \t]*(\d+)[ \t]*\]`)

// setIndex is the index by which an attribute takes one of a firewall's endpoints
// and nothing else, as far as the text tells.
func (s *sources) setIndex(r *resource, name string) (int, bool) {
	values := s.values(r, name)
	if len(values) != 1 {
		return 0, false
	}
	m := setIndex.FindStringSubmatch(values[0])
	if m == nil || otherwise.MatchString(values[0]) {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}
