// Package describe reads snapshots of running accounts: what aws … describe-*
// prints, in any number of JSON files.
//
//	files ── read, each by itself ──► parts ── merged in the order of their paths ──► linked ──► model.Network
//	         (a table of top-level keys:       (the later of two that differ            (associations, owners,
//	          one key, one kind, one file)      wins, with a warning)                    what is missing)
//
// The top-level key of a document says what it holds, so files may have any
// name and any division: several keys in one file, one key in several files.
// Folders named after an account or a Region say where a file comes from; the
// few calls whose output does not name its subject are told by the file's name.
//
// Several accounts and Regions may list one resource, each as it sees it; the
// views are joined.
//
// What the snapshot lacks is unknown, never empty: see VPC.Missing and the fields
// named …Unknown. Resources that are only named, and those of which a part is
// missing that decides where packets go (a transit gateway without its route
// tables), stay absent from the network's maps.
package describe
