package model

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseFirewallAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"any":                             "any",
		"ANY":                             "any",
		"10.0.0.5":                        "10.0.0.5",
		"10.0.0.5/8":                      "10.0.0.0-10.255.255.255",
		"0.0.0.0/0":                       "0.0.0.0-255.255.255.255",
		"10.1.0.0/31":                     "10.1.0.0-10.1.0.1",
		"10.0.0.1-10.0.0.9":               "10.0.0.1-10.0.0.9",
		"2001:db8::/126":                  "2001:db8::-2001:db8::3",
		"$HOME_NET":                       "$HOME_NET",
		"! $HOME_NET":                     "!$HOME_NET",
		"@hosts":                          "@hosts",
		"[10.0.0.0/8, !10.1.0.0/16]":      "[10.0.0.0-10.255.255.255,!10.1.0.0-10.1.255.255]",
		"![$A,[10.0.0.1,[192.0.2.0/32]]]": "![$A,[10.0.0.1,[192.0.2.0]]]",
	} {
		got, err := ParseFirewallAddresses(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, got.String(), in)
		again, err := ParseFirewallAddresses(got.String())
		require.NoError(t, err, in)
		assert.Equal(t, got, again, in)
	}
	for in, want := range map[string]string{
		"":                     "nothing is written",
		"!any":                 "matches nothing",
		"[]":                   "nothing is written",
		"[10.0.0.1":            "not closed",
		"[10.0.0.1]]":          "follows the end of a list",
		"[10.0.0.1,]":          "nothing is written",
		"10.0.0.0/33":          "is not any",
		"web":                  "is not any",
		"$":                    "not the name of a variable",
		"$A,$B":                "not the name of a variable",
		"10.0.0.9-10.0.0.1":    "begins after its end",
		"10.0.0.1-2001:db8::1": "not a range of addresses",
		"::ffff:10.0.0.1":      "is not any",
		"fe80::1%eth0":         "is not any",
	} {
		_, err := ParseFirewallAddresses(in)
		assert.ErrorContains(t, err, want, in)
	}
}

func TestParseFirewallPorts(t *testing.T) {
	for in, want := range map[string]string{
		"any": "any", "443": "443", "80:90": "80:90", ":1023": "0:1023", "1024:": "1024:65535", "!22": "!22",
		"[80,443,1024:65535]": "[80,443,1024:65535]", "$WEB": "$WEB", "[1024:,!8080]": "[1024:65535,!8080]",
	} {
		got, err := ParseFirewallPorts(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, got.String(), in)
	}
	for in, want := range map[string]string{
		"": "nothing is written", "65536": "is not any", "90:80": "begins after its end", "https": "is not any", "80-90": "is not any",
	} {
		_, err := ParseFirewallPorts(in)
		assert.ErrorContains(t, err, want, in)
	}
}

func FuzzParseFirewallTerms(f *testing.F) {
	f.Add("[10.0.0.0/8,!$HOME_NET]")
	f.Add("![80:90,[443,!1024:]]")
	f.Fuzz(func(t *testing.T, s string) {
		if term, err := ParseFirewallAddresses(s); err == nil {
			again, err := ParseFirewallAddresses(term.String())
			require.NoError(t, err)
			require.Equal(t, term, again)
			require.True(t, term.From == netip.Addr{} || !term.To.Less(term.From))
		}
		if term, err := ParseFirewallPorts(s); err == nil {
			again, err := ParseFirewallPorts(term.String())
			require.NoError(t, err)
			require.Equal(t, term, again)
		}
	})
}
