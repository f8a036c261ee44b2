package describe

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// decodeText gives a file's text as UTF-8 without a byte order mark. UTF-16 is
// what PowerShell's redirection writes.
func decodeText(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		return data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return decodeUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return decodeUTF16(data[2:], binary.BigEndian)
	}
	return data
}

func decodeUTF16(data []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// lines turns offsets into lines and columns. It counts on from the place that
// was asked for last, so that asking for ascending offsets reads the file once.
type lines struct {
	at, line, start int
}

// place gives the line and the column in bytes, both from 1, of an offset.
func (l *lines) place(data []byte, offset int) (line, column int) {
	if offset < l.at {
		*l = lines{}
	}
	between := data[l.at:offset]
	if i := bytes.LastIndexByte(between, '\n'); i >= 0 {
		l.line += bytes.Count(between, []byte{'\n'})
		l.start = l.at + i + 1
	}
	l.at = offset
	return l.line + 1, offset - l.start + 1
}
