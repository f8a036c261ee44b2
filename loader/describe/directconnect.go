package describe

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// Direct Connect's calls write their members in lower case, and its gateways
// belong to no Region.

// readDirectConnectGateway reads an element of directConnectGateways.
func readDirectConnectGateway(r *reader) {
	m := r.begin()
	m.Region = ""
	var g model.DirectConnectGateway
	var name, state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "directConnectGatewayId":
			g.ID = model.DirectConnectGatewayID(r.str())
		case "directConnectGatewayName":
			name = r.str()
		case "directConnectGatewayState":
			state = r.str()
		default:
			if !r.lowerCommon(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(g.ID))
	if !ok || strings.EqualFold(state, "deleted") {
		return
	}
	g.Meta = meta
	g.Region, g.Name = "", name
	resource(r, func(n *model.Network) map[model.DirectConnectGatewayID]*model.DirectConnectGateway {
		return n.DirectConnectGateways
	}, g.ID, &g, &g.Meta)
}

// lowerCommon is common for the calls that write members in lower case.
func (r *reader) lowerCommon(m *meta) bool {
	switch r.key {
	case "ownerAccount":
		if id := r.str(); id != "" {
			m.Account = model.AccountID(id)
		}
	case "region":
		if region := r.str(); region != "" {
			m.Region = model.Region(region)
		}
	case "tags":
		m.Tags = r.lowerTags()
	default:
		return false
	}
	return true
}

// lowerTags reads tags as Direct Connect writes them, a list, or as VPC Lattice
// does, an object.
func (r *reader) lowerTags() map[string]string {
	tags := map[string]string{}
	if r.dec.PeekKind() == '{' {
		for ok := r.object(); ok && r.member(); {
			key := r.key
			tags[key] = r.str()
		}
	} else {
		for ok := r.array(); ok && r.element(); {
			var key, value string
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "key":
					key = r.str()
				case "value":
					value = r.str()
				default:
					r.skip()
				}
			}
			if key != "" {
				tags[key] = value
			}
		}
	}
	if len(tags) == 0 {
		return nil
	}
	return tags
}

// readDirectConnectAssociation reads an element of directConnectGatewayAssociations
// (DX-1).
func readDirectConnectAssociation(r *reader) {
	m := r.begin()
	m.Region = ""
	var a model.DirectConnectGatewayAssociation
	allowed := false
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "associationId":
			a.ID = r.str()
		case "directConnectGatewayId":
			a.Gateway = model.DirectConnectGatewayID(r.str())
		case "directConnectGatewayOwnerAccount":
			if id := r.str(); id != "" {
				m.Account = model.AccountID(id)
			}
		case "associationState":
			a.State = r.str()
		case "virtualGatewayId":
			if id := r.str(); id != "" {
				a.VPNGateway = model.VPNGatewayID(id)
			}
		case "associatedGateway":
			var id, kind string
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "id":
					id = r.str()
				case "type":
					kind = r.str()
				default:
					r.skip()
				}
			}
			if strings.EqualFold(kind, "transitGateway") {
				a.TransitGateway = model.TransitGatewayID(id)
			} else if id != "" {
				a.VPNGateway = model.VPNGatewayID(id)
			}
		case "allowedPrefixesToDirectConnectGateway":
			allowed = r.dec.PeekKind() == '['
			a.AllowedPrefixes = r.prefixMembers("cidr")
		default:
			r.skip()
		}
	}
	meta, ok := r.end(m, a.ID)
	if !ok || strings.EqualFold(a.State, "disassociated") {
		return
	}
	a.Meta = meta
	a.Region = ""
	a.Associated = a.State == "" || strings.EqualFold(a.State, "associated") || strings.EqualFold(a.State, "updating") // DX-11
	if !allowed {
		a.AllowedPrefixesUnknown = &model.Unknown{Subject: a.ID, Attribute: "allowedPrefixesToDirectConnectGateway", Reason: "the snapshot does not have them", Provenance: a.Provenance}
	}
	resource(r, func(n *model.Network) map[string]*model.DirectConnectGatewayAssociation {
		return n.DirectConnectGatewayAssociations
	}, a.ID, &a, &a.Meta)
}

// readVirtualInterface reads an element of virtualInterfaces.
func readVirtualInterface(r *reader) {
	m := r.begin()
	var i model.VirtualInterface
	var name, kind string
	peers, up := 0, 0
	var filter []netip.Prefix
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "virtualInterfaceId":
			i.ID = model.VirtualInterfaceID(r.str())
		case "virtualInterfaceName":
			name = r.str()
		case "virtualInterfaceType":
			kind = strings.ToLower(r.str())
		case "virtualInterfaceState":
			i.State = r.str()
		case "virtualGatewayId":
			i.VPNGateway = model.VPNGatewayID(r.str())
		case "directConnectGatewayId":
			i.Gateway = model.DirectConnectGatewayID(r.str())
		case "siteLinkEnabled":
			i.SiteLink = r.boolean()
		case "routeFilterPrefixes":
			filter = r.prefixMembers("cidr")
		case "bgpPeers":
			for _, status := range pick[string](r, "bgpStatus") {
				if peers++; strings.EqualFold(status, "up") {
					up++
				}
			}
		default:
			if !r.lowerCommon(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(i.ID))
	if !ok || strings.EqualFold(i.State, "deleted") {
		return
	}
	i.Meta = meta
	i.Name = name
	i.Up = (i.State == "" || strings.EqualFold(i.State, "available")) && (peers == 0 || up > 0) // DX-11
	switch i.Type = model.VirtualInterfaceType(kind); i.Type {
	case model.PrivateVirtualInterface, model.TransitVirtualInterface:
	case model.PublicVirtualInterface:
		i.LearnedRoutes = filter
	default:
		r.report(model.Diagnostic{Severity: model.Warning, Resource: string(i.ID), Provenance: i.Provenance,
			Summary: quote(kind) + " is no type of virtual interface; what goes through this one is unknown"})
		return
	}
	resource(r, func(n *model.Network) map[model.VirtualInterfaceID]*model.VirtualInterface {
		return n.VirtualInterfaces
	}, i.ID, &i, &i.Meta)
}

// kindDirectConnectAssociation says that a file gives the associations.
const kindDirectConnectAssociation model.Kind = "dx-gateway-association"

// linkDirectConnect leaves out Direct Connect gateways of which the snapshot lacks
// the associations or the virtual interfaces, so that what they lead to is unknown.
func (b *builder) linkDirectConnect() {
	n := b.network
	gives := func(kind model.Kind) bool {
		return slices.ContainsFunc(b.parts, func(p *part) bool { return p.given[kind] })
	}
	lacks := ""
	switch {
	case !gives(kindDirectConnectAssociation):
		lacks = "directConnectGatewayAssociations"
	case !gives(model.KindVirtualInterface):
		lacks = "virtualInterfaces"
	default:
		return
	}
	for _, g := range model.Sorted(n.DirectConnectGateways) {
		b.report(model.Diagnostic{Severity: model.Warning, Resource: string(g.ID), Provenance: g.Provenance,
			Summary: "the snapshot has no " + lacks + ": where the Direct Connect gateway " + string(g.ID) + " leads is unknown"})
		delete(n.DirectConnectGateways, g.ID)
	}
}
