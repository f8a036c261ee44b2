package describe

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// firewall is what one document of describe-firewall tells: the firewall and,
// beside it, its status.
type firewall struct {
	model.Firewall
	status     bool
	attachment model.TransitGatewayAttachmentID
}

// firewallAssociation is an endpoint of a firewall in another VPC.
type firewallAssociation struct {
	firewall  model.FirewallID
	endpoints []model.FirewallEndpoint
}

// readFirewall reads the Firewall of describe-firewall (NFW-1).
func readFirewall(r *reader) {
	if r.dec.PeekKind() != '{' {
		r.skip()
		return
	}
	m := r.begin()
	f := r.document.theFirewall()
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "FirewallName":
			f.Name = r.str()
		case "FirewallArn":
			m.ARN = r.str()
		case "FirewallPolicyArn":
			f.Policy = model.FirewallPolicyID(r.str())
		case "VpcId":
			f.VPC = model.VPCID(r.str())
		case "TransitGatewayId":
			f.TransitGateway = model.TransitGatewayID(r.str())
		case "NoSourcePreservation":
			f.Proxy = r.boolean() // NFW-18
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	name := f.Name
	meta, ok := r.end(m, m.ARN)
	if !ok {
		return
	}
	f.ID = model.FirewallID(m.ARN)
	f.Meta = meta
	f.Name = name
	if account := model.ParseARN(m.ARN).Account; account != "" {
		f.Account = account
	}
}

func (d *document) theFirewall() *firewall {
	if d.firewall == nil {
		d.firewall = &firewall{}
	}
	return d.firewall
}

// readFirewallStatus reads the FirewallStatus beside a Firewall.
func readFirewallStatus(r *reader) {
	f := r.document.theFirewall()
	f.status = true
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "SyncStates":
			f.Endpoints = append(f.Endpoints, r.syncStates()...)
		case "TransitGatewayAttachmentSyncState":
			f.attachment = model.TransitGatewayAttachmentID(r.inner("AttachmentId"))
		default:
			r.skip()
		}
	}
}

// syncStates reads the endpoints of a firewall by their zone.
func (r *reader) syncStates() []model.FirewallEndpoint {
	var list []model.FirewallEndpoint
	for ok := r.object(); ok && r.member(); {
		for ok := r.object(); ok && r.member(); {
			if r.key != "Attachment" {
				r.skip()
				continue
			}
			e := model.FirewallEndpoint{Provenance: r.here()}
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "EndpointId":
					e.ID = model.VPCEndpointID(r.str())
				case "SubnetId":
					e.Subnet = model.SubnetID(r.str())
				case "Status":
					e.State = r.str()
				default:
					r.skip()
				}
			}
			e.Ready = strings.EqualFold(e.State, "READY") // NFW-1
			if e.ID != "" {
				list = append(list, e)
			}
		}
	}
	return list
}

// readFirewallAssociation reads the VpcEndpointAssociation of
// describe-vpc-endpoint-association, and its status beside it.
func readFirewallAssociation(r *reader) {
	r.document.association.firewall = model.FirewallID(r.inner("FirewallArn"))
}

func readFirewallAssociationStatus(r *reader) {
	for ok := r.object(); ok && r.member(); {
		if r.key == "AssociationSyncState" {
			r.document.association.endpoints = r.syncStates()
		} else {
			r.skip()
		}
	}
}

// finishFirewall adds what the document tells of firewalls.
func (r *reader) finishFirewall() {
	if r.err != nil {
		return
	}
	if f := r.document.firewall; f != nil && f.ID != "" {
		slices.SortFunc(f.Endpoints, compareEndpoints)
		r.fact(func(b *builder, p *part) { view(b, p, b.firewalls, f.ID, f, &f.Meta) })
	}
	if a := r.document.association; a.firewall != "" {
		r.fact(func(b *builder, p *part) { b.firewallAssociations = append(b.firewallAssociations, a) })
	}
	r.finishFirewallPolicy()
	r.finishRuleGroup()
}

func compareEndpoints(x, y model.FirewallEndpoint) int {
	return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.Subnet, y.Subnet))
}

// linkFirewalls puts firewalls into the network, with the endpoints that they have
// in other VPCs. One without its status has endpoints that are not told, and is
// left out: what goes to them is unknown. So is a policy that is only named.
func (b *builder) linkFirewalls() {
	n := b.network
	for _, f := range model.Sorted(b.firewalls) {
		for _, a := range b.firewallAssociations {
			if a.firewall != f.ID {
				continue
			}
			for _, e := range a.endpoints {
				if !containsSame(f.Endpoints, e) {
					f.Endpoints = append(f.Endpoints, e)
				}
			}
		}
		slices.SortFunc(f.Endpoints, compareEndpoints)
		if !f.status && len(f.Endpoints) == 0 {
			b.report(model.Diagnostic{Severity: model.Warning, Resource: string(f.ID), Provenance: f.Provenance,
				Summary: "the firewall " + f.Name + " is given without its FirewallStatus, so its endpoints are unknown",
				Detail:  "Dump the output of aws network-firewall describe-firewall whole."})
			continue
		}
		n.Firewalls[f.ID] = &f.Firewall
		if a := n.TransitGatewayAttachments[f.attachment]; a != nil && a.Type == model.AttachNetworkFunction {
			a.Resource = string(f.ID) // NFW-17
		}
	}
	for _, p := range model.Sorted(n.FirewallPolicies) {
		b.nameGroups(p.StatelessGroups, false)
		b.nameGroups(p.StatefulGroups, true)
	}
}

// nameGroups makes the rule groups that a policy names and no file has, such as
// AWS's managed ones, whose rules nobody can list.
func (b *builder) nameGroups(references []model.FirewallGroupReference, stateful bool) {
	for _, ref := range references {
		if b.network.FirewallRuleGroups[ref.Group] != nil {
			continue
		}
		arn := model.ParseARN(string(ref.Group))
		g := &model.FirewallRuleGroup{ID: ref.Group, Stateful: stateful}
		g.ARN, g.Region, g.Provenance, g.Name = string(ref.Group), arn.Region, ref.Provenance, lastPart(string(ref.Group))
		g.Account = arn.Account
		reason := "the snapshot does not have them; run aws network-firewall describe-rule-group --rule-group-arn " + string(ref.Group)
		if arn.Account == "aws-managed" {
			g.Account, reason = "", "AWS manages them and lists them to nobody"
		}
		g.Unknown = &model.Unknown{Subject: string(ref.Group), Attribute: "rules", Reason: reason, Provenance: ref.Provenance}
		b.network.FirewallRuleGroups[ref.Group] = g
	}
}
