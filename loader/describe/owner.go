package describe

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// service is a kind of interface owner that is told by what AWS writes into the
// interface's description, or by the interface's type.
type service struct {
	kind model.Kind
	word string // the model's word for the owner's type; Owner.Type
	// types are values of InterfaceType.
	types []string
	// prefix is how the description begins; id finds the owner's ID in it, as
	// its first group.
	prefix string
	id     *regexp.Regexp
	port   uint16
}

var (
	lastWord = regexp.MustCompile(`(\S+)$`)
	// A function's interfaces are named after it and a UUID.
	lambdaName = regexp.MustCompile(`^AWS Lambda VPC ENI[-:]? ?(.+?)(?:-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?$`)
	fileSystem = regexp.MustCompile(`\((fsmt-[0-9a-z]+)\)`)
	ecsTask    = regexp.MustCompile(`:attachment/(\S+)$`)
	natID      = regexp.MustCompile(`\b(nat-[0-9A-Za-z]+)`)
	endpointID = regexp.MustCompile(`\b(vpce-[0-9A-Za-z]+)`)
	attachID   = regexp.MustCompile(`\b(tgw-attach-[0-9A-Za-z]+)`)
	rest       = regexp.MustCompile(`^\S+(?: mount target for| cluster)? ?(.*)$`)
)

// services are tried in this order. What they know is AWS's habit, not its
// documentation; an owner that is not recognised is one of its interface's own.
var services = []service{
	{kind: model.KindNATGateway, types: []string{"nat_gateway", "natGateway"}, prefix: "Interface for NAT Gateway ", id: natID},
	{kind: model.KindVPCEndpoint, types: []string{"vpc_endpoint", "gateway_load_balancer_endpoint"}, prefix: "VPC Endpoint Interface ", id: endpointID},
	{kind: model.KindTransitGateway, types: []string{"transit_gateway"}, prefix: "Network Interface for Transit Gateway Attachment ", id: attachID},
	{kind: model.KindLoadBalancer, word: "network-load-balancer", types: []string{"network_load_balancer"}, prefix: "ELB net/", id: lastWord},
	{kind: model.KindLoadBalancer, word: "gateway-load-balancer", types: []string{"gateway_load_balancer"}, prefix: "ELB gwy/", id: lastWord},
	{kind: model.KindLoadBalancer, word: "load-balancer", prefix: "ELB app/", id: lastWord},
	{kind: model.KindLoadBalancer, word: "classic-load-balancer", types: []string{"load_balancer"}, prefix: "ELB ", id: lastWord},
	{kind: model.KindOwner, word: "lambda", types: []string{"lambda"}, prefix: "AWS Lambda VPC ENI", id: lambdaName},
	{kind: model.KindOwner, word: "rds", prefix: "RDSNetworkInterface"},
	{kind: model.KindOwner, word: "ecs-task", prefix: "arn:aws:ecs:", id: ecsTask},
	{kind: model.KindOwner, word: "ecs-task", prefix: "arn:aws-cn:ecs:", id: ecsTask},
	{kind: model.KindOwner, word: "ecs-task", prefix: "arn:aws-us-gov:ecs:", id: ecsTask},
	{kind: model.KindOwner, word: "efs", types: []string{"efs"}, prefix: "EFS mount target for ", id: fileSystem, port: 2049},
	{kind: model.KindOwner, word: "elasticache", prefix: "ElastiCache ", id: rest},
	{kind: model.KindOwner, word: "opensearch", prefix: "ES ", id: rest},
	{kind: model.KindOwner, word: "redshift", prefix: "RedshiftNetworkInterface"},
	{kind: model.KindOwner, word: "dms", prefix: "DMSNetworkInterface"},
	{kind: model.KindOwner, word: "eks", prefix: "Amazon EKS ", id: regexp.MustCompile(`^Amazon EKS (.+)$`)},
	{kind: model.KindOwner, word: "instance-connect-endpoint", types: []string{"ec2_instance_connect_endpoint"}, prefix: "EC2 Instance Connect Endpoint ", id: lastWord},
	{kind: model.KindOwner, word: "directory", prefix: "AWS created network interface for directory ", id: lastWord},
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
	at := slices.IndexFunc(services, func(s service) bool { return slices.Contains(s.types, i.Type) })
	if at >= 0 || i.isAWSs() {
		j := slices.IndexFunc(services, func(s service) bool { return strings.HasPrefix(i.description, s.prefix) })
		if j >= 0 && (at < 0 || services[j].kind == services[at].kind) {
			at = j // the more exact of the two
		}
	}
	if at < 0 {
		if i.RequesterManaged {
			word := i.Type
			if word == "" || word == "interface" {
				word = strings.TrimPrefix(cmp.Or(i.requester, "service"), "amazon-")
			}
			b.ownedBy(i, &model.Owner{ID: model.OwnerID(word + "/" + string(i.ID)), Type: word})
		}
		return
	}
	s := &services[at]
	id := ""
	if s.id != nil {
		if found := s.id.FindStringSubmatch(i.description); found != nil {
			id = strings.TrimSpace(found[1])
		}
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
		o := &model.Owner{ID: model.OwnerID(s.word + "/" + cmp.Or(id, string(i.ID))), Type: s.word, Port: s.port, SendsOnly: s.word == "lambda"} // LAM-1
		o.Name = id
		if s.word == "ecs-task" {
			o.ARN = i.description
		}
		b.ownedBy(i, o)
	default:
		panic("describe: owner kind " + string(s.kind))
	}
}

// isAWSs reports whether AWS made the interface, so that its description is
// AWS's too: people may write anything into theirs.
func (i *networkInterface) isAWSs() bool {
	return i.RequesterManaged || strings.HasPrefix(i.requester, "amazon-") || i.attachedTo != "" && i.attachedTo != i.Account
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
