package describe

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// A scope is where a file comes from, as far as its folders tell.
type scope struct {
	account model.AccountID
	region  model.Region
}

// scopeOf reads [ACCOUNT/][REGION/] from a file's folders, whatever else lies
// between them; the innermost counts.
func scopeOf(dirs []string) scope {
	var s scope
	for _, d := range dirs {
		switch {
		case isAccount(d):
			s.account = model.AccountID(d)
		case isRegion(d):
			s.region = model.Region(d)
		}
	}
	return s
}

func isAccount(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// isRegion knows a Region by its form, a compass word before a number, so that
// new ones need no new version: us-east-1, us-gov-west-1, ap-southeast-5.
func isRegion(s string) bool {
	words := strings.Split(s, "-")
	n := len(words)
	if n < 3 || len(words[n-1]) > 2 || strings.Trim(words[n-1], "0123456789") != "" || words[n-1] == "" {
		return false
	}
	for _, w := range words[:n-1] {
		if w == "" || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	for _, compass := range []string{"north", "south", "east", "west", "central"} {
		if strings.HasPrefix(words[n-2], compass) {
			return true
		}
	}
	return false
}

// regionOfZone gives the Region of an Availability Zone or Local Zone by its
// name: us-east-1a, us-west-2-lax-1a. Empty where the name tells none.
func regionOfZone(zone string) model.Region {
	words := strings.Split(zone, "-")
	for i, w := range words {
		if i < 2 || w == "" || w[0] < '0' || w[0] > '9' {
			continue
		}
		words[i] = strings.TrimRight(w, "abcdefghijklmnopqrstuvwxyz")
		if region := strings.Join(words[:i+1], "-"); isRegion(region) {
			return model.Region(region)
		}
		return ""
	}
	return ""
}

// regionOfARN gives the Region in arn:aws:ec2:us-east-1:123456789012:….
func regionOfARN(arn string) model.Region {
	fields := strings.SplitN(arn, ":", 5)
	if len(fields) == 5 && isRegion(fields[3]) {
		return model.Region(fields[3])
	}
	return ""
}

// meta collects what every resource has while its object is read.
type meta struct {
	model.Meta
	mark int // how many findings there were before the object
}

// begin starts a resource at the value that is next.
func (r *reader) begin() meta {
	return meta{mark: len(r.list), Meta: model.Meta{Account: r.scope.account, Region: r.scope.region, Provenance: r.here()}}
}

// end gives the resource's Meta. The folder's Region counts before a zone's or
// an ARN's; the owner's account before the folder's.
func (r *reader) end(m meta, id string) (model.Meta, bool) {
	if r.err != nil {
		return model.Meta{}, false // cut off in the middle
	}
	if id == "" {
		if r.list[m.mark:].HasErrors() || r.unlisted > 0 {
			return model.Meta{}, false // it has been said what is wrong
		}
		r.report(model.Diagnostic{Severity: model.Error, Provenance: m.Provenance,
			Summary: r.field() + " has no ID and is skipped", Detail: "Dump the call's output whole, without a --query that leaves the ID out."})
		return model.Meta{}, false
	}
	r.about(m.mark, id)
	m.Name = m.Tags["Name"]
	if m.Region == "" {
		m.Region = regionOfARN(m.ARN)
	}
	return m.Meta, true
}

// common reads the members that most resources share; false where the key is
// none of them.
func (r *reader) common(m *meta) bool {
	switch r.key {
	case "OwnerId":
		switch id := r.str(); {
		case id == "":
		case strings.Trim(id, "0123456789") == "":
			m.Account = model.AccountID(id)
		default: // "AWS", "amazon-aws": no account of anybody's
			m.Account = ""
		}
	case "AvailabilityZone":
		if region := regionOfZone(r.str()); m.Region == "" {
			m.Region = region
		}
	case "Tags", "TagSet":
		m.Tags = r.tags()
	default:
		return false
	}
	return true
}

func (r *reader) tags() map[string]string {
	var tags map[string]string
	for ok := r.array(); ok && r.element(); {
		var key, value string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "Key":
				key = r.str()
			case "Value":
				value = r.str()
			default:
				r.skip()
			}
		}
		if key == "" {
			continue
		}
		if tags == nil {
			tags = map[string]string{}
		}
		tags[key] = value
	}
	return tags
}
