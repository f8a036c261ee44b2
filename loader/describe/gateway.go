package describe

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// attachedVPC reads a gateway's Attachments and gives the VPC that it is
// attached to, if it is: in state available (an internet gateway's word) or
// attached.
func (r *reader) attachedVPC() model.VPCID {
	var attached model.VPCID
	for ok := r.array(); ok && r.element(); {
		var vpc, state string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "VpcId":
				vpc = r.str()
			case "State":
				state = r.str()
			default:
				r.skip()
			}
		}
		if strings.EqualFold(state, "available") || strings.EqualFold(state, "attached") {
			attached = model.VPCID(vpc)
		}
	}
	return attached
}

// readInternetGateway reads an element of InternetGateways.
func readInternetGateway(r *reader) {
	m := r.begin()
	var g model.InternetGateway
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "InternetGatewayId":
			g.ID = model.InternetGatewayID(r.str())
		case "Attachments":
			g.VPC = r.attachedVPC()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	if meta, ok := r.end(m, string(g.ID)); ok {
		g.Meta = meta
		r.igws = append(r.igws, &g)
	}
}

// readEgressOnlyInternetGateway reads an element of EgressOnlyInternetGateways.
func readEgressOnlyInternetGateway(r *reader) {
	m := r.begin()
	var g model.EgressOnlyInternetGateway
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "EgressOnlyInternetGatewayId":
			g.ID = model.EgressOnlyInternetGatewayID(r.str())
		case "Attachments":
			g.VPC = r.attachedVPC()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	if meta, ok := r.end(m, string(g.ID)); ok {
		g.Meta = meta
		r.eigws = append(r.eigws, &g)
	}
}
