package picture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
)

// Elements of a Matroska or WebM file that matter here, by their ids (RFC 9559, section 5).
const (
	idEBML        = 0x1A45DFA3
	idSegment     = 0x18538067
	idInfo        = 0x1549A966
	idScale       = 0x2AD7B1
	idDuration    = 0x4489
	idTracks      = 0x1654AE6B
	idTrack       = 0xAE
	idTrackNumber = 0xD7
	idVideo       = 0xE0
	idWidth       = 0xB0
	idHeight      = 0xBA
	idCluster     = 0x1F43B675
	idClusterTime = 0xE7
	idSimpleBlock = 0xA3
	idBlockGroup  = 0xA0
	idBlock       = 0xA1
)

// maxPoints bounds the sides of a video.
const maxPoints = 1 << 16

// isMatroska tells by the beginning of a file.
func isMatroska(r io.ReaderAt) bool {
	var head [4]byte
	_, err := r.ReadAt(head[:], 0)
	return err == nil && binary.BigEndian.Uint32(head[:]) == idEBML
}

// matroska is a walk through a file. It goes into what has parts and over what has none, one after the other, so that parts whose
// size a recorder has left open need no care: what follows them says itself what it is.
type matroska struct {
	r         io.ReaderAt
	at, size  int64
	scale     float64 // seconds of a tick
	duration  float64 // ticks, 0 where the file does not say
	track     uint64  // the one whose description is read
	video     uint64  // the first one with pictures
	width     int
	height    int
	began     uint64 // ticks of the cluster
	last      float64
	frames    int
	described bool
}

// readMatroska reads the structure of a Matroska or WebM file (RFC 8794, RFC 9559). What a browser records does not say how long it is:
// its last picture does.
func readMatroska(r io.ReaderAt, size int64) (Video, error) {
	m := &matroska{r: r, size: size, scale: 1e-3}
	for n := 0; m.at < size; n++ {
		if n == maxBoxes {
			return Video{}, errors.New("it has too many elements")
		}
		if err := m.next(); err != nil {
			return Video{}, err
		}
	}
	if !m.described {
		return Video{}, errors.New("it has no tracks")
	}
	v := Video{Width: m.width, Height: m.height, Orientation: Up}
	if m.duration > 0 {
		v.Seconds = m.duration * m.scale
	} else {
		v.Seconds = m.last * m.scale
	}
	if v.Seconds > math.MaxInt32 {
		v.Seconds = 0
	}
	if v.Seconds > 0 {
		v.FPS = min(float64(m.frames)/v.Seconds, 1000)
	}
	return v, nil
}

// next reads one element, or the head of one that has parts.
func (m *matroska) next() error {
	from := m.at
	id, err := m.number(false)
	if err != nil {
		return err
	}
	size, err := m.number(true)
	if err != nil {
		return err
	}
	switch id {
	case idSegment, idInfo, idVideo, idCluster, idBlockGroup:
		return nil
	case idTracks:
		m.described = true
		return nil
	case idTrack:
		m.track = 0
		return nil
	}
	if size == math.MaxUint64 || size > uint64(m.size-m.at) { //nolint:gosec // at is within size
		return fmt.Errorf("offset %d: an element 0x%X that does not fit in the %d bytes that are left", from, id, m.size-m.at)
	}
	err = m.element(id, int64(size)) //nolint:gosec // within the file
	m.at += int64(size)              //nolint:gosec // within the file
	return err
}

// element reads one that has no parts, or that is stepped over.
func (m *matroska) element(id uint64, size int64) error {
	switch id {
	case idSimpleBlock, idBlock:
		return m.block(size)
	case idScale, idDuration, idTrackNumber, idWidth, idHeight, idClusterTime:
	default:
		return nil
	}
	if size > 8 {
		return fmt.Errorf("offset %d: a number of %d bytes", m.at, size)
	}
	var word [8]byte
	if _, err := m.r.ReadAt(word[8-size:], m.at); err != nil {
		return fmt.Errorf("offset %d: %w", m.at, err)
	}
	n := binary.BigEndian.Uint64(word[:])
	switch {
	case id == idScale:
		m.scale = float64(n) * 1e-9
	case id == idDuration && size == 4:
		m.duration = positive(float64(math.Float32frombits(binary.BigEndian.Uint32(word[4:]))))
	case id == idDuration:
		m.duration = positive(math.Float64frombits(n))
	case id == idTrackNumber:
		m.track = n
	case id == idWidth && m.width == 0:
		m.width, m.video = int(min(n, maxPoints)), m.track
	case id == idHeight && m.height == 0:
		m.height = int(min(n, maxPoints))
	case id == idClusterTime:
		m.began = n
	}
	return nil
}

// block is a picture or a piece of sound: its track's number, and when it is shown, in ticks after its cluster.
func (m *matroska) block(size int64) error {
	end := m.at + size
	at := m.at
	track, err := m.number(true)
	head := m.at
	m.at = at
	if err != nil {
		return err
	}
	var after [2]byte
	if head+2 > end {
		return fmt.Errorf("offset %d: a block of %d bytes", at, size)
	}
	if _, err := m.r.ReadAt(after[:], head); err != nil {
		return fmt.Errorf("offset %d: %w", head, err)
	}
	m.last = max(m.last, float64(m.began)+float64(int16(binary.BigEndian.Uint16(after[:])))) //nolint:gosec // it has a sign
	if track == m.video {
		m.frames++
	}
	return nil
}

// number reads a number of variable length (RFC 8794, section 4), without its mark if it is a value, and with it if it is an id. All
// ones as a value are math.MaxUint64: a size that is not known.
func (m *matroska) number(value bool) (uint64, error) {
	var word [8]byte
	if _, err := m.r.ReadAt(word[:1], m.at); err != nil {
		return 0, fmt.Errorf("offset %d: %w", m.at, err)
	}
	length := bits.LeadingZeros8(word[0]) + 1
	if length > 8 || !value && length > 4 {
		return 0, fmt.Errorf("offset %d: byte 0x%02x begins no element", m.at, word[0])
	}
	if _, err := m.r.ReadAt(word[:length], m.at); err != nil {
		return 0, fmt.Errorf("offset %d: %w", m.at, err)
	}
	m.at += int64(length)
	n := binary.BigEndian.Uint64(word[:]) >> (64 - 8*length)
	if !value {
		return n, nil
	}
	mark := uint64(1) << (7 * length)
	if n &^= mark; n == mark-1 {
		return math.MaxUint64, nil
	}
	return n, nil
}

func positive(f float64) float64 {
	if f > 0 && !math.IsInf(f, 1) {
		return f
	}
	return 0
}
