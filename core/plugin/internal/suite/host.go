package suite

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Host is plugin.Services for tests: a key-value store in memory, a web of one echoing page, a user who presses the last
// button.
type Host struct {
	// Block holds back the host service "ui.confirm" until it is closed, if it is not nil.
	Block chan struct{}
	// Entered receives the method of every host service that begins, if it is not nil.
	Entered chan string

	mu     sync.Mutex
	kv     map[string][]byte
	events []Event
	logs   []Log
	news   chan struct{}
}

// Event is an emitted event.
type Event struct {
	Plugin  string
	Info    pdk.Info
	Name    string
	Payload pdk.Payload
	Final   bool
}

// Log is a line of log.
type Log struct {
	Level, Message string
	Fields         map[string]string
}

// NewHost makes a Host.
func NewHost() *Host { return &Host{kv: map[string][]byte{}, news: make(chan struct{})} }

// Service implements plugin.Services.
func (h *Host) Service(ctx context.Context, id string, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	if h.Entered != nil {
		h.Entered <- info.Method
	}
	var q struct {
		Key    string   `json:"key"`
		Value  pdk.Blob `json:"value"`
		URL    string   `json:"url"`
		Name   string   `json:"name"`
		Button []string `json:"buttons"`
	}
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	space := id + "\x00" + info.App + "\x00" + info.User + "\x00"
	h.mu.Lock()
	defer h.mu.Unlock()
	switch name {
	case pdk.ServiceKVGet:
		v, ok := h.kv[space+q.Key]
		return pdk.Encode(pdk.KVValue{Found: ok, Value: v})
	case pdk.ServiceKVSet:
		h.kv[space+q.Key] = q.Value
		return pdk.Payload{}, nil
	case pdk.ServiceKVList:
		keys := pdk.KVKeys{}
		for k := range h.kv {
			if rest, ok := strings.CutPrefix(k, space); ok {
				keys.Keys = append(keys.Keys, rest)
			}
		}
		return pdk.Encode(keys)
	case pdk.ServiceHTTPRequest:
		return pdk.Encode(pdk.HTTPResponse{Status: 203, Body: pdk.Blob("page of " + q.URL)})
	case pdk.ServiceSecretGet:
		if q.Name != "key" {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "no secret %q", q.Name)
		}
		return pdk.Encode(pdk.SecretValue{Value: "s3cret"})
	case pdk.ServiceUIConfirm:
		return h.confirm(ctx, len(q.Button)-1)
	}
	return pdk.Payload{}, fmt.Errorf("no service %q", name)
}

// confirm waits for Block without holding the lock.
func (h *Host) confirm(ctx context.Context, button int) (pdk.Payload, error) {
	if h.Block != nil {
		h.mu.Unlock()
		defer h.mu.Lock()
		select {
		case <-h.Block:
		case <-ctx.Done():
			return pdk.Payload{}, ctx.Err()
		}
	}
	return pdk.Encode(pdk.ConfirmAnswer{Button: button})
}

// Emit implements plugin.Services.
func (h *Host) Emit(id string, info pdk.Info, event string, in pdk.Payload, final bool) {
	h.change(func() { h.events = append(h.events, Event{id, info, event, in, final}) })
}

// Log implements plugin.Services.
func (h *Host) Log(_, level, message string, fields map[string]string) {
	h.change(func() { h.logs = append(h.logs, Log{level, message, fields}) })
}

func (h *Host) change(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
	close(h.news)
	h.news = make(chan struct{})
}

// Events returns the events so far.
func (h *Host) Events() []Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Event(nil), h.events...)
}

// Logs returns the lines of log so far.
func (h *Host) Logs() []Log {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Log(nil), h.logs...)
}

// WaitLog waits for a line of log that contains text.
func (h *Host) WaitLog(ctx context.Context, text string) (Log, error) {
	for {
		h.mu.Lock()
		news := h.news
		for _, l := range h.logs {
			if strings.Contains(l.Message, text) {
				h.mu.Unlock()
				return l, nil
			}
		}
		all := fmt.Sprint(h.logs)
		h.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
			return Log{}, fmt.Errorf("no log line with %q in %s", text, all)
		}
	}
}

var _ plugin.Services = (*Host)(nil)
