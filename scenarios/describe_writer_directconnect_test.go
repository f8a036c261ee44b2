package scenarios

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// directConnect writes Direct Connect gateways, their associations and virtual
// interfaces. All but the last belong to no Region.
func (s *snapshot) directConnect() {
	n := s.network
	for _, g := range model.Sorted(n.DirectConnectGateways) {
		s.add("directConnectGateways", &g.Meta, lowerResource(&g.Meta).with("directConnectGatewayId", g.ID, "directConnectGatewayName", g.Name,
			"directConnectGatewayState", "available"))
	}
	for _, a := range model.Sorted(n.DirectConnectGatewayAssociations) {
		o := object{"associationId": a.ID, "directConnectGatewayId": a.Gateway, "associationState": a.State}
		if a.Account != "" {
			o["directConnectGatewayOwnerAccount"] = a.Account
		}
		switch {
		case a.TransitGateway != "":
			o["associatedGateway"] = object{"id": a.TransitGateway, "type": "transitGateway"}
		default:
			o.with("associatedGateway", object{"id": a.VPNGateway, "type": "virtualPrivateGateway"}, "virtualGatewayId", a.VPNGateway)
		}
		list := []object{}
		for _, p := range a.AllowedPrefixes {
			list = append(list, object{"cidr": p})
		}
		s.add("directConnectGatewayAssociations", &a.Meta, o.with("allowedPrefixesToDirectConnectGateway", list))
	}
	for _, i := range model.Sorted(n.VirtualInterfaces) {
		status := "down"
		if i.Up {
			status = "up"
		}
		o := lowerResource(&i.Meta).with("virtualInterfaceId", i.ID, "virtualInterfaceName", i.Name, "virtualInterfaceType", string(i.Type),
			"virtualInterfaceState", i.State, "virtualGatewayId", i.VPNGateway, "directConnectGatewayId", i.Gateway, "siteLinkEnabled", i.SiteLink,
			"bgpPeers", []object{{"bgpPeerState": "available", "bgpStatus": status}})
		if i.Type == model.PublicVirtualInterface {
			list := []object{}
			for _, p := range i.LearnedRoutes {
				list = append(list, object{"cidr": p})
			}
			o["routeFilterPrefixes"] = list
		}
		s.add("virtualInterfaces", &i.Meta, o)
	}
}

// lowerResource is resource for the calls that write members in lower case.
func lowerResource(m *model.Meta) object {
	o := object{}
	if m.Account != "" {
		o["ownerAccount"] = m.Account
	}
	if m.Region != "" {
		o["region"] = m.Region
	}
	list := []object{}
	for _, k := range sortedKeys(m.Tags) {
		list = append(list, object{"key": k, "value": m.Tags[k]})
	}
	return o.with("tags", list)
}

// writeBeside writes what no call of AWS's prints in vpcwalk's own format: networks
// on premises, and accounts that may send to port 25. It gives no path where there is
// nothing of that.
func writeBeside(t *testing.T, n *model.Network, folder string) []string {
	t.Helper()
	doc := map[string]any{}
	var places []any
	for _, p := range n.OnPremises {
		places = append(places, p.String())
	}
	for _, o := range model.Sorted(n.OnPremisesNetworks) {
		one := map[string]any{"cidr": o.CIDRs}
		if o.Name != "" && o.Name != string(o.ID) {
			one["name"] = o.Name
		}
		if o.Advertises != nil {
			one["advertises"] = o.Advertises
		}
		if o.Accepts != nil {
			one["accepts"] = o.Accepts
		}
		if len(o.Via) > 0 {
			via := []any{}
			for _, id := range o.Via {
				via = append(via, map[string]string{"id": id})
			}
			one["via"] = via
		}
		places = append(places, map[string]any{string(o.ID): one})
	}
	if places != nil {
		doc["on_premises"] = places
	}
	if len(n.Port25Allowed) > 0 {
		doc["port_25_allowed"] = n.Port25Allowed
	}
	if len(doc) == 0 {
		return nil
	}
	var text bytes.Buffer
	require.NoError(t, yaml.NewEncoder(&text).Encode(doc))
	path := filepath.Join(folder, "beside.yaml")
	require.NoError(t, os.WriteFile(path, text.Bytes(), 0o644))
	return []string{path}
}
