package model

import "fmt"

// trafficFault says what is wrong with a rule's ports or ICMP type; empty for
// nothing.
func trafficFault(t Traffic) string {
	switch {
	case t.Protocol < AllProtocols || t.Protocol > 255:
		return fmt.Sprintf("protocol %d is not between 0 and 255", int(t.Protocol))
	case t.Protocol.HasPorts() && t.Ports.From > t.Ports.To:
		return fmt.Sprintf("the port range %d-%d ends before it begins", t.Ports.From, t.Ports.To)
	case !t.Protocol.IsICMP():
		return ""
	case t.ICMP.Type < -1 || t.ICMP.Type > 255 || t.ICMP.Code < -1 || t.ICMP.Code > 255:
		return fmt.Sprintf("ICMP type %d, code %d is not between 0 and 255", t.ICMP.Type, t.ICMP.Code)
	case t.ICMP.Type == -1 && t.ICMP.Code != -1:
		return fmt.Sprintf("ICMP code %d needs a type", t.ICMP.Code)
	}
	return ""
}
