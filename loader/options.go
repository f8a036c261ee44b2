package loader

import (
	"maps"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// Options say how designs are read that leave a choice. The zero Options read
// what a plan leads to, and templates with the defaults of their parameters.
type Options struct {
	// Current takes what is there now of Terraform plans, their prior state,
	// instead of what applying them leads to. Other inputs it leaves as they are.
	Current bool
	// Parameters are values for parameters of CloudFormation templates, by name or
	// by STACK/NAME, and of pseudo parameters such as AWS::Region. One that no
	// template has is a warning.
	Parameters map[string]string
}

// checkParameters warns where parameters are given and nothing that was loaded
// can take any. What templates do not have their reader says.
func (s *source) checkParameters() {
	if s.templates {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(s.options.Parameters)) {
		s.diags = append(s.diags, model.Diagnostic{Severity: model.Warning, Summary: "the parameter " + key + " is given, and no input is a CloudFormation template"})
	}
}
