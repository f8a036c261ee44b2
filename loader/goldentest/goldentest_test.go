package goldentest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vpcwalk/vpcwalk/model"
)

func TestDumpMaps(t *testing.T) {
	n := model.NewNetwork()
	n.Accelerators["a"] = &model.Accelerator{ID: "a", Listeners: []model.AcceleratorListener{
		{Endpoints: []model.AcceleratorEndpoint{{Instance: "i-1", Overrides: map[uint16]uint16{8443: 443, 80: 8080}}}}}}
	n.VPCs["v"] = &model.VPC{ID: "v", Missing: map[model.Kind]*model.Unknown{model.KindSubnet: {Subject: "v"}, model.KindInterface: {Subject: "v"}}}
	text := Dump(n)
	assert.Contains(t, text, "Overrides:\n              80: 8080\n              8443: 443\n")
	assert.Contains(t, text, "Missing:\n      network-interface: v\n      subnet: v\n")
}
