// Package pdktest runs a plugin against a host that lives in the test: no process, no module, no network.
//
//	h := pdktest.New(t, plugin)
//	h.HTTP = http.HandlerFunc(…)             // answers the plugin's http service
//	h.Answer = func(pdk.Confirm) int { return 0 } // presses the first button
//	var out Result
//	err := h.Call("dougong.geolocation/v1", "getLocation", Params{…}, &out)
//
// Arguments and results make the same way through JSON and attachments as on a real transport. Isolation holds too: the
// key-value store is kept apart by app and user.
package pdktest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Host is a host in a test. Its exported fields are set before the first call; it is safe for concurrent calls.
type Host struct {
	// Info is the caller's identity in calls by Call; New sets app "app.test" and user "local".
	Info pdk.Info
	// HTTP answers the plugin's HTTP requests; nil: the service is denied.
	HTTP http.Handler
	// Answer presses a button of a dialog; nil: the service is denied.
	Answer func(pdk.Confirm) int
	// Language is what the user reads, such as "en"; "": the host does not say.
	Language string
	// Domain judges an address for CheckDomain; nil: every address is allowed.
	Domain func(pdk.DomainCheck) error
	// LocalFiles gives the plugin the files of mini-programs, in memory; without it they are denied.
	LocalFiles bool
	// Package is the mini-program's package, by path.
	Package map[string][]byte
	// User gives and takes files.
	User User
	// Secrets that the plugin may read.
	Secrets map[string]string

	t       testing.TB
	plugin  *pdk.Plugin
	mu      sync.Mutex
	kv      map[string]map[string][]byte // app \x00 user → key → value
	events  []Event
	logs    []Log
	asked   []pdk.Confirm
	timers  []timer
	anchors map[string]uint64            // app \x00 user → counter
	files   map[string]map[string][]byte // app \x00 user → path → content
	tasks   uint64
}

// Event is one event that the plugin has emitted.
type Event struct {
	Info    pdk.Info
	Name    string
	Payload pdk.Payload
	Final   bool
}

// Decode fills the value that v points to from the event's payload.
func (e Event) Decode(v any) error { return pdk.Decode(e.Payload, v) }

// Log is one line that the plugin has logged.
type Log struct {
	Level, Message string
	Fields         map[string]string
}

// New makes a host for plugin. When the test ends it calls the plugin's OnClose hook.
func New(t testing.TB, plugin *pdk.Plugin) *Host {
	t.Helper()
	h := &Host{t: t, plugin: plugin, kv: map[string]map[string][]byte{}, Info: pdk.Info{App: "app.test", User: "local"}}
	t.Cleanup(func() {
		if plugin.Close == nil {
			return
		}
		if err := plugin.Close(); err != nil {
			t.Errorf("close plugin %q: %v", plugin.ID, err)
		}
	})
	return h
}

// Configure hands config, encoded as JSON, to the plugin's OnConfigure hook.
func (h *Host) Configure(config any) error {
	text, err := json.Marshal(config)
	if err != nil {
		return err
	}
	return h.plugin.ApplyConfig(pdk.NewContext(context.Background(), pdk.Info{Method: "configure"}, service{h}), text)
}

// Call calls a method as h.Info says and decodes the result into out, a pointer or nil.
func (h *Host) Call(capability, method string, in, out any) error {
	info := h.Info
	info.Capability, info.Method = capability, method
	return h.CallAs(context.Background(), info, in, out)
}

// CallAs calls a method as info says.
func (h *Host) CallAs(ctx context.Context, info pdk.Info, in, out any) error {
	h.t.Helper()
	p, err := pdk.Encode(in)
	if err != nil {
		h.t.Fatalf("encode the arguments of %s: %v", info.Method, err)
	}
	p, err = h.plugin.Dispatch(pdk.NewContext(ctx, info, service{h}), p)
	if err != nil || out == nil {
		return err
	}
	return pdk.Decode(p, out)
}

// NewTask returns a task number for the Info of a call that starts a task.
func (h *Host) NewTask() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tasks++
	return h.tasks
}

// Events returns what has been emitted so far.
func (h *Host) Events() []Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Event(nil), h.events...)
}

// Logs returns what has been logged so far.
func (h *Host) Logs() []Log {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Log(nil), h.logs...)
}

// Asked returns the dialogs that the plugin has shown so far.
func (h *Host) Asked() []pdk.Confirm {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]pdk.Confirm(nil), h.asked...)
}

// Stored returns the value of a key of the plugin for an app and user, or nil.
func (h *Host) Stored(app, user, key string) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return bytes.Clone(h.kv[app+"\x00"+user][key])
}

// Store puts a value into the plugin's key-value store, as if the plugin had (or somebody had tampered with it).
func (h *Host) Store(app, user, key string, value []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.space(app, user)[key] = bytes.Clone(value)
}

func (h *Host) space(app, user string) map[string][]byte {
	id := app + "\x00" + user
	if h.kv[id] == nil {
		h.kv[id] = map[string][]byte{}
	}
	return h.kv[id]
}

// service is Host as the plugin sees it.
type service struct{ *Host }

var _ pdk.Host = service{}

// Emit implements pdk.Host.
func (h service) Emit(_ context.Context, info pdk.Info, event string, in pdk.Payload, final bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, Event{info, event, in, final})
	return nil
}

// Log implements pdk.Host.
func (h service) Log(_ context.Context, level, message string, fields map[string]string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.logs = append(h.logs, Log{level, message, fields})
}

// Service implements pdk.Host.
func (h service) Service(ctx context.Context, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	if err := ctx.Err(); err != nil {
		return pdk.Payload{}, pdk.AsError(err)
	}
	switch name {
	case pdk.ServiceKVGet, pdk.ServiceKVSet, pdk.ServiceKVDelete, pdk.ServiceKVList:
		return h.keyValue(info, name, in)
	case pdk.ServiceHTTPRequest:
		return h.http(ctx, in)
	case pdk.ServiceUIConfirm:
		return h.confirm(in)
	case pdk.ServiceUILanguage:
		return pdk.Encode(pdk.Language{Language: h.Language})
	case pdk.ServiceSecretGet:
		return h.secret(in)
	case pdk.ServiceKeyData:
		return h.dataKey(info, in)
	case pdk.ServiceDomainCheck:
		return h.domain(in)
	case pdk.ServiceKeyAnchor:
		return h.anchor(info, in)
	case pdk.ServiceTimerAfter:
		return h.after(info, in)
	}
	return h.fileService(info, name, in)
}

func (h service) keyValue(info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	var q struct {
		Key    string   `json:"key"`
		Value  pdk.Blob `json:"value"`
		Prefix string   `json:"prefix"`
		After  string   `json:"after"`
		Limit  int      `json:"limit"`
	}
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	space := h.space(info.App, info.User)
	switch name {
	case pdk.ServiceKVGet:
		value, found := space[q.Key]
		return pdk.Encode(pdk.KVValue{Found: found, Value: bytes.Clone(value)})
	case pdk.ServiceKVSet:
		space[q.Key] = bytes.Clone(q.Value)
	case pdk.ServiceKVDelete:
		delete(space, q.Key)
	case pdk.ServiceKVList:
		return pdk.Encode(list(space, q.Prefix, q.After, q.Limit))
	}
	return pdk.Encode(struct{}{})
}

func list(space map[string][]byte, prefix, after string, limit int) pdk.KVKeys {
	out := pdk.KVKeys{Keys: []string{}}
	for key := range space {
		if strings.HasPrefix(key, prefix) && key > after {
			out.Keys = append(out.Keys, key)
		}
	}
	sort.Strings(out.Keys)
	if limit > 0 && len(out.Keys) > limit {
		out.Keys, out.More = out.Keys[:limit], true
	}
	return out
}

func (h service) http(ctx context.Context, in pdk.Payload) (pdk.Payload, error) {
	if h.HTTP == nil {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "http.request: the test's host has no HTTP handler")
	}
	var q pdk.HTTPRequest
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	r, err := http.NewRequestWithContext(ctx, q.Method, q.URL, bytes.NewReader(q.Body))
	if err != nil {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "http.request: %s", err)
	}
	r.RequestURI, r.Header = r.URL.RequestURI(), http.Header(q.Headers).Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	w := httptest.NewRecorder()
	h.HTTP.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return pdk.Payload{}, err
	}
	return pdk.Encode(pdk.HTTPResponse{Status: res.StatusCode, Headers: res.Header, Body: body})
}

func (h service) confirm(in pdk.Payload) (pdk.Payload, error) {
	if h.Answer == nil {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "ui.confirm: the test's host answers no dialogs")
	}
	var q pdk.Confirm
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	h.mu.Lock()
	h.asked = append(h.asked, q)
	h.mu.Unlock()
	return pdk.Encode(pdk.ConfirmAnswer{Button: h.Answer(q)})
}

func (h service) secret(in pdk.Payload) (pdk.Payload, error) {
	var q pdk.SecretGet
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	value, ok := h.Secrets[q.Name]
	if !ok {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "secret.get: the test's host has no secret %q", q.Name)
	}
	return pdk.Encode(pdk.SecretValue{Value: value})
}

// dataKey gives every app and user a key of its own, the same in each run.
func (h service) dataKey(info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.KeyData
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	if q.Size != 16 && q.Size != 32 {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "key.data: size must be 16 or 32, found %d", q.Size)
	}
	key := sha256.Sum256([]byte(h.plugin.ID + "\x00" + info.App + "\x00" + info.User))
	return pdk.Encode(pdk.KeyValue{Key: key[:q.Size]})
}

func (h service) domain(in pdk.Payload) (pdk.Payload, error) {
	var q pdk.DomainCheck
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	if h.Domain != nil {
		if err := h.Domain(q); err != nil {
			return pdk.Payload{}, err
		}
	}
	return pdk.Encode(struct{}{})
}
