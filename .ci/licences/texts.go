package main

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"
)

// allowed are the licences that a dependency may have: none asks more of vpcwalk
// than to be passed on with it.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unicode-DFS-2016"}

// notice is said of a text that belongs to a licence and is none.
const notice = "notice"

// known are the texts that somebody has read, by sum, as SPDX expressions.
var known = map[string]string{
	"0331a3b30319f29207b49e13": "Apache-2.0",
	"73d74040282e65ebc2f8b235": "Apache-2.0", // its appendix not filled in
	"e49a4b3d371ed427326adaf7": "Apache-2.0", // without the appendix
	"71852411dabd06ae2ef01b66": "Apache-2.0", // the appendix filled in, and no instructions

	"171bc3df512de506d7a76aa8": "BSD-3-Clause", // Google LLC
	"b6c6d82f2c5c04ceba661589": "BSD-3-Clause", // Google Inc.
	"577369eeed9c3b9a72e2fafa": "BSD-3-Clause", // the Gonum project
	"b1f9e9ac2540e58f94860851": "BSD-3-Clause", // its contributors

	"5e203d2b6d820c76518fbbb2": "ISC",

	"5201f523ee6ded944c180291": "MIT",
	"da6d84d806a84b930cdad9c0": "MIT", // without a title

	"2bf9156c4fabd5c6a3eef306": "MPL-2.0",
	"990b18c5d1db2340c3e15186": "MPL-2.0", // as Mozilla has it today

	// go-textseg: its code, the programs that make its tables, and the data in them.
	"33beee725fc5fdd2fcaaa285": "MIT AND Apache-2.0 AND Unicode-DFS-2016",
	// yaml: what was ported from libyaml, and the rest.
	"cbe1210639aad70a398bc480": "MIT AND Apache-2.0", // v3's licence
	"162fab3cff6f3481455545ef": "Apache-2.0",         // v3's notice
	"98d3511ddcf2d04a5dcf62b0": "MIT AND Apache-2.0", // v4's notice

	"2fa5661b9cdc7b1fd1cce720": notice, // Google's grant of patents beside its BSD licence
}

// holder is a line that tells whose copyright it is.
var holder = regexp.MustCompile(`^copyright( \(c\)| ©| ibm corp\.)? ?[12]\d{3}\b`)

// sum is the beginning of the SHA-256 of a text's words, in lower case and without lines that only
// tell whose copyright it is: what stays is the same for all who use the licence.
func sum(s string) string {
	var words strings.Builder
	for line := range strings.Lines(strings.ToLower(s)) {
		line = strings.TrimSpace(line)
		if holder.MatchString(line) || line == "all rights reserved." {
			continue
		}
		for w := range strings.FieldsFuncSeq(line, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			words.WriteString(w)
			words.WriteByte(' ')
		}
	}
	h := sha256.Sum256([]byte(words.String()))
	return hex.EncodeToString(h[:])[:24]
}
