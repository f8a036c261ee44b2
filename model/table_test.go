package model

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// one gives a network with a single resource, which says nothing but its ID.
func one(t Table) *Network {
	n := NewNetwork()
	for _, own := range n.Tables() {
		if own.Field == t.Field {
			ts := own.Resources.Type()
			x := reflect.New(ts.Elem().Elem())
			x.Elem().FieldByName("ID").SetString("x")
			own.Resources.SetMapIndex(reflect.ValueOf("x").Convert(ts.Key()), x)
		}
	}
	return n
}

// Every map of a network is a table, of a kind of its own, or stands here.
func TestTables(t *testing.T) {
	without := map[string]string{"ResourcePolicies": "a policy is by its resource's ARN, and has no more than that"}
	fields := reflect.TypeFor[Network]()
	tables := map[string]Table{}
	kinds := map[Kind]string{}
	for _, table := range NewNetwork().Tables() {
		tables[table.Field] = table
		require.Empty(t, kinds[table.Kind], "%s has the kind of another", table.Field)
		kinds[table.Kind] = table.Field
	}
	for i := range fields.NumField() {
		f := fields.Field(i)
		if f.Type.Kind() != reflect.Map {
			continue
		}
		table, ok := tables[f.Name]
		require.Equal(t, without[f.Name] == "", ok, "%s has a kind", f.Name)
		if !ok {
			continue
		}
		n := one(table)
		for _, same := range n.Tables() {
			if same.Field == f.Name {
				require.Len(t, same.IDs(), 1)
				assert.NotNil(t, MetaOf(same.Resources.MapIndex(same.IDs()[0])))
			}
		}
	}
}

// Every kind of resource is a node of the graph, or stands here with what stands
// for it.
func TestGraphHasTables(t *testing.T) {
	without := map[Kind]string{
		KindPrefixList:                      "a part of routes and rules",
		KindNetworkACL:                      "a filter",
		KindSecurityGroup:                   "a filter",
		KindInstance:                        "its interfaces",
		KindOwner:                           "its interfaces",
		KindElasticIP:                       "an address of an interface",
		KindCustomerGateway:                 "the on-premises node",
		KindVPNConnection:                   "its gateway or attachment, and the on-premises node",
		KindDirectConnectGateway:            "the gateways that it is associated with",
		KindDirectConnectGatewayAssociation: "the gateways that it joins",
		KindVirtualInterface:                "the on-premises node",
		KindOnPremises:                      "the one on-premises node",
		KindLoadBalancer:                    "the interfaces of its nodes",
		KindTargetGroup:                     "its targets",
		KindVPCEndpointService:              "the node of the service, by its name",
		KindResourceGateway:                 "its interfaces",
		KindResourceConfiguration:           "what it leads to",
		KindServiceNetwork:                  "the node of the service",
		KindLatticeService:                  "the node of the service",
		KindFirewall:                        "its endpoints",
		KindFirewallPolicy:                  "a filter",
		KindFirewallRuleGroup:               "a filter",
		KindAccelerator:                     "the internet",
		KindVPCOrigin:                       "the internet",
	}
	for _, table := range NewNetwork().Tables() {
		node := NewGraph(one(table)).Node(table.Kind, "x")
		assert.Equal(t, without[table.Kind] == "", node != nil, "%s (%s) is a node", table.Field, table.Kind)
		delete(without, table.Kind)
	}
	assert.Empty(t, without, "kinds that no network has")
}

// Whatever has only its ID is neither refused nor a reason to stop.
func TestValidateBareTables(t *testing.T) {
	for _, table := range NewNetwork().Tables() {
		for _, d := range one(table).Validate() {
			assert.NotEmpty(t, strings.TrimSpace(d.Summary), "%s", table.Field)
		}
	}
}
