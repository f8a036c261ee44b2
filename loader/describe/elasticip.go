package describe

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

type elasticIP struct {
	model.ElasticIP
	instance model.InstanceID
}

// readElasticIP reads an element of Addresses.
func readElasticIP(r *reader) {
	m := r.begin()
	var e elasticIP
	var domain string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "AllocationId":
			e.ID = model.AllocationID(r.str())
		case "PublicIp":
			e.PublicIP = r.addr()
		case "NetworkInterfaceId":
			e.Interface = model.InterfaceID(r.str())
		case "PrivateIpAddress":
			e.PrivateIP = r.addr()
		case "InstanceId":
			e.instance = model.InstanceID(r.str())
		case "Domain":
			domain = r.str()
		case "NetworkBorderGroup":
			if group := r.str(); m.Region == "" {
				m.Region = regionOfZone(group)
			}
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	if e.ID == "" && e.PublicIP.IsValid() {
		e.ID = model.AllocationID(e.PublicIP.String())
	}
	meta, ok := r.end(m, string(e.ID))
	if !ok {
		return
	}
	e.Meta = meta
	if strings.EqualFold(domain, "standard") {
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "CLS-1", Resource: string(e.ID), Provenance: e.Provenance,
			Summary: "an Elastic IP address of EC2-Classic, which is retired; it is ignored"})
		return
	}
	r.elasticIPs = append(r.elasticIPs, &e)
}

// linkElasticIPs gives interfaces the public addresses that only the Elastic IP
// tells of. Where the interface has another one, the interface's word counts:
// it says what it has now.
func (b *builder) linkElasticIPs() {
	for _, e := range model.Sorted(b.elasticIPs) {
		b.network.ElasticIPs[e.ID] = &e.ElasticIP
		i := b.network.Interfaces[e.Interface]
		if e.Interface == "" && e.instance != "" {
			if owner := b.network.Instances[e.instance]; owner != nil && len(owner.Interfaces) > 0 {
				i = b.network.Interfaces[owner.Interfaces[0]]
				e.Interface = i.ID
			}
		}
		if i == nil || !e.PublicIP.IsValid() {
			continue
		}
		private := e.PrivateIP
		if !private.IsValid() {
			private = i.Primary(false).IP
		}
		for j := range i.Addresses {
			a := &i.Addresses[j]
			switch {
			case a.IP != private:
			case !a.Public.IsValid():
				a.Public = e.PublicIP
			case a.Public != e.PublicIP:
				b.report(model.Diagnostic{Severity: model.Warning, Resource: string(e.ID), Provenance: e.Provenance,
					Summary: fmt.Sprintf("%s is said to be associated with %s of %s, which says that it has %s; that counts", e.PublicIP, a.IP, i.ID, a.Public)})
			}
		}
		e.Region = cmp.Or(e.Region, i.Region)
	}
}
