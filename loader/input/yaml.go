package input

import "bytes"

const (
	// crowd is how many signs any YAML text may have, and bytesPerSign how long it is
	// for each further one. What people and tools write has one for six to twenty bytes.
	crowd        = 500_000
	bytesPerSign = 4
)

// Crowded tells a YAML text that has so many values, for its length, that nobody has
// written it for their sake: the library makes a tree of all of them, with some
// hundred bytes for each, before anything can be said about one that takes two bytes.
// It counts the signs that values begin or end with. line is the one, from 1, where
// there are more than most; 0 where there are not.
func Crowded(data []byte) (line, most int) {
	return crowded(data, crowd+len(data)/bytesPerSign)
}

func crowded(data []byte, most int) (line, limit int) {
	signs := 0
	for i, c := range data {
		switch c {
		case ',', '\n', '[', '{':
			signs++
		case '-', '?', ':':
			if i+1 == len(data) || data[i+1] == ' ' || data[i+1] == '\t' || i > 0 && (data[i-1] == '"' || data[i-1] == '\'') {
				signs++
			}
		}
		if signs > most {
			return 1 + bytes.Count(data[:i], []byte("\n")), most
		}
	}
	return 0, most
}
