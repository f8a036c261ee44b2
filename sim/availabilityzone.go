package sim

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// sharesZone reports whether two subnets are in one Availability Zone.
func (sn *subnet) sharesZone(o *subnet) bool { return sn.zoneMatch(o) == yes }

// zoneMatch compares the zones of two subnets: by ID where both tell it (T-SHR-3),
// else by name. A zone that is not told counts as the same; an ID and a name cannot
// be compared, unless some subnet of the account has both.
func (sn *subnet) zoneMatch(o *subnet) match {
	a, b := sn.model, o.model
	if a.Zone() == "" || b.Zone() == "" {
		return yes
	}
	if x, y := sn.zoneID(), o.zoneID(); x != "" && y != "" {
		return matchIf(x == y)
	}
	if a.AvailabilityZone != "" && b.AvailabilityZone != "" {
		return matchIf(a.AvailabilityZone == b.AvailabilityZone)
	}
	return maybe
}

// inZones reports whether the subnet is in one of the zones, each told by name or by
// ID. Unlike between two subnets, a zone that is not told may be any.
func (sn *subnet) inZones(zones []string) match {
	name, id := sn.model.AvailabilityZone, sn.zoneID()
	compared := true
	for _, z := range zones {
		switch {
		case z == name || z == id:
			return yes
		case isZoneID(z):
			compared = compared && id != ""
		default:
			of := sn.vpc.e.zoneIDs[zoneName{sn.model.Account, z}]
			if of != "" && of == id {
				return yes
			}
			compared = compared && (name != "" || of != "" && id != "")
		}
	}
	if compared {
		return no
	}
	return maybe
}

// isZoneID tells a zone's ID, such as use1-az1, from its name, such as us-east-1a.
func isZoneID(z string) bool { return strings.Contains(z, "-az") }

// zoneID is the ID of the subnet's zone, as far as the input tells it: itself, or by
// another subnet of the account in that zone.
func (sn *subnet) zoneID() string {
	if id := sn.model.AvailabilityZoneID; id != "" {
		return id
	}
	return sn.vpc.e.zoneIDs[zoneName{sn.model.Account, sn.model.AvailabilityZone}]
}

// zoneName is a zone's name, which means something inside one account (T-SHR-3).
type zoneName struct {
	account model.AccountID
	name    string
}

// compileZones collects the IDs of the zones that the input tells by name.
func (e *Engine) compileZones() {
	e.zoneIDs = map[zoneName]string{}
	for _, m := range model.Sorted(e.network.Subnets) {
		if k := (zoneName{m.Account, m.AvailabilityZone}); m.AvailabilityZone != "" && m.AvailabilityZoneID != "" && e.zoneIDs[k] == "" {
			e.zoneIDs[k] = m.AvailabilityZoneID
		}
	}
}
