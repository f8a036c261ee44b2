package describe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// instance is an instance with its interfaces as it lists them itself.
type instance struct {
	model.Instance
	subnet model.SubnetID
	listed []listedInterface
}

// listedInterface is where in a file an instance tells of an interface. It is
// read only where NetworkInterfaces lacks it: mostly they say the same twice.
type listedInterface struct {
	id       model.InterfaceID
	part     *part
	from, to int
}

// readReservation reads an element of Reservations, which has the owner of its
// instances.
func readReservation(r *reader) {
	first := len(r.instances)
	var owner string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "OwnerId":
			owner = r.str()
		case "Instances":
			for ok := r.array(); ok && r.element(); {
				readInstance(r)
			}
		default:
			r.skip()
		}
	}
	for _, i := range r.instances[first:] {
		if owner != "" {
			i.Account = model.AccountID(owner)
		}
	}
}

// instanceStates are those in which an instance is not running.
var instanceStates = []string{"pending", "shutting-down", "terminated", "stopping", "stopped"}

func readInstance(r *reader) {
	m := r.begin()
	var i instance
	var platform, details string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "InstanceId":
			i.ID = model.InstanceID(r.str())
		case "VpcId":
			i.VPC = model.VPCID(r.str())
		case "SubnetId":
			i.subnet = model.SubnetID(r.str())
		case "Platform":
			platform = r.str()
		case "PlatformDetails":
			details = r.str()
		case "State":
			i.State = r.inner("Name")
		case "Placement":
			if region := regionOfZone(r.inner("AvailabilityZone")); m.Region == "" {
				m.Region = region
			}
		case "NetworkInterfaces":
			for ok := r.array(); ok && r.element(); {
				if l := r.listedInterface(); l.id != "" {
					i.listed = append(i.listed, l)
				}
			}
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(i.ID))
	if !ok {
		return
	}
	i.Meta = meta
	// A dump leaves Platform out for all but Windows.
	i.Platform = model.PlatformLinux
	if strings.Contains(strings.ToLower(platform+details), "windows") {
		i.Platform = model.PlatformWindows
	}
	i.NotRunning = i.State != "" && !strings.EqualFold(i.State, "running") // ENI-6, ENI-11
	if i.NotRunning && !slices.Contains(instanceStates, strings.ToLower(i.State)) {
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "ENI-6", Resource: string(i.ID), Provenance: i.Provenance,
			Summary: fmt.Sprintf("%s is no state of an instance; it counts as not running", quote(i.State))})
	}
	switch nat := i.Tags["vpcwalk:nat"]; strings.ToLower(nat) {
	case "":
	case "true", "false":
		i.NAT = new(strings.EqualFold(nat, "true"))
	default:
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "NATI-1", Resource: string(i.ID), Provenance: i.Provenance,
			Summary: fmt.Sprintf("the tag vpcwalk:nat is %s; it is read only as true or false", quote(nat))})
	}
	r.instances = append(r.instances, &i)
}

// listedInterface notes where an instance's interface is written.
func (r *reader) listedInterface() listedInterface {
	l := listedInterface{part: r.part, from: r.next()}
	for ok := r.object(); ok && r.member(); {
		if r.key == "NetworkInterfaceId" {
			l.id = model.InterfaceID(r.str())
		} else {
			r.skip()
		}
	}
	l.to = r.offset()
	if r.err != nil {
		return listedInterface{}
	}
	return l
}

// readListedInterfaces reads the interfaces that only their instances tell of.
func (b *builder) readListedInterfaces() {
	type missing struct {
		listedInterface
		owner *instance
	}
	var list []missing
	seen := map[model.InterfaceID]bool{}
	for _, i := range model.Sorted(b.instances) {
		for _, l := range i.listed {
			if b.interfaces[l.id] == nil && !seen[l.id] {
				seen[l.id] = true
				list = append(list, missing{l, i})
			}
		}
	}
	// In the order of the file, so that counting lines passes over it once.
	slices.SortFunc(list, func(a, b missing) int {
		return cmp.Or(cmp.Compare(a.part.path, b.part.path), cmp.Compare(a.from, b.from))
	})
	for _, l := range list {
		mark := len(l.part.list)
		i := l.part.reader(l.from, l.to).networkInterface()
		l.part.about(mark, string(l.id))
		if i == nil {
			continue
		}
		i.Account = cmp.Or(i.Account, l.owner.Account)
		i.Region = cmp.Or(i.Region, l.owner.Region)
		i.VPC = cmp.Or(i.VPC, l.owner.VPC)
		i.Subnet = cmp.Or(i.Subnet, l.owner.subnet)
		i.Type = cmp.Or(i.Type, "interface")
		i.Owner = model.OwnerRef{Kind: model.KindInstance, ID: string(l.owner.ID)}
		b.interfaces[l.id] = i
	}
}

// linkInstances lists the interfaces of each instance, the primary first.
func (b *builder) linkInstances() {
	for id, i := range b.instances {
		b.network.Instances[id] = &i.Instance
	}
	for _, i := range model.Sorted(b.network.Interfaces) {
		if owner := b.network.Instances[model.InstanceID(i.Owner.ID)]; owner != nil && i.Owner.Kind == model.KindInstance {
			owner.Interfaces = append(owner.Interfaces, i.ID)
		}
	}
	for _, i := range b.network.Instances {
		slices.SortStableFunc(i.Interfaces, func(x, y model.InterfaceID) int {
			return cmp.Compare(b.network.Interfaces[x].DeviceIndex, b.network.Interfaces[y].DeviceIndex)
		})
		if len(i.Interfaces) > 0 && i.VPC == "" {
			i.VPC = b.network.Interfaces[i.Interfaces[0]].VPC
		}
	}
}

// readClassicLink reads an instance of EC2-Classic, which is retired.
func readClassicLink(r *reader) {
	at := r.here()
	id := r.inner("InstanceId")
	r.report(model.Diagnostic{Severity: model.Warning, Rule: "CLS-1", Resource: id, Provenance: at,
		Summary: "an instance that is linked from EC2-Classic, which is retired; it is ignored",
		Detail:  "If these are ordinary instances, dump aws ec2 describe-instances whole: {\"Reservations\": [...]}."})
}
