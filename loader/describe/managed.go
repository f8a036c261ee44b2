package describe

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// managed is something that AWS runs in subnets, as the call of its own service tells
// it: a function, an EC2 Instance Connect Endpoint, a task. Its interfaces are those
// that the call names, or those that describe-network-interfaces has in its subnets
// with its groups.
type managed struct {
	model.Owner
	subnets    []model.SubnetID
	groups     []model.SecurityGroupID
	interfaces []model.InterfaceID
	// tasks says that its interfaces are its tasks'.
	tasks []containerTask
}

// readFunctions reads the Functions of lambda list-functions. Those that are in no VPC
// have no interface (LAM-2).
func readFunctions(r *reader) {
	for ok := r.array(); ok && r.element(); {
		m := r.begin()
		f := &managed{Owner: model.Owner{Type: "lambda", SendsOnly: model.SendsOnly("lambda")}}
		var name string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "FunctionName":
				name = r.str()
			case "FunctionArn":
				m.ARN = r.str()
			case "VpcConfig":
				f.readVPCConfig(r)
			default:
				r.skip()
			}
		}
		meta, ok := r.end(m, name)
		if !ok || len(f.subnets) == 0 {
			continue
		}
		f.Meta = meta
		f.ID, f.Name = model.OwnerID("lambda/"+name), name
		r.managed(f)
	}
}

func (f *managed) readVPCConfig(r *reader) {
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "VpcId":
			f.VPC = model.VPCID(r.str())
		case "SubnetIds":
			f.subnets = strs[model.SubnetID](r)
		case "SecurityGroupIds":
			f.groups = strs[model.SecurityGroupID](r)
		default:
			r.skip()
		}
	}
}

// readInstanceConnectEndpoint reads an element of InstanceConnectEndpoints (EICE-1).
func readInstanceConnectEndpoint(r *reader) {
	m := r.begin()
	const word = "instance-connect-endpoint"
	e := &managed{Owner: model.Owner{Type: word, SendsOnly: model.SendsOnly(word), Platform: model.PlatformLinux}}
	var id, state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "InstanceConnectEndpointId":
			id = r.str()
		case "InstanceConnectEndpointArn":
			m.ARN = r.str()
		case "VpcId":
			e.VPC = model.VPCID(r.str())
		case "SubnetId":
			e.subnets = []model.SubnetID{model.SubnetID(r.str())}
		case "NetworkInterfaceIds":
			e.interfaces = strs[model.InterfaceID](r)
		case "SecurityGroupIds":
			e.groups = strs[model.SecurityGroupID](r)
		case "State":
			state = r.str()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, id)
	if !ok || strings.HasPrefix(state, "delete-complete") || strings.HasPrefix(state, "create-failed") {
		return
	}
	e.Meta = meta
	e.ID, e.Name = model.OwnerID(word+"/"+id), id
	r.managed(e)
}

func (r *reader) managed(m *managed) {
	r.fact(func(b *builder, p *part) {
		if old := b.managed[m.ID]; old != nil && old.VPC != m.VPC {
			m.ID += model.OwnerID("@" + string(m.VPC)) // the same name in another account or Region
		}
		if b.managed[m.ID] == nil {
			b.managed[m.ID] = m
		}
	})
}

// linkManaged gives what the services' own calls tell its interfaces. One that its
// interface's description names already is that owner; one without an interface in the
// snapshot has one in each of its subnets.
func (b *builder) linkManaged() {
	for _, m := range model.Sorted(b.managed) {
		o := b.network.Owners[m.ID]
		if o != nil && m.VPC != "" && o.VPC != m.VPC {
			m.ID += model.OwnerID("@" + string(m.VPC))
			o = b.network.Owners[m.ID]
		}
		if o == nil {
			o = &m.Owner
			b.network.Owners[o.ID] = o
		}
		o.Name, o.ARN = m.Name, m.ARN
		for _, id := range m.interfaces {
			b.hand(id, o)
		}
		for i := range m.tasks {
			b.handTask(&m.tasks[i], m, o)
		}
		if len(o.Interfaces) > 0 {
			continue
		}
		for _, i := range b.standInFor(o, model.KindOwner, m.subnets) {
			if i.Groups = slices.Clone(m.groups); len(m.groups) == 0 {
				i.GroupsUnknown = &model.Unknown{Subject: m.Name, Attribute: "security groups", Reason: "the snapshot does not give them", Provenance: m.Provenance}
			}
		}
	}
}

// hand gives an interface to an owner, out of the hands of the one that was made of what
// the interface says of itself.
func (b *builder) hand(id model.InterfaceID, o *model.Owner) {
	i := b.network.Interfaces[id]
	if i == nil || slices.Contains(o.Interfaces, id) {
		return
	}
	if old := b.network.Owners[model.OwnerID(i.Owner.ID)]; old != nil {
		if old.Interfaces = slices.DeleteFunc(old.Interfaces, func(x model.InterfaceID) bool { return x == id }); len(old.Interfaces) == 0 {
			delete(b.network.Owners, old.ID)
		}
	}
	i.Owner = model.OwnerRef{Kind: model.KindOwner, ID: string(o.ID)}
	o.VPC, o.Interfaces = i.VPC, append(o.Interfaces, id)
}
