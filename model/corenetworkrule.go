package model

import (
	"slices"
	"strings"
)

// Fits reports whether an attachment fits the rule's conditions: all of them, or
// any (CWAN-1).
func (r *CoreNetworkAttachmentRule) Fits(a *CoreNetworkAttachment) bool {
	fits := func(c CoreNetworkCondition) bool { return c.fits(a) }
	if r.Any {
		return slices.ContainsFunc(r.Conditions, fits)
	}
	return len(r.Conditions) > 0 && !slices.ContainsFunc(r.Conditions, func(c CoreNetworkCondition) bool { return !fits(c) })
}

func (c CoreNetworkCondition) fits(a *CoreNetworkAttachment) bool {
	tag, tagged := a.Tags[c.Key]
	switch c.Type {
	case "any":
		return true
	case "tag-exists":
		return tagged
	case "tag-value":
		return tagged && c.compares(tag)
	case "attachment-type":
		return c.compares(string(a.Type))
	case "account-id", "account":
		return c.compares(string(a.Account))
	case "region":
		return c.compares(string(a.Region))
	case "resource-id":
		return c.compares(a.Resource) || a.VPC != "" && c.compares(string(a.VPC))
	}
	return false
}

func (c CoreNetworkCondition) compares(s string) bool {
	switch c.Operator {
	case "not-equals":
		return s != c.Value
	case "contains":
		return strings.Contains(s, c.Value)
	case "begins-with":
		return strings.HasPrefix(s, c.Value)
	}
	return s == c.Value
}
