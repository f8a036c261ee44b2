package sim

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

type pointRule struct{}
type pointGroups struct{}

func compilePointRule(t model.Traffic, p netip.Prefix) pointRule { return pointRule{} }
func (i *networkInterface) compilePoint()                        {}
