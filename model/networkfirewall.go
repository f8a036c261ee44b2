package model

import "net/netip"

// Firewall is an AWS Network Firewall with its endpoints (NFW-1).
type Firewall struct {
	ID FirewallID
	Meta
	VPC    VPCID
	Policy FirewallPolicyID
	// Endpoints are in its VPC's subnets, and in other VPCs by association.
	Endpoints []FirewallEndpoint
	// TransitGateway is set for a firewall that is attached to one (NFW-17).
	TransitGateway TransitGatewayID
	// Proxy is NoSourcePreservation (NFW-18).
	Proxy bool
}

// FirewallEndpoint is a firewall's endpoint in a subnet. Its ID is what routes
// name; in a design that cannot tell it, the firewall's and subnet's joined.
type FirewallEndpoint struct {
	ID         VPCEndpointID
	Subnet     SubnetID
	Ready      bool // status READY
	State      string
	Provenance Provenance
}

// FirewallPolicy is a firewall policy.
type FirewallPolicy struct {
	ID FirewallPolicyID
	Meta
	StatelessGroups []FirewallGroupReference // ascending Priority
	// StatelessDefaults and FragmentDefaults are actions: aws:pass, aws:drop,
	// aws:forward_to_sfe, and the names of custom ones.
	StatelessDefaults, FragmentDefaults []string
	StatefulGroups                      []FirewallGroupReference
	// StrictOrder is rule order STRICT_ORDER (NFW-8); otherwise it is AWS's default,
	// DEFAULT_ACTION_ORDER (NFW-7).
	StrictOrder      bool
	StatefulDefaults []string
	// StreamException is DROP (the default, where empty), CONTINUE or REJECT
	// (NFW-6).
	StreamException string
	// HomeNet is the policy's HOME_NET variable; nil: the firewall's VPC's blocks
	// (NFW-12).
	HomeNet []netip.Prefix
	Unknown *Unknown
}

// FirewallGroupReference is a rule group of a policy.
type FirewallGroupReference struct {
	Group    FirewallRuleGroupID
	Priority int
	// DropToAlert is the override of managed groups (NFW-14).
	DropToAlert bool
	Provenance  Provenance
}

// FirewallRuleGroup is a rule group.
type FirewallRuleGroup struct {
	ID FirewallRuleGroupID
	Meta
	Stateful    bool
	StrictOrder bool
	Stateless   []StatelessRule // ascending Priority
	Rules       []StatefulRule  // as written
	Domains     *DomainList
	IPSets      map[string][]netip.Prefix // without the $
	PortSets    map[string][]PortRange
	// Unknown is set where its rules are not given: AWS's managed ones.
	Unknown *Unknown
}

// StatelessRule matches single packets (NFW-5). Nil fields match anything.
type StatelessRule struct {
	Priority                      int
	Sources, Destinations         []netip.Prefix
	Protocols                     []Protocol
	SourcePorts, DestinationPorts []PortRange
	// TCPFlags says that the rule tests flags: some packets of a connection match.
	TCPFlags   bool
	Actions    []string
	Unknown    *Unknown
	Provenance Provenance
}

// FirewallAction is a stateful rule's action.
type FirewallAction uint8

// Actions, in the order in which action order takes them (NFW-7). The zero value
// drops.
const (
	FirewallDrop FirewallAction = iota
	FirewallPass
	FirewallReject
	FirewallAlert
)

func (a FirewallAction) String() string {
	return [...]string{"drop", "pass", "reject", "alert"}[a]
}

// StatefulRule is a five-tuple rule in Suricata's terms (NFW-10, NFW-13).
type StatefulRule struct {
	Action   FirewallAction
	Protocol string // "ip", "tcp", "udp", "icmp", "tls", "http", "dns", …
	// Source and Destination are Suricata's words: any, CIDRs, $VARIABLES, lists
	// with !.
	Source, SourcePort           string
	Destination, DestinationPort string
	// BothWays is direction <> or ANY.
	BothWays bool
	Priority int // the keyword; 0 without it: 3
	SID      int
	// Flow are the words of the flow keyword: "to_server", "established".
	Flow []string
	// Hosts are the names that http.host or tls.sni must have; a leading dot takes
	// subdomains too, a star at either end anything there.
	Hosts []string
	// Protocols are those of ip_proto.
	Protocols []Protocol
	// Opaque are keywords that look further into the packet than the model does:
	// the rule may match or not.
	Opaque     []string
	Text       string // as written
	Provenance Provenance
}

// DomainList is a stateful domain list (NFW-11).
type DomainList struct {
	Targets []string
	HTTP    bool // HTTP_HOST
	TLS     bool // TLS_SNI
	// Type is ALLOWLIST, DENYLIST, REJECTLIST or ALERTLIST.
	Type       string
	Provenance Provenance
}
