package core_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/evidence"
	"github.com/dougong-dev/dougong/pdk/go"
)

const trace = "dougong.trace/v1"

// archive is a trace provider that keeps the contract, and lets a test meddle with what it stores.
type archive struct {
	mu      sync.Mutex
	records []pdk.Blob
	heads   []pdk.Blob
}

func (a *archive) plugin(id string) *pdk.Plugin {
	type in struct {
		First   int        `json:"first"`
		From    int        `json:"from"`
		Limit   int        `json:"limit"`
		Records []pdk.Blob `json:"records"`
		Head    pdk.Blob   `json:"head"`
	}
	return pdk.New(id, "1.0.0").Provide(trace, pdk.Methods{
		"append": pdk.Func(func(_ *pdk.Context, q in) (map[string]int, error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			if q.First != len(a.records)+1 {
				return nil, pdk.Errorf(30001, "gap", "record %d does not follow %d", q.First, len(a.records))
			}
			for _, r := range q.Records {
				a.records = append(a.records, bytes.Clone(r))
			}
			return map[string]int{"next": len(a.records) + 1}, nil
		}),
		"read": pdk.Func(func(_ *pdk.Context, q in) (map[string]any, error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			from := min(q.From-1, len(a.records))
			to := min(from+q.Limit, len(a.records))
			return map[string]any{"records": append([]pdk.Blob{}, a.records[from:to]...), "next": len(a.records) + 1}, nil
		}),
		"putHead": pdk.Func(func(_ *pdk.Context, q in) (struct{}, error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.heads = append(a.heads, bytes.Clone(q.Head))
			return struct{}{}, nil
		}),
	})
}

func TestTrace(t *testing.T) {
	t.Parallel()
	a := &archive{}
	c := setup(t, pluginDir(t, "a.memory", store, ""), pluginDir(t, "a.vault", secure, "kv: true, keys: true"), pluginDir(t, "a.trace", trace, ""))
	c.Policy.Trace = config.TraceRequired
	plugins := inside{"a.memory": memory("a.memory"), "a.vault": vault("a.vault", secure), "a.trace": a.plugin("a.trace")}
	k := start(t, c, plugins, nil)
	for _, user := range []string{"ann", "bob"} {
		if _, err := do(t, k, "shop", user, secure+" setEncryptedStorage", `{"key":"k","data":"my s3cret"}`); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = do(t, k, "shop", "ann", store+" getStorage", `{"key":5}`)
	rep, err := k.VerifyTrace(t.Context())
	// Two calls, the kvSet behind each of them, and the refused one.
	if err != nil || !rep.OK() || rep.Records != 5 || rep.Headed != 5 {
		t.Fatalf("report: %+v, %v", rep, err)
	}
	if len(a.heads) == 0 {
		t.Error("no copy of a head was stored")
	}
	var callers []string
	for _, r := range a.records {
		if strings.Contains(string(r), "s3cret") {
			t.Errorf("a record holds a secret: %s", r)
		}
		x, err := evidence.Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		callers = append(callers, x.Caller+">"+x.Method)
	}
	if got := strings.Join(callers, " "); got != "a.vault>kvSet >setEncryptedStorage a.vault>kvSet >setEncryptedStorage >getStorage" {
		t.Errorf("records: %s", got)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	a.records[1] = bytes.Replace(a.records[1], []byte(`"user":"ann"`), []byte(`"user":"eve"`), 1)
	k = start(t, c, plugins, nil)
	if rep, err = k.VerifyTrace(t.Context()); err != nil || rep.OK() || rep.Problems[0].Kind != evidence.Changed || rep.Problems[0].Number != 2 {
		t.Errorf("after meddling: %+v, %v", rep, err)
	}
}

func TestTraceNeedsAProvider(t *testing.T) {
	t.Parallel()
	c := setup(t)
	c.Policy.Trace = config.TraceRequired
	if _, err := core.New(t.Context(), c, core.Options{Runtime: inside{}, Logger: slog.New(slog.DiscardHandler)}); err == nil || !strings.Contains(err.Error(), "no plugin provides dougong.trace/v1; add one") {
		t.Errorf("required: %v", err)
	}
	c.Policy.Trace = config.TraceBestEffort
	k := start(t, c, inside{}, nil)
	if _, err := k.VerifyTrace(t.Context()); err != core.ErrNoTrace { //nolint:errorlint // it is returned bare
		t.Errorf("best effort: %v", err)
	}
}
