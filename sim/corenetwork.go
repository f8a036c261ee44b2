package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// compileCoreNetworks makes a hub of each Cloud WAN core network. A segment is one
// routing domain over all its Regions (CWAN-1), so its attachments share a table,
// unless the segment isolates them (CWAN-2).
func (e *Engine) compileCoreNetworks() {
	for _, m := range model.Sorted(e.network.CoreNetworks) {
		h := &hub{
			e: e, comp: e.component(model.KindCoreNetwork, string(m.ID), &m.Meta), where: m.Provenance,
			references: m.SecurityGroupReferencing, attachments: map[string]*attachment{}, byVPC: map[*vpc]*attachment{},
		}
		e.hubs[string(m.ID)] = h
		if m.ARN != "" {
			e.hubs[m.ARN] = h
		}
		c := coreNetwork{e: e, hub: h, model: m, segments: map[string][]*attachment{}, tables: map[string]*transitTable{}}
		c.compileAttachments()
		c.compileTables()
	}
}

// coreNetwork is a core network while it is compiled.
type coreNetwork struct {
	e        *Engine
	hub      *hub
	model    *model.CoreNetwork
	segments map[string][]*attachment // the attachments of each, by ID
	tables   map[string]*transitTable // of segments that isolate nothing
}

func (c *coreNetwork) compileAttachments() {
	for _, m := range model.Sorted(c.e.network.CoreNetworkAttachments) {
		if c.e.hubs[string(m.CoreNetwork)] != c.hub {
			continue
		}
		a := &attachment{
			hub: c.hub, comp: c.e.component(model.KindCoreNetworkAttachment, string(m.ID), &m.Meta), where: m.Provenance,
			kind: m.Type, resource: m.Resource, available: m.Available || m.AcceptanceUnknown != nil, state: m.State, acceptance: m.AcceptanceUnknown, optionsUnknown: m.OptionsUnknown, appliance: m.ApplianceMode,
			references: !m.NoSecurityGroupReferencing, announcesIPv6: m.IPv6, learned: m.Prefixes, learnedUnknown: m.PrefixesUnknown,
			region: m.Region,
		}
		c.hub.attachments[string(m.ID)] = a
		if m.Type == model.AttachVPC {
			a.attachTo(c.e, m.VPC, m.Subnets, &m.Meta)
			if a.vpc != nil && a.region == "" {
				a.region = a.vpc.model.Region
			}
		}
		if m.Type == model.AttachPeering && a.learnedUnknown == nil && len(a.learned) == 0 {
			a.learnedUnknown = a.untoldRoutes("the transit gateway route table " + a.resource)
		}
		a.attachOutside(c.e)
		c.place(a, m)
		switch {
		case a.segment != "":
			c.segments[a.segment] = append(c.segments[a.segment], a)
		case c.model.PolicyUnknown != nil:
			a.tableUnknown = c.model.PolicyUnknown
		}
	}
}

// place puts an attachment into its segment. What a rule puts there must be in one of
// the segment's Regions (CWAN-1), and where the segment asks for no acceptance it is
// accepted (CWAN-8).
func (c *coreNetwork) place(a *attachment, m *model.CoreNetworkAttachment) {
	a.segment = c.segmentOf(m)
	for i := range c.model.Segments {
		s := &c.model.Segments[i]
		if s.Name != a.segment {
			continue
		}
		if m.Segment == "" && a.region != "" && len(s.EdgeLocations) > 0 && !slices.Contains(s.EdgeLocations, a.region) {
			a.segment = ""
		}
		if s.NoAcceptance {
			a.acceptance = nil
		}
		return
	}
}

// segmentOf is the segment that an attachment is in: the one that a dump tells, or
// that of the first rule that fits it (CWAN-1); empty for none.
func (c *coreNetwork) segmentOf(m *model.CoreNetworkAttachment) string {
	if m.Segment != "" {
		return m.Segment
	}
	for i := range c.model.Rules {
		r := &c.model.Rules[i]
		if !r.Fits(m) {
			continue
		}
		if r.TagKey != "" {
			return m.Tags[r.TagKey]
		}
		return r.Segment
	}
	return ""
}

// compileTables gives every attachment the table of its segment: its own where the
// segment keeps attachments apart.
func (c *coreNetwork) compileTables() {
	for i := range c.model.Segments {
		s := &c.model.Segments[i]
		for _, a := range c.segments[s.Name] {
			if s.Isolate {
				a.table = c.table(s, a)
				continue
			}
			if c.tables[s.Name] == nil {
				c.tables[s.Name] = c.table(s, nil)
			}
			a.table = c.tables[s.Name]
		}
	}
	for name, as := range c.segments {
		for _, a := range as {
			if a.table == nil {
				a.tableUnknown = c.model.PolicyUnknown
				if a.tableUnknown == nil {
					a.tableUnknown = &model.Unknown{Subject: c.hub.comp.ID, Attribute: "segment " + name, Reason: "the policy does not describe it", Provenance: c.model.Provenance}
				}
			}
		}
	}
}

// table is the table of a segment; of is the attachment that it is for, where the
// segment isolates its attachments from each other (CWAN-2).
func (c *coreNetwork) table(s *model.CoreNetworkSegment, of *attachment) *transitTable {
	t := &transitTable{
		comp: Component{ID: c.hub.comp.ID + "/" + s.Name, Type: model.KindCoreNetwork, Name: "segment " + s.Name, Account: c.model.Account},
		hub:  c.hub, where: s.Provenance, unknown: c.insertion(s.Name),
	}
	if t.unknown == nil {
		t.unknown = c.model.PolicyUnknown
	}
	var routes []*transitRoute
	for i := range c.model.Routes {
		if r := &c.model.Routes[i]; r.Segment == s.Name {
			routes = append(routes, c.staticRoutes(t, r)...)
		}
	}
	if of == nil {
		for _, a := range c.segments[s.Name] {
			routes = append(routes, t.propagate(c.e, a)...)
		}
	}
	for _, other := range c.sharedWith(s) { // CWAN-3: attachment routes alone
		for _, a := range c.segments[other] {
			routes = append(routes, t.propagate(c.e, a)...)
		}
	}
	t.fill(routes)
	return t
}

func (c *coreNetwork) staticRoutes(t *transitTable, r *model.CoreNetworkRoute) []*transitRoute {
	var out []*transitRoute
	for _, p := range r.Prefixes {
		one := model.TransitGatewayRoute{Prefix: p, State: model.RouteActive, Provenance: r.Provenance}
		if r.Blackhole { // CWAN-4
			one.State = model.RouteBlackhole
		}
		for _, id := range r.Attachments {
			one.Attachments = append(one.Attachments, model.TransitGatewayAttachmentID(id))
		}
		if len(r.Destinations) > 0 {
			one.Unknown = &model.Unknown{Subject: c.hub.comp.ID, Attribute: "route " + p.String(), Provenance: r.Provenance,
				Reason: "its destination " + strings.Join(r.Destinations, ", ") + " is not modelled"}
		}
		out = append(out, t.ways(&one, p, transitStatic)...)
	}
	return out
}

// sharedWith are the segments whose attachment routes a segment gets (CWAN-3), less
// what its filters leave out.
func (c *coreNetwork) sharedWith(s *model.CoreNetworkSegment) []string {
	var out []string
	add := func(name string) {
		if name == s.Name || slices.Contains(out, name) || slices.Contains(s.DenyFilter, name) || s.AllowFilter != nil && !slices.Contains(s.AllowFilter, name) {
			return
		}
		out = append(out, name)
	}
	for i := range c.model.Shares {
		sh := &c.model.Shares[i]
		with := sh.With
		if len(with) == 0 || slices.Contains(with, "*") {
			with = nil
			for _, o := range c.model.Segments {
				if o.Name != sh.Segment && !slices.Contains(sh.AllBut, o.Name) {
					with = append(with, o.Name)
				}
			}
		}
		switch {
		case sh.Segment == s.Name:
			for _, name := range with {
				add(name)
			}
		case slices.Contains(with, s.Name):
			add(sh.Segment)
		}
	}
	return out
}

// insertion tells that a network function group steers what the segment routes
// (CWAN-5): its appliances are not walked through. What send-via steers between
// segments it steers in both directions; one that names no other segment is for all.
func (c *coreNetwork) insertion(segment string) *model.Unknown {
	for i := range c.model.Insertions {
		x := &c.model.Insertions[i]
		with := x.Action == "send-via" && (len(x.With) == 0 || slices.Contains(x.With, "*") || slices.Contains(x.With, segment))
		if x.Segment == segment || with {
			return &model.Unknown{Subject: c.hub.comp.ID, Attribute: x.Action + " " + x.Group, Provenance: x.Provenance,
				Reason: fmt.Sprintf("service insertion steers segment %s through a network function group, which is not modelled", segment)}
		}
	}
	return nil
}

// addCorePrefixes adds the CIDRs of static routes and of the tables made of them.
func (e *Engine) addCorePrefixes(add func(netip.Prefix)) {
	for _, h := range e.hubs {
		for _, a := range h.attachments {
			if a.table == nil || a.segment == "" {
				continue
			}
			for i := range a.table.entries {
				add(a.table.entries[i].prefix)
			}
		}
	}
}
