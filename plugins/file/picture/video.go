package picture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Video is what a file says about itself.
type Video struct {
	Width, Height int
	Seconds       float64
	FPS           float64
	Orientation   Orientation
}

// Bounds of a file's structure.
const (
	maxBoxes  = 100_000
	maxDepth  = 8
	maxHeader = 4 << 10 // bytes of a box that are looked at
)

// box is one box of an MP4 file: its kind and where its content is.
type box struct {
	kind     string
	at, size int64
}

// ReadVideo reads the structure of an MP4, QuickTime, Matroska or WebM file of size bytes. The error says what is wrong, and where.
func ReadVideo(r io.ReaderAt, size int64) (Video, error) {
	if isMatroska(r) {
		v, err := readMatroska(r, size)
		if err != nil {
			return Video{}, fmt.Errorf("read video: %w", err)
		}
		return v, nil
	}
	s := &scanner{r: r, left: maxBoxes}
	var v Video
	var found bool
	err := s.boxes(0, size, 0, func(b box) (into bool, err error) {
		switch b.kind {
		case "moov":
			found = true
			return true, nil
		case "trak", "mdia", "minf", "stbl":
			if b.kind == "trak" {
				s.track = track{}
			}
			return true, nil
		case "mvhd":
			v.Seconds, err = s.movie(b)
		case "tkhd":
			err = s.trackHeader(b)
		case "mdhd":
			s.track.seconds, err = s.movie(b)
		case "hdlr":
			err = s.handler(b, &v)
		case "stts":
			err = s.samples(b, &v)
		}
		return false, err
	})
	if err == nil && !found {
		err = errors.New("it has no movie header")
	}
	if err != nil {
		return Video{}, fmt.Errorf("read video: %w", err)
	}
	return v, nil
}

type track struct {
	width, height int
	orientation   Orientation
	seconds       float64
	video         bool
}

type scanner struct {
	r     io.ReaderAt
	left  int
	track track
}

// boxes visits the boxes of a stretch; f says whether to go into one.
func (s *scanner) boxes(at, end int64, depth int, f func(box) (bool, error)) error {
	if depth > maxDepth {
		return errors.New("boxes are too deep")
	}
	for at+8 <= end {
		if s.left--; s.left < 0 {
			return errors.New("it has too many boxes")
		}
		var head [16]byte
		if _, err := s.r.ReadAt(head[:8], at); err != nil {
			return fmt.Errorf("offset %d: %w", at, err)
		}
		size, skip := int64(binary.BigEndian.Uint32(head[:])), int64(8)
		switch size {
		case 0:
			size = end - at
		case 1:
			if _, err := s.r.ReadAt(head[8:16], at+8); err != nil {
				return fmt.Errorf("offset %d: %w", at, err)
			}
			size, skip = int64(binary.BigEndian.Uint64(head[8:])), 16 //nolint:gosec // checked below
		}
		if size < skip || size > end-at {
			return fmt.Errorf("offset %d: box %q of %d bytes does not fit in %d", at, head[4:8], size, end-at)
		}
		b := box{string(head[4:8]), at + skip, size - skip}
		into, err := f(b)
		if err == nil && into {
			err = s.boxes(b.at, b.at+b.size, depth+1, f)
		}
		if err != nil {
			return err
		}
		at += size
	}
	return nil
}

// content reads the beginning of a box, at least so many bytes.
func (s *scanner) content(b box, least int64) ([]byte, error) {
	if b.size < least {
		return nil, fmt.Errorf("offset %d: box %q has %d bytes, expected %d", b.at, b.kind, b.size, least)
	}
	buf := make([]byte, min(b.size, maxHeader))
	_, err := s.r.ReadAt(buf, b.at)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return buf, nil
}

// movie reads a length in seconds from a movie's or a medium's header.
func (s *scanner) movie(b box) (float64, error) {
	c, err := s.content(b, 20)
	if err != nil {
		return 0, err
	}
	scale, length := binary.BigEndian.Uint32(c[12:]), uint64(binary.BigEndian.Uint32(c[16:]))
	if c[0] == 1 {
		if len(c) < 32 {
			return 0, fmt.Errorf("offset %d: box %q is cut", b.at, b.kind)
		}
		scale, length = binary.BigEndian.Uint32(c[20:]), binary.BigEndian.Uint64(c[24:])
	}
	if scale == 0 || length == math.MaxUint64 || length == math.MaxUint32 {
		return 0, nil
	}
	return float64(length) / float64(scale), nil
}

func (s *scanner) trackHeader(b box) error {
	at := 40 // of the matrix
	c, err := s.content(b, 84)
	if err != nil {
		return err
	}
	if c[0] == 1 {
		at = 52
	}
	if len(c) < at+44 {
		return fmt.Errorf("offset %d: box %q is cut", b.at, b.kind)
	}
	cell := func(i int) int32 { return int32(binary.BigEndian.Uint32(c[at+4*i:])) } //nolint:gosec // fixed point with a sign
	s.track.orientation = Up
	switch a, b, d := cell(0), cell(1), cell(4); {
	case b > 0:
		s.track.orientation = 6
	case b < 0:
		s.track.orientation = 8
	case a < 0 && d < 0:
		s.track.orientation = 3
	}
	s.track.width = int(binary.BigEndian.Uint32(c[at+36:]) >> 16)
	s.track.height = int(binary.BigEndian.Uint32(c[at+40:]) >> 16)
	return nil
}

// handler tells the kind of a track; the first video track counts.
func (s *scanner) handler(b box, v *Video) error {
	c, err := s.content(b, 12)
	if err != nil {
		return err
	}
	if s.track.video = string(c[8:12]) == "vide" && v.Width == 0; s.track.video {
		v.Width, v.Height, v.Orientation = s.track.width, s.track.height, s.track.orientation
	}
	return nil
}

// samples counts the pictures of the video track.
func (s *scanner) samples(b box, v *Video) error {
	if !s.track.video {
		return nil
	}
	c, err := s.content(b, 8)
	if err != nil {
		return err
	}
	count := 0.0
	for i := 8; i+8 <= len(c) && i < 8+8*int(min(binary.BigEndian.Uint32(c[4:]), maxHeader)); i += 8 {
		count += float64(binary.BigEndian.Uint32(c[i:]))
	}
	if s.track.seconds > 0 {
		v.FPS = min(count/s.track.seconds, 1000)
	}
	return nil
}
