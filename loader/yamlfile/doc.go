// Package yamlfile reads and writes vpcwalk's own format: a network, and what is
// expected of it, in YAML that an architect writes by hand.
//
// Keys are AWS's terms in snake_case. A resource's key is its name and its ID.
// What is not written is what AWS does when it is not told: a subnet without
// route_table uses the main table, a security group without egress lets
// everything out, an interface without security_groups is in the VPC's default
// group. So the shortest file that says something is a whole network. A key that
// the format does not have is an error.
//
//	account: "111122223333"            # of everything that tells no other
//	region: us-east-1
//	vpcs:
//	  main:
//	    cidr: [10.0.0.0/16, 2001:db8:1234::/56]   # one, or a list, IPv4 and IPv6
//	    internet_gateway: igw          # attached; true names it main-igw
//	    egress_only_internet_gateway: eigw
//	    enable_dns_hostnames: true
//	    subnets:
//	      pub:
//	        cidr: [10.0.0.0/24, "2001:db8:1234::/64"]
//	        availability_zone: us-east-1a
//	        route_table: public        # absent: the main table
//	        network_acl: edge          # absent: the default network ACL
//	        map_public_ip_on_launch: true
//	      app: {cidr: 10.0.1.0/24, route_table: private}
//	      data: {cidr: 10.0.2.0/24}
//	    route_tables:                  # local routes need not be written
//	      main: {}                     # the table named main is the main one (or main: true);
//	      public:                      # absent, it has the local routes alone
//	        routes:                    # destination: target
//	          0.0.0.0/0: igw           # a name of this VPC, or local; an ID, tgw-…, where the file has none of the kind
//	          ::/0: igw
//	      private:
//	        routes:
//	          0.0.0.0/0: nat
//	          10.0.2.0/24: fw          # an instance, that is its primary interface
//	          172.16.0.0/12: {transit_gateway: core}              # the kind, where the name does not tell it
//	          192.0.2.0/24: {target: igw, state: blackhole}       # state, origin
//	          corp: core               # a prefix list
//	      edge:
//	        gateway: igw               # an edge association: routes for what enters there
//	        routes:
//	          10.0.0.0/16: eni-fw      # the VPC's block: this replaces the target of the local route
//	    network_acls:                  # the one named default is the default network ACL;
//	      edge:                        # absent, it lets everything through
//	        ingress:
//	          - 100 allow tcp 443 from 0.0.0.0/0
//	          - 110 allow icmp 8/0 from 10.0.0.0/8                # type/code
//	          - {rule: 120, action: deny, protocol: udp, ports: 1024-65535, cidr: 0.0.0.0/0}
//	        egress:
//	          - 100 allow all to 0.0.0.0/0
//	    security_groups:               # the one named default is the default group;
//	      web:                         # absent, it lets its own members in and everything out
//	        ingress:
//	          - tcp 443 from 0.0.0.0/0
//	          - tcp 22 from corp, self # security groups, prefix lists, CIDRs, the group itself
//	          - {protocol: icmp, icmp_type: 8, from: [10.0.0.0/8, corp]}
//	      db:
//	        ingress: tcp 5432 from web
//	        egress: []                 # nothing; absent: everything
//	    instances:
//	      web:                         # its interface is eni-web
//	        subnet: pub
//	        private_ip: 10.0.0.10      # absent: one of the subnet, not known yet
//	        public_ip: 203.0.113.7     # an address, true: one not known yet, false: none;
//	        security_groups: [web]     # absent: what the subnet gives
//	        platform: linux
//	        tags: {Tier: web}
//	      fw: {subnet: app, source_dest_check: false, nat: true}
//	      two:                         # several interfaces, the primary one first
//	        state: stopped
//	        interfaces:
//	          two-a: {subnet: pub, private_ip: 10.0.0.20, elastic_ip: 198.51.100.7}
//	          two-b: {subnet: app, private_ip: 10.0.1.20, secondary_private_ips: [10.0.1.21]}
//	    network_interfaces:            # without an owner: attached to nothing
//	      spare: {subnet: app}
//	    owners:                        # whatever else has interfaces
//	      orders: {type: rds, subnets: [app, data], security_groups: db, port: 5432}
//	      resize: {type: lambda, subnet: app}                     # cannot be connected to
//	    nat_gateways:
//	      nat: {subnet: pub, elastic_ip: 198.51.100.8}            # connectivity: private; state: failed
//	      all: {availability_mode: regional, zones: [us-east-1a]}
//	    vpc_endpoints:
//	      s3: {service: s3, route_tables: private}                # type: Gateway, as AWS has it
//	      logs: {type: Interface, service: logs, subnets: [app], security_groups: web}
//	      kms:
//	        {type: Interface, service: kms, subnets: app, security_groups: web, policy: {Statement: {Effect: Allow, Principal: "*", Action: "kms:*", Resource: "*"}}}
//	      ours: {service: shop-svc, subnets: data}                # one of endpoint_services: of the type that this asks for
//	    load_balancers:                # type: network, gateway, classic
//	      front: {subnets: [pub, app], security_groups: web, listeners: {443: tg, 80: {answers: true}}}
//	      inner: {type: network, internal: true, subnets: {app: 10.0.1.30}, listeners: {5432: dbs, UDP 53: dns}}
//	    target_groups:
//	      tg: {port: 8443, targets: web}
//	      dbs: {port: 5432, targets: [orders, {ip: 10.9.0.5, zone: all}]}         # each interface of orders
//	      dns: {port: 53, targets: 10.0.1.53, health_check: {port: 8080}}
//	    endpoint_services:
//	      shop-svc: {load_balancers: inner, principals: "arn:aws:iam::444455556666:root"}
//	    resource_gateways:
//	      rgw: {subnets: data}
//	    firewalls:                     # a route's target is fw-a, or fw-a-data where there are several endpoints
//	      fw-a: {subnets: data, policy: strict}
//	prefix_lists:
//	  corp: [203.0.113.0/24, 198.51.100.128/25]
//	resource_policies:                 # by ARN, or by the name of a bucket: a mapping, or JSON
//	  logs: {Statement: [{Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*",
//	         Condition: {StringNotEquals: {"aws:SourceVpc": main}}}]}
//	internet_gateways:
//	  old: {}                          # attached to no VPC: a route to it is a black hole
//	peering_connections:
//	  main-far: {requester: main, accepter: {id: vpc-0123456789abcdef0, account: "444455556666", cidr: 10.9.0.0/16}}   # or vpcs: [a, b]
//	transit_gateways:
//	  core:                            # its table main joins all attachments that name no other
//	    security_group_referencing: true
//	    attachments:
//	      att-main: {vpc: main, subnets: app, appliance_mode: true}
//	      att-far: {peer: {id: tgw-0123456789abcdef0}, route_table: hub}       # a peering is written once
//	    route_tables:
//	      hub: {routes: {10.9.0.0/16: att-far, 10.0.0.0/8: blackhole, corp: att-main}, propagations: [att-main, vpn-hq]}
//	vpn_connections:                   # it has the attachment vpn-hq there without saying so
//	  vpn-hq: {transit_gateway: core, customer_gateway: hq-router, learned_routes: 192.168.0.0/16}
//	customer_gateways:
//	  hq-router: {ip: 192.0.2.1}
//	vpn_gateways:                      # or a VPC's key vpn_gateway
//	  vgw: {vpc: main}
//	direct_connect_gateways:
//	  dxgw: {associations: {vpn_gateway: vgw, allowed_prefixes: 10.0.0.0/16}}
//	virtual_interfaces:
//	  vif: {direct_connect_gateway: dxgw, learned_routes: 192.168.9.0/24}
//	client_vpn_endpoints:
//	  staff: {vpc: main, client_cidr: 172.20.0.0/22, subnets: app, routes: {0.0.0.0/0: app}, authorization: [eng to 10.0.0.0/16, all to 0.0.0.0/0]}
//	core_networks:
//	  wan: {segments: {prod: {}, dev: {isolate: true}}, shares: [{segment: prod, with: dev}], attachments: {wan-main: {vpc: main, subnets: app, segment: prod}}}
//	firewall_policies:
//	  strict: {rule_order: strict, stateful_groups: [web-out], stateful_default: drop_established}
//	firewall_rule_groups:
//	  web-out: {suricata: ['pass tls $HOME_NET any -> any 443 (tls.sni; content:".example.com"; endswith; sid:1;)'], rule_order: strict}
//	  listed: {domains: {allow: [.example.com]}}
//	  ports: {rules: [{priority: 1, action: forward, protocols: tcp, ports: 443}]}
//	service_networks:
//	  shops: {vpcs: main, services: shop, resources: ledger}
//	lattice_services:
//	  shop: {listeners: {443: tg}}
//	resource_configurations:
//	  ledger: {gateway: rgw, ip: 10.0.2.9, ports: 5432}
//	global_accelerators:
//	  ga: {listeners: [{ports: 443, endpoints: [front, {endpoint: web, client_ip: false}]}]}
//	vpc_origins:
//	  origin: {load_balancer: front}
//	block_public_access:
//	  mode: block-ingress              # block-bidirectional, off
//	  exclusions:
//	    - {subnet: pub, mode: allow-egress}
//	on_premises:                       # behind VPNs and Direct Connect; or a list of CIDRs
//	  hq: {cidr: 192.168.0.0/16, via: [vpn-hq, vif], accepts: 10.0.0.0/8}
//	port_25_allowed: true
//
//	tests:
//	  - name: the web tier reaches the database
//	    from: web
//	    to: orders
//	    port: 5432
//	    expect: reachable
//	  - {from: internet, to: orders, port: 5432, expect: blocked, because: ENI_SG_RULES_MISMATCH, at: eni-orders-app}
//	  - {from: web, to: 192.0.2.9, protocol: icmp, icmp_type: 8, expect: blocked}
//	  - {from: web, to: service:s3, expect: reachable, family: ipv4, one_way: true, through: [s3]}
//	  - {from: internet, to: tag:Tier=web, protocol: all, expect: partial}
//	  - {from: internet, to: tag:Tier=db, protocol: all, expect: blocked}         # every packet, to each of them
//	  - {from: tag:Tier=web, to: sg:db, only: [tcp 5432, icmp 8/0]}               # nothing else passes;
//	  - {from: tag:Tier=web, to: sg:db, only: tcp 5432, expect: reachable}        # and this does
//	  - {from: sg:web, to: internet, except_through: nat, expect: blocked}        # but by the NAT gateway
//	  - {from: internet, to: tag:Tier=cache, port: 6379, expect: blocked, allow_empty: true}
//	  - {from: web, to: service:s3, action: "s3:GetObject", resource: "arn:aws:s3:::logs/a", expect: reachable,
//	     authorization: allowed}       # what policies on the way say; also principal
//	  - {from: web, to: internet, port: 443, host: www.example.com, expect: reachable}       # the name that the client asks for
//
// A suite about another input names it instead of holding a network:
//
//	network: ../tfplan.json            # or a list; relative to this file
//	after: ../changed.json             # what it turns into, for tests of connections that stand:
//	tests: [{from: office, to: web, port: 443, established: true, expect: reachable}]
//
// A selector (tag:, sg:, subnet:, a CIDR) that matches nothing is an error unless
// the test, or the whole file, says allow_empty: true. A test with expect: blocked
// or only, which holds for every pair and packet or for none, shows the most
// likely packet that breaks it. What goes out and gets no answer is blocked: with
// one_way: true it may not even arrive.
//
// # Names
//
// Names are looked up by kind, first in the VPC that the reference stands in and
// at top level, then in the whole file. Where two VPCs use one name for a kind, the IDs are
// VPC/NAME and other VPCs write it so. The default network ACL and group of the
// VPC main are main-default, its main route table main-main, an instance's only
// interface eni-NAME. Something outside the design is named {id: sg-0123…}, which
// is not looked up.
//
// Members of a transit gateway or core network are looked up in it first, as those
// of a VPC are; its implied route table is TGW-main. An endpoint of a firewall is
// FIREWALL-SUBNET, and can be named as a VPC endpoint. A load balancer is the owner
// of its nodes' interfaces eni-NAME-SUBNET.
//
// # What is not known
//
// The word unknown may stand for a value of a rule or an interface, and as an
// item of a list, where it says that there may be more; {unknown: why} gives the
// reason. A VPC's key unknown lists the sections that the design does not tell:
//
//	network_acls:
//	  edge:
//	    ingress: [100 allow tcp 443 from 0.0.0.0/0, unknown]
//	security_groups:
//	  web:
//	    ingress: {protocol: tcp, ports: 443, from: {unknown: known only after apply}}
//	instances:
//	  web: {subnet: pub, public_ip: unknown}
//	unknown: [route_tables]
//
// # What Write needs
//
// A network that comes from elsewhere may lack what AWS makes with every VPC, and
// may name what it does not have. Two keys of a VPC say so: as_written: true adds
// nothing to what is written, and given: false is a VPC that is only named.
package yamlfile
