package pdk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Log levels.
const (
	LevelDebug = "debug"
	LevelInfo  = "info"
	LevelWarn  = "warn"
	LevelError = "error"
)

// KV is the host's key-value store as the plugin sees it in one call: the host keys it by (plugin, app, user), so a
// plugin cannot reach another's data, nor that of another mini-program or user.
type KV struct{ c *Context }

// KV returns the key-value store. The manifest must say `requires: {kv: true}`.
func (c *Context) KV() KV { return KV{c} }

// Get returns the value of key, and whether there is one.
func (kv KV) Get(key string) ([]byte, bool, error) {
	var out KVValue
	if err := kv.c.service(ServiceKVGet, KVGet{key}, &out); err != nil {
		return nil, false, err
	}
	return out.Value, out.Found, nil
}

// Set stores value under key.
func (kv KV) Set(key string, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	return kv.c.service(ServiceKVSet, KVSet{key, value}, nil)
}

// Delete removes key. Removing what is not there is no error.
func (kv KV) Delete(key string) error {
	return kv.c.service(ServiceKVDelete, KVDelete{key}, nil)
}

// List returns all keys that begin with prefix, in byte order.
func (kv KV) List(prefix string) ([]string, error) {
	var keys []string
	in := KVList{Prefix: prefix}
	for {
		var out KVKeys
		if err := kv.c.service(ServiceKVList, in, &out); err != nil {
			return nil, err
		}
		keys = append(keys, out.Keys...)
		if !out.More || len(out.Keys) == 0 {
			return keys, nil
		}
		in.After = out.Keys[len(out.Keys)-1]
	}
}

// HTTP is the host's network provider as the plugin may use it: the manifest's `requires: {http: [host, …]}`, with the
// mini-program's allow-list as upper bound.
type HTTP struct{ c *Context }

// HTTP returns the network provider.
func (c *Context) HTTP() HTTP { return HTTP{c} }

// Do carries out a request. A status of 400 or more is a response, not an error.
func (h HTTP) Do(request HTTPRequest) (*HTTPResponse, error) {
	var out HTTPResponse
	if err := h.c.service(ServiceHTTPRequest, request, &out); err != nil {
		return nil, err
	}
	return &out, nil
}

// Confirm asks the user and returns the number of the button that was chosen, or -1 if the dialog was dismissed. The
// manifest must say `requires: {confirm: true}`.
func (c *Context) Confirm(title, content string, buttons ...string) (int, error) {
	out := ConfirmAnswer{Button: -1}
	err := c.service(ServiceUIConfirm, Confirm{title, content, buttons}, &out)
	if err == nil && (out.Button < -1 || out.Button >= len(buttons)) {
		err = Errorf(CodeInvalidResult, "invalidResult", "ui.confirm answered button %d of %d", out.Button, len(buttons))
	}
	return out.Button, err
}

// Language is the language that the user reads, such as "zh-CN" or "en"; Speaks chooses by it. It is "" if the host does not say, as
// one from before this service, and if it is not granted: the manifest must say `requires: {confirm: true}`. Another failure is
// logged.
func (c *Context) Language() string {
	var out Language
	err := c.service(ServiceUILanguage, struct{}{}, &out)
	switch Code(err) {
	case 0:
		return out.Language
	case CodeUnsupported, CodeDenied:
	default:
		c.Log(LevelWarn, "the host did not tell the user's language", "error", err)
	}
	return ""
}

// Speaks chooses among the languages that a plugin has texts in: the user's own, one that differs in its region alone, or
// else English if it is among them; the first if the host does not say what the user reads, and when there is no English:
//
//	if ctx.Speaks("zh", "en") == "en" { … }
func (c *Context) Speaks(first string, others ...string) string {
	wish := c.Language()
	if wish == "" {
		return first
	}
	near, english := "", ""
	for _, offered := range append([]string{first}, others...) {
		switch {
		case equalFold(offered, wish):
			return offered
		case near == "" && equalFold(baseOf(offered), baseOf(wish)):
			near = offered
		case english == "" && equalFold(baseOf(offered), "en"):
			english = offered
		}
	}
	return cmp.Or(near, english, first)
}

func baseOf(language string) string {
	base, _, _ := strings.Cut(language, "-")
	return base
}

// Secret returns a secret that the manifest lists under `requires: {secrets: […]}` and that the operator has set.
func (c *Context) Secret(name string) (string, error) {
	var out SecretValue
	err := c.service(ServiceSecretGet, SecretGet{name}, &out)
	return out.Value, err
}

// DataKey returns a secret key of 16 or 32 bytes that belongs to this plugin, the call's app and its user, and to no other.
// The host makes it at the first call and keeps it encrypted; it is the same ever after. The manifest must say
// `requires: {keys: true}`. The plugin must not store it.
func (c *Context) DataKey(size int) ([]byte, error) {
	var out KeyValue
	if err := c.service(ServiceKeyData, KeyData{size}, &out); err != nil {
		return nil, err
	}
	if len(out.Key) != size {
		return nil, Errorf(CodeInvalidResult, "invalidResult", "key.data answered %d bytes, asked were %d", len(out.Key), size)
	}
	return out.Key, nil
}

// Anchor raises a counter that belongs to this plugin, the call's app and its user to at least at, and returns what it was
// before; Anchor(0) only looks. The host keeps it apart from the key-value store, and it never falls: a plugin that writes
// the counter into what it stores notices when an older state is put back. The manifest must say `requires: {keys: true}`.
func (c *Context) Anchor(at uint64) (uint64, error) {
	var out KeyAnchored
	err := c.service(ServiceKeyAnchor, KeyAnchor{at}, &out)
	return out.Was, err
}

// CheckDomain asks whether the call's app may reach url by its allow-list "request", "uploadFile", "downloadFile" or
// "socket". The kernel has checked the address in the arguments; a provider asks again before it follows a redirect.
// The error has CodeDomain.
func (c *Context) CheckDomain(list, url string) error {
	return c.service(ServiceDomainCheck, DomainCheck{list, url}, nil)
}

// After asks the host to call a method of this plugin once, with v, which is
// encoded as JSON, as its arguments and with the capability, app, user and
// page of this call. A WebAssembly module runs only while it is called: this is how it does something later. The call is
// dropped when the mini-program ends or the plugin stops. The method need not be one of the contract.
func (c *Context) After(delay time.Duration, method string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode the arguments of %s: %w", method, err)
	}
	return c.service(ServiceTimerAfter, TimerAfter{DelayMS: max(delay, 0).Milliseconds(), Method: method, Data: Any{JSON: data}}, nil)
}

// Emit sends an event of the task that this call started or belongs to (of the capability, if there is no task). It may
// be used after the method has returned, until End.
func (c *Context) Emit(event string, v any) error { return c.emit(event, v, false) }

// End sends the task's last event.
func (c *Context) End(event string, v any) error { return c.emit(event, v, true) }

func (c *Context) emit(event string, v any, final bool) error {
	p, err := Encode(v)
	if err != nil {
		return fmt.Errorf("encode event %q: %w", event, err)
	}
	return c.host.Emit(context.WithoutCancel(c.Context), c.Info, event, p, final)
}

// Log writes to the host's log under the plugin's name. pairs are keys and values in turn, as in log/slog.
func (c *Context) Log(level, message string, pairs ...any) {
	var fields map[string]string
	for i := 0; i < len(pairs); i += 2 {
		if fields == nil {
			fields = map[string]string{}
		}
		if i+1 == len(pairs) {
			fields["!missing"] = fmt.Sprint(pairs[i])
			break
		}
		fields[fmt.Sprint(pairs[i])] = fmt.Sprint(pairs[i+1])
	}
	c.host.Log(c.Context, level, message, fields)
}

// service calls a host service with typed arguments; out may be nil.
func (c *Context) service(name string, in, out any) error {
	p, err := Encode(in)
	if err != nil {
		return fmt.Errorf("encode the arguments of %s: %w", name, err)
	}
	p, err = c.host.Service(c.Context, c.Info, name, p)
	if err != nil {
		return AsError(err)
	}
	if out == nil {
		return nil
	}
	if err := Decode(p, out); err != nil {
		return Errorf(CodeInvalidResult, "invalidResult", "the host's answer to %s: %s", name, AsError(err).Message)
	}
	return nil
}

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }
