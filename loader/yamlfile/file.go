package yamlfile

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// document is a whole file as it is written.
type document struct {
	placed
	name               value[string]
	networks           list[value[string]]
	account            value[model.AccountID]
	region             value[string]
	vpcs               []entry[vpc]
	prefixLists        []entry[prefixList]
	elasticIPs         []entry[elasticIP]
	internetGateways   []entry[gateway]
	egressOnlyGateways []entry[gateway]
	resourcePolicies   []entry[policyText]
	blockPublicAccess  list[blockPublicAccess]
	onPremises         onPremises
	port25             port25
	unmodelled         []entry[value[int]]
	joining
	hasNetwork bool // the file says something of a network
	after      value[string]
	tests      []test
	allowEmpty value[bool]
}

// networkKeys are the top-level keys that say something of a network.
var networkKeys = ofNetwork([]field[document]{
	key("vpcs", section(vpcShape), func(f *document) *[]entry[vpc] { return &f.vpcs }, "VPCs by name"),
	key("prefix_lists", section(prefixListShape), func(f *document) *[]entry[prefixList] { return &f.prefixLists }, "managed prefix lists by name: a list of CIDRs each"),
	key("elastic_ips", section(elasticIPShape), func(f *document) *[]entry[elasticIP] { return &f.elasticIPs }, "Elastic IP addresses by name; one that a resource's elastic_ip tells need not stand here"),
	key("internet_gateways", section(gatewayShape), func(f *document) *[]entry[gateway] { return &f.internetGateways }, "internet gateways that are attached to no VPC"),
	key("egress_only_internet_gateways", section(gatewayShape), func(f *document) *[]entry[gateway] { return &f.egressOnlyGateways }, "egress-only internet gateways that are attached to no VPC"),
	key("resource_policies", section(policyShape), func(f *document) *[]entry[policyText] { return &f.resourcePolicies }, "policies of buckets, keys, queues and other resources, by the resource's ARN or a bucket's name: a mapping each, or JSON"),
	key("block_public_access", many(blockPublicAccessShape), func(f *document) *list[blockPublicAccess] { return &f.blockPublicAccess }, "VPC Block Public Access; off by default"),
	key("on_premises", onPremisesShape, func(f *document) *onPremises { return &f.onPremises }, "what lies behind VPNs and Direct Connect: prefixes, or networks by name"),
	key("port_25_allowed", port25Shape, func(f *document) *port25 { return &f.port25 }, "whether the restriction on outbound port 25 was lifted (LL-9): true, or the accounts"),
	key("unmodelled", section(number("a number of resources", 0, 1<<40)), func(f *document) *[]entry[value[int]] { return &f.unmodelled }, "how many resources of other types the design has, by type"),
}, joiningKeys)

// ofNetwork marks a file in which one of the keys stands as one that says
// something of a network.
func ofNetwork(tables ...[]field[document]) []field[document] {
	keys := slices.Concat(tables...)
	for i := range keys {
		read := keys[i].read
		keys[i].read = func(d *decoder, n *yaml.Node, into *document) {
			into.hasNetwork = true
			read(d, n, into)
		}
	}
	return keys
}

// fileKeys are the other top-level keys.
var fileKeys = []field[document]{
	key("name", text, func(f *document) *value[string] { return &f.name }, "the suite's name; the file's by default"),
	key("network", many(text), func(f *document) *list[value[string]] { return &f.networks }, "the inputs that the tests are about, of any format: paths relative to this file"),
	key("account", account, func(f *document) *value[model.AccountID] { return &f.account }, "the account of everything that tells no other"),
	key("region", text, func(f *document) *value[string] { return &f.region }, "the Region of everything that tells no other"),
	key("after", text, func(f *document) *value[string] { return &f.after }, "the input that the network turns into, for tests of established connections: a path relative to this file"),
	key("tests", sequence(testShape), func(f *document) *[]test { return &f.tests }, "questions and the answers that they should have"),
	key("allow_empty", yesNo, func(f *document) *value[bool] { return &f.allowEmpty }, "whether tests pass whose selector matches nothing, where they do not say it themselves; false by default"),
}

var documentShape = object("a file", "A network, expectations about a network, or both.", fileKeys, networkKeys)
