package sim

import (
	"cmp"
	"slices"
	"strings"
)

// CodeInfo is what there is to say about a Code.
type CodeInfo struct {
	Code Code
	// Group is the part of a network that the code is about.
	Group CodeGroup
	// Own is set for codes that AWS Reachability Analyzer does not have.
	Own bool
	// Meaning is one sentence: what happened to the packet.
	Meaning string
	// Mend is how the design is usually changed.
	Mend string
}

// CodeGroup is the part of a network that a code is about.
type CodeGroup string

// Groups of codes.
const (
	GroupVPC            CodeGroup = "vpc"             // interfaces, filters, routes
	GroupInternet       CodeGroup = "internet"        // gateways to the internet, NAT, Block Public Access
	GroupEndpoint       CodeGroup = "endpoint"        // VPC endpoints and PrivateLink
	GroupPeering        CodeGroup = "peering"         // VPC peering
	GroupTransitGateway CodeGroup = "transit-gateway" // transit gateways
	GroupVPN            CodeGroup = "vpn"             // virtual private gateways and VPNs
	GroupLoadBalancer   CodeGroup = "load-balancer"   // load balancers and their targets
	GroupFirewall       CodeGroup = "firewall"        // inspection
	GroupInput          CodeGroup = "input"           // the question, or data that the input lacks
)

// codeTable is sorted by code. It is written once and only read.
var codeTable = sortedCodes(vpcCodes, internetCodes, betweenCodes, loadBalancerCodes, inputCodes, analyzerCodes)

func sortedCodes(groups ...[]CodeInfo) []CodeInfo {
	all := slices.Concat(groups...)
	slices.SortFunc(all, func(a, b CodeInfo) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

// Codes gives every code that is known, sorted by name. The caller owns the
// slice.
func Codes() []CodeInfo { return slices.Clone(codeTable) }

// LookupCode finds a code by name, in any case and with dashes or spaces in
// place of underscores.
func LookupCode(name string) (CodeInfo, bool) {
	name = normalizeCode(name)
	i, ok := slices.BinarySearchFunc(codeTable, name, func(c CodeInfo, s string) int {
		return cmp.Compare(string(c.Code), s)
	})
	if !ok {
		return CodeInfo{}, false
	}
	return codeTable[i], true
}

func normalizeCode(name string) string {
	return strings.ToUpper(strings.NewReplacer("-", "_", " ", "_").Replace(strings.TrimSpace(name)))
}
