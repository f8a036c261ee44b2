package yamlfile

import (
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// tableJoins tells which attachments Read associates with a default route table,
// and lets propagate to it, without being told, and for which attachments the
// network has it otherwise.
type tableJoins struct {
	// associated and propagated are the default tables whose lists are exactly
	// those that Read makes.
	associated, propagated map[model.TransitGatewayRouteTableID]bool
	// apart has the attachments that Read would join to a default table, and that
	// are not to be; apart from associations by the transit gateway.
	apart   map[side]bool
	notInto map[model.TransitGatewayAttachmentID]bool
}

// side is an attachment seen from one of its transit gateways.
type side struct {
	attachment model.TransitGatewayAttachmentID
	gateway    model.TransitGatewayID
}

// isFarSide reports whether an attachment that is written once is one of another
// transit gateway, too.
func isFarSide(a *model.TransitGatewayAttachment, gateway model.TransitGatewayID) bool {
	return a.Peer == gateway && a.Peer != a.TransitGateway && a.Peer != "" && a.PeerAttachment == ""
}

func newTableJoins(hubs []*hubContents) *tableJoins {
	j := &tableJoins{associated: map[model.TransitGatewayRouteTableID]bool{}, propagated: map[model.TransitGatewayRouteTableID]bool{},
		apart: map[side]bool{}, notInto: map[model.TransitGatewayAttachmentID]bool{}}
	for _, h := range hubs {
		if h.gateway == nil {
			continue
		}
		if t := tableOf(hubs, h.gateway.AssociationDefault); t != nil {
			j.associations(hubs, h, t)
		}
		if t := tableOf(hubs, h.gateway.PropagationDefault); t != nil {
			j.propagations(h, t)
		}
	}
	// A table that another transit gateway takes for its own is written in full.
	for _, h := range hubs {
		if h.gateway == nil {
			continue
		}
		if t := tableOf(hubs, h.gateway.AssociationDefault); t != nil && t.TransitGateway != h.id {
			j.associated[t.ID] = false
		}
		if t := tableOf(hubs, h.gateway.PropagationDefault); t != nil && t.TransitGateway != h.id {
			j.propagated[t.ID] = false
		}
	}
	return j
}

func tableOf(hubs []*hubContents, id model.TransitGatewayRouteTableID) *model.TransitGatewayRouteTable {
	for _, h := range hubs {
		for _, t := range h.routeTables {
			if t.ID == id {
				return t
			}
		}
	}
	return nil
}

// associations compares a default table's associations with those that Read makes:
// all attachments of the transit gateway that no other table lists.
func (j *tableJoins) associations(hubs []*hubContents, h *hubContents, table *model.TransitGatewayRouteTable) {
	listed := map[model.TransitGatewayAttachmentID]bool{}
	for _, t := range h.routeTables {
		for _, id := range t.Associations {
			listed[id] = listed[id] || t != table
		}
	}
	for _, t := range h.policyTables {
		for _, id := range t.Associations {
			listed[id] = true
		}
	}
	var usual []model.TransitGatewayAttachmentID
	for _, other := range hubs {
		for _, a := range other.attachments {
			if (other == h || isFarSide(a, h.id)) && !listed[a.ID] {
				usual = append(usual, a.ID)
			}
		}
	}
	if j.associated[table.ID] = slices.Equal(usual, table.Associations); j.associated[table.ID] {
		return
	}
	for _, id := range usual {
		if !slices.Contains(table.Associations, id) {
			j.apart[side{id, h.id}] = true
		}
	}
}

// propagations does the same for propagations.
func (j *tableJoins) propagations(h *hubContents, table *model.TransitGatewayRouteTable) {
	listed := map[model.TransitGatewayAttachmentID]bool{}
	for _, t := range h.routeTables {
		for _, id := range t.Propagations {
			listed[id] = listed[id] || t != table
		}
	}
	var usual []model.TransitGatewayAttachmentID
	for _, a := range h.attachments {
		if !listed[a.ID] && a.Type != model.AttachPeering && a.Type != model.AttachNetworkFunction {
			usual = append(usual, a.ID)
		}
	}
	if j.propagated[table.ID] = slices.Equal(usual, table.Propagations); j.propagated[table.ID] {
		return
	}
	for _, id := range usual {
		if !slices.Contains(table.Propagations, id) {
			j.notInto[id] = true
		}
	}
}

// association and propagation report whether what Read does with an attachment by
// itself is right.
func (j *tableJoins) association(a *model.TransitGatewayAttachment, gateway model.TransitGatewayID) bool {
	return !j.apart[side{a.ID, gateway}]
}

func (j *tableJoins) propagation(a *model.TransitGatewayAttachment) bool { return !j.notInto[a.ID] }
