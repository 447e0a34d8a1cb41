package frames

// worthwhile is the size from which on a message is sent from where it is, without being copied first.
const worthwhile = 16 << 10

// direct writes a message past pending, if nothing is there and nobody writes. It ends what begin began if it returns true.
func (w *writer) direct(h header, o outgoing) bool {
	p := o.bytes()
	if w.busy || len(w.pending) > 0 || len(p.Blobs) > mostPieces-2 {
		return false
	}
	w.busy = true
	w.head = o.appendHead(appendHeader(w.head[:0], h))
	w.mu.Unlock()
	pieces := append(append(w.pieces[:0], w.head, p.JSON), p.Blobs...)
	n, err := w.trier.writeAll(pieces)
	rest := after(pieces, n)
	clear(pieces)
	w.pieces = pieces
	switch {
	case err != nil:
		w.fail(err)
	case rest != nil:
		w.kick <- rest
	default:
		w.flush()
	}
	return true
}

// after returns a copy of what follows the first n bytes, nil if that is nothing.
func after(pieces [][]byte, n int) (rest []byte) {
	for _, b := range pieces {
		skip := min(n, len(b))
		rest = append(rest, b[skip:]...)
		n -= skip
	}
	return rest
}
