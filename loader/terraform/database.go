package terraform

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// enginePorts are what databases listen on when nothing is written.
var enginePorts = []struct {
	engine string
	port   uint16
}{
	{"aurora-postgresql", 5432}, {"postgres", 5432}, {"aurora", 3306}, {"mysql", 3306}, {"mariadb", 3306},
	{"oracle", 1521}, {"sqlserver", 1433}, {"db2", 50000}, {"docdb", 27017}, {"neptune", 8182}, {"redshift", 5439},
}

// readDatabase reads a database or a cluster of them. It has an interface in one
// of its subnet group's subnets; in which is told by its zone, or else not at all,
// and then it stands for one in each.
func readDatabase(b body) {
	of := b // where groups and subnets are written
	if strings.HasSuffix(b.r.kind, "_cluster_instance") {
		c, _ := b.ref("cluster_identifier", wantDBCluster, nil)
		for _, r := range b.resources {
			if wantDBCluster.names(r, "") && (r == c.r || r.values["cluster_identifier"] == c.id && c.id != "") {
				of = b.body(r)
				break
			}
		}
	}
	group := "db_subnet_group_name"
	switch {
	case strings.HasPrefix(of.r.kind, "aws_neptune"):
		group = "neptune_subnet_group_name"
	case of.r.kind == "aws_redshift_cluster":
		group = "cluster_subnet_group_name"
	}
	subnets, _ := of.groupSubnets(group)
	if zone := b.str("availability_zone"); zone != "" && !b.boolean("multi_az") {
		here := slices.DeleteFunc(slices.Clone(subnets), func(id model.SubnetID) bool {
			s := b.network.Subnets[id]
			return s != nil && s.AvailabilityZone != "" && s.AvailabilityZone != zone
		})
		if len(here) > 0 {
			subnets = here
		}
	}
	word := "rds"
	if b.r.kind == "aws_redshift_cluster" {
		word = "redshift"
	}
	o := b.owner(word, "identifier", "cluster_identifier")
	o.Port, o.Platform = of.databasePort(), model.PlatformLinux
	for _, i := range b.spread(o, model.KindOwner, subnets) {
		if i.Groups, i.GroupsUnknown = of.groupsOf("vpc_security_group_ids", i.VPC, true); strings.HasSuffix(b.r.kind, "_cluster") && b.r.kind != "aws_redshift_cluster" {
			continue // its instances say whether they are public
		}
		i.PublicUnknown = b.open("publicly_accessible")
		i.PublicUnassigned = b.boolean("publicly_accessible")
	}
}

func (b body) databasePort() uint16 {
	if n, ok := b.integer("port"); ok && n > 0 && n < 1<<16 {
		return uint16(n)
	}
	engine := b.str("engine")
	if engine == "" {
		engine = strings.TrimSuffix(strings.TrimPrefix(b.r.kind, "aws_"), "_cluster")
	}
	for _, e := range enginePorts {
		if strings.HasPrefix(engine, e.engine) {
			return e.port
		}
	}
	return 0
}
