package policy

import (
	"slices"
	"strings"
)

// principal is one entry of a Principal or NotPrincipal element.
type principal struct {
	kind principalKind
	text string // as written
	id   identity
}

type principalKind uint8

const (
	everyone         principalKind = iota // "*" or {"AWS": "*"}
	awsPrincipal                          // an account or an ARN
	servicePrincipal                      // {"Service": "lambda.amazonaws.com"}
	otherPrincipal                        // {"Federated": …}, {"CanonicalUser": …}, a unique ID
)

// identity is who asks, or who is named, taken apart.
type identity struct {
	kind    identityKind
	text    string
	account string
	// name of a user or role without its path, and of a session: two sessions
	// are of one role when the name of their roles is the same (an ARN of a
	// session lacks the path).
	name string
}

type identityKind uint8

const (
	anyone       identityKind = iota // nothing is known
	wholeAccount                     // somebody in an account
	root
	user
	role
	roleSession
	federatedUser
	service
	unreadIdentity // a text that is none of these
)

// parseIdentity reads what a request or a policy calls a principal: an account
// ID, an ARN of IAM or STS, a service's name. Empty and "*" are anyone.
func parseIdentity(text string) identity {
	id := identity{kind: unreadIdentity, text: text}
	switch {
	case text == "" || text == "*":
		id.kind = anyone
	case isAccount(text):
		id.kind, id.account = wholeAccount, text
	case strings.HasPrefix(text, "arn:"):
		parts := strings.SplitN(text, ":", arnParts+1)
		if len(parts) != arnParts+1 || !isAccount(parts[4]) || strings.ContainsAny(text, "*?") {
			return id
		}
		id.account = parts[4]
		kind, path, _ := strings.Cut(parts[5], "/")
		name := path[strings.LastIndex(path, "/")+1:]
		switch {
		case parts[2] == "iam" && parts[5] == "root":
			id.kind = root
		case parts[2] == "iam" && kind == "user" && name != "":
			id.kind, id.name = user, name
		case parts[2] == "iam" && kind == "role" && name != "":
			id.kind, id.name = role, name
		case parts[2] == "sts" && kind == "assumed-role" && name != "":
			id.kind = roleSession
			id.name, _, _ = strings.Cut(path, "/")
		case parts[2] == "sts" && kind == "federated-user" && name != "":
			id.kind, id.name = federatedUser, name
		}
	case strings.HasSuffix(text, ".amazonaws.com") || strings.HasSuffix(text, ".amazonaws.com.cn"):
		id.kind = service
	}
	return id
}

func isAccount(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// known reports whether an identity is one principal rather than one of many.
func (id identity) known() bool {
	return id.kind != anyone && id.kind != wholeAccount && id.kind != unreadIdentity
}

// parsePrincipal reads one entry; false where AWS would refuse it.
func parsePrincipal(typ, text string) (principal, bool) {
	p := principal{text: text, kind: otherPrincipal}
	switch typ {
	case "AWS":
		if text == "*" {
			p.kind = everyone
			return p, true
		}
		p.id = parseIdentity(text)
		switch p.id.kind {
		case wholeAccount, root, user, role, roleSession, federatedUser:
			p.kind = awsPrincipal
			return p, true
		}
		// What is left is a unique ID, which AWS puts in place of a principal
		// that was deleted, or nothing that AWS takes.
		return p, text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
	case "Service":
		p.kind = servicePrincipal
		return p, text != "" && !strings.ContainsAny(text, "*?")
	case "Federated", "CanonicalUser":
		return p, text != ""
	}
	return p, false
}

// matches tells whether an entry of a Principal element names who asks. In a
// gateway endpoint's policy an account is its root user alone (POL-3), and what
// any other principal but * does is not documented.
func (p principal) matches(who identity, kind Kind) truth {
	switch p.kind {
	case everyone:
		return yes
	case servicePrincipal:
		if !who.known() && who.kind != wholeAccount {
			return maybe
		}
		return truthOf(who.kind == service && strings.EqualFold(who.text, p.text))
	case awsPrincipal:
		t := p.id.names(who, kind == GatewayEndpointPolicy)
		if t == yes && kind == GatewayEndpointPolicy && !p.account() {
			return maybe
		}
		return t
	}
	return truthOf(p.text == who.text && who.text != "").or(maybe)
}

// account reports whether an entry names an account; its root's ARN does.
func (p principal) account() bool {
	return p.kind == awsPrincipal && (p.id.kind == wholeAccount || p.id.kind == root)
}

// names tells whether an account, user, role or session named in a policy is,
// or has in it, who asks.
func (id identity) names(who identity, rootOnly bool) truth {
	switch who.kind {
	case anyone, unreadIdentity:
		return maybe
	case service:
		return no
	}
	if who.account != id.account {
		return no
	}
	switch {
	case id.kind == wholeAccount || id.kind == root:
		if !rootOnly || who.kind == root {
			return yes
		}
		if who.kind == wholeAccount {
			return maybe
		}
		return no
	case who.kind == wholeAccount:
		return maybe
	case who.text == id.text:
		return yes
	case id.kind == role && who.kind == roleSession:
		return truthOf(id.name == who.name)
	case id.kind == roleSession && who.kind == role,
		id.kind == user && who.kind == federatedUser,
		id.kind == who.kind && id.kind != roleSession && id.kind != federatedUser:
		// One of the role's sessions; the user's own permissions, as far as they
		// were passed on; a name that an account has only once, with another path.
		return maybe.and(truthOf(id.name == who.name))
	}
	return no
}

// principalMatches evaluates a statement's Principal or NotPrincipal.
func (s *Statement) principalMatches(who identity, kind Kind) finding {
	if s.unclear.has(elementPrincipal) || !s.has.has(elementPrincipal) {
		return finding{}
	}
	t := no
	if s.negated.has(elementPrincipal) {
		t = s.exceptsNot(who)
		if t == no && kind == GatewayEndpointPolicy {
			t = maybe // whom it would except is not documented (POL-3)
		}
	} else {
		for _, p := range s.principals {
			t = t.or(p.matches(who, kind))
		}
	}
	return finding{t, []string{"Principal"}}
}

// names reports whether a statement grants to who asks by more than its account.
func (s *Statement) names(who identity, kind Kind) bool {
	return slices.ContainsFunc(s.principals, func(p principal) bool {
		return !p.account() && p.matches(who, kind) == yes
	})
}

// exceptsNot evaluates NotPrincipal: a principal is excepted for certain when
// both it and its account are listed, for AWS may check the account first.
func (s *Statement) exceptsNot(who identity) truth {
	account, self := no, no
	for _, p := range s.principals {
		t := p.matches(who, ResourcePolicy)
		switch {
		case p.kind == everyone:
			return no
		case p.account():
			account = account.or(t)
			if who.kind == root {
				self = self.or(t)
			}
		case p.kind == servicePrincipal && t == yes:
			return no
		default:
			self = self.or(t)
		}
	}
	switch {
	case account == no && self == no:
		return yes
	case account == yes && self == yes:
		return no
	}
	return maybe
}

// contextOf adds the condition keys that follow from who asks.
func (id identity) contextOf(ctx foldedContext) {
	switch id.kind {
	case anyone, unreadIdentity:
		return
	case service:
		ctx.setDefault("aws:PrincipalIsAWSService", Present("true"))
		ctx.setDefault("aws:PrincipalServiceName", Present(id.text))
		return
	case root, user, role, federatedUser:
		ctx.setDefault("aws:PrincipalArn", Present(id.text))
	case roleSession, wholeAccount:
		// The key has the role's ARN, whose path a session does not tell.
		ctx.setDefault("aws:PrincipalArn", PresentUnknown())
	}
	ctx.setDefault("aws:PrincipalAccount", Present(id.account))
	ctx.setDefault("aws:PrincipalIsAWSService", Present("false"))
	ctx.setDefault("aws:PrincipalServiceName", Absent())
}
