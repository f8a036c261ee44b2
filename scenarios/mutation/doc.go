// Package mutation breaks one rule, route, association or attribute of a network
// at a time and tells what the questions of a suite, the validation and the lint
// make of it.
//
// The elements are found by reflection over package model, so that a field that is
// new there is broken too. Left out is what no packet and no validation reads:
// names, places, words for states, and what the input leaves open.
package mutation
