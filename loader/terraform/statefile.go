package terraform

import (
	"encoding/json"
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// stateFile is terraform.tfstate, version 4, as far as it is read. Its layout is
// Terraform's own affair; the fields here are those that it has had since 0.12.
type stateFile struct {
	Resources []struct {
		Module    string `json:"module"`
		Mode      string `json:"mode"`
		Type      string `json:"type"`
		Name      string `json:"name"`
		Provider  string `json:"provider"`
		Instances []struct {
			IndexKey   any            `json:"index_key"`
			Deposed    string         `json:"deposed"`
			Attributes map[string]any `json:"attributes"`
			Flat       map[string]any `json:"attributes_flat"`
		} `json:"instances"`
	} `json:"resources"`
}

// stateFile reads a state file's resources.
func (d *document) stateFile(data []byte) error {
	var s stateFile
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	for _, r := range s.Resources {
		for _, i := range r.Instances {
			if i.Deposed != "" || i.Attributes == nil && i.Flat == nil {
				continue
			}
			address := r.Type + "." + r.Name
			if r.Mode == string(tfjson.DataResourceMode) {
				address = dataPrefix + address
			}
			if key := keyText(i.IndexKey); key != "" {
				address += "[" + key + "]"
			}
			if r.Module != "" {
				address = r.Module + "." + address
			}
			if i.Attributes == nil {
				d.report(0, address, "its attributes are in the form of Terraform 0.11, which is not read", "Run terraform apply with a later version once.")
				continue
			}
			d.add(r.Module, &tfjson.StateResource{Address: address, Mode: tfjson.ResourceMode(r.Mode), Type: r.Type, Name: r.Name, Index: i.IndexKey,
				ProviderName: providerName(r.Provider), AttributeValues: i.Attributes}, nil)
		}
	}
	return nil
}

// providerName cuts provider["registry.terraform.io/hashicorp/aws"].west down to
// what is in the quotes.
func providerName(s string) string {
	if _, rest, ok := strings.Cut(s, `["`); ok {
		name, _, _ := strings.Cut(rest, `"]`)
		return name
	}
	return strings.TrimPrefix(s, "provider.")
}

// keyText writes an instance key as it stands in an address: 0, "a".
func keyText(key any) string {
	switch k := key.(type) {
	case nil:
		return ""
	case float64:
		return fmt.Sprintf("%d", int64(k))
	case string:
		return fmt.Sprintf("%q", k)
	}
	return fmt.Sprint(key)
}
