package terraform

import (
	"fmt"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
)

// unordered are blocks that are sets: a plan has them in another order than the
// configuration.
var unordered = map[string]bool{
	"subnet_mapping": true, "stateful_rule_group_reference": true, "stateless_rule_group_reference": true, "rule_variables": true,
	"ip_sets": true, "port_sets": true, "ip_set_references": true, "stateless_rule": true, "target_group": true, "load_balancer": true,
	"listener": true, "traffic_source": true, "endpoint_configuration": true, "port_override": true, "port_range": true, "entry": true,
	"subnet_configuration": true, "ip_address": true, "network_interface": true,
}

// pair gives the configuration of each planned block of a kind: of those that
// fit, by what both write, the one in the same place. It is nil where a set's
// blocks cannot be told apart by that, or where some are dynamic.
func pair(e *tfjson.Expression, name string, planned []any) []map[string]*tfjson.Expression {
	if e == nil || e.ExpressionData == nil || len(e.NestedBlocks) != len(planned) {
		return nil
	}
	written := e.NestedBlocks
	if len(planned) < 2 || !unordered[name] {
		return written
	}
	out := make([]map[string]*tfjson.Expression, len(planned))
	taken := make([]bool, len(written))
	for range planned {
		// The planned blocks that fit one of the rest alone come first.
		settled := false
		for i, p := range planned {
			if out[i] != nil {
				continue
			}
			var fits []int
			for j, w := range written {
				if !taken[j] && fit(w, p) {
					fits = append(fits, j)
				}
			}
			if len(fits) == 0 {
				return nil
			}
			if len(fits) == 1 {
				out[i], taken[fits[0]], settled = written[fits[0]], true, true
			}
		}
		if !settled {
			break
		}
	}
	// Those that are left may be exchanged where the plan has them alike.
	alike := -1
	for i, p := range planned {
		switch {
		case out[i] != nil:
			continue
		case alike >= 0 && fmt.Sprint(planned[alike]) != fmt.Sprint(p):
			return nil
		}
		alike = i
		j := slices.Index(taken, false)
		out[i], taken[j] = written[j], true
	}
	return out
}

// fit reports whether a planned block may be the one that is written: it has the
// constants, and knows nothing that is not written.
func fit(written map[string]*tfjson.Expression, planned any) bool {
	values, ok := planned.(map[string]any)
	if !ok {
		return false
	}
	for name, e := range written {
		if e == nil || e.ExpressionData == nil {
			continue
		}
		switch v := values[name].(type) {
		case []any:
			if len(e.NestedBlocks) > 0 && (len(e.NestedBlocks) != len(v) || len(v) == 1 && !fit(e.NestedBlocks[0], v[0])) {
				return false
			}
		default:
			if c := e.ConstantValue; c != nil && c != tfjson.UnknownConstantValue && fmt.Sprint(c) != fmt.Sprint(v) {
				return false
			}
		}
	}
	return true
}
