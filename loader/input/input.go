// Package input holds the bytes of an input file, as every reader of a format
// gets them.
package input

// File is one input file.
type File struct {
	// Path is the file as the user named it, or found below a folder that the
	// user named; "-" for standard input. Messages name it so.
	Path string
	// Dirs are the folders between the one that the user named and the file,
	// outermost first; the layout of a snapshot says accounts, Regions and
	// subjects with them.
	Dirs []string
	Data []byte
}
