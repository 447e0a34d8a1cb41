//go:build !linux

package frames

import "net"

// mostPieces makes every message one that is copied.
const mostPieces = 0

// trier takes nothing where a write that does not wait is not worth the trouble: all is left to the goroutine that may
// wait.
type trier struct{}

func newTrier(net.Conn) *trier { return &trier{} }

func (*trier) write([]byte) (int, error) { return 0, nil }

func (*trier) writeAll([][]byte) (int, error) { return 0, nil }
