package cloudformation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// internetDesign has what decides about the internet left open by P and the
// condition Open.
const internetDesign = `
Parameters: {P: {Type: String}}
Conditions: {Open: !Equals [!Ref P, x]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Gateway: {Type: AWS::EC2::InternetGateway}
`

// What is not decided of Block Public Access is unknown: neither off nor on, and
// neither excluded nor not (BPA-1).
func TestBlockPublicAccessUndecided(t *testing.T) {
	const mode = "  Mode: {Type: AWS::EC2::VPCBlockPublicAccessOptions, "
	const exclusion = "  Exclusion: {Type: AWS::EC2::VPCBlockPublicAccessExclusion, "
	for _, x := range []struct{ resource, want string }{
		{mode + "Properties: {InternetGatewayBlockMode: block-ingress}}", "block-ingress"},
		{mode + "Properties: {InternetGatewayBlockMode: !Ref P}}", "open"},
		{mode + "Properties: {InternetGatewayBlockMode: on}}", "open, an error"},
		{mode + "Condition: Open, Properties: {InternetGatewayBlockMode: block-ingress}}", "block-ingress open"},
		{exclusion + "Properties: {InternetGatewayExclusionMode: allow-egress, SubnetId: !Ref Subnet}}", "Subnet egress"},
		{exclusion + "Properties: {InternetGatewayExclusionMode: allow-bidirectional, VpcId: vpc-1}}", "vpc-1"},
		{exclusion + "Condition: Open, Properties: {InternetGatewayExclusionMode: allow-bidirectional, VpcId: !Ref Vpc}}", "Vpc perhaps"},
		{exclusion + "Properties: {InternetGatewayExclusionMode: !Ref P, VpcId: !Ref Vpc}}", "Vpc egress, Vpc perhaps"},
		{exclusion + "Properties: {InternetGatewayExclusionMode: allow-egress, VpcId: !Ref P}}", "Other egress perhaps, Vpc egress perhaps"},
		{exclusion + "Properties: {InternetGatewayExclusionMode: allow-egress, SubnetId: !Ref P}}", "Subnet egress perhaps"},
		{exclusion + "Properties: {InternetGatewayExclusionMode: allow, VpcId: !Ref Vpc}}", ", an error"},
	} {
		n, ds := read(t, internetDesign+x.resource, nil)
		var got string
		for _, s := range n.BlockPublicAccess {
			if s.Unknown == nil || s.Unknown.Attribute == "Condition" {
				got = s.Mode.String()
			}
			if s.Unknown != nil {
				got += " open"
			}
		}
		for i, e := range n.BlockPublicAccessExclusions {
			if i > 0 {
				got += ","
			}
			got += fmt.Sprintf(" %s%s", e.VPC, e.Subnet)
			if e.AllowEgress {
				got += " egress"
			}
			if e.Unknown != nil {
				got += " perhaps"
			}
		}
		if ds.HasErrors() {
			got += ", an error"
		}
		assert.Equal(t, x.want, strings.TrimSpace(got), "%s", x.resource)
	}
}

// An internet gateway is perhaps attached where a condition decides on it, or on
// its VPC (IGW-1). A choice that is written in several places is the same choice.
func TestAttachmentUndecided(t *testing.T) {
	const attachment = "  Attachment: {Type: AWS::EC2::VPCGatewayAttachment, "
	for _, x := range []struct{ resource, vpc, why string }{
		{attachment + "Properties: {InternetGatewayId: !Ref Gateway, VpcId: !Ref Vpc}}", "Vpc", ""},
		{attachment + "Condition: Open, Properties: {InternetGatewayId: !Ref Gateway, VpcId: !Ref Vpc}}", "Vpc", "Condition"},
		{attachment + "Properties: {InternetGatewayId: !Ref Gateway, VpcId: !If [Open, !Ref Vpc, vpc-1]}}", "Vpc", "VpcId"},
		{attachment + "Properties: {InternetGatewayId: !Ref Gateway, VpcId: !If [Open, vpc-1, !Ref Vpc]}}\n" +
			"  Beside: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !If [Open, vpc-1, !Ref Vpc]}}", "!If [Open, vpc-1, Vpc]", ""},
	} {
		n, ds := read(t, internetDesign+x.resource, nil)
		require.False(t, ds.HasErrors(), "%v", ds)
		g := n.InternetGateways["Gateway"]
		why := ""
		if g.AttachmentUnknown != nil {
			why = g.AttachmentUnknown.Attribute
		}
		assert.Equal(t, [2]string{x.vpc, x.why}, [2]string{string(g.VPC), why}, "%s", x.resource)
	}
}
