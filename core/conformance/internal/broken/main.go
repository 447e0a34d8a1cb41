// Command broken is a conformance plugin with a defect of one's choice: its configuration's mode. The runner's tests look
// whether each is found, and how it is reported.
package main

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/conformance/provider"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

var _ = serve.Register(newPlugin())

func main() { serve.Main() }

// broken is the state of the defects.
type broken struct {
	good pdk.Methods
	next func(*pdk.Context, []byte) error // the good configure

	mu     sync.Mutex
	mode   string
	cache  map[string]pdk.Payload
	caller *pdk.Info
	times  int
}

func newPlugin() *pdk.Plugin {
	p := provider.New("com.example.broken", "1.0.0")
	b := &broken{good: p.Capabilities[provider.Capability], next: p.Configure, cache: map[string]pdk.Payload{}}
	methods := pdk.Methods{}
	for name, good := range b.good {
		methods[name] = func(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
			if bad := b.defect(name); bad != nil {
				return bad(ctx, in)
			}
			return good(ctx, in)
		}
	}
	return p.Provide(provider.Capability, methods).OnConfigure(b.configure).OnClose(b.close)
}

func (b *broken) is(mode string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.mode == mode
}

func (b *broken) configure(ctx *pdk.Context, text []byte) error {
	var c struct {
		Mode     string `json:"mode"`
		Greeting string `json:"greeting"`
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return err
	}
	b.mu.Lock()
	b.times++
	if b.mode == "" {
		b.mode = c.Mode
	}
	mode, times := b.mode, b.times
	b.mu.Unlock()
	switch {
	case mode == "once" && times > 1:
		return nil
	case mode == "picky" && times > 2: // a host configures a plugin once at the start
		return pdk.Errorf(pdk.CodeConfig, "config", "I am configured already")
	case mode == "yielding" && c.Greeting == "refuse":
		return nil
	}
	return b.next(ctx, text)
}

func (b *broken) close() error {
	if b.is("stubborn") {
		select {}
	}
	return nil
}

// defect gives the method in place of a good one, or nil.
func (b *broken) defect(name string) pdk.Method {
	b.mu.Lock()
	mode := b.mode
	b.mu.Unlock()
	return map[string]pdk.Method{
		"misfit count":       answer(`{"count":"many"}`),
		"undeclared inspect": failing(12345),
		"mutating echo":      mutate,
		"ascii inspect":      b.ascii,
		"utf16 inspect":      b.utf16,
		"deaf sleep":         deaf,
		"leaking kv":         b.leak,
		"fragile big":        b.fragile,
		"muted log":          b.muted,
		"sticky whoami":      b.sticky,
		"nameless fail":      b.nameless,
		"swallowing fetch":   b.swallow,
		"backwards countdown": func(ctx *pdk.Context, _ pdk.Payload) (pdk.Payload, error) {
			for left := range 3 {
				if err := ctx.Emit("tick", map[string]any{"left": left, "data": pdk.Blob{byte(left)}}); err != nil {
					return pdk.Payload{}, err
				}
			}
			return pdk.Encode(map[string]int{"ticks": 3})
		},
		"endless session.close": answer(`{}`),
		"mortal inspect":        func(*pdk.Context, pdk.Payload) (pdk.Payload, error) { os.Exit(7); return pdk.Payload{}, nil },
	}[mode+" "+name]
}

func answer(text string) pdk.Method {
	return func(*pdk.Context, pdk.Payload) (pdk.Payload, error) { return pdk.Payload{JSON: []byte(text)}, nil }
}

func failing(code int) pdk.Method {
	return func(*pdk.Context, pdk.Payload) (pdk.Payload, error) {
		return pdk.Payload{}, pdk.Errorf(code, "odd", "something odd")
	}
}

// mutate changes the first byte of every attachment.
func mutate(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	for _, blob := range in.Blobs {
		if len(blob) > 0 {
			blob[0] ^= 0xff
		}
	}
	return in, nil
}

// inspected is what the good inspect answers.
func (b *broken) inspected(ctx *pdk.Context, in pdk.Payload) (map[string]any, error) {
	out, err := b.good["inspect"](ctx, in)
	if err != nil {
		return nil, err
	}
	var v struct {
		Text       string   `json:"text"`
		Characters int      `json:"characters"`
		Data       pdk.Blob `json:"data"`
	}
	if err := pdk.Decode(out, &v); err != nil {
		return nil, err
	}
	return map[string]any{"text": v.Text, "characters": v.Characters}, nil
}

// ascii loses what is not ASCII.
func (b *broken) ascii(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	v, err := b.inspected(ctx, in)
	if err != nil {
		return pdk.Payload{}, err
	}
	v["text"] = strings.Map(func(r rune) rune {
		if r > 127 {
			return '?'
		}
		return r
	}, v["text"].(string))
	return pdk.Encode(v)
}

// utf16 counts units of UTF-16.
func (b *broken) utf16(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	v, err := b.inspected(ctx, in)
	if err != nil {
		return pdk.Payload{}, err
	}
	n := 0
	for _, r := range v["text"].(string) {
		if n++; r > 0xffff {
			n++
		}
	}
	v["characters"] = n
	return pdk.Encode(v)
}

// deaf goes on when the call was given up.
func deaf(*pdk.Context, pdk.Payload) (pdk.Payload, error) {
	time.Sleep(time.Hour)
	return pdk.Payload{}, nil
}

// leak keeps the first answer for a key, whoever asks.
func (b *broken) leak(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	var q struct {
		Key   string   `json:"key"`
		Value pdk.Blob `json:"value"`
	}
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if known, ok := b.cache[q.Key]; ok {
		return known, nil
	}
	found, err := pdk.Encode(map[string]any{"found": true, "before": append(pdk.Blob{}, q.Value...)})
	b.cache[q.Key] = found
	if err != nil {
		return pdk.Payload{}, err
	}
	return pdk.Payload{JSON: []byte(`{"found":false}`)}, nil
}

// fragile ends the process when it does not understand something.
func (b *broken) fragile(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	out, err := b.good["big"](ctx, in)
	if pdk.Code(err) == pdk.CodeInvalidParams {
		os.Exit(9)
	}
	return out, err
}

func (b *broken) muted(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	ctx.Log(pdk.LevelInfo, "something was logged")
	return pdk.Payload{}, nil
}

// sticky tells everybody who was the first.
func (b *broken) sticky(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	b.mu.Lock()
	if b.caller == nil {
		b.caller = &ctx.Info
	}
	first := *b.caller
	b.mu.Unlock()
	return pdk.Encode(map[string]string{"capability": first.Capability, "method": first.Method, "app": first.App, "user": first.User,
		"page": first.Page, "trace": first.Trace, "caller": first.Caller})
}

func (b *broken) nameless(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	_, err := b.good["fail"](ctx, in)
	return pdk.Payload{}, pdk.Errorf(pdk.Code(err), "", "failed")
}

// swallow hides why a service failed.
func (b *broken) swallow(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	out, err := b.good["fetch"](ctx, in)
	if err != nil {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInternal, "internal", "cannot fetch")
	}
	return out, nil
}
