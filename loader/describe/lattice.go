package describe

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// VPC Lattice's calls all print their lists as items, and what get- calls print is
// the thing itself. Its ARN tells what it is.

// lattice is what the files tell of VPC Lattice, until all are read.
type lattice struct {
	gateways       map[model.ResourceGatewayID]*model.ResourceGateway
	configurations map[model.ResourceConfigurationID]*model.ResourceConfiguration
	networks       map[model.ServiceNetworkID]*latticeNetwork
	services       map[model.LatticeServiceID]*model.LatticeService
	groups         map[model.TargetGroupID]*model.TargetGroup

	vpcs      map[string]*latticeVPC // by ID of the association
	members   map[string]latticeMember
	listeners map[string]*latticeListener // by ARN
	rules     map[string]*latticeRule     // by ARN
	targets   map[string][]readTarget     // by the target group's ID
	called    map[string]bool             // lists that are there, if only empty
}

func newLattice() lattice {
	return lattice{
		gateways:       map[model.ResourceGatewayID]*model.ResourceGateway{},
		configurations: map[model.ResourceConfigurationID]*model.ResourceConfiguration{},
		networks:       map[model.ServiceNetworkID]*latticeNetwork{},
		services:       map[model.LatticeServiceID]*model.LatticeService{},
		groups:         map[model.TargetGroupID]*model.TargetGroup{},
		vpcs:           map[string]*latticeVPC{},
		members:        map[string]latticeMember{},
		listeners:      map[string]*latticeListener{},
		rules:          map[string]*latticeRule{},
		targets:        map[string][]readTarget{},
		called:         map[string]bool{},
	}
}

// latticeReaders are by what the ARN's resource begins with.
var latticeReaders = map[string]func(*reader){
	"servicenetwork":                    readServiceNetwork,
	"servicenetworkvpcassociation":      readServiceNetworkVPC,
	"servicenetworkserviceassociation":  readServiceNetworkMember,
	"servicenetworkresourceassociation": readServiceNetworkMember,
	"service":                           readLatticeService,
	"listener":                          readLatticeListener,
	"rule":                              readLatticeRule,
	"targetgroup":                       readLatticeTargetGroup,
	"resourcegateway":                   readResourceGateway,
	"resourceconfiguration":             readResourceConfiguration,
}

// latticeReader is how the next value is read; nil where it is nothing of VPC
// Lattice's.
func (r *reader) latticeReader() func(*reader) {
	arn := model.ParseARN(r.memberText("arn"))
	if arn.Service != "vpc-lattice" {
		return nil
	}
	parts := strings.Split(arn.Resource, "/")
	kind := parts[0]
	if len(parts) > 2 && len(parts)%2 == 0 { // service/svc-…/listener/listener-…/rule/rule-…
		kind = parts[len(parts)-2]
	}
	return latticeReaders[kind]
}

// latticeDocument is how a document is read that is a thing of VPC Lattice's, as
// get- calls print it; nil for any other.
func (r *reader) latticeDocument() func(*reader) {
	ahead := newReader("", r.data[min(r.next(), len(r.data)):])
	if !ahead.object() || !ahead.member() || documents[ahead.key] != nil {
		return nil // most have a key of their own
	}
	return r.latticeReader()
}

// readLatticeItems reads items: those of VPC Lattice that are known here; others are
// counted.
func readLatticeItems(r *reader) {
	other := model.Unmodelled{Type: r.key}
	at := r.here()
	var targets []readTarget
	elements := 0
	for ok := r.array(); ok && r.element(); {
		elements++
		switch read := r.latticeReader(); {
		case read != nil:
			read(r)
		case r.call() == "list-targets":
			if t, ok := r.latticeTarget(); ok {
				targets = append(targets, t)
			}
		default:
			if other.Count++; other.Count == 1 {
				other.Provenance = r.here()
			}
			r.skip()
		}
	}
	if other.Count > 0 && r.err == nil {
		r.part.unmodelled = append(r.part.unmodelled, other)
	}
	if call := r.call(); r.err == nil {
		r.fact(func(b *builder, p *part) { b.lattice.called[call] = true })
	}
	if r.call() == "list-targets" {
		r.answers(answer{what: "targets of a target group", calls: "list-targets", prefix: "tg-", at: at, use: func(group string) {
			r.fact(func(b *builder, p *part) { b.lattice.targets[group] = targets })
		}})
	}
}

// latticeCommon reads the members that VPC Lattice's things share; false where the
// key is none of them.
func (r *reader) latticeCommon(m *meta, id *string) bool {
	switch r.key {
	case "id":
		*id = r.str()
	case "arn":
		m.ARN = r.str()
		if account := model.ParseARN(m.ARN).Account; account != "" {
			m.Account = account
		}
	case "name":
		m.Name = r.str()
	case "tags":
		m.Tags = r.lowerTags()
	default:
		return false
	}
	return true
}

// latticeEnd gives the Meta, with the name that the thing has.
func (r *reader) latticeEnd(m meta, id string) (model.Meta, bool) {
	name := m.Name
	meta, ok := r.end(m, id)
	meta.Name = name
	return meta, ok
}

func isActive(state string) bool { return state == "" || strings.EqualFold(state, "ACTIVE") }
