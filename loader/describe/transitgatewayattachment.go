package describe

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// attachment is one call's view of a transit gateway attachment: the list of all
// of them has what it leads to and its association, the lists of one type have
// what is that type's.
type attachment struct {
	model.TransitGatewayAttachment
	details     bool // from the type's own list
	association gatewayAssociation
}

// gatewayAssociation ties an attachment to a route table or to a policy table.
type gatewayAssociation struct {
	attachment model.TransitGatewayAttachmentID
	gateway    model.TransitGatewayID // where it is told
	table      model.TransitGatewayRouteTableID
	policy     model.TransitGatewayPolicyTableID
	state      string
	place      model.Provenance
}

// attachmentAvailable is state available or modifying (TGW-1).
func attachmentAvailable(state string) bool {
	return state == "" || strings.EqualFold(state, "available") || strings.EqualFold(state, "modifying")
}

// readAttachment reads an element of TransitGatewayAttachments.
func readAttachment(r *reader) {
	m := r.begin()
	var a attachment
	var kind, owner string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayAttachmentId":
			a.ID = model.TransitGatewayAttachmentID(r.str())
		case "TransitGatewayId":
			a.TransitGateway = model.TransitGatewayID(r.str())
		case "ResourceType":
			kind = r.str()
		case "ResourceId":
			a.Resource = r.str()
		case "ResourceOwnerId":
			owner = r.str()
		case "State":
			a.State = r.str()
		case "Association":
			a.association = r.gatewayAssociation()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	r.endAttachment(&a, m, kind, owner)
}

func (r *reader) gatewayAssociation() gatewayAssociation {
	a := gatewayAssociation{place: r.here()}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayAttachmentId":
			a.attachment = model.TransitGatewayAttachmentID(r.str())
		case "TransitGatewayRouteTableId":
			a.table = model.TransitGatewayRouteTableID(r.str())
		case "TransitGatewayPolicyTableId":
			a.policy = model.TransitGatewayPolicyTableID(r.str())
		case "State":
			a.state = r.str()
		default:
			r.skip()
		}
	}
	return a
}

// endAttachment settles what all types have. One of a type that is not known here
// is left out, so that what it would decide is unknown.
func (r *reader) endAttachment(a *attachment, m meta, kind, owner string) {
	if strings.Trim(owner, "0123456789") == "" && owner != "" {
		m.Account = model.AccountID(owner)
	}
	meta, ok := r.end(m, string(a.ID))
	if !ok {
		return
	}
	a.Meta = meta
	a.Available = attachmentAvailable(a.State)
	var err error
	if a.Type, err = model.ParseAttachmentType(strings.ToLower(kind)); err != nil {
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "TGW-1", Resource: string(a.ID), Provenance: a.Provenance,
			Summary: fmt.Sprintf("%s is no type of transit gateway attachment that is known here; what goes through this one is unknown", quote(kind))})
		r.part.unmodelled = append(r.part.unmodelled, model.Unmodelled{Type: "TransitGatewayAttachments of type " + clip(kind), Count: 1, Provenance: a.Provenance})
		return
	}
	switch a.Type {
	case model.AttachVPC:
		a.VPC = model.VPCID(cmp.Or(string(a.VPC), a.Resource))
		a.Resource = string(a.VPC)
	case model.AttachPeering:
		a.Peer = model.TransitGatewayID(cmp.Or(string(a.Peer), a.Resource))
		a.Resource = ""
	}
	a.association.attachment, a.association.gateway = a.ID, a.TransitGateway
	r.fact(func(b *builder, p *part) { b.transit.addAttachment(b, p, a) })
}

// readVPCAttachment reads an element of TransitGatewayVpcAttachments.
func readVPCAttachment(r *reader) {
	m := r.begin()
	a := attachment{details: true}
	var owner string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayAttachmentId":
			a.ID = model.TransitGatewayAttachmentID(r.str())
		case "TransitGatewayId":
			a.TransitGateway = model.TransitGatewayID(r.str())
		case "VpcId":
			a.VPC = model.VPCID(r.str())
		case "VpcOwnerId":
			owner = r.str()
		case "State":
			a.State = r.str()
		case "SubnetIds":
			a.Subnets = strs[model.SubnetID](r)
		case "Options": // TGW-9
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "ApplianceModeSupport":
					a.ApplianceMode = isOn(r.str())
				case "Ipv6Support":
					a.IPv6 = isOn(r.str())
				case "SecurityGroupReferencingSupport":
					a.NoSecurityGroupReferencing = strings.EqualFold(r.str(), "disable")
				default:
					r.skip()
				}
			}
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	r.endAttachment(&a, m, string(model.AttachVPC), owner)
}

// readPeeringAttachment reads an element of TransitGatewayPeeringAttachments.
// Both sides list it.
func readPeeringAttachment(r *reader) {
	m := r.begin()
	a := attachment{details: true}
	var requester, accepter transitGatewaySide
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayAttachmentId":
			a.ID = model.TransitGatewayAttachmentID(r.str())
		case "AccepterTransitGatewayAttachmentId":
			a.PeerAttachment = model.TransitGatewayAttachmentID(r.str())
		case "RequesterTgwInfo":
			requester = r.transitGatewaySide()
		case "AccepterTgwInfo":
			accepter = r.transitGatewaySide()
		case "State":
			a.State = r.str()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	if a.PeerAttachment == a.ID {
		a.PeerAttachment = ""
	}
	a.TransitGateway, a.Peer = requester.gateway, accepter.gateway
	m.Region = cmp.Or(requester.region, m.Region)
	r.endAttachment(&a, m, string(model.AttachPeering), requester.owner)
	if far := a.PeerAttachment; far != "" && a.ID != "" {
		back := a
		back.ID, back.PeerAttachment = far, a.ID
		back.TransitGateway, back.Peer = accepter.gateway, requester.gateway
		m.Region = cmp.Or(accepter.region, m.Region)
		r.endAttachment(&back, m, string(model.AttachPeering), accepter.owner)
	}
}

type transitGatewaySide struct {
	gateway model.TransitGatewayID
	region  model.Region
	owner   string
}

func (r *reader) transitGatewaySide() transitGatewaySide {
	var s transitGatewaySide
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayId":
			s.gateway = model.TransitGatewayID(r.str())
		case "OwnerId":
			s.owner = r.str()
		case "Region":
			s.region = model.Region(r.str())
		default:
			r.skip()
		}
	}
	return s
}

// readConnectAttachment reads an element of TransitGatewayConnects.
func readConnectAttachment(r *reader) {
	m := r.begin()
	a := attachment{details: true}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayAttachmentId":
			a.ID = model.TransitGatewayAttachmentID(r.str())
		case "TransportTransitGatewayAttachmentId":
			a.Resource = r.str()
		case "TransitGatewayId":
			a.TransitGateway = model.TransitGatewayID(r.str())
		case "State":
			a.State = r.str()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	r.endAttachment(&a, m, string(model.AttachConnect), "")
}

// addAttachment joins a view of an attachment with the others.
func (t *transit) addAttachment(b *builder, p *part, a *attachment) {
	if a.association.table != "" || a.association.policy != "" {
		t.associations = append(t.associations, a.association)
		a.association = gatewayAssociation{} // several views tell it, each as it can
	}
	old := t.attachments[a.ID]
	switch {
	case old == nil:
		b.from[string(a.ID)] = p.scope.account
		t.attachments[a.ID] = a
	case a.Type == model.AttachPeering && old.TransitGateway == a.Peer && old.Peer == a.TransitGateway && a.Peer != "":
		// The far side's view of one attachment; the requester's own counts.
		if a.details && !old.details {
			t.attachments[a.ID] = a
		}
	case old.details != a.details:
		if a.details {
			old, a = a, old
		}
		t.attachments[a.ID] = old.with(a)
	default:
		view(b, p, t.attachments, a.ID, a, &a.Meta)
	}
}

// with is the type's own view, and what only the list of all attachments tells.
func (a *attachment) with(other *attachment) *attachment {
	joined := *a
	joined.Resource = cmp.Or(joined.Resource, other.Resource)
	joined.TransitGateway = cmp.Or(joined.TransitGateway, other.TransitGateway)
	joined.State = cmp.Or(joined.State, other.State)
	joined.Account = cmp.Or(joined.Account, other.Account)
	joined.Region = cmp.Or(joined.Region, other.Region)
	if joined.Tags == nil {
		joined.Name, joined.Tags = other.Name, other.Tags
	}
	joined.Available = a.Available && other.Available
	return &joined
}
