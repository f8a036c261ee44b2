package describe

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// database is an element of DBInstances. It does not name its interface.
type database struct {
	model.Owner
	zone    string
	public  bool
	groups  []model.SecurityGroupID
	subnets []model.SubnetID
}

func readDBInstance(r *reader) {
	m := r.begin()
	var d database
	var name string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "DBInstanceIdentifier":
			name = r.str()
		case "DBInstanceArn":
			m.ARN = r.str()
		case "AvailabilityZone":
			d.zone = r.str()
			if m.Region == "" {
				m.Region = regionOfZone(d.zone)
			}
		case "Endpoint":
			for ok := r.object(); ok && r.member(); {
				if r.key == "Port" {
					if port := r.integer(); port.n > 0 && port.n <= 65535 {
						d.Port = uint16(port.n)
					}
				} else {
					r.skip()
				}
			}
		case "PubliclyAccessible":
			d.public = r.boolean()
		case "VpcSecurityGroups":
			d.groups = pick[model.SecurityGroupID](r, "VpcSecurityGroupId")
		case "DBSubnetGroup":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "VpcId":
					d.VPC = model.VPCID(r.str())
				case "Subnets":
					d.subnets = pick[model.SubnetID](r, "SubnetIdentifier")
				default:
					r.skip()
				}
			}
		case "TagList":
			m.Tags = r.tags()
		default:
			r.skip()
		}
	}
	meta, ok := r.end(m, name)
	if !ok {
		return
	}
	d.Meta = meta
	d.Name = name
	d.ID = model.OwnerID("rds/" + name)
	d.Type, d.Platform = "rds", model.PlatformLinux
	r.databases = append(r.databases, &d)
}

// linkDatabases finds the interface of each database: an RDS interface in one of
// its subnets, of its zone, with its groups. Where several would do, or one
// would do for several databases, the interfaces stay owners by themselves.
func (b *builder) linkDatabases() {
	bySubnet := map[model.SubnetID][]*networkInterface{}
	for _, i := range model.Sorted(b.interfaces) {
		if strings.HasPrefix(i.description, "RDSNetworkInterface") {
			bySubnet[i.Subnet] = append(bySubnet[i.Subnet], i)
		}
	}
	byInterface := map[model.InterfaceID]int{}
	byDatabase := map[model.OwnerID][]*networkInterface{}
	for _, d := range b.databases {
		for _, id := range slices.Compact(slices.Sorted(slices.Values(d.subnets))) {
			if s := b.network.Subnets[id]; s != nil && d.zone != "" && s.AvailabilityZone != d.zone {
				continue
			}
			for _, i := range bySubnet[id] {
				if i.VPC == d.VPC && sameSet(d.groups, i.Groups) {
					byInterface[i.ID]++
					byDatabase[d.ID] = append(byDatabase[d.ID], i)
				}
			}
		}
	}
	unplaced := model.Unmodelled{Type: "DBInstances"}
	for _, d := range model.Sorted(b.databases) {
		if list := byDatabase[d.ID]; len(list) == 1 && byInterface[list[0].ID] == 1 {
			d.Interfaces = []model.InterfaceID{list[0].ID}
			b.network.Owners[d.ID] = &d.Owner
			list[0].Owner = model.OwnerRef{Kind: model.KindOwner, ID: string(d.ID)}
			continue
		} else if len(list) == 0 && b.standInForDatabase(d) {
			continue
		}
		if unplaced.Count++; unplaced.Count == 1 {
			unplaced.Provenance = d.Provenance
		}
		b.report(model.Diagnostic{Severity: model.Note, Resource: d.Name, Provenance: d.Provenance,
			Summary: "the network interface of the database " + clip(d.Name) + " cannot be told among those of the snapshot",
			Detail:  "Ask by the interface's ID or address."})
	}
	if unplaced.Count > 0 {
		b.network.Unmodelled = append(b.network.Unmodelled, unplaced)
	}
}

// standInForDatabase makes the interface of a database of which the snapshot has none, in
// the one subnet of its group that is in its zone; false where that is not told, or where
// some interface that AWS made there may be the database's.
func (b *builder) standInForDatabase(d *database) bool {
	var subnets []model.SubnetID
	for _, id := range slices.Compact(slices.Sorted(slices.Values(d.subnets))) {
		if s := b.network.Subnets[id]; s == nil || d.zone == "" || s.AvailabilityZone == d.zone {
			subnets = append(subnets, id)
		}
	}
	if len(subnets) != 1 || b.network.Subnets[subnets[0]] == nil {
		return false
	}
	for _, i := range b.interfaces {
		if i.Subnet == subnets[0] && i.RequesterManaged && sameSet(i.Groups, d.groups) {
			return false
		}
	}
	b.network.Owners[d.ID] = &d.Owner
	for _, i := range b.standInFor(&d.Owner, model.KindOwner, subnets) {
		i.Groups, i.PublicUnassigned = slices.Clone(d.groups), d.public // RDS-2
		if len(d.groups) == 0 {
			i.GroupsUnknown = &model.Unknown{Subject: d.Name, Attribute: "VpcSecurityGroups", Reason: "the snapshot does not give them", Provenance: d.Provenance}
		}
	}
	return true
}

func sameSet[T ~string](a, b []T) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
