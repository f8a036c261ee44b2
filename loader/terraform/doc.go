// Package terraform reads Terraform's view of a network: the JSON of a plan or
// of a state (terraform show -json), and state files of version 4
// (terraform.tfstate).
//
//	file ── decode ──► resource instances ── a reader for each type ──► staged ── link ──► model.Network
//	        (plan,      (values, what is       (a table from resource           (associations, rules of their
//	         state,      unknown, their          type to reader)                  own, what AWS makes by itself)
//	         tfstate)    configuration)
//
// # IDs
//
// A resource that exists has its real ID, one that does not has its address
// (module.vpc.aws_subnet.private[0]). Provenance.Address is the address in both
// cases. What AWS makes along with a resource is named by the expression that
// gives its ID: aws_vpc.main.default_security_group_id.
//
// # References
//
// A plan does not have the IDs of what it will create, so who refers to whom is
// read from its configuration. That tells less than the source does: which
// resources an expression names, not what it does with them, and nothing of
// locals. A reference is settled where one resource alone can be meant: because
// it is the only one named, the only one of its kind in reach of a local, the
// only subnet that holds the known address or lies in the known zone. Of the
// instances of a counted resource that is named along with count.index, each.key
// or each.value, the one with the same key is taken, and where a list is made of
// a counted resource all its instances; a note says so, unless the text beside the
// plan does. So does an index into a list that an output, a variable or a local
// passes on: it selects by place, in Terraform's order of the instances. What
// remains open is a model.Unknown with the name of the attribute; it is never
// guessed.
//
// A plan's configuration leaves dynamic blocks out: where there are more blocks than
// references, any in reach may be meant. It is silent about dynamic blocks whose
// number is known only after apply, and about literal IDs in a set beside
// references: only the text tells these.
//
// A firewall's endpoints are named by its status, which is known only after apply
// and in no order. A route has the one in the subnet or zone that its expression
// names; else it may have any of them, all routes by one index the same one.
//
// # Acceptance
//
// Peering connections, attachments and VPC endpoints that a plan makes, and that
// nothing in it accepts, may be accepted by somebody: that is open. Where it is
// known that they wait, they carry nothing.
//
// # Files and lines
//
// Where the configuration lies beside the plan, places are those of its resource
// blocks; else they are the plan and the address.
//
// # What is not modelled
//
// Resource types that carry or filter packets, and are not modelled, are listed
// in Network.Unmodelled. Any other type that is not read (roles, buckets,
// alarms) is mentioned in one note, so that a verdict's list of gaps is not
// noise. Resources of other providers are passed over.
package terraform
