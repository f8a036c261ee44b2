package describe

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// service is a kind of interface owner that is told by the interface's type or
// by what AWS writes into its description.
type service struct {
	kind  model.Kind
	word  string   // Owner.Type
	types []string // values of InterfaceType
	// description matches what AWS writes; the first group is the owner's ID,
	// empty where AWS does not write it.
	description *regexp.Regexp
	port        uint16
}

// services are tried in this order. What they know is AWS's habit, not its
// documentation; an owner that is not recognised is one of its interface's own.
var services = []service{
	{kind: model.KindNATGateway, types: []string{"nat_gateway", "natGateway"},
		description: regexp.MustCompile(`^Interface for NAT Gateway (nat-\w+)`)},
	{kind: model.KindVPCEndpoint, types: []string{"vpc_endpoint", "gateway_load_balancer_endpoint"},
		description: regexp.MustCompile(`^VPC Endpoint Interface (vpce-\w+)`)},
	{kind: model.KindTransitGateway, types: []string{"transit_gateway"},
		description: regexp.MustCompile(`^Network Interface for Transit Gateway Attachment (tgw-attach-\w+)`)},
	{kind: model.KindLoadBalancer, word: "network-load-balancer", types: []string{"network_load_balancer"},
		description: regexp.MustCompile(`^ELB (net/\S+)$`)},
	{kind: model.KindLoadBalancer, word: "gateway-load-balancer", types: []string{"gateway_load_balancer"},
		description: regexp.MustCompile(`^ELB (gwy/\S+)$`)},
	{kind: model.KindLoadBalancer, word: "load-balancer",
		description: regexp.MustCompile(`^ELB (app/\S+)$`)},
	{kind: model.KindLoadBalancer, word: "classic-load-balancer", types: []string{"load_balancer"},
		description: regexp.MustCompile(`^ELB (\S+)$`)},
	{kind: model.KindOwner, word: "lambda", types: []string{"lambda"}, // the function's name and a UUID
		description: regexp.MustCompile(`^AWS Lambda VPC ENI[-:]? ?(.+?)(?:-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$`)},
	{kind: model.KindOwner, word: "rds", description: regexp.MustCompile(`^RDSNetworkInterface()`)},
	{kind: model.KindOwner, word: "ecs-task", description: regexp.MustCompile(`^arn:aws[a-z-]*:ecs:\S*:attachment/(\S+)$`)},
	{kind: model.KindOwner, word: "efs", types: []string{"efs"}, port: 2049,
		description: regexp.MustCompile(`^EFS mount target for \S+ \((fsmt-\w+)\)`)},
	{kind: model.KindOwner, word: "elasticache", description: regexp.MustCompile(`^ElastiCache (.+)$`)},
	{kind: model.KindOwner, word: "opensearch", description: regexp.MustCompile(`^ES (.+)$`)},
	{kind: model.KindOwner, word: "redshift", description: regexp.MustCompile(`^RedshiftNetworkInterface()`)},
	{kind: model.KindOwner, word: "dms", description: regexp.MustCompile(`^DMSNetworkInterface()`)},
	{kind: model.KindOwner, word: "eks", description: regexp.MustCompile(`^Amazon EKS (.+)$`)},
	{kind: model.KindOwner, word: "instance-connect-endpoint", types: []string{"ec2_instance_connect_endpoint"},
		description: regexp.MustCompile(`^EC2 Instance Connect Endpoint (?:Interface )?(\S+)$`)},
	{kind: model.KindOwner, word: "client-vpn", description: regexp.MustCompile(`^ClientVPN Endpoint()`)},
	{kind: model.KindOwner, word: "directory", description: regexp.MustCompile(`^AWS created network interface for directory (\S+)$`)},
}

// linkOwners says what each interface belongs to. The gateways' and endpoints'
// own lists of interfaces count before any description.
func (b *builder) linkOwners() {
	n := b.network
	for _, g := range model.Sorted(n.NATGateways) {
		for _, a := range g.Addresses {
			b.own(a.Interface, model.OwnerRef{Kind: model.KindNATGateway, ID: string(g.ID)}, g.State == model.NATGatewayAvailable)
		}
	}
	for _, e := range model.Sorted(n.VPCEndpoints) {
		for _, id := range e.Interfaces {
			b.own(id, model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(e.ID)}, e.Available)
		}
	}
	b.linkDatabases()
	for _, i := range model.Sorted(b.interfaces) {
		if i.Owner.IsZero() {
			b.recognise(i)
		}
	}
	for _, o := range n.Owners {
		slices.Sort(o.Interfaces)
	}
}

// own gives an interface to the NAT gateway or VPC endpoint that lists it. One
// that works has its interfaces attached, whatever a dump says of them.
func (b *builder) own(id model.InterfaceID, owner model.OwnerRef, works bool) {
	if i := b.network.Interfaces[id]; i != nil {
		i.Owner = owner
		i.Detached = i.Detached && !works
	}
}

// recognise finds the owner in what the interface says of itself.
func (b *builder) recognise(i *networkInterface) {
	s, id := i.service()
	if s == nil {
		if i.RequesterManaged {
			word := i.Type
			if word == "" || word == "interface" {
				word = strings.TrimPrefix(cmp.Or(i.requester, "service"), "amazon-")
			}
			b.ownedBy(i, &model.Owner{ID: model.OwnerID(word + "/" + string(i.ID)), Type: word, SendsOnly: model.SendsOnly(word)})
		}
		return
	}
	switch s.kind {
	case model.KindNATGateway, model.KindVPCEndpoint, model.KindTransitGateway:
		i.Owner = model.OwnerRef{Kind: s.kind, ID: id}
	case model.KindLoadBalancer:
		// app/NAME/HASH, as in the balancer's ARN, or the name of a Classic one.
		o := &model.Owner{ID: model.OwnerID(cmp.Or(id, string(i.ID))), Type: s.word}
		if fields := strings.Split(id, "/"); len(fields) == 3 {
			o.Name = fields[1]
		} else {
			o.Name = id
			o.ID = model.OwnerID(s.word + "/" + string(o.ID))
		}
		b.ownedBy(i, o)
		i.Owner.Kind = model.KindLoadBalancer
	case model.KindOwner:
		o := &model.Owner{ID: model.OwnerID(s.word + "/" + cmp.Or(id, string(i.ID))), Type: s.word, Port: s.port, SendsOnly: model.SendsOnly(s.word)}
		o.Name = id
		if s.word == "ecs-task" {
			o.ARN = i.description
		}
		b.ownedBy(i, o)
	default:
		panic("describe: owner kind " + string(s.kind))
	}
}

// service gives the service that the interface belongs to, nil if none, and the
// owner's ID as far as the description has it. A description counts only on an
// interface that AWS made: people may write anything into theirs.
func (i *networkInterface) service() (*service, string) {
	byType := slices.IndexFunc(services, func(s service) bool { return slices.Contains(s.types, i.Type) })
	if byType >= 0 || i.RequesterManaged || strings.HasPrefix(i.requester, "amazon-") || i.attachedTo != "" && i.attachedTo != i.Account {
		for j := range services {
			s := &services[j]
			if found := s.description.FindStringSubmatch(i.description); found != nil && (byType < 0 || s.kind == services[byType].kind) {
				return s, found[1]
			}
		}
	}
	if byType < 0 {
		return nil, ""
	}
	return &services[byType], ""
}

// ownedBy gives the interface to an owner of its VPC, which may have others.
func (b *builder) ownedBy(i *networkInterface, o *model.Owner) {
	if old := b.network.Owners[o.ID]; old != nil && old.VPC != i.VPC {
		o.ID += model.OwnerID("@" + string(i.VPC)) // the same name in another account or Region
	}
	old := b.network.Owners[o.ID]
	if old == nil {
		old = o
		o.VPC, o.Account, o.Region, o.Provenance = i.VPC, i.Account, i.Region, i.Provenance
		// Balancers and functions are not told by a platform (NACL-12).
		if !strings.HasSuffix(o.Type, "load-balancer") && o.Type != "lambda" {
			o.Platform = model.PlatformLinux
		}
		b.network.Owners[o.ID] = o
	}
	old.Interfaces = append(old.Interfaces, i.ID)
	i.Owner = model.OwnerRef{Kind: model.KindOwner, ID: string(o.ID)}
}
