package provider

import (
	"io"
	"time"
)

// progressEvery is the shortest time between two progress events of a task; the last one always comes.
const progressEvery = 100 * time.Millisecond

// meter counts what is read through it and tells about it.
type meter struct {
	io.Reader
	total int64 // expected; -1 if unknown
	tell  func(progress float64, done, total int64) error

	done int64
	last time.Time
}

// Read implements io.Reader.
func (m *meter) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	if n > 0 {
		m.done += int64(n)
		if now := time.Now(); m.done == m.total || now.Sub(m.last) >= progressEvery {
			m.last = now
			if e := m.tell(m.percent(), m.done, max(m.total, 0)); e != nil {
				return n, e
			}
		}
	}
	return n, err
}

func (m *meter) percent() float64 {
	if m.total <= 0 {
		return 0
	}
	return float64(min(m.done*100/m.total, 100))
}
