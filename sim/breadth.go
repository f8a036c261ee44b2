package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Breadth is how much a set of packets opens, from the least to the most.
type Breadth uint8

// Breadths.
const (
	OtherProtocols Breadth = iota // neither TCP nor UDP: ICMP, say
	WebPorts                      // TCP 80 and 443, and QUIC
	FewPorts                      // some other ports
	SensitivePorts                // a port by which machines and databases are run
	ManyPorts                     // a thousand ports or more
	AllPorts                      // every TCP port
)

func (b Breadth) String() string {
	switch b {
	case OtherProtocols:
		return "other protocols only"
	case WebPorts:
		return "web ports only"
	case FewPorts:
		return "few ports"
	case SensitivePorts:
		return "a database or administration port"
	case ManyPorts:
		return "many ports"
	case AllPorts:
		return "every port"
	}
	panic(fmt.Sprintf("sim: breadth %d", uint8(b)))
}

// sensitivePorts are what attackers look for first: remote shells and desktops,
// databases, caches, and the control ports of orchestrators.
var sensitivePorts = map[model.Protocol]map[uint16]string{
	model.TCP: {
		22: "SSH", 23: "Telnet", 135: "RPC", 139: "NetBIOS", 445: "SMB", 1433: "SQL Server", 1521: "Oracle", 2049: "NFS", 2375: "Docker", 2376: "Docker",
		2379: "etcd", 3306: "MySQL", 3389: "RDP", 5432: "PostgreSQL", 5439: "Redshift", 5601: "Kibana", 5900: "VNC", 5985: "WinRM", 5986: "WinRM",
		6379: "Redis", 6443: "Kubernetes", 7001: "Cassandra", 8086: "InfluxDB", 9042: "Cassandra", 9092: "Kafka", 9200: "Elasticsearch",
		9300: "Elasticsearch", 10250: "kubelet", 11211: "memcached", 27017: "MongoDB",
	},
	model.UDP: {161: "SNMP", 389: "LDAP", 2049: "NFS", 3389: "RDP", 11211: "memcached"},
}

// SensitivePort names what listens at a port by which machines and databases are
// run; empty for other ports.
func SensitivePort(p model.Protocol, port uint16) string { return sensitivePorts[p][port] }

// sensitive are the sensitive ports of TCP and UDP, as boxes.
var sensitive = func() []packet.Box {
	var out []packet.Box
	for _, p := range []model.Protocol{model.TCP, model.UDP} {
		b := packet.All
		b.Protocols, b.Dport = packet.Protocol(p), nil
		for port := range sensitivePorts[p] {
			b.Dport = b.Dport.Or(packet.PortRange(port, port))
		}
		out = append(out, b)
	}
	return out
}()

var webPorts = packet.PortRange(80, 80).Or(packet.PortRange(443, 443))

// manyPorts is from how many ports on nobody lists them one by one.
const manyPorts = 1000

// BreadthOf tells how much a set opens.
func BreadthOf(s packet.Set) Breadth {
	var tcp, udp packet.Ports
	for i := range s {
		if s[i].Protocols.Contains(model.TCP) {
			tcp = tcp.Or(s[i].Dport)
		}
		if s[i].Protocols.Contains(model.UDP) {
			udp = udp.Or(s[i].Dport)
		}
	}
	switch both := tcp.Or(udp); {
	case tcp.Equal(packet.AllPorts):
		return AllPorts
	case max(countPorts(tcp), countPorts(udp)) >= manyPorts:
		return ManyPorts
	case tcp.Overlaps(sensitive[0].Dport) || udp.Overlaps(sensitive[1].Dport):
		return SensitivePorts
	case both.IsEmpty():
		return OtherProtocols
	case webPorts.Holds(both):
		return WebPorts
	}
	return FewPorts
}
