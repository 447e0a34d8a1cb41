// Package provider is dougong.conformance/v1 by the Go kit: one method for each thing that the plugin protocol lets a plugin
// do. pdk/conformance/contracts/conformance.yaml says what each has to do.
package provider

import (
	"encoding/json"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/pdk/go"
)

// The errors of the contract.
const (
	codeNoSession = 70002
)

// Capability is the contract that the provider keeps.
const Capability = "dougong.conformance/v1"

// New makes the plugin.
func New(id, version string) *pdk.Plugin {
	p := &conformance{sessions: map[uint64]*session{}}
	return pdk.New(id, version).Provide(Capability, pdk.Methods{
		"echo":          echo,
		"inspect":       pdk.Func(inspect),
		"whoami":        pdk.Func(whoami),
		"fail":          pdk.Func(fail),
		"configured":    pdk.Func(p.configured),
		"count":         pdk.Func(p.countCall),
		"big":           pdk.Func(big),
		"kv":            pdk.Func(keyValue),
		"fetch":         pdk.Func(fetch),
		"log":           pdk.Func(logText),
		"sleep":         pdk.Func(sleep),
		"spin":          pdk.Func(spin),
		"crash":         pdk.Func(crash),
		"countdown":     pdk.Func(countdown),
		"session":       pdk.Func(p.open),
		"session.send":  pdk.Func(p.send),
		"session.close": pdk.Func(p.close),
	}).OnConfigure(p.configure)
}

// conformance is the plugin's state.
type conformance struct {
	count atomic.Int64

	mu       sync.Mutex
	greeting string
	sessions map[uint64]*session // by task
}

type session struct {
	ctx  *pdk.Context
	sent int
}

type none struct{}

func echo(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) { return in, nil }

type inspectIn struct {
	Text string    `json:"text"`
	Data *pdk.Blob `json:"data"`
}

type inspectOut struct {
	Text       string    `json:"text"`
	Characters int       `json:"characters"`
	Data       *pdk.Blob `json:"data,omitempty"`
}

func inspect(_ *pdk.Context, in inspectIn) (inspectOut, error) {
	out := inspectOut{Text: in.Text, Characters: utf8.RuneCountInString(in.Text)}
	if in.Data != nil {
		reversed := make(pdk.Blob, len(*in.Data))
		for i, b := range *in.Data {
			reversed[len(reversed)-1-i] = b
		}
		out.Data = &reversed
	}
	return out, nil
}

type caller struct {
	Capability string `json:"capability"`
	Method     string `json:"method"`
	App        string `json:"app"`
	User       string `json:"user"`
	Page       string `json:"page"`
	Trace      string `json:"trace"`
	Caller     string `json:"caller"`
}

func whoami(ctx *pdk.Context, _ none) (caller, error) {
	return caller{ctx.Capability, ctx.Method, ctx.App, ctx.User, ctx.Page, ctx.Trace, ctx.Caller}, nil
}

type failure struct {
	Code    int    `json:"code"`
	Name    string `json:"name"`
	Message string `json:"message"`
}

func fail(_ *pdk.Context, in failure) (none, error) {
	return none{}, &pdk.Error{Code: in.Code, Name: in.Name, Message: in.Message}
}

type settings struct {
	Greeting string `json:"greeting"`
}

func (p *conformance) configure(_ *pdk.Context, text []byte) error {
	var s settings
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	if s.Greeting == "refuse" {
		return pdk.Errorf(pdk.CodeConfig, "config", "greeting: \"refuse\" is refused; choose another one")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.greeting = s.Greeting
	return nil
}

func (p *conformance) configured(*pdk.Context, none) (settings, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return settings{p.greeting}, nil
}

type counted struct {
	Count int64 `json:"count"`
}

func (p *conformance) countCall(*pdk.Context, none) (counted, error) {
	return counted{p.count.Add(1)}, nil
}

type bigIn struct {
	Size int `json:"size"`
}

type bigOut struct {
	Data pdk.Blob `json:"data"`
}

func big(_ *pdk.Context, in bigIn) (bigOut, error) {
	if in.Size < 0 || in.Size > pdk.MaxPayload {
		return bigOut{}, pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "size: expected 0 to %d, found %d", pdk.MaxPayload, in.Size)
	}
	data := make(pdk.Blob, in.Size)
	for i := range data {
		data[i] = byte(i % 251)
	}
	return bigOut{data}, nil
}

type kvIn struct {
	Key   string   `json:"key"`
	Value pdk.Blob `json:"value"`
}

type kvOut struct {
	Found  bool      `json:"found"`
	Before *pdk.Blob `json:"before,omitempty"`
}

func keyValue(ctx *pdk.Context, in kvIn) (kvOut, error) {
	before, found, err := ctx.KV().Get(in.Key)
	if err != nil {
		return kvOut{}, err
	}
	out := kvOut{Found: found}
	if found {
		blob := pdk.Blob(before)
		if blob == nil {
			blob = pdk.Blob{}
		}
		out.Before = &blob
	}
	return out, ctx.KV().Set(in.Key, in.Value)
}

type fetchIn struct {
	URL string `json:"url"`
}

type fetchOut struct {
	Status int      `json:"status"`
	Body   pdk.Blob `json:"body"`
}

func fetch(ctx *pdk.Context, in fetchIn) (fetchOut, error) {
	res, err := ctx.HTTP().Do(pdk.HTTPRequest{URL: in.URL})
	if err != nil {
		return fetchOut{}, err
	}
	if res.Body == nil {
		res.Body = pdk.Blob{}
	}
	return fetchOut{res.Status, res.Body}, nil
}

type textIn struct {
	Text string `json:"text"`
}

func logText(ctx *pdk.Context, in textIn) (none, error) {
	ctx.Log(pdk.LevelWarn, in.Text, "n", 7)
	return none{}, nil
}

type sleepIn struct {
	MS int64 `json:"ms"`
}

// sleep heeds its deadline and its cancellation.
func sleep(ctx *pdk.Context, in sleepIn) (none, error) {
	t := time.NewTimer(time.Duration(in.MS) * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
		return none{}, nil
	case <-ctx.Done():
		return none{}, ctx.Err()
	}
}

var turns atomic.Int64 // of spin

// spin heeds nothing.
func spin(*pdk.Context, none) (none, error) {
	for {
		turns.Add(1)
	}
}

func crash(*pdk.Context, none) (none, error) {
	os.Exit(3)
	return none{}, nil
}
