package segment

import "fmt"

// GapError says that records do not follow the last one stored.
type GapError struct{ Next, First uint64 }

// Error names both numbers.
func (e *GapError) Error() string {
	return fmt.Sprintf("records from number %d on were given, number %d is the next; send the missing ones first", e.First, e.Next)
}

// ConflictError says that a number is taken by other content.
type ConflictError struct{ Number uint64 }

// Error names the number.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("number %d is stored already with other content", e.Number)
}

// CorruptError says that what is on disk is not what was written.
type CorruptError struct {
	File   string
	Offset int64
	Reason string
}

// Error names file and place.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s is damaged at byte %d: %s; restore the file from a backup, nothing is written until then", e.File, e.Offset, e.Reason)
}
