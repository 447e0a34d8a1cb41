package contract

import (
	"bytes"
	"encoding/binary"
)

// longText is the rest of a payload from which on it pays to look for the end of a text first: what finds one byte takes
// 32 at a time, and what is left to look for then takes a third of the steps of marks.
const longText = 1024

// plainRun is how many of the first bytes are certainly plain ASCII text, without quote, backslash and control character:
// a multiple of 32, and 0 if there is something else early on.
func plainRun(s []byte) int {
	if at := bytes.IndexByte(s, '"'); at >= 0 {
		s = s[:at]
	}
	if at := bytes.IndexByte(s, '\\'); at >= 0 {
		s = s[:at]
	}
	n := 0
	for ; len(s) >= 32; n += 32 {
		a, b := binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[8:])
		c, d := binary.LittleEndian.Uint64(s[16:]), binary.LittleEndian.Uint64(s[24:])
		if ((a-' '*lowBits)|(b-' '*lowBits)|(c-' '*lowBits)|(d-' '*lowBits)|a|b|c|d)&highBits != 0 {
			break
		}
		s = s[32:]
	}
	return n
}
