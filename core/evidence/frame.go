package evidence

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
)

// ErrTorn says that a file ends in the middle of a record, as after a loss of power.
var ErrTorn = errors.New("the file ends in the middle of a record")

// appendFrame writes a record as it stands in a spool file: its length as four bytes, most significant first, and itself.
func appendFrame(out, record []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(record)))
	return append(out, record...)
}

// Frames reads the records of a spool file or an export. The sequence ends after an error.
func Frames(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		in := bufio.NewReader(r)
		for {
			var head [4]byte
			_, err := io.ReadFull(in, head[:])
			if err == io.EOF {
				return
			}
			size := binary.BigEndian.Uint32(head[:])
			if err == nil && (size == 0 || size > MaxRecord) {
				yield(nil, fmt.Errorf("a record of %d bytes is not possible", size))
				return
			}
			record := make([]byte, size)
			if err == nil {
				_, err = io.ReadFull(in, record)
			}
			if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
				err = ErrTorn
			}
			if !yield(record, err) || err != nil {
				return
			}
		}
	}
}

// Export writes records in the form that Frames reads.
func Export(w io.Writer, records iter.Seq2[[]byte, error]) error {
	for r, err := range records {
		if err != nil {
			return err
		}
		if _, err := w.Write(appendFrame(nil, r)); err != nil {
			return err
		}
	}
	return nil
}
