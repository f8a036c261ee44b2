package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// operator is a condition operator as it is written: the comparison, and what
// goes around it.
type operator struct {
	name     string // as written
	compare  comparison
	negated  bool
	set      setOperator
	ifExists bool
}

// setOperator says how the values of a multivalued key are put together.
type setOperator uint8

const (
	noSet setOperator = iota
	forAllValues
	forAnyValue
)

// comparison is what an operator compares, in the positive sense.
type comparison uint8

const (
	compareString comparison = iota // case-sensitive, no wildcards
	compareStringFold
	compareLike
	compareARN
	compareNumber
	compareDate
	compareBool
	compareBinary
	compareIP
	compareNull
)

// relation is the sense of a numeric or date operator: which signs of
// cmp(request, policy) match.
type relation struct{ less, equal, greater bool }

type baseOperator struct {
	compare  comparison
	negated  bool
	relation relation
}

var (
	equal          = relation{equal: true}
	less           = relation{less: true}
	lessOrEqual    = relation{less: true, equal: true}
	greater        = relation{greater: true}
	greaterOrEqual = relation{greater: true, equal: true}
)

// baseOperators are all that AWS documents. ArnEquals and ArnLike behave alike.
var baseOperators = map[string]baseOperator{
	"StringEquals":              {compare: compareString},
	"StringNotEquals":           {compare: compareString, negated: true},
	"StringEqualsIgnoreCase":    {compare: compareStringFold},
	"StringNotEqualsIgnoreCase": {compare: compareStringFold, negated: true},
	"StringLike":                {compare: compareLike},
	"StringNotLike":             {compare: compareLike, negated: true},
	"NumericEquals":             {compare: compareNumber, relation: equal},
	"NumericNotEquals":          {compare: compareNumber, relation: equal, negated: true},
	"NumericLessThan":           {compare: compareNumber, relation: less},
	"NumericLessThanEquals":     {compare: compareNumber, relation: lessOrEqual},
	"NumericGreaterThan":        {compare: compareNumber, relation: greater},
	"NumericGreaterThanEquals":  {compare: compareNumber, relation: greaterOrEqual},
	"DateEquals":                {compare: compareDate, relation: equal},
	"DateNotEquals":             {compare: compareDate, relation: equal, negated: true},
	"DateLessThan":              {compare: compareDate, relation: less},
	"DateLessThanEquals":        {compare: compareDate, relation: lessOrEqual},
	"DateGreaterThan":           {compare: compareDate, relation: greater},
	"DateGreaterThanEquals":     {compare: compareDate, relation: greaterOrEqual},
	"Bool":                      {compare: compareBool},
	"BinaryEquals":              {compare: compareBinary},
	"IpAddress":                 {compare: compareIP},
	"NotIpAddress":              {compare: compareIP, negated: true},
	"ArnEquals":                 {compare: compareARN},
	"ArnLike":                   {compare: compareARN},
	"ArnNotEquals":              {compare: compareARN, negated: true},
	"ArnNotLike":                {compare: compareARN, negated: true},
	"Null":                      {compare: compareNull},
}

// parseOperator reads an operator's name; the error says what is wrong with it.
func parseOperator(name string) (operator, relation, error) {
	op := operator{name: name}
	base := name
	for prefix, set := range map[string]setOperator{"ForAllValues:": forAllValues, "ForAnyValue:": forAnyValue} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			op.set, base = set, rest
		}
	}
	base, op.ifExists = strings.CutSuffix(base, "IfExists")
	b, ok := baseOperators[base]
	if !ok {
		if near := nearestOperator(base); near != "" {
			return op, relation{}, fmt.Errorf("%q is not a condition operator: did you mean %s?", name, near)
		}
		return op, relation{}, fmt.Errorf("%q is not a condition operator", name)
	}
	if b.compare == compareNull && (op.ifExists || op.set != noSet) {
		return op, relation{}, fmt.Errorf("%q is not a condition operator: Null takes neither a set operator nor IfExists", name)
	}
	op.compare, op.negated = b.compare, b.negated
	return op, b.relation, nil
}

// nearestOperator gives the operator that a misspelt one is most like; none
// where nothing is near.
func nearestOperator(name string) string {
	best, distance := "", 4
	names := make([]string, 0, len(baseOperators))
	for n := range baseOperators {
		names = append(names, n)
	}
	slices.Sort(names)
	if len(name) > 40 {
		return ""
	}
	for _, n := range names {
		if d := model.EditDistance(strings.ToLower(name), strings.ToLower(n), distance); d < distance {
			best, distance = n, d
		}
	}
	return best
}

// variables reports whether an operator's values may have policy variables.
// AWS's pages differ on Bool; its values are read without, and one that has a
// variable is unknown.
func (c comparison) variables() bool {
	switch c {
	case compareString, compareStringFold, compareLike, compareARN:
		return true
	case compareNumber, compareDate, compareBool, compareBinary, compareIP, compareNull:
		return false
	}
	panic(fmt.Sprintf("policy: comparison %d", uint8(c)))
}

// syntax is what is special in an operator's values.
func (c comparison) syntax(variables bool) syntax {
	s := syntax{variables: variables && c.variables()}
	switch c {
	case compareStringFold:
		s.fold = true
	case compareLike:
		s.wildcards = true
	case compareARN:
		s.wildcards, s.parts = true, arnParts
	case compareString, compareNumber, compareDate, compareBool, compareBinary, compareIP, compareNull:
	default:
		panic(fmt.Sprintf("policy: comparison %d", uint8(c)))
	}
	return s
}
