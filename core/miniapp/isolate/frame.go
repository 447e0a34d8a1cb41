package isolate

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/dougong-dev/dougong/pdk/go"
)

// kind says what a frame holds.
type kind byte

// Frames of both directions. One direction's kinds mean nothing in the other.
const (
	kindMessage kind = 1 // ToActor or FromActor

	// host → child
	kindJob   kind = 2 // job, as JSON; the first frame
	kindSync  kind = 3 // a message.Reply, to the Call that the actor waits for
	kindFile  kind = 4 // answer to kindRead
	kindAhead kind = 6 // a turn and files that will be asked for; before kindJob, if at all
	kindPing  kind = 5 // to be answered by kindPong when the actor comes to it

	// child → host
	kindReady kind = 16 // the base library is loaded; the first frame
	kindTook  kind = 17 // number of messages that the actor has taken, 4 bytes
	kindRead  kind = 18 // name of a file of the program
	kindPong  kind = 19
	kindDying kind = 20 // message.Error, as JSON: why the child ends itself

	kindPrepared kind = 21 // what a kindAhead held is compiled
)

const (
	// maxFrame is the largest frame: a payload and what goes with it.
	maxFrame = pdk.MaxPayload + maxEnvelope + 1<<16
	// headSize is the length, of kind and body together, and the kind.
	headSize = 5
)

// writeFrame writes a frame of several parts.
func writeFrame(w io.Writer, k kind, parts ...[]byte) error {
	size := 1
	for _, p := range parts {
		size += len(p)
	}
	if size > maxFrame {
		return fmt.Errorf("a frame of %d bytes, at most %d are allowed", size, maxFrame)
	}
	frame := make([]byte, headSize, headSize+min(size, 1<<16))
	binary.BigEndian.PutUint32(frame, uint32(size))
	frame[4] = byte(k)
	for i, p := range parts {
		if len(frame)+len(p) > 1<<16 {
			if _, err := w.Write(frame); err != nil {
				return err
			}
			return writeAll(w, parts[i:])
		}
		frame = append(frame, p...)
	}
	_, err := w.Write(frame)
	return err
}

// writeAll writes long parts as they are: copying them together would cost more than the calls.
func writeAll(w io.Writer, parts [][]byte) error {
	for _, p := range parts {
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// readFrame reads a frame. Memory is taken as bytes arrive, not as they are announced. The error is io.EOF at the end of
// the stream between two frames.
func readFrame(r io.Reader) (kind, []byte, error) {
	var head [headSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if err == io.ErrUnexpectedEOF {
			return 0, nil, fmt.Errorf("frame: the stream ends within its head: %w", err)
		}
		return 0, nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size < 1 || size > maxFrame {
		return 0, nil, fmt.Errorf("frame: length %d, expected 1 to %d", size, maxFrame)
	}
	var body bytes.Buffer
	if n, err := io.CopyN(&body, r, int64(size)-1); err != nil {
		return 0, nil, fmt.Errorf("frame of kind %d: the stream ends after %d of %d bytes: %w", head[4], n, size-1, io.ErrUnexpectedEOF)
	}
	return kind(head[4]), body.Bytes(), nil
}
