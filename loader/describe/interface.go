package describe

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// networkInterface is an interface with what tells its owner.
type networkInterface struct {
	model.Interface
	status      string
	attachment  string // its status
	attachedTo  model.AccountID
	instance    model.InstanceID
	requester   string
	description string
}

// readInterface reads an element of NetworkInterfaces.
func readInterface(r *reader) {
	if i := r.networkInterface(); i != nil {
		r.interfaces = append(r.interfaces, i)
	}
}

// networkInterface reads an interface as describe-network-interfaces gives it,
// or as an instance has it. Nil where it has no ID.
func (r *reader) networkInterface() *networkInterface {
	m := r.begin()
	i := &networkInterface{}
	var single, v6 []model.Address
	groups := false
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "NetworkInterfaceId":
			i.ID = model.InterfaceID(r.str())
		case "VpcId":
			i.VPC = model.VPCID(r.str())
		case "SubnetId":
			i.Subnet = model.SubnetID(r.str())
		case "InterfaceType":
			i.Type = r.str()
		case "Description":
			i.description = r.str()
		case "RequesterId":
			i.requester = r.str()
		case "RequesterManaged":
			i.RequesterManaged = r.boolean()
		case "Status":
			i.status = r.str()
		case "SourceDestCheck":
			check, given := r.flag()
			i.SourceDestCheckDisabled = given && !check // ENI-9
		case "DenyAllIgwTraffic":
			i.DenyAllIGWTraffic = r.boolean()
		case "Groups":
			groups = i.readGroups(r)
		case "PrivateIpAddress":
			at := r.here()
			single = append(single, model.Address{IP: i.ownAddress(r, false), Provenance: at})
		case "PrivateIpAddresses":
			i.privateAddresses(r)
		case "Ipv6Addresses":
			v6 = i.ipv6Addresses(r)
		case "Association":
			if a := r.publicAddress(); a.IsValid() {
				single = append(single, model.Address{Public: a})
			}
		case "Ipv4Prefixes": // ENI-7
			i.Prefixes = append(i.Prefixes, r.prefixMembers("Ipv4Prefix")...)
		case "Ipv6Prefixes":
			i.Prefixes = append(i.Prefixes, r.prefixMembers("Ipv6Prefix")...)
		case "Attachment":
			i.attach(r)
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(i.ID))
	if !ok {
		return nil
	}
	i.Meta = meta
	if !groups && !slices.Contains(groupless, i.Type) {
		i.GroupsUnknown = &model.Unknown{Subject: string(i.ID), Attribute: "Groups", Reason: "the snapshot does not give them, or not all", Provenance: i.Provenance}
	}
	i.fillPrimary(single)
	i.Addresses = append(i.Addresses, v6...)
	// An interface that is attached to nothing delivers nothing (ENI-11).
	i.Detached = strings.EqualFold(i.status, "available") || strings.EqualFold(i.attachment, "detached")
	if i.instance != "" {
		i.Owner = model.OwnerRef{Kind: model.KindInstance, ID: string(i.instance)}
	}
	return i
}

// groupless are the types of interface that have no groups whatever a dump says.
var groupless = []string{"nat_gateway", "natGateway", "transit_gateway", "gateway_load_balancer", "gateway_load_balancer_endpoint"}

// readGroups reads Groups; false where some of them has no ID. An interface without
// groups has an empty list.
func (i *networkInterface) readGroups(r *reader) bool {
	all := true
	for ok := r.array(); ok && r.element(); {
		id := model.SecurityGroupID(r.inner("GroupId"))
		if id == "" {
			all = false
			continue
		}
		i.Groups = append(i.Groups, id)
	}
	return all
}

// fillPrimary uses the interface's own PrivateIpAddress and Association, which
// repeat its primary address, where the list of addresses lacks them.
func (i *networkInterface) fillPrimary(single []model.Address) {
	var ip, public model.Address
	for _, a := range single {
		if a.IP.IsValid() {
			ip = a
		} else if a.Public.IsValid() {
			public = a
		}
	}
	at := slices.IndexFunc(i.Addresses, func(a model.Address) bool { return a.IP == ip.IP })
	if ip.IP.IsValid() && at < 0 {
		i.Addresses = slices.Insert(i.Addresses, 0, ip)
	} else if at > 0 {
		primary := i.Addresses[at]
		i.Addresses = slices.Insert(slices.Delete(i.Addresses, at, at+1), 0, primary)
	}
	if len(i.Addresses) > 0 && !i.Addresses[0].Public.IsValid() {
		i.Addresses[0].Public = public.Public
	}
}

// ownAddress reads one of the interface's own addresses. One that cannot be read
// is there all the same: it is some address of the subnet.
func (i *networkInterface) ownAddress(r *reader, v6 bool) netip.Addr {
	text := strings.TrimSpace(r.str())
	a, err := netip.ParseAddr(text)
	switch {
	case text == "":
		return netip.Addr{}
	case err == nil && a.Is6() == v6 && a.Zone() == "" && !a.Is4In6():
		return a
	case v6:
		i.Unassigned6 = true
	default:
		i.Unassigned4 = true
	}
	r.problem(model.Warning, "", fmt.Sprintf("%s: %s is not an IP address; it may be any of the subnet's", r.field(), quote(text)), "")
	return netip.Addr{}
}

// privateAddresses reads PrivateIpAddresses, the primary one first.
func (i *networkInterface) privateAddresses(r *reader) {
	var list []model.Address
	for ok := r.array(); ok && r.element(); {
		a := model.Address{Provenance: r.here()}
		primary := false
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "PrivateIpAddress":
				a.IP = i.ownAddress(r, false)
			case "Primary":
				primary = r.boolean()
			case "Association":
				a.Public = r.publicAddress()
			default:
				r.skip()
			}
		}
		switch {
		case !a.IP.IsValid():
		case primary:
			list = slices.Insert(list, 0, a)
		default:
			list = append(list, a)
		}
	}
	i.Addresses = list
}

func (r *reader) publicAddress() netip.Addr {
	var a netip.Addr
	for ok := r.object(); ok && r.member(); {
		if r.key == "PublicIp" {
			a = r.addr()
		} else {
			r.skip()
		}
	}
	return a
}

func (i *networkInterface) ipv6Addresses(r *reader) []model.Address {
	var list []model.Address
	for ok := r.array(); ok && r.element(); {
		a := model.Address{Provenance: r.here()}
		for ok := r.object(); ok && r.member(); {
			if r.key == "Ipv6Address" {
				a.IP = i.ownAddress(r, true)
			} else {
				r.skip()
			}
		}
		if a.IP.IsValid() {
			list = append(list, a)
		}
	}
	return list
}

func (i *networkInterface) attach(r *reader) {
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "InstanceId":
			i.instance = model.InstanceID(r.str())
		case "InstanceOwnerId":
			i.attachedTo = model.AccountID(r.str())
		case "DeviceIndex":
			i.DeviceIndex = r.integer().n
		case "Status":
			i.attachment = r.str()
		default:
			r.skip()
		}
	}
}

// linkInterfaces puts the interfaces into the network and checks that their
// subnets are there.
func (b *builder) linkInterfaces() {
	for id, i := range b.interfaces {
		s := b.network.Subnets[i.Subnet]
		if s != nil {
			i.VPC = cmp.Or(i.VPC, s.VPC)
			i.Region = cmp.Or(i.Region, s.Region)
		}
		b.network.Interfaces[id] = &i.Interface
	}
}

// checkSubnets reports interfaces whose subnet is missing though the snapshot
// has the VPC's subnets: it was made by halves.
func (b *builder) checkSubnets() {
	for _, i := range model.Sorted(b.network.Interfaces) {
		if b.network.Subnets[i.Subnet] != nil {
			continue
		}
		if v := b.network.VPCs[i.VPC]; v != nil && v.Missing[model.KindSubnet] != nil || v == nil && len(b.network.Subnets) == 0 {
			continue // nobody's subnets were given
		}
		d := model.Diagnostic{Severity: model.Error, Rule: "ENI-1", Resource: string(i.ID), Provenance: i.Provenance,
			Summary: fmt.Sprintf("%s lies in %s, which the snapshot's Subnets do not have", i.ID, i.Subnet),
			Detail:  "Its routes and its network ACL cannot be told. Run aws ec2 describe-subnets again, all pages, for the same account and Region."}
		if i.Subnet == "" {
			d.Summary = fmt.Sprintf("%s has no SubnetId", i.ID)
			d.Detail = "Dump the call's output whole, without a --query that leaves it out."
		}
		b.report(d)
	}
}
