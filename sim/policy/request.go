package policy

import "strings"

// Request is what is asked for.
//
// Action and Resource may have the wildcards * and ?, and stand for all that
// they match: "s3:*" is any action of S3. Empty is anything. A decision is then
// Allowed or Denied only when it is so for all of them.
type Request struct {
	// Principal is an account ID (somebody in it), the ARN of a root user, user,
	// role, role session or federated user, or a service's name
	// ("logs.amazonaws.com"). Empty is anyone; any other text is somebody of
	// whom nothing is known. The keys aws:PrincipalArn, aws:PrincipalAccount,
	// aws:PrincipalIsAWSService and aws:PrincipalServiceName follow from it,
	// unless Context has them.
	Principal string
	// Action is a service's prefix and an action, "s3:GetObject", in any case.
	// Without a prefix it is that action of some service.
	Action string
	// Resource is an ARN. Another text is the end of one that is not known
	// further.
	Resource string
	Context  Context
}

// question is a request, taken apart.
type question struct {
	who       identity
	action    []token
	resources [][]token
	ctx       foldedContext
}

func (r Request) question() question {
	q := question{who: parseIdentity(r.Principal), ctx: r.Context.fold()}
	q.who.contextOf(q.ctx)
	action := r.Action
	switch {
	case action == "":
		action = "*"
	case action != "*" && !strings.Contains(action, ":"):
		action = "*:" + action
	}
	q.action = compilePattern(action, syntax{wildcards: true, fold: true}).tokens
	resource := r.Resource
	if resource != "*" && !strings.HasPrefix(resource, "arn:") {
		resource = "*" + resource
	}
	q.resources = [][]token{askedResource(resource)}
	return q
}

func askedResource(text string) []token {
	return compilePattern(text, syntax{wildcards: true}).tokens
}

// attachedResources gives what a resource policy is attached to, as far as its
// own Resource elements tell: a bucket and its objects, a table and what belongs
// to it, or else what they name. Nil where they do not tell.
func (p *Policy) attachedResources() [][]token {
	seen := map[string]bool{}
	var all [][]token
	add := func(text string) {
		if !seen[text] {
			seen[text] = true
			all = append(all, askedResource(text))
		}
	}
	for _, s := range p.Statements {
		if !s.has.has(elementResource) || s.negated.has(elementResource) || s.unclear.has(elementResource) {
			return nil
		}
		for _, r := range s.resources {
			parts := strings.SplitN(r.text, ":", arnParts+1)
			if r.variables || len(parts) != arnParts+1 || parts[0] != "arn" {
				return nil
			}
			switch parts[2] {
			case "s3":
				// Of an access point this gives more than there is, which is open.
				bucket, _, _ := strings.Cut(r.text, "/")
				if strings.ContainsAny(bucket, "*?") {
					return nil
				}
				add(bucket)
				add(bucket + "/*")
			case "dynamodb":
				table := strings.SplitN(parts[arnParts], "/", 3)
				if len(table) < 2 || strings.ContainsAny(table[1], "*?") {
					return nil
				}
				root := strings.Join(parts[:arnParts], ":") + ":" + table[0] + "/" + table[1]
				add(root)
				add(root + "/*")
			case "kms", "secretsmanager", "sns", "sqs":
				add(r.text) // nothing below it has a name of its own
			default:
				return nil
			}
		}
	}
	return all
}
