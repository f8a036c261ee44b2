package scenarios

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

// endpointServices writes endpoint services with their permissions and connections.
func (s *snapshot) endpointServices() {
	n := s.network
	for _, v := range model.Sorted(n.VPCEndpointServices) {
		o := resource(&v.Meta, "Tags").with("ServiceId", v.ID, "ServiceName", v.ServiceName, "ServiceState", v.State, "AcceptanceRequired", v.AcceptanceRequired)
		delete(o, "OwnerId")
		for _, id := range v.LoadBalancers {
			b, key := n.LoadBalancers[id], "NetworkLoadBalancerArns"
			if b.Type == model.GatewayLoadBalancer {
				key = "GatewayLoadBalancerArns"
			}
			list, _ := o[key].([]string)
			o[key] = append(list, balancerARN(b))
		}
		if v.PrivateDNSName != "" {
			o["PrivateDnsName"] = v.PrivateDNSName
		}
		regions := []object{}
		for _, r := range v.SupportedRegions {
			regions = append(regions, object{"Region": r})
		}
		if len(regions) > 0 {
			o["SupportedRegions"] = regions
		}
		s.add("ServiceConfigurations", &v.Meta, o)
		principals := []object{}
		for _, p := range v.Principals {
			principals = append(principals, object{"ServiceId": v.ID, "Principal": p})
		}
		s.document("describe-vpc-endpoint-service-permissions", string(v.ID), &v.Meta, object{"AllowedPrincipals": principals})
		for _, e := range model.Sorted(n.VPCEndpoints) {
			if e.EndpointService == v.ID {
				s.add("VpcEndpointConnections", &v.Meta, object{"ServiceId": v.ID, "VpcEndpointId": e.ID, "VpcEndpointState": e.State})
			}
		}
	}
}

// edge writes what stands in front of a Region: accelerators and VPC origins.
func (s *snapshot) edge() {
	n := s.network
	for _, a := range model.Sorted(n.Accelerators) {
		o := object{"AcceleratorArn": a.ID, "Name": a.Name, "Enabled": a.Enabled}
		if len(a.IPs) > 0 {
			o["IpSets"] = []object{{"IpAddresses": a.IPs}}
		}
		s.add("Accelerators", &a.Meta, o)
		listeners, groups := []object{}, []object{}
		for i := range a.Listeners {
			l := &a.Listeners[i]
			listenerARN := fmt.Sprintf("%s/listener/%08d", a.ID, i)
			ports := []object{}
			for _, p := range l.Ports {
				ports = append(ports, object{"FromPort": p.From, "ToPort": p.To})
			}
			protocol := "TCP"
			if l.Protocol == model.UDP {
				protocol = "UDP"
			}
			listeners = append(listeners, object{"ListenerArn": listenerARN, "Protocol": protocol, "PortRanges": ports})
			for j := range l.Endpoints {
				e := &l.Endpoints[j]
				overrides := []object{}
				for from, to := range e.Overrides {
					overrides = append(overrides, object{"ListenerPort": from, "EndpointPort": to})
				}
				groups = append(groups, object{"EndpointGroupArn": fmt.Sprintf("%s/endpoint-group/%012d", listenerARN, j), "PortOverrides": overrides,
					"EndpointDescriptions": []object{{"EndpointId": s.acceleratorEndpoint(e), "Weight": 128, "ClientIPPreservationEnabled": !e.NoClientIP}}})
			}
		}
		s.document("list-listeners", string(a.ID), &a.Meta, object{"Listeners": listeners})
		s.document("list-endpoint-groups", string(a.ID), &a.Meta, object{"EndpointGroups": groups})
	}
	for _, v := range model.Sorted(n.VPCOrigins) {
		to := ""
		if b := n.LoadBalancers[v.LoadBalancer]; b != nil {
			to = balancerARN(b)
		} else if i := n.Instances[v.Instance]; i != nil {
			to = arn("ec2", &i.Meta, "instance/"+string(i.ID))
		}
		config := object{"Name": v.Name, "Arn": to, "OriginProtocolPolicy": v.Protocol}
		if v.HTTPPort != 0 {
			config["HTTPPort"] = v.HTTPPort
		}
		if v.HTTPSPort != 0 {
			config["HTTPSPort"] = v.HTTPSPort
		}
		s.document("get-vpc-origin", string(v.ID), &v.Meta, object{"VpcOrigin": object{"Id": v.ID, "Status": "Deployed", "VpcOriginEndpointConfig": config}})
	}
}

func (s *snapshot) acceleratorEndpoint(e *model.AcceleratorEndpoint) string {
	switch {
	case e.LoadBalancer != "":
		return balancerARN(s.network.LoadBalancers[e.LoadBalancer])
	case e.Instance != "":
		return string(e.Instance)
	}
	return string(e.Allocation)
}
