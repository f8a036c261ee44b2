package model

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func addr(s string) netip.Addr     { return netip.MustParseAddr(s) }
func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func prefixes(ss ...string) []netip.Prefix {
	var ps []netip.Prefix
	for _, s := range ss {
		ps = append(ps, prefix(s))
	}
	return ps
}

func addresses(ss ...string) []Address {
	var as []Address
	for _, s := range ss {
		as = append(as, Address{IP: addr(s)})
	}
	return as
}

// selectNetwork has two VPCs whose ranges overlap and one of whose interfaces
// nothing is known.
func selectNetwork() *Network {
	n := NewNetwork()
	n.VPCs["vpc-a"] = &VPC{ID: "vpc-a", Meta: Meta{Name: "alpha"}, CIDRs: prefixes("10.0.0.0/16", "fd00:a::/56")}
	n.VPCs["vpc-b"] = &VPC{ID: "vpc-b", CIDRs: prefixes("10.0.0.0/16")}
	n.VPCs["vpc-c"] = &VPC{ID: "vpc-c", CIDRs: prefixes("10.9.0.0/16"), Missing: map[Kind]*Unknown{KindInterface: {Subject: "vpc-c"}}}
	for _, sn := range []*Subnet{
		{ID: "subnet-web", VPC: "vpc-a", CIDRs: prefixes("10.0.1.0/24", "fd00:a::/64"), Meta: Meta{Name: "tier-web"}},
		{ID: "subnet-db", VPC: "vpc-a", CIDRs: prefixes("10.0.2.0/24"), Meta: Meta{Name: "tier-db"}},
		{ID: "subnet-empty", VPC: "vpc-a", CIDRs: prefixes("10.0.3.0/24"), Meta: Meta{Provenance: Provenance{Address: "aws_subnet.empty"}}},
		{ID: "subnet-other", VPC: "vpc-b", CIDRs: prefixes("10.0.1.0/24")},
		{ID: "subnet-c", VPC: "vpc-c", CIDRs: prefixes("10.9.1.0/24")},
	} {
		n.Subnets[sn.ID] = sn
	}
	for _, g := range []*SecurityGroup{
		{ID: "sg-web", VPC: "vpc-a", GroupName: "web-group"},
		{ID: "sg-idle", VPC: "vpc-a", GroupName: "idle-group"},
		{ID: "sg-1", VPC: "vpc-a", GroupName: "default"},
		{ID: "sg-2", VPC: "vpc-b", GroupName: "default"},
	} {
		n.SecurityGroups[g.ID] = g
	}
	web := addresses("10.0.1.10", "10.0.1.11", "fd00:a::10", "fd00:a::11")
	web[0].Public = addr("198.51.100.10")
	for _, i := range []*Interface{
		{ID: "eni-web", VPC: "vpc-a", Subnet: "subnet-web", Addresses: web, Groups: []SecurityGroupID{"sg-web"}, Owner: OwnerRef{KindInstance, "i-web"}},
		{ID: "eni-web-2", VPC: "vpc-a", Subnet: "subnet-db", Addresses: addresses("10.0.2.10"), Owner: OwnerRef{KindInstance, "i-web"}, DeviceIndex: 1},
		{ID: "eni-db-a", VPC: "vpc-a", Subnet: "subnet-db", Addresses: addresses("10.0.2.20"), Owner: OwnerRef{KindOwner, "db-main"}},
		{ID: "eni-db-b", VPC: "vpc-a", Subnet: "subnet-web", Addresses: addresses("10.0.1.20"), Owner: OwnerRef{KindOwner, "db-main"}, Meta: Meta{Tags: map[string]string{"Zone": "b"}}},
		{ID: "eni-planned", VPC: "vpc-a", Subnet: "subnet-web", Unassigned4: true, Owner: OwnerRef{KindInstance, "aws_instance.app"}, Meta: Meta{Provenance: Provenance{Address: "aws_instance.app"}}},
		{ID: "eni-pods", VPC: "vpc-a", Subnet: "subnet-db", Addresses: addresses("10.0.2.30"), Prefixes: prefixes("10.0.2.64/28")},
		{ID: "eni-nat", VPC: "vpc-a", Subnet: "subnet-web", Addresses: addresses("10.0.1.99"), Owner: OwnerRef{KindNATGateway, "nat-1"}},
		{ID: "eni-other", VPC: "vpc-b", Subnet: "subnet-other", Addresses: addresses("10.0.1.10", "10.0.1.50"), Owner: OwnerRef{KindInstance, "i-other"}},
	} {
		n.Interfaces[i.ID] = i
	}
	for _, i := range []*Instance{
		{ID: "i-web", Interfaces: []InterfaceID{"eni-web", "eni-web-2"}, Meta: Meta{Name: "web", Tags: map[string]string{"Name": "web", "Tier": "web"}, ARN: "arn:aws:ec2:::instance/i-web"}},
		{ID: "i-other", Interfaces: []InterfaceID{"eni-other"}, Meta: Meta{Name: "twin", Tags: map[string]string{"Name": "twin"}}},
		{ID: "i-gone", Meta: Meta{Name: "twin", Tags: map[string]string{"Name": "twin"}}, State: "terminated", NotRunning: true},
		{ID: "aws_instance.app", Interfaces: []InterfaceID{"eni-planned"}, Meta: Meta{Name: "tier-db", Provenance: Provenance{Address: "aws_instance.app"}}},
	} {
		n.Instances[i.ID] = i
	}
	n.Owners["db-main"] = &Owner{ID: "db-main", Type: "rds", Interfaces: []InterfaceID{"eni-db-b", "eni-db-a"}, Meta: Meta{Name: "orders", Tags: map[string]string{"Tier": "db"}}}
	n.NATGateways["nat-1"] = &NATGateway{ID: "nat-1", VPC: "vpc-a", Addresses: []NATGatewayAddress{{Public: addr("198.51.100.99")}}}
	n.VPCEndpoints["vpce-s3"] = &VPCEndpoint{ID: "vpce-s3", Type: GatewayEndpoint}
	n.TransitGateways["tgw-1"] = &TransitGateway{ID: "tgw-1", Meta: Meta{Name: "hub"}}
	n.InternetGateways["igw-1"] = &InternetGateway{ID: "igw-1", VPC: "vpc-a"}
	n.ElasticIPs["eipalloc-1"] = &ElasticIP{ID: "eipalloc-1", PublicIP: addr("198.51.100.20"), Interface: "eni-db-a", PrivateIP: addr("10.0.2.20")}
	return n
}

// show writes a selection as a test table can.
func show(sel Selection) string {
	switch sel.Kind {
	case SelectInternet:
		return "internet"
	case SelectService:
		return fmt.Sprintf("service %v", sel.Services)
	case SelectPrefix:
		if sel.VPC != "" {
			return fmt.Sprintf("%s in %s", sel.Prefix, sel.VPC)
		}
		return sel.Prefix.String()
	case SelectInterfaces:
		s := ""
		for _, e := range sel.Ends {
			if s != "" {
				s += "; "
			}
			s += string(e.Interface)
			if e.Subnet != "" {
				s += "hypothetical in " + string(e.Subnet)
			}
			for _, a := range e.Addresses {
				s += " " + a.String()
			}
		}
		return s
	}
	panic(sel.Kind)
}

func TestSelect(t *testing.T) {
	s := NewSelector(selectNetwork())
	const webAll = "eni-web 10.0.1.10 10.0.1.11 fd00:a::10 fd00:a::11"
	const webPrimary = "eni-web 10.0.1.10 fd00:a::10"
	for _, c := range []struct{ text, source, destination string }{
		{"internet", "internet", "internet"},
		{"service:s3", "service [s3]", "service [s3]"},
		{"service:com.amazonaws.eu-west-1.s3", "service [com.amazonaws.eu-west-1.s3]", "service [com.amazonaws.eu-west-1.s3]"},
		{"service:session-manager", "service [ssm ssmmessages]", "service [ssm ssmmessages]"},
		{"i-web", webPrimary, webPrimary},
		{" i-web ", webPrimary, webPrimary},
		{"arn:aws:ec2:::instance/i-web", webPrimary, webPrimary},
		{"web", webPrimary, webPrimary},
		{"eni-web", webPrimary, webAll},
		{"db-main", "eni-db-a 10.0.2.20; eni-db-b 10.0.1.20", "eni-db-a 10.0.2.20; eni-db-b 10.0.1.20"},
		{"orders", "eni-db-a 10.0.2.20; eni-db-b 10.0.1.20", "eni-db-a 10.0.2.20; eni-db-b 10.0.1.20"},
		{"nat-1", "eni-nat 10.0.1.99", "eni-nat 10.0.1.99"},
		// The instance, not the interface that has its address in the plan; and
		// it has no address yet.
		{"aws_instance.app", "eni-planned", "eni-planned"},
		// A name of an instance goes before a subnet's.
		{"tier-db", "eni-planned", "eni-planned"},
		{"subnet:tier-db", "eni-db-a 10.0.2.20; eni-pods 10.0.2.30; eni-web-2 10.0.2.10", "eni-db-a 10.0.2.20; eni-pods 10.0.2.30; eni-web-2 10.0.2.10"},
		{"tier-web", "eni-db-b 10.0.1.20; eni-nat 10.0.1.99; eni-planned; " + webPrimary, "eni-db-b 10.0.1.20; eni-nat 10.0.1.99; eni-planned; " + webAll},
		{"subnet-empty", "hypothetical in subnet-empty", "hypothetical in subnet-empty"},
		{"aws_subnet.empty", "hypothetical in subnet-empty", "hypothetical in subnet-empty"},
		{"sg:sg-web", webPrimary, webAll},
		{"sg:web-group", webPrimary, webAll},
		{"sg-web", webPrimary, webAll},
		{"tag:Tier=web", webPrimary + "; eni-web-2 10.0.2.10", webAll + "; eni-web-2 10.0.2.10"},
		{"tag:Tier=db", "eni-db-a 10.0.2.20; eni-db-b 10.0.1.20", "eni-db-a 10.0.2.20; eni-db-b 10.0.1.20"},
		{"tag:Name=orders", "eni-db-a 10.0.2.20; eni-db-b 10.0.1.20", "eni-db-a 10.0.2.20; eni-db-b 10.0.1.20"},
		{"tag:Zone=b", "eni-db-b 10.0.1.20", "eni-db-b 10.0.1.20"},
		// Addresses: the owner as a source, a header as a destination.
		{"10.0.2.10", "eni-web-2 10.0.2.10", "10.0.2.10/32"},
		{"vpc-a/10.0.1.10", "eni-web 10.0.1.10", "eni-web 10.0.1.10"},
		{"vpc-b/10.0.1.10", "eni-other 10.0.1.10", "eni-other 10.0.1.10"},
		{"alpha/10.0.1.11", "eni-web 10.0.1.11", "eni-web 10.0.1.11"},
		{"::ffff:10.0.2.10", "eni-web-2 10.0.2.10", "10.0.2.10/32"},
		{"10.0.2.70", "eni-pods 10.0.2.70", "10.0.2.70/32"},
		{"198.51.100.10", "eni-web 10.0.1.10", "198.51.100.10/32"},
		{"198.51.100.20", "eni-db-a 10.0.2.20", "198.51.100.20/32"},
		{"203.0.113.9", "203.0.113.9/32", "203.0.113.9/32"},
		{"10.9.1.7", "hypothetical in subnet-c 10.9.1.7", "10.9.1.7/32"},
		// CIDRs.
		{"203.0.113.0/24", "203.0.113.0/24", "203.0.113.0/24"},
		{"vpc-a/10.0.1.0/28", "eni-planned; eni-web 10.0.1.10 10.0.1.11", "eni-planned; eni-web 10.0.1.10 10.0.1.11"},
		{"vpc-a/10.0.2.16/28", "eni-db-a 10.0.2.20; eni-pods 10.0.2.30", "eni-db-a 10.0.2.20; eni-pods 10.0.2.30"},
		{"vpc-a/10.0.3.0/24", "hypothetical in subnet-empty", "hypothetical in subnet-empty"},
		{"fd00:a::/64", "eni-web fd00:a::10 fd00:a::11", "eni-web fd00:a::10 fd00:a::11"},
	} {
		for side, want := range map[Side]string{Source: c.source, Destination: c.destination} {
			got, err := s.Select(c.text, side)
			require.NoError(t, err, c.text)
			assert.Equal(t, want, show(got), "%s as side %d", c.text, side)
		}
	}
}

func TestSelectError(t *testing.T) {
	s := NewSelector(selectNetwork())
	for text, want := range map[string]string{
		"":                     `"" is empty`,
		"twin":                 `"twin" fits 2 things: instance i-gone (twin), instance i-other (twin); use one of them by its ID, or tag:Name=twin`,
		"default":              `"default" fits 2 things: security-group sg-1 (default), security-group sg-2 (default); use one of them by its ID, or sg:sg-1, sg:sg-2`,
		"i-gone":               `"i-gone" names instance i-gone (twin), which has no network interface in this input`,
		"vpce-s3":              `"vpce-s3" names vpc-endpoint vpce-s3, which has no network interface in this input`,
		"igw-1":                `"igw-1" names internet-gateway igw-1, which has no network interface in this input: use an interface, an owner of interfaces, an address, a CIDR or internet`,
		"hub":                  `"hub" names transit-gateway tgw-1 (hub), which has no network interface in this input: use an interface, an owner of interfaces, an address, a CIDR or internet`,
		"ordres":               `nothing in the network is called "ordres"; did you mean orders?`,
		"ord":                  `nothing in the network is called "ord"; did you mean orders?`,
		"rders":                `nothing in the network is called "rders"; did you mean orders?`,
		"rder":                 `nothing in the network is called "rder"; did you mean orders?`,
		"Internet":             `nothing in the network is called "Internet"; did you mean internet?`,
		"no such thing at all": `nothing in the network is called "no such thing at all"`,
		"service:":             `"service:" names no service: write service:s3`,
		"service:kmss":         `"service:kmss" names no AWS service, nor one that a VPC endpoint of the network is for; did you mean service:kms?`,
		"tag:Tier":             `"tag:Tier" is not a tag and its value: write tag:Tier=db`,
		"tag:Tier=dbs":         `"tag:Tier=dbs" fits no interface and no owner of one; did you mean tag:Tier=db?`,
		"sg:sg-idle":           `"sg:sg-idle" names security group sg-idle, which no interface has`,
		"sg:web-gruop":         `nothing in the network is called "sg:web-gruop"; did you mean sg:web-group?`,
		"subnet:sg-web":        `nothing in the network is called "subnet:sg-web"`,
		"10.0.1.10":            `"10.0.1.10" fits 2 things: network-interface eni-other in vpc-b, network-interface eni-web in vpc-a; use one of them by its ID, or vpc-a/10.0.1.10, vpc-b/10.0.1.10`,
		"10.0.1.0/24":          `"10.0.1.0/24" fits 2 things: vpc-a/10.0.1.0/24, vpc-b/10.0.1.0/24; name one of them`,
		"10.0.2.99":            `"10.0.2.99" is an address that no interface has`,
		"vpc-a/10.0.1.77":      `"vpc-a/10.0.1.77" is an address that no interface has; did you mean eni-planned?`,
		"vpc-a/10.8.0.1":       `"vpc-a/10.8.0.1" is not in vpc-a`,
		"vpc-d/10.0.1.10":      `"vpc-d/10.0.1.10" begins with "vpc-d", which is no VPC; did you mean vpc-a/10.0.1.10 or vpc-b/10.0.1.10 or vpc-c/10.0.1.10?`,
		"vpc-a/10.0.4.0/24":    `"vpc-a/10.0.4.0/24" is in vpc-a, and no interface has an address in it`,
		"10.0.0.0/8":           `"10.0.0.0/8" holds a VPC's addresses and others: ask about each by itself; did you mean 10.0.0.0/16 or 10.9.0.0/16?`,
		"0.0.0.0/0":            `"0.0.0.0/0" is every address there is, the network's own too; did you mean internet?`,
		"203.0.113.1/24":       `"203.0.113.1/24" is a CIDR with host bits; did you mean 203.0.113.0/24 or 203.0.113.1?`,
		"fe80::1%eth0":         `"fe80::1%eth0" has a zone, which no address in a VPC has; did you mean fe80::1?`,
		"198.51.100.99":        `"198.51.100.99" is an address of NAT gateway nat-1, which starts no flow of its own`,
	} {
		_, err := s.Select(text, Source)
		var selectErr *SelectError
		require.ErrorAs(t, err, &selectErr, text)
		assert.Equal(t, want, err.Error())
	}
}

// An owner's list says which interface is the primary one, whatever the IDs and
// where no device index is told.
func TestSelectPrimaryInterface(t *testing.T) {
	n := selectNetwork()
	n.Interfaces["eni-web-2"].DeviceIndex = 0
	n.Instances["i-web"].Interfaces = []InterfaceID{"eni-web-2", "eni-web"}
	sel, err := n.Select("web", Source)
	require.NoError(t, err)
	assert.Equal(t, "eni-web-2 10.0.2.10", show(sel))

	n.Interfaces["eni-web"].DeviceIndex = 1
	n.Instances["i-web"].Interfaces = nil
	sel, err = n.Select("web", Source)
	require.NoError(t, err)
	assert.Equal(t, "eni-web-2 10.0.2.10", show(sel))
}

// A VPC whose interfaces the input lacks may have the address as well.
func TestSelectAddressThatAnotherVPCMayHave(t *testing.T) {
	n := selectNetwork()
	n.VPCs["vpc-b"].Missing = map[Kind]*Unknown{KindInterface: {}}
	_, err := n.Select("10.0.2.10", Source)
	assert.EqualError(t, err, `"10.0.2.10" fits 2 things: vpc-a/10.0.2.10, vpc-b/10.0.2.10; name one of them`)
	sel, err := n.Select("vpc-a/10.0.2.10", Source)
	require.NoError(t, err)
	assert.Equal(t, "eni-web-2 10.0.2.10", show(sel))
}

func TestSelectNotes(t *testing.T) {
	s := NewSelector(selectNetwork())
	for text, want := range map[string]string{
		"web":               "web stands for its primary interface eni-web; ask about the others by ID or address: eni-web-2",
		"eni-pods":          "interface eni-pods also has the delegated prefix 10.0.2.64/28; ask about its addresses one by one",
		"subnet-empty":      "subnet subnet-empty has no interface: a hypothetical one, which no group restricts, stands for it",
		"vpc-a/10.0.1.0/28": "interface eni-planned has an address of 10.0.1.0/24 that is not known yet and may lie outside 10.0.1.0/28",
		"10.9.1.7":          "the input has no network interfaces: a hypothetical one with address 10.9.1.7, which no group restricts, stands in subnet subnet-c",
	} {
		sel, err := s.Select(text, Source)
		require.NoError(t, err)
		assert.Equal(t, []string{want}, sel.Notes)
	}
}

// Elastic IPs of secondary addresses and of delegated prefixes are the interface's
// as a destination, and the instance's answer mentions them (ENI-4, ENI-7).
func TestSelectOtherPublicAddresses(t *testing.T) {
	n := selectNetwork()
	pods := n.Interfaces["eni-pods"]
	pods.Addresses = append(pods.Addresses, Address{IP: addr("10.0.2.31"), Public: addr("198.51.100.31")})
	n.Instances = map[InstanceID]*Instance{"i-pods": {ID: "i-pods", Interfaces: []InterfaceID{"eni-pods"}}}
	n.ElasticIPs = map[AllocationID]*ElasticIP{
		"eipalloc-1": {ID: "eipalloc-1", Interface: "eni-pods", PrivateIP: addr("10.0.2.70"), PublicIP: addr("198.51.100.70")},
		"eipalloc-2": {ID: "eipalloc-2", Interface: "eni-pods", PrivateIP: addr("10.0.2.31"), PublicIP: addr("198.51.100.31")},
		"eipalloc-3": {ID: "eipalloc-3", Interface: "eni-web", PrivateIP: addr("10.0.2.71"), PublicIP: addr("198.51.100.71")},
	}
	sel, err := n.Select("eni-pods", Destination)
	require.NoError(t, err)
	assert.Contains(t, sel.Ends[0].Addresses, addr("10.0.2.31"))
	assert.Contains(t, sel.Ends[0].Addresses, addr("10.0.2.70"))
	assert.NotContains(t, sel.Ends[0].Addresses, addr("10.0.2.71"))
	sel, err = n.Select("i-pods", Destination)
	require.NoError(t, err)
	assert.Equal(t, []string{"i-pods stands for the primary addresses of eni-pods; ask about its other public addresses by themselves: 198.51.100.31, 198.51.100.70"}, sel.Notes)
}

// A selection never has an end that the network does not, nor an address that
// its interface does not.
func TestSelectNamesWhatExists(t *testing.T) {
	n := selectNetwork()
	s := NewSelector(n)
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(s.vocabulary()).Draw(t, "word")
		prefix := rapid.SampledFrom([]string{"", "", "sg:", "subnet:", "tag:Name=", "vpc-a/"}).Draw(t, "prefix")
		sel, err := s.Select(prefix+word, Side(rapid.IntRange(0, 1).Draw(t, "side")))
		if err != nil {
			return
		}
		for _, e := range sel.Ends {
			if e.Interface == "" {
				require.Contains(t, n.Subnets, e.Subnet)
				continue
			}
			require.Contains(t, n.Interfaces, e.Interface)
			for _, a := range e.Addresses {
				require.Contains(t, n.Interfaces[e.Interface].Addresses, Address{IP: a, Public: publicOf(n.Interfaces[e.Interface], a)})
			}
		}
	})
}

func publicOf(i *Interface, a netip.Addr) netip.Addr {
	for _, x := range i.Addresses {
		if x.IP == a {
			return x.Public
		}
	}
	return netip.Addr{}
}

func FuzzSelect(f *testing.F) {
	for _, s := range []string{"web", "10.0.1.10", "vpc-a/10.0.0.0/8", "tag:a=b=c", "sg:", "::1%", "a/b/c", "10.0.0.0/33", "/", "//10.0.0.1/1"} {
		f.Add(s, true)
	}
	s := NewSelector(selectNetwork())
	f.Fuzz(func(t *testing.T, text string, source bool) {
		side := Destination
		if source {
			side = Source
		}
		sel, err := s.Select(text, side)
		if err != nil {
			var selectErr *SelectError
			require.ErrorAs(t, err, &selectErr)
			require.NotEmpty(t, err.Error())
			return
		}
		if sel.Kind == SelectInterfaces {
			require.NotEmpty(t, sel.Ends)
		}
	})
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"web", "wbe", 1}, {"kitten", "sitting", 3}, {"güt", "gut", 1}, {"orders", "ordres", 1}} {
		assert.Equal(t, c.want, EditDistance(c.a, c.b, 9), "%s %s", c.a, c.b)
		assert.Equal(t, c.want, EditDistance(c.b, c.a, 9), "%s %s", c.b, c.a)
	}
	assert.Greater(t, EditDistance("kitten", "sitting", 2), 2)
}

// Thousands of questions on a large network must not cost more than loading it.
func TestSelectorIsFast(t *testing.T) {
	s := NewSelector(largeNetwork(10_000))
	start := time.Now()
	for i := range 5000 {
		for _, text := range []string{fmt.Sprintf("i-%d", i), fmt.Sprintf("web-%d", i), fmt.Sprintf("10.%d.%d.10", i/250, i%250)} {
			_, err := s.Select(text, Source)
			require.NoError(t, err)
		}
	}
	if !testing.Short() { // the race detector takes its time
		assert.Less(t, time.Since(start), 2*time.Second)
	}
}

// largeNetwork has one subnet for every interface of its instances.
func largeNetwork(size int) *Network {
	n := NewNetwork()
	for i := range size {
		vpc := VPCID(fmt.Sprintf("vpc-%d", i/250))
		n.VPCs[vpc] = &VPC{ID: vpc, CIDRs: prefixes(fmt.Sprintf("10.%d.0.0/16", i/250))}
		sn, eni, inst := SubnetID(fmt.Sprintf("subnet-%d", i)), InterfaceID(fmt.Sprintf("eni-%d", i)), InstanceID(fmt.Sprintf("i-%d", i))
		n.Subnets[sn] = &Subnet{ID: sn, VPC: vpc, CIDRs: prefixes(fmt.Sprintf("10.%d.%d.0/24", i/250, i%250))}
		n.Interfaces[eni] = &Interface{ID: eni, VPC: vpc, Subnet: sn, Addresses: addresses(fmt.Sprintf("10.%d.%d.10", i/250, i%250)), Owner: OwnerRef{KindInstance, string(inst)}}
		n.Instances[inst] = &Instance{ID: inst, VPC: vpc, Interfaces: []InterfaceID{eni}, Meta: Meta{Name: fmt.Sprintf("web-%d", i)}}
	}
	return n
}

func BenchmarkNewSelector(b *testing.B) {
	n := largeNetwork(10_000)
	for b.Loop() {
		NewSelector(n)
	}
}

func BenchmarkSelect(b *testing.B) {
	s := NewSelector(largeNetwork(10_000))
	for b.Loop() {
		if _, err := s.Select("web-4321", Source); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSelectNothing(b *testing.B) {
	s := NewSelector(largeNetwork(10_000))
	for b.Loop() {
		if _, err := s.Select("wbe-4321", Source); err == nil {
			b.Fatal("found")
		}
	}
}
