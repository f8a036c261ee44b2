package describe_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/describe"
	"github.com/vpcwalk/vpcwalk/loader/input"
)

// account generates the snapshot of an account with so many instances of one
// interface each, in the form in which the CLI prints it.
func account(instances int) []input.File {
	type object = map[string]any
	const owner, vpc = "111122223333", "vpc-1"
	tags := func(name string) []object { return []object{{"Key": "Name", "Value": name}} }
	var interfaces, reservations, subnets, groups []object
	for i := range 200 {
		subnets = append(subnets, object{"SubnetId": fmt.Sprintf("subnet-%03d", i), "VpcId": vpc, "OwnerId": owner, "State": "available",
			"CidrBlock": fmt.Sprintf("10.0.%d.0/24", i), "AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az1", "Tags": tags("s")})
	}
	for g := range 400 {
		groups = append(groups, object{"GroupId": fmt.Sprintf("sg-%03d", g), "GroupName": fmt.Sprintf("g%d", g), "VpcId": vpc, "OwnerId": owner,
			"IpPermissions": []object{{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": []object{{"CidrIp": "10.0.0.0/8"}}, "Ipv6Ranges": []object{},
				"PrefixListIds": []object{}, "UserIdGroupPairs": []object{{"GroupId": fmt.Sprintf("sg-%03d", (g+1)%400), "UserId": owner}}}},
			"IpPermissionsEgress": []object{{"IpProtocol": "-1", "IpRanges": []object{{"CidrIp": "0.0.0.0/0"}}}}})
	}
	for i := range instances {
		ip := fmt.Sprintf("10.0.%d.%d", i%200, 4+i/200%250)
		group := []object{{"GroupId": fmt.Sprintf("sg-%03d", i%400), "GroupName": fmt.Sprintf("g%d", i%400)}}
		attachment := object{"AttachmentId": fmt.Sprintf("eni-attach-%05d", i), "DeviceIndex": 0, "Status": "attached", "InstanceOwnerId": owner,
			"AttachTime": "2026-01-02T03:04:05+00:00", "DeleteOnTermination": true, "NetworkCardIndex": 0}
		eni := object{"NetworkInterfaceId": fmt.Sprintf("eni-%05d", i), "SubnetId": fmt.Sprintf("subnet-%03d", i%200), "VpcId": vpc, "OwnerId": owner,
			"Description": "", "Groups": group, "InterfaceType": "interface", "Ipv6Addresses": []object{}, "MacAddress": "02:00:00:00:00:01",
			"PrivateDnsName": "ip-10-0-0-1.ec2.internal", "PrivateIpAddress": ip, "SourceDestCheck": true, "Status": "in-use",
			"PrivateIpAddresses": []object{{"Primary": true, "PrivateDnsName": "ip-10-0-0-1.ec2.internal", "PrivateIpAddress": ip}}}
		own := object{"Attachment": attachment}
		full := object{"Attachment": object{"InstanceId": fmt.Sprintf("i-%05d", i), "DeviceIndex": 0, "Status": "attached"}, "TagSet": tags(fmt.Sprintf("n%d", i)),
			"AvailabilityZone": "us-east-1a", "RequesterManaged": false}
		for k, v := range eni {
			own[k], full[k] = v, v
		}
		interfaces = append(interfaces, full)
		reservations = append(reservations, object{"ReservationId": fmt.Sprintf("r-%05d", i), "OwnerId": owner, "Groups": []object{},
			"Instances": []object{{"InstanceId": fmt.Sprintf("i-%05d", i), "ImageId": "ami-1", "InstanceType": "t3.micro", "Architecture": "x86_64",
				"LaunchTime": "2026-01-02T03:04:05+00:00", "State": object{"Code": 16, "Name": "running"}, "SubnetId": fmt.Sprintf("subnet-%03d", i%200),
				"VpcId": vpc, "PlatformDetails": "Linux/UNIX", "Placement": object{"AvailabilityZone": "us-east-1a", "GroupName": "", "Tenancy": "default"},
				"SecurityGroups": group, "SourceDestCheck": true, "NetworkInterfaces": []object{own}, "Tags": tags(fmt.Sprintf("n%d", i)),
				"MetadataOptions": object{"State": "applied", "HttpTokens": "required", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"}}}})
	}
	var files []input.File
	for _, f := range []struct {
		name, key string
		list      []object
	}{{"vpcs", "Vpcs", []object{{"VpcId": vpc, "CidrBlock": "10.0.0.0/16", "OwnerId": owner}}}, {"subnets", "Subnets", subnets},
		{"security-groups", "SecurityGroups", groups}, {"instances", "Reservations", reservations}, {"network-interfaces", "NetworkInterfaces", interfaces}} {
		data, err := json.MarshalIndent(object{f.key: f.list}, "", "    ")
		if err != nil {
			panic(err)
		}
		files = append(files, input.File{Path: "describe-" + f.name + ".json", Data: data})
	}
	return files
}

// BenchmarkRead loads 10,000 interfaces; compare with BenchmarkEncodingJSON,
// which decodes the same files into any and does nothing with them.
func BenchmarkRead(b *testing.B) {
	files := account(10000)
	b.SetBytes(size(files))
	b.ReportAllocs()
	for b.Loop() {
		n, ds := describe.Read(files)
		if len(n.Interfaces) != 10000 || ds.HasErrors() {
			b.Fatal(len(n.Interfaces), ds)
		}
	}
}

func BenchmarkEncodingJSON(b *testing.B) {
	files := account(10000)
	b.SetBytes(size(files))
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range files {
			var v any
			if err := json.NewDecoder(bytes.NewReader(f.Data)).Decode(&v); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func size(files []input.File) int64 {
	n := 0
	for _, f := range files {
		n += len(f.Data)
	}
	return int64(n)
}

func TestGeneratedAccountLoads(t *testing.T) {
	n, ds := describe.Read(account(300))
	require.False(t, ds.HasErrors(), "%v", ds)
	require.Len(t, n.Instances, 300)
	require.Len(t, n.Interfaces, 300)
}
