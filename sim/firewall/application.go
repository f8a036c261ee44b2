package firewall

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Ports by which it is told what is spoken.
const (
	portSSH  = 22
	portHTTP = 80
	portTLS  = 443
)

// udpOnly and tcpOnly are application protocols by what carries them. Those that
// neither has may be carried by both.
var (
	udpOnly = map[string]bool{"dhcp": true, "ike": true, "ikev2": true, "ntp": true, "quic": true, "snmp": true, "tftp": true}
	tcpOnly = map[string]bool{
		"ftp": true, "ftp-data": true, "http": true, "http1": true, "http2": true, "imap": true, "modbus": true, "mqtt": true,
		"msn": true, "pgsql": true, "pop3": true, "rdp": true, "rfb": true, "smb": true, "smtp": true, "ssh": true, "telnet": true,
		"tls": true, "ssl": true, "websocket": true,
	}
)

// carriers are the protocols that carry an application protocol.
func carriers(application string) packet.Protocols {
	switch {
	case udpOnly[application]:
		return udp
	case tcpOnly[application]:
		return tcp
	}
	return ported
}

// spoken gives the destination ports of TCP connections in which the application
// protocol is spoken, with one of the rule's hosts where it names any: certainly,
// and perhaps. host is the name that the client sends; empty where that is not
// known.
func spoken(application string, hosts []string, host string) (surely, perhaps packet.Ports) {
	if host == "" {
		if application == "ssh" {
			surely = packet.PortRange(portSSH, portSSH)
		}
		return surely, packet.AllPorts.Sub(packet.PortRange(portSSH, portSSH))
	}
	elsewhere := packet.AllPorts.Sub(packet.PortRange(portHTTP, portHTTP)).Sub(packet.PortRange(portTLS, portTLS))
	switch application {
	case "tls", "ssl":
		surely = packet.PortRange(portTLS, portTLS)
	case "http", "http1":
		surely = packet.PortRange(portHTTP, portHTTP)
	case "http2", "websocket":
		elsewhere = elsewhere.Or(packet.PortRange(portHTTP, portHTTP))
	case "ssh":
		return nil, nil // it sends no name
	}
	if len(hosts) > 0 && !named(hosts, host) {
		return nil, nil
	}
	return surely, elsewhere
}

// named reports whether host is one of hosts. A leading dot takes the name after
// it and all below (NFW-11); a star at either end, anything there (NFW-13).
func named(hosts []string, host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return slices.ContainsFunc(hosts, func(h string) bool {
		h = strings.ToLower(h)
		rest, before := strings.CutPrefix(h, "*")
		part, after := strings.CutSuffix(rest, "*")
		switch {
		case before && after:
			return strings.Contains(host, part)
		case before:
			return strings.HasSuffix(host, part)
		case after:
			return strings.HasPrefix(host, part)
		case strings.HasPrefix(h, "."):
			return h[1:] == host || strings.HasSuffix(host, h)
		}
		return h == host
	})
}
