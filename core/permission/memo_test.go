package permission

import (
	"fmt"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// nowhere is a store that keeps nothing.
type nowhere struct{}

func (nowhere) Put(string, string, []byte) error                                { return nil }
func (nowhere) Delete(string, string) error                                     { return nil }
func (nowhere) Each(string, string, func(key string, value []byte) error) error { return nil }

// TestMemoForgets changes what a remembered verdict rests on, and asks again each time.
func TestMemoForgets(t *testing.T) {
	t.Parallel()
	g, err := LoadGrants(nowhere{})
	if err != nil {
		t.Fatal(err)
	}
	p := New(Options{Grants: g, Prompts: PromptDeny})
	t.Cleanup(p.Close)
	ask := func(user string) error {
		m := &contract.Method{Name: "m", Scope: "scope.a"}
		return p.Judge(t.Context(), &capability.Call{Info: pdk.Info{App: "shop", User: user, Method: "m"}, Contract: m})
	}
	set := func(allowed bool) func() error {
		return func() error { return g.Set("shop", "ann", "scope.a", allowed, time.Now()) }
	}
	for _, step := range []struct {
		name string
		do   func() error
		code int
	}{
		{"nothing decided", func() error { return nil }, pdk.CodeDenied},
		{"allowed", set(true), 0},
		{"refused", set(false), pdk.CodeDenied},
		{"allowed again", set(true), 0},
		{"revoked", func() error { return g.Revoke("shop", "ann", "scope.a") }, pdk.CodeDenied},
		{"policy allows all", func() error { p.Update(Options{Grants: g, Prompts: PromptAllow}); return nil }, 0},
		{"policy allows none", func() error { p.Update(Options{Grants: g, Prompts: PromptDeny}); return nil }, pdk.CodeDenied},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := ask("ann"); pdk.Code(err) != step.code {
				t.Errorf("%s: %v, want code %d", step.name, err, step.code)
			}
			if err := ask("bob"); step.name != "policy allows all" && pdk.Code(err) != pdk.CodeDenied {
				t.Errorf("%s: bob: %v, want code %d", step.name, err, pdk.CodeDenied)
			}
		}
	}
}

// TestMemoShared has a thousand callers in 256 places, each with the rate that is left to it.
func TestMemoShared(t *testing.T) {
	t.Parallel()
	g, err := LoadGrants(nowhere{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1e9, 0)
	p := New(Options{Grants: g, Prompts: PromptAllow, CallsPerSecond: 2, Now: func() time.Time { return now }})
	t.Cleanup(p.Close)
	m := &contract.Method{Name: "m"}
	for round, code := range []int{0, 0, pdk.CodeQuota} {
		for i := range 1000 {
			call := &capability.Call{Info: pdk.Info{App: "shop", User: fmt.Sprint("user", i), Method: "m"}, Contract: m}
			if err := p.Judge(t.Context(), call); pdk.Code(err) != code {
				t.Fatalf("round %d, user %d: %v, want code %d", round, i, err, code)
			}
		}
	}
}
