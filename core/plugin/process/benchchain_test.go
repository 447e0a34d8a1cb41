package process

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// benchContracts are the sample's echo for texts and for bytes, with a scope.
const benchContracts = `
capability: example.sample/v1
summary: {en: Echoes, zh: 回声}
methods:
  echo:
    api: [wx.sampleEcho]
    mode: async
    scope: scope.sample
    summary: {en: Echoes, zh: 回声}
    params: &body {type: %s}
    result: *body
`

// chained is the dispatch chain of a kernel in front of a running plugin: find, permission, check, provide. It asserts that
// what is measured refuses a bad field and a missing grant.
func chained(tb testing.TB, p *suite.Plugin, body pdk.Payload) capability.Handler {
	tb.Helper()
	kind := "string, minLength: 1"
	if len(body.Blobs) > 0 {
		kind = "bytes"
	}
	c, err := contract.Parse("bench.yaml", fmt.Appendf(nil, benchContracts, kind))
	if err != nil {
		tb.Fatal(err)
	}
	catalogue, err := capability.NewCatalogue([]*contract.Contract{c}, []capability.Offer{{Provider: running{p}, Capabilities: []string{suite.Capability}}}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	grants, err := permission.LoadGrants(nowhere{})
	if err != nil {
		tb.Fatal(err)
	}
	if err := grants.Set("app.a", "local", "scope.sample", true, time.Now()); err != nil {
		tb.Fatal(err)
	}
	tasks := capability.NewTasks(catalogue, nil)
	policy := permission.New(permission.Options{Grants: grants, Scopes: []string{"scope.sample"}, Prompts: permission.PromptDeny, CallsPerSecond: 1e8})
	observers := capability.NewObservers(0, unseen{})
	tb.Cleanup(func() {
		observers.Close()
		policy.Close()
		tasks.Close()
	})
	chain := capability.Chain(capability.Admit(policy, tasks), capability.Enter(catalogue, observers))
	refuses(tb, chain, body)
	return chain
}

// refuses asserts that a good call is answered, and that a bad field and a missing grant are refused, in this very way.
func refuses(tb testing.TB, chain capability.Handler, body pdk.Payload) {
	tb.Helper()
	stranger := suite.Info("echo")
	stranger.User = "bob"
	for _, x := range []struct {
		name    string
		info    pdk.Info
		payload pdk.Payload
		code    int
	}{
		{"a good call", suite.Info("echo"), body, 0},
		{"a bad field", suite.Info("echo"), pdk.Payload{JSON: []byte(`{"id":0}`)}, pdk.CodeInvalidParams},
		{"a missing grant", stranger, body, pdk.CodeDenied},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
		_, err := chain.Answer(ctx, &capability.Call{Info: x.info, Payload: x.payload})
		cancel()
		var e *pdk.Error
		if x.code == 0 && err != nil || x.code != 0 && (!errors.As(err, &e) || e.Code != x.code) {
			tb.Fatalf("%s: got %v, want code %d", x.name, err, x.code)
		}
	}
}

// TestMeasuredPaths holds what the benchmarks of process plugins measure against its promise, with frames and without.
func TestMeasuredPaths(t *testing.T) {
	t.Parallel()
	for _, opts := range []Options{{}, {NoFrames: true}} {
		p := suite.Suite{Kind: suite.Process, Runtime: New(opts)}.Start(t, nil)
		chained(t, p, hundred())
		chained(t, p, pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{make([]byte, rawSize)}})
	}
}

// running is a plugin as the chain sees it.
type running struct{ *suite.Plugin }

// ID implements capability.Provider.
func (running) ID() string { return "com.example.sample" }

// unseen is an observer that looks away.
type unseen struct{}

// Observe implements capability.Observer.
func (unseen) Observe(capability.Outcome) {}

// nowhere is a store that keeps nothing.
type nowhere struct{}

func (nowhere) Put(string, string, []byte) error                                { return nil }
func (nowhere) Delete(string, string) error                                     { return nil }
func (nowhere) Each(string, string, func(key string, value []byte) error) error { return nil }
