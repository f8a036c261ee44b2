package yamlfile

import (
	"bytes"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// sniffed is how much of a file Sniff looks at.
const sniffed = 1 << 20

// Sniff reports whether data looks like a file of this format: one of the keys
// that only it has, tests among them, begins a line or is the first key of an
// object. It does not parse, and looks at the first mebibyte alone.
func Sniff(data []byte) bool {
	data = bytes.TrimPrefix(data[:min(len(data), sniffed)], []byte("\ufeff"))
	if first := afterComments(data); bytes.HasPrefix(first, []byte("{")) {
		return isOwnKey(firstWord(string(bytes.TrimLeft(first[1:min(len(first), 200)], " \t\r\n"))))
	}
	for line := range bytes.Lines(data) {
		if isOwnKey(firstWord(string(line[:min(len(line), 80)]))) {
			return true
		}
	}
	return false
}

// afterComments gives the data from its first character that is not of a comment.
func afterComments(data []byte) []byte {
	for {
		data = bytes.TrimLeft(data, " \t\r\n")
		if !bytes.HasPrefix(data, []byte("#")) {
			return data
		}
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
}

// Resembles reports whether data may be meant as a file of this format: a line
// begins with what is nearly one of its keys. Read tells what is wrong with it.
func Resembles(data []byte) bool {
	for line := range bytes.Lines(data[:min(len(data), sniffed)]) {
		key := firstWord(string(line[:min(len(line), 80)]))
		if len(key) < 3 {
			continue
		}
		for _, f := range slices.Concat(networkKeys, fileKeys) {
			if model.EditDistance(key, f.name, 1) <= 1 {
				return true
			}
		}
	}
	return false
}

// firstWord gives the key that a line begins with, or "".
func firstWord(line string) string {
	key, _, found := strings.Cut(line, ":")
	if !found {
		return ""
	}
	return strings.Trim(strings.TrimRight(key, " \t"), `"'`)
}

func isOwnKey(key string) bool {
	if key == "tests" {
		return true
	}
	for _, f := range networkKeys {
		if f.name == key {
			return true
		}
	}
	return false
}
