package loader

import (
	"slices"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
)

// plansAndStates reads the plans and states of one path, each by itself, into
// their places among the path's networks. A state of a configuration that has a
// plan there is left out: it would put what is there now over what is planned.
func (s *source) plansAndStates(designed []piece, networks []*model.Network) []*model.Network {
	var plans []input.File
	if len(designed) > 1 {
		for _, d := range designed {
			if terraform.IsPlan(d.files[0].Data) {
				plans = append(plans, d.files[0])
			}
		}
	}
	o := terraform.Options{Current: s.options.Current}
	for _, d := range designed {
		f := d.files[0]
		if len(plans) > 0 && !terraform.IsPlan(f.Data) {
			of := slices.IndexFunc(plans, func(plan input.File) bool { return terraform.SameConfiguration(plan, f, o) })
			if of >= 0 {
				s.problem(model.Note, f.Path, "give the state by itself to ask about it, or --as current for what the plan starts from",
					"the state is passed over: the plan %s is of the same configuration", plans[of].Path)
				continue
			}
		}
		n, diags := terraform.Read(d.files, o)
		s.diags = append(s.diags, diags...)
		networks[d.at] = n
	}
	return slices.DeleteFunc(networks, func(n *model.Network) bool { return n == nil })
}
