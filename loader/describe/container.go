package describe

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// containerTask is an ECS task's interface, as ecs describe-tasks tells it.
type containerTask struct {
	id     model.InterfaceID
	subnet model.SubnetID
	addr   netip.Addr
}

// readTasks reads the tasks of ecs describe-tasks: those in network mode awsvpc have an
// interface of their own (ECS-1). A service stands for all of its tasks.
func readTasks(r *reader) {
	for ok := r.array(); ok && r.element(); {
		m := r.begin()
		var t containerTask
		var group, status string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "taskArn":
				m.ARN = r.str()
			case "group":
				group = r.str()
			case "lastStatus":
				status = r.str()
			case "attachments":
				t.readAttachments(r)
			default:
				r.skip()
			}
		}
		if !strings.Contains(m.ARN, ":ecs:") || t.id == "" || strings.EqualFold(status, "STOPPED") {
			continue
		}
		name, isService := strings.CutPrefix(group, "service:")
		if !isService {
			name = path.Base(m.ARN)
		} else {
			m.ARN = ""
		}
		if meta, ok := r.end(m, name); ok {
			c := &managed{Owner: containerOwner(name, meta)}
			r.fact(func(b *builder, p *part) {
				if b.managed[c.ID] == nil {
					b.managed[c.ID] = c
				}
				s := b.managed[c.ID]
				if !slices.ContainsFunc(s.tasks, func(old containerTask) bool { return old.id == t.id }) {
					s.tasks = append(s.tasks, t)
				}
			})
		}
	}
}

func containerOwner(name string, m model.Meta) model.Owner {
	o := model.Owner{ID: model.OwnerID("ecs-service/" + name), Meta: m, Type: "ecs-task", Platform: model.PlatformLinux}
	o.Name = name
	return o
}

func (t *containerTask) readAttachments(r *reader) {
	for ok := r.array(); ok && r.element(); {
		for ok := r.object(); ok && r.member(); {
			if r.key != "details" {
				r.skip()
				continue
			}
			for ok := r.array(); ok && r.element(); {
				switch name := r.memberText("name"); name {
				case "networkInterfaceId":
					t.id = model.InterfaceID(r.inner("value"))
				case "subnetId":
					t.subnet = model.SubnetID(r.inner("value"))
				case "privateIPv4Address":
					t.addr, _ = netip.ParseAddr(r.inner("value"))
				default:
					r.skip()
				}
			}
		}
	}
}

// readContainerServices reads the services of ecs describe-services: which groups their
// tasks have.
func readContainerServices(r *reader) {
	for ok := r.array(); ok && r.element(); {
		m := r.begin()
		s := &managed{}
		var name string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "serviceArn":
				m.ARN = r.str()
			case "serviceName":
				name = r.str()
			case "networkConfiguration":
				for ok := r.object(); ok && r.member(); {
					if r.key == "awsvpcConfiguration" {
						s.readTaskNetwork(r)
					} else {
						r.skip()
					}
				}
			default:
				r.skip()
			}
		}
		if !strings.Contains(m.ARN, ":ecs:") || len(s.subnets) == 0 {
			continue
		}
		if meta, ok := r.end(m, name); ok {
			s.Owner = containerOwner(name, meta)
			r.fact(func(b *builder, p *part) {
				if old := b.managed[s.ID]; old != nil {
					s.tasks = old.tasks
				}
				b.managed[s.ID] = s
			})
		}
	}
}

func (s *managed) readTaskNetwork(r *reader) {
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "subnets":
			s.subnets = strs[model.SubnetID](r)
		case "securityGroups":
			s.groups = strs[model.SecurityGroupID](r)
		default:
			r.skip()
		}
	}
}

// handTask gives a service the interface of one of its tasks, which is made of what the
// task says where the snapshot lacks it.
func (b *builder) handTask(t *containerTask, m *managed, o *model.Owner) {
	if b.network.Interfaces[t.id] == nil {
		i := b.standIn(t.id, t.subnet, model.OwnerRef{Kind: model.KindOwner, ID: string(o.ID)}, &m.Meta)
		if i == nil {
			return
		}
		if t.addr.IsValid() {
			i.Addresses, i.Unassigned4 = []model.Address{{IP: t.addr, Provenance: m.Provenance}}, false
		}
		if i.Groups = slices.Clone(m.groups); len(m.groups) == 0 {
			i.GroupsUnknown = &model.Unknown{Subject: string(t.id), Attribute: "Groups", Reason: "the snapshot does not have the interface; run aws ec2 describe-network-interfaces", Provenance: m.Provenance}
		}
		o.VPC, o.Interfaces = i.VPC, append(o.Interfaces, t.id)
		return
	}
	b.hand(t.id, o)
}
