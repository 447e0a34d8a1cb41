package segment

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

const (
	magic      = "DGTRACE1"
	headerSize = int64(len(magic) + 8)
	frameSize  = 16
	// MaxRecord is the largest record, in bytes.
	MaxRecord = 16 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendHeader(dst []byte, first uint64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, magic...), first)
}

func appendFrame(dst []byte, number uint64, data []byte) []byte {
	at := len(dst)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(data)))
	dst = binary.BigEndian.AppendUint32(dst, 0)
	dst = binary.BigEndian.AppendUint64(dst, number)
	dst = append(dst, data...)
	binary.BigEndian.PutUint32(dst[at+4:], crc32.Checksum(dst[at+8:], castagnoli))
	return dst
}

// frame is one record in a segment's bytes.
type frame struct {
	number uint64
	data   []byte
	size   int64 // on disk
}

// problem is why bytes are not a frame. torn means that a crash while appending explains it.
type problem struct {
	reason string
	torn   bool
}

// readFrame reads the frame at the beginning of b, which reaches to the segment's end.
func readFrame(b []byte, want uint64) (frame, *problem) {
	if len(b) < frameSize {
		return frame{}, &problem{"the frame is cut off", true}
	}
	size := int64(binary.BigEndian.Uint32(b))
	if size > MaxRecord {
		return frame{}, &problem{"the frame's length is impossible", blank(b)}
	}
	if int64(len(b)) < frameSize+size {
		return frame{}, &problem{"the frame is cut off", true}
	}
	whole := b[:frameSize+size]
	if crc32.Checksum(whole[8:], castagnoli) != binary.BigEndian.Uint32(whole[4:]) {
		return frame{}, &problem{"the checksum does not match", len(whole) == len(b) || blank(b)}
	}
	f := frame{binary.BigEndian.Uint64(whole[8:]), whole[frameSize:], int64(len(whole))}
	if f.number != want {
		return frame{}, &problem{"the number is out of order", false}
	}
	return f, nil
}

// blank reports whether b is all zeros: what some file systems leave where a write was cut off.
func blank(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }
