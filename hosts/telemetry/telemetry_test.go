package telemetry_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/hosts/telemetry"
	"github.com/dougong-dev/dougong/pdk/go"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inside runs one plugin in the test's own process.
type inside struct{ plugins map[string]*pdk.Plugin }

type instance struct {
	*pdk.Plugin
	spec plugin.Spec
	done chan struct{}
}

func (r inside) Start(_ context.Context, spec plugin.Spec) (plugin.Instance, error) {
	return &instance{r.plugins[spec.Manifest.ID], spec, make(chan struct{})}, nil
}
func (i *instance) Describe(context.Context) (plugin.Description, error) {
	d := i.Plugin.Describe()
	return plugin.Description{ID: d.ID, Version: d.Version, Capabilities: d.Capabilities}, nil
}
func (i *instance) Configure(context.Context, []byte) error { return nil }
func (i *instance) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	return i.Dispatch(pdk.NewContext(ctx, call.Info, i), call.Payload)
}
func (i *instance) Done() <-chan struct{}       { return i.done }
func (i *instance) Err() error                  { return nil }
func (i *instance) Close(context.Context) error { close(i.done); return nil }
func (i *instance) Usage() plugin.Usage         { return plugin.Usage{Memory: 4096, Instances: 2, Waiting: 3} }
func (i *instance) Service(ctx context.Context, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	return i.spec.Services.Service(ctx, i.ID, info, name, in)
}
func (i *instance) Emit(context.Context, pdk.Info, string, pdk.Payload, bool) error { return nil }
func (i *instance) Log(context.Context, string, string, map[string]string)          {}

// world is a kernel with a storage plugin, and a vault that uses it, measured.
func world(t *testing.T, edit func(*config.Config)) (*core.Kernel, *telemetry.Telemetry, *bytes.Buffer) {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Policy.Trace = t.TempDir(), config.TraceOff
	for id, rest := range map[string]string{"a.storage": "provides: [dougong.storage/v1]", "a.vault": "provides: [dougong.securestorage/v1]\nrequires: {kv: true}"} {
		dir := t.TempDir()
		text := "id: " + id + "\nversion: 1.2.3\npublisher: Test\nsummary: {en: x, zh: x}\nruntime: {wasm: {module: x.wasm}}\nlicence: Apache-2.0\n" + rest + "\n"
		if err := os.WriteFile(filepath.Join(dir, "plugin.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg.Plugins = append(cfg.Plugins, config.Plugin{ID: id, Path: dir})
	}
	edit(cfg)
	plugins := map[string]*pdk.Plugin{
		"a.storage": pdk.New("a.storage", "1.2.3").Provide("dougong.storage/v1", pdk.Methods{
			"setStorage": pdk.Func(func(_ *pdk.Context, in struct{ Key string }) (struct{}, error) {
				if in.Key == "full" {
					return struct{}{}, pdk.Errorf(pdk.CodeQuota, "quota", "no room for confidential")
				}
				return struct{}{}, nil
			}),
			"kvSet": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { return struct{}{}, nil }),
		}),
		"a.vault": pdk.New("a.vault", "1.2.3").Provide("dougong.securestorage/v1", pdk.Methods{
			"setEncryptedStorage": pdk.Func(func(c *pdk.Context, _ struct{}) (struct{}, error) { return struct{}{}, c.KV().Set("k", nil) }),
		}),
	}
	var said bytes.Buffer
	log := slog.New(slog.NewTextHandler(&said, nil))
	tel, err := telemetry.Open(cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	k, err := core.New(t.Context(), cfg, core.Options{Runtime: inside{plugins}, Logger: log, Observers: tel.Observers()})
	if err != nil {
		t.Fatal(err)
	}
	if err := tel.Serve(k); err != nil {
		t.Fatal(err)
	}
	return k, tel, &said
}

func call(t *testing.T, k *core.Kernel, area, method, params, trace string) {
	t.Helper()
	_, _ = k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: "dougong." + area + "/v1", Method: method, App: "shop", User: "ann", Trace: trace}, Payload: pdk.Payload{JSON: []byte(params)}})
}

func TestScrape(t *testing.T) {
	t.Parallel()
	k, tel, _ := world(t, func(c *config.Config) { c.Metrics.Listen = "127.0.0.1:0" })
	call(t, k, "storage", "setStorage", `{"key":"confidential","data":1}`, "")
	call(t, k, "storage", "setStorage", `{"key":"full","data":1}`, "")
	call(t, k, "storage", "setStorage", `{"data":1}`, "")
	for i := range 5 {
		call(t, k, fmt.Sprintf("made%d", i), "up", `{}`, "")
	}
	if err := k.Close(); err != nil { // the observers have been told of everything
		t.Fatal(err)
	}
	r, err := http.Get("http://" + tel.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	if _, err := parser.TextToMetricFamilies(bytes.NewReader(text)); err != nil {
		t.Errorf("Prometheus cannot read it: %v", err)
	}
	for _, want := range []string{
		`dougong_calls_total{capability="dougong.storage/v1",method="setStorage",plugin="a.storage"} 3`,
		`dougong_call_errors_total{capability="dougong.storage/v1",code="7",method="setStorage",plugin="a.storage"} 1`,
		`dougong_call_errors_total{capability="dougong.storage/v1",code="2",method="setStorage",plugin="a.storage"} 1`,
		`dougong_call_duration_seconds_count{capability="dougong.storage/v1",method="setStorage",plugin="a.storage"} 3`,
		`dougong_call_duration_seconds_bucket{capability="dougong.storage/v1",method="setStorage",plugin="a.storage",le="10"} 3`,
		`dougong_plugin_in_flight{plugin="a.storage"} 0`,
		`dougong_calls_in_flight{capability="dougong.storage/v1",method="setStorage",plugin="a.storage"} 0`,
		`dougong_plugin_state{kind="wasm",plugin="a.vault",state="stopped",version="1.2.3"} 1`,
		`dougong_outcomes_dropped_total 0`,
	} {
		if !strings.Contains(string(text), want+"\n") {
			t.Errorf("missing: %s", want)
		}
	}
	if t.Failed() {
		t.Logf("%s", text)
	}
	if strings.Contains(string(text), "confidential") || strings.Contains(string(text), "made") {
		t.Error("the metrics hold an argument, or a name that a mini-program made up")
	}
	if err := tel.Close(); err != nil {
		t.Error(err)
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestStatusOfRunning(t *testing.T) {
	t.Parallel()
	k, tel, _ := world(t, func(*config.Config) {})
	s := k.Status()
	if len(s) != 2 || s[0].Plugin != "a.storage" || s[0].State != plugin.Running || s[0].Memory != 4096 || s[0].Instances != 2 || s[0].Waiting != 3 {
		t.Errorf("status %+v", s)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if err := tel.Close(); err != nil || tel.Addr() != nil {
		t.Error(err, tel.Addr())
	}
}

// receiver is a collector of traces.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*tracev1.Span
	raw   string
	paths []string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		var in v1.ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &in); err != nil {
			t.Errorf("not an OTLP request: %v", err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.raw += in.String()
		r.paths = append(r.paths, q.URL.Path)
		for _, rs := range in.GetResourceSpans() {
			for _, ss := range rs.GetScopeSpans() {
				r.spans = append(r.spans, ss.GetSpans()...)
			}
		}
		out, _ := proto.Marshal(&v1.ExportTraceServiceResponse{})
		w.Header().Set("Content-Type", "application/x-protobuf")
		_, _ = w.Write(out)
	}))
	t.Cleanup(r.Close)
	return r
}

func TestTraces(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	k, tel, _ := world(t, func(c *config.Config) { c.Telemetry.OTLP = r.URL })
	const id = "0123456789abcdef0011223344556677"
	call(t, k, "securestorage", "setEncryptedStorage", `{"key":"confidential","data":"confidential"}`, id)
	call(t, k, "storage", "setStorage", `{"key":"full","data":1}`, "ff23456789abcdef0011223344556677")
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if err := tel.Close(); err != nil {
		t.Fatal(err)
	}
	byName := map[string]*tracev1.Span{}
	for _, s := range r.spans {
		byName[s.GetName()] = s
	}
	outer, inner, failed := byName["dougong.securestorage/v1#setEncryptedStorage"], byName["dougong.storage/v1#kvSet"], byName["dougong.storage/v1#setStorage"]
	if len(r.spans) != 3 || outer == nil || inner == nil || failed == nil || r.paths[0] != "/v1/traces" {
		t.Fatalf("%d spans at %v: %s", len(r.spans), r.paths, r.raw)
	}
	if got := hex.EncodeToString(outer.GetTraceId()); got != id || len(outer.GetParentSpanId()) != 0 {
		t.Errorf("trace %s with parent %x", got, outer.GetParentSpanId())
	}
	if !bytes.Equal(inner.GetTraceId(), outer.GetTraceId()) || !bytes.Equal(inner.GetParentSpanId(), outer.GetSpanId()) || bytes.Equal(inner.GetSpanId(), outer.GetSpanId()) {
		t.Errorf("what the plugin called is not below its call: %v", inner)
	}
	if outer.GetEndTimeUnixNano() < inner.GetEndTimeUnixNano() || outer.GetStartTimeUnixNano() > inner.GetStartTimeUnixNano() {
		t.Error("the outer span does not enclose the inner one")
	}
	attributes := map[string]string{}
	for _, a := range inner.GetAttributes() {
		attributes[a.GetKey()] = a.GetValue().GetStringValue()
	}
	if attributes["dougong.app"] != "shop" || attributes["dougong.plugin"] != "a.storage" || attributes["dougong.caller"] != "a.vault" {
		t.Errorf("attributes %v", attributes)
	}
	if failed.GetStatus().GetCode() != tracev1.Status_STATUS_CODE_ERROR || failed.GetStatus().GetMessage() != "code 7" {
		t.Errorf("status %v", failed.GetStatus())
	}
	for _, word := range []string{"confidential", "ann"} {
		if strings.Contains(r.raw, word) {
			t.Errorf("the traces hold %q", word)
		}
	}
}

func TestSampling(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	k, tel, _ := world(t, func(c *config.Config) { c.Telemetry.OTLP, c.Telemetry.Sample = r.URL, 0 })
	call(t, k, "storage", "setStorage", `{"key":"k","data":1}`, "")
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if err := tel.Close(); err != nil || len(r.spans) != 0 {
		t.Errorf("%v, %d spans", err, len(r.spans))
	}
}

// TestNoCollector: a collector that is down is said once and costs no call.
func TestNoCollector(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	k, tel, said := world(t, func(c *config.Config) { c.Telemetry.OTLP = gone.URL })
	call(t, k, "storage", "setStorage", `{"key":"k","data":1}`, "")
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if err := tel.Close(); err != nil {
		t.Error(err)
	}
	if strings.Count(said.String(), "traces cannot be sent") != 1 {
		t.Errorf("the log says:\n%s", said)
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	s := telemetry.NewStats()
	if got := telemetry.Quantile(nil, 0.5); got != 0 {
		t.Errorf("of nothing: %s", got)
	}
	for range 90 {
		s.Observe(capability.Outcome{Plugin: "p", Took: 80 * time.Microsecond})
	}
	for range 10 {
		s.Observe(capability.Outcome{Plugin: "p", Took: time.Minute})
	}
	b := s.Methods()[0].Buckets
	if got := telemetry.Quantile(b, 0.5); got <= 50*time.Microsecond || got > 100*time.Microsecond {
		t.Errorf("p50 %s", got)
	}
	if got := telemetry.Quantile(b, 0.99); got != 10*time.Second {
		t.Errorf("p99 %s, want the last bound", got)
	}
}
