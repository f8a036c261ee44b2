package yamlfile

import (
	"regexp"

	"github.com/vpcwalk/vpcwalk/model"
)

// common is what every resource may say of itself.
type common struct {
	placed
	id, name, arn value[string]
	tags          map[string]string
	account       value[model.AccountID]
	region        value[string]
}

// commonKeys are the keys of every resource.
func commonKeys[T any](at func(*T) *common) []field[T] {
	return []field[T]{
		key("id", text, func(t *T) *value[string] { return &at(t).id }, "the ID, where it is another than the key"),
		key("name", text, func(t *T) *value[string] { return &at(t).name }, "the name; by default the tag Name, else the key unless that is an AWS ID or names an interface"),
		key("arn", text, func(t *T) *value[string] { return &at(t).arn }, "the ARN"),
		key("tags", stringMap, func(t *T) *map[string]string { return &at(t).tags }, "tags, for selectors such as tag:Tier=web"),
		key("account", account, func(t *T) *value[model.AccountID] { return &at(t).account }, "the owner's account; by default the VPC's"),
		key("region", text, func(t *T) *value[string] { return &at(t).region }, "the Region; by default the VPC's"),
	}
}

// awsID is what AWS's own IDs look like: no name that a person gave.
var awsID = regexp.MustCompile(`^[a-z]+(-[a-z]+)?-[0-9a-f]{8}([0-9a-f]{9})?$`)

// defaultName is a resource's name where the file tells none.
func defaultName(key string, tags map[string]string) string {
	if name, ok := tags["Name"]; ok {
		return name
	}
	if awsID.MatchString(key) {
		return ""
	}
	return key
}

// meta makes the model's value of c for the resource with that key; outer has
// the account and Region that it inherits.
func (c *common) meta(key string, at model.Provenance, outer model.Meta) model.Meta {
	return model.Meta{
		Name:       c.name.or(defaultName(key, c.tags)),
		ARN:        c.arn.or(""),
		Tags:       c.tags,
		Account:    c.account.or(outer.Account),
		Region:     model.Region(c.region.or(string(outer.Region))),
		Provenance: at,
	}
}
