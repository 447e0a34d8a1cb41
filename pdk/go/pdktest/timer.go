package pdktest

import (
	"context"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// timer is a call that the plugin has asked for with Context.After.
type timer struct {
	info  pdk.Info
	delay time.Duration
	data  pdk.Payload
}

// Timers returns the delays of the calls that the plugin has asked for and not had yet.
func (h *Host) Timers() []time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	delays := make([]time.Duration, len(h.timers))
	for i, t := range h.timers {
		delays[i] = t.delay
	}
	return delays
}

// Fire makes the calls that the plugin has asked for, at once and in the order of asking. It returns the first error.
func (h *Host) Fire() error {
	h.mu.Lock()
	due := h.timers
	h.timers = nil
	h.mu.Unlock()
	var first error
	for _, t := range due {
		_, err := h.plugin.Dispatch(pdk.NewContext(context.Background(), t.info, service{h}), t.data)
		if err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (h service) after(info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.TimerAfter
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	info.Method, info.Task = q.Method, 0
	h.mu.Lock()
	defer h.mu.Unlock()
	h.timers = append(h.timers, timer{info, time.Duration(q.DelayMS) * time.Millisecond, pdk.Payload{JSON: q.Data.JSON}})
	return pdk.Encode(struct{}{})
}
