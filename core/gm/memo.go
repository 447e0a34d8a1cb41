package gm

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
)

// memo remembers signatures that were found good: a host that starts verifies the same certificates, lists and log heads for
// every plugin. A good signature stays good, so nothing is ever taken back; what was found bad is looked at again. It lives
// in memory only: on the disk it would have to be trusted itself.
type memo struct {
	mu   sync.Mutex
	good map[[32]byte]struct{}
}

// maxMemo bounds the memory: a full memo begins anew.
const maxMemo = 1 << 14

// name is a digest of everything that the answer depends on, each part with its length.
func (m *memo) name(k PublicKey, msg, sig []byte) (out [32]byte) {
	h := sha256.New()
	var length [8]byte
	for _, part := range [][]byte{[]byte(k.alg), []byte(k.raw), sig, msg} {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write(part)
	}
	h.Sum(out[:0])
	return out
}

func (m *memo) has(name [32]byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.good[name]
	return ok
}

func (m *memo) put(name [32]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.good == nil || len(m.good) >= maxMemo {
		m.good = map[[32]byte]struct{}{}
	}
	m.good[name] = struct{}{}
}
