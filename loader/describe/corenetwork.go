package describe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readCoreNetwork reads the CoreNetwork of get-core-network. Core networks belong
// to no Region.
func readCoreNetwork(r *reader) {
	m := r.begin()
	var c model.CoreNetwork
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "CoreNetworkId":
			c.ID = model.CoreNetworkID(r.str())
		case "CoreNetworkArn":
			m.ARN = r.str()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(c.ID))
	if !ok {
		return
	}
	c.Meta = meta
	c.Region = ""
	if account := model.ParseARN(c.ARN).Account; account != "" {
		c.Account = account
	}
	r.fact(func(b *builder, p *part) { view(b, p, b.coreNetworks, c.ID, &c, &c.Meta) })
}

// readCoreNetworkPolicy reads the CoreNetworkPolicy of get-core-network-policy,
// whose document is JSON in a string.
func readCoreNetworkPolicy(r *reader) {
	var id, alias string
	policy := &model.CoreNetwork{}
	found := false
	place := r.here()
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "CoreNetworkId":
			id = r.str()
		case "Alias":
			alias = r.str()
		case "PolicyDocument":
			found = true
			if r.dec.PeekKind() == '{' {
				readPolicyDocument(r, policy)
				continue
			}
			at := r.here()
			text := r.str()
			inner := &part{path: r.path, data: []byte(text), fixed: at}
			document := inner.reader(0, len(text))
			readPolicyDocument(document, policy)
			for _, d := range inner.list {
				d.Summary = "PolicyDocument: " + d.Summary
				r.report(d)
			}
			if inner.list.HasErrors() {
				policy.PolicyUnknown = &model.Unknown{Subject: id, Attribute: "PolicyDocument", Reason: "some of it cannot be read", Provenance: at}
			}
		default:
			r.skip()
		}
	}
	if r.err != nil || !found {
		return
	}
	policy.Provenance = place
	use := func(id string) {
		r.fact(func(b *builder, p *part) {
			// The live policy counts, whatever other versions are there.
			if old := b.corePolicies[model.CoreNetworkID(id)]; old == nil || !strings.EqualFold(alias, "LATEST") {
				b.corePolicies[model.CoreNetworkID(id)] = policy
			}
		})
	}
	if id != "" {
		use(id)
		return
	}
	r.answers(answer{what: "the policy of a core network", calls: "get-core-network-policy", prefix: "core-network-", at: place, use: use})
}

// coreAttachmentTypes are Cloud WAN's words for what an attachment leads to.
var coreAttachmentTypes = map[string]model.AttachmentType{
	"VPC": model.AttachVPC, "SITE_TO_SITE_VPN": model.AttachVPN, "CONNECT": model.AttachConnect,
	"DIRECT_CONNECT_GATEWAY": model.AttachDirectConnectGateway, "TRANSIT_GATEWAY_ROUTE_TABLE": model.AttachPeering,
}

// coreAttachment is one call's view of an attachment.
type coreAttachment struct {
	model.CoreNetworkAttachment
	details bool // from the type's own call
}

// readCoreAttachment reads an element of list-attachments' Attachments.
func readCoreAttachment(r *reader) {
	if a := r.coreAttachment(); a != nil {
		r.fact(func(b *builder, p *part) { b.addCoreAttachment(p, a) })
	}
}

func (r *reader) coreAttachment() *coreAttachment {
	m := r.begin()
	a := &coreAttachment{}
	var kind, arn string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "AttachmentId":
			a.ID = model.CoreNetworkAttachmentID(r.str())
		case "CoreNetworkId":
			a.CoreNetwork = model.CoreNetworkID(r.str())
		case "OwnerAccountId":
			if id := r.str(); id != "" {
				m.Account = model.AccountID(id)
			}
		case "AttachmentType":
			kind = r.str()
		case "State":
			a.State = r.str()
		case "EdgeLocation":
			if region := r.str(); region != "" {
				m.Region = model.Region(region)
			}
		case "ResourceArn":
			arn = r.str()
		case "SegmentName":
			a.Segment = r.str()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(a.ID))
	if !ok {
		return nil
	}
	a.Meta = meta
	a.Available = a.State == "" || strings.EqualFold(a.State, "AVAILABLE") // CWAN-8
	a.Resource = lastPart(arn)
	a.Type = coreAttachmentTypes[strings.ToUpper(kind)]
	switch a.Type {
	case "":
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "CWAN-1", Resource: string(a.ID), Provenance: a.Provenance,
			Summary: fmt.Sprintf("%s is no type of core network attachment that is known here; what goes through this one is unknown", quote(kind))})
		return nil
	case model.AttachVPC:
		a.VPC = model.VPCID(a.Resource)
	}
	return a
}

// readCoreVPCAttachment reads the VpcAttachment of get-vpc-attachment, and the
// answers of the other types' calls, which have nothing more of use.
func readCoreVPCAttachment(r *reader) {
	var a *coreAttachment
	var subnets []model.SubnetID
	var appliance, v6, groupsOff bool
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "Attachment":
			a = r.coreAttachment()
		case "SubnetArns":
			for _, arn := range strs[string](r) {
				subnets = append(subnets, model.SubnetID(lastPart(arn)))
			}
		case "Options": // CWAN-7
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "ApplianceModeSupport":
					appliance = r.boolean()
				case "Ipv6Support":
					v6 = r.boolean()
				case "SecurityGroupReferencingSupport":
					on, given := r.flag()
					groupsOff = given && !on
				default:
					r.skip()
				}
			}
		default:
			r.skip()
		}
	}
	if a == nil || r.err != nil {
		return
	}
	a.details = true
	a.Subnets, a.ApplianceMode, a.IPv6, a.NoSecurityGroupReferencing = subnets, appliance, v6, groupsOff
	r.fact(func(b *builder, p *part) { b.addCoreAttachment(p, a) })
}

// addCoreAttachment joins a view of an attachment with the others.
func (b *builder) addCoreAttachment(p *part, a *coreAttachment) {
	old := b.coreAttachments[a.ID]
	switch {
	case old != nil && old.details && !a.details:
	case old != nil && a.details && !old.details:
		b.coreAttachments[a.ID] = a
	default:
		view(b, p, b.coreAttachments, a.ID, a, &a.Meta)
	}
}

// linkCoreNetworks gives core networks their policies. Of one without a policy
// that is known, nothing is known of where packets go.
func (b *builder) linkCoreNetworks() {
	n := b.network
	for id, c := range b.coreNetworks {
		policy := b.corePolicies[id]
		if policy == nil {
			policy = &model.CoreNetwork{PolicyUnknown: &model.Unknown{Subject: string(id), Attribute: "CoreNetworkPolicy", Provenance: c.Provenance,
				Reason: "the snapshot does not have it; run aws networkmanager get-core-network-policy --core-network-id " + string(id)}}
		}
		if !b.listsCoreAttachments(id) {
			b.report(model.Diagnostic{Severity: model.Warning, Rule: "CWAN-1", Resource: string(id), Provenance: c.Provenance,
				Summary: "the snapshot lacks the attachments of " + string(id) + ": where it leads is unknown",
				Detail:  "Run aws networkmanager list-attachments --core-network-id " + string(id) + ", and get-vpc-attachment for each."})
			continue
		}
		joined := *policy
		joined.ID, joined.Meta = id, c.Meta
		n.CoreNetworks[id] = &joined
	}
	for id, policy := range b.corePolicies {
		if b.coreNetworks[id] == nil && b.listsCoreAttachments(id) {
			policy.ID = id
			n.CoreNetworks[id] = policy
		}
		if policy.PolicyUnknown != nil {
			policy.PolicyUnknown.Subject = string(id)
		}
	}
	for id, a := range b.coreAttachments {
		switch a.Type {
		case model.AttachVPC:
			if !a.details {
				a.OptionsUnknown = &model.Unknown{Subject: string(id), Attribute: "SubnetArns", Provenance: a.Provenance,
					Reason: "the snapshot has neither its subnets nor its options; run aws networkmanager get-vpc-attachment --attachment-id " + string(id)}
			}
		case model.AttachVPN:
			if vpn := n.VPNConnections[model.VPNConnectionID(a.Resource)]; vpn != nil && vpn.CoreNetwork == "" {
				vpn.CoreNetwork = a.CoreNetwork
			}
			fallthrough
		default:
			a.PrefixesUnknown = &model.Unknown{Subject: string(id), Attribute: "routes learned by BGP", Provenance: a.Provenance,
				Reason: "no call of the snapshot tells them"}
		}
		n.CoreNetworkAttachments[id] = &a.CoreNetworkAttachment
		n.CoreNetworkAttachments[id].CoreNetwork = cmp.Or(a.CoreNetwork, onlyKey(n.CoreNetworks))
	}
}

// listsCoreAttachments reports whether the snapshot has a core network's attachments,
// if only to say that there are none.
func (b *builder) listsCoreAttachments(id model.CoreNetworkID) bool {
	for _, a := range b.coreAttachments {
		if a.CoreNetwork == id || a.CoreNetwork == "" {
			return true
		}
	}
	return slices.ContainsFunc(b.parts, func(p *part) bool { return p.given[model.KindCoreNetworkAttachment] })
}

// onlyKey gives a map's key where it has just one.
func onlyKey[K ~string, V any](m map[K]V) K {
	var one K
	if len(m) == 1 {
		for k := range m {
			one = k
		}
	}
	return one
}
