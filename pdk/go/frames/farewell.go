package frames

import "time"

// farewellTime is how long the other side may take to read why the connection ends.
const farewellTime = 100 * time.Millisecond

// farewell tells the other side why the connection ends, unless it does not read, and closes.
func (w *writer) farewell(reason string, err error) {
	w.mu.Lock()
	if reason == "" || w.err != nil {
		w.mu.Unlock()
		w.close(err)
		return
	}
	reason = reason[:min(len(reason), MaxReason)]
	w.pending = append(appendHeader(w.pending, header{size: uint32(len(reason)), kind: kindGoaway}), reason...)
	w.idle = make(chan struct{})
	idle := w.idle
	if !w.busy {
		w.busy = true
		w.kick <- nil
	}
	w.mu.Unlock()
	late := time.NewTimer(farewellTime)
	defer late.Stop()
	select {
	case <-idle:
	case <-late.C:
	case <-w.stop:
	}
	w.close(err)
}
