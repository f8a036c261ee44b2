package terraform

import (
	"regexp"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var zoneName = regexp.MustCompile(`^([a-z]{2}(?:-[a-z]+)+-\d)[a-z]?$`)

// scope tells a resource's account and Region, as far as its ARN, its own
// attributes and its provider's configuration say.
func (b *builder) scope(r *resource) (model.AccountID, model.Region) {
	text := func(name string) string { s, _ := r.values[name].(string); return s }
	account, region := text("owner_id"), text("region")
	if arn := strings.SplitN(text("arn"), ":", 6); len(arn) == 6 {
		if account == "" {
			account = arn[4]
		}
		if region == "" {
			region = arn[3]
		}
	}
	if region == "" {
		if m := zoneName.FindStringSubmatch(text("availability_zone")); m != nil {
			region = m[1]
		}
	}
	if region == "" {
		region = b.providerRegion(r)
	}
	if len(account) != 12 {
		account = ""
	}
	return model.AccountID(account), model.Region(region)
}

// providerRegion is the Region that the provider of a resource is configured for.
func (b *builder) providerRegion(r *resource) string {
	if b.config == nil || r.config == nil {
		return ""
	}
	p := b.config.ProviderConfigs[r.config.ProviderConfigKey]
	if p == nil || p.Expressions["region"] == nil || p.Expressions["region"].ExpressionData == nil {
		return ""
	}
	e := p.Expressions["region"]
	if s, ok := e.ConstantValue.(string); ok {
		return s
	}
	if p.ModuleAddress == "" && len(e.References) == 1 {
		if name, ok := strings.CutPrefix(e.References[0], "var."); ok {
			s, _ := b.variables[name].(string)
			return s
		}
	}
	return ""
}
