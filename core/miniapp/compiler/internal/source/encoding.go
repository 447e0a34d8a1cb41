package source

import (
	"bytes"
	"unicode/utf8"
)

// Read is New for a file as it is on the disk: it warns if the file is in another encoding than UTF-8, of which only the
// ASCII part can be shown.
func Read(path string, data []byte, diags *Diagnostics) *File {
	f := New(path, data)
	at := firstInvalid(data)
	if at < 0 {
		return f
	}
	name, label := encodingOf(data)
	if label == "" {
		diags.Warn(f, at, "file-encoding", "save the file as UTF-8", "the file is not UTF-8: byte %d is 0x%02X", at, data[at])
		return f
	}
	diags.Warn(f, at, "file-encoding",
		"convert it: iconv -f "+label+" -t UTF-8 "+path+" > utf8.tmp && mv utf8.tmp "+path+"; an editor can do so, too, by \"Save with Encoding\"",
		"the file is not UTF-8: byte %d is 0x%02X; it looks like %s", at, data[at], name)
	return f
}

// firstInvalid is the offset of the first byte that is not UTF-8, or -1.
func firstInvalid(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// encodingOf guesses what a text that is not UTF-8 is in: the name for people, and that for iconv; "" if nothing fits.
func encodingOf(data []byte) (name, label string) {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return "UTF-16", "UTF-16"
	case isGB18030(data):
		return "GBK (GB18030)", "GB18030"
	}
	return "", ""
}

// isGB18030 tells whether all bytes are characters of one, two or four bytes in that encoding.
func isGB18030(data []byte) bool {
	between := func(i int, low, high byte) bool { return i < len(data) && data[i] >= low && data[i] <= high }
	for i := 0; i < len(data); {
		switch {
		case data[i] < 0x80:
			i++
		case !between(i, 0x81, 0xFE):
			return false
		case between(i+1, 0x40, 0xFE) && data[i+1] != 0x7F:
			i += 2
		case between(i+1, 0x30, 0x39) && between(i+2, 0x81, 0xFE) && between(i+3, 0x30, 0x39):
			i += 4
		default:
			return false
		}
	}
	return true
}
