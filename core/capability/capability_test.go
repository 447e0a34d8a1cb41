package capability_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// plugin is the other side of the Provider interface.
type plugin struct {
	id string
	f  func(ctx context.Context, call *capability.Call) (pdk.Payload, error)
}

func (p plugin) ID() string { return p.id }
func (p plugin) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	return p.f(ctx, call)
}

func answer(json string) func(context.Context, *capability.Call) (pdk.Payload, error) {
	return func(context.Context, *capability.Call) (pdk.Payload, error) {
		return pdk.Payload{JSON: []byte(json)}, nil
	}
}

func standard(t testing.TB) []*contract.Contract {
	t.Helper()
	list, err := contract.Load(contracts.Files)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// kernel is a chain over one plugin.
func kernel(t testing.TB, p plugin, capabilities string, steps ...capability.Step) (func(context.Context, *capability.Call) (pdk.Payload, error), *capability.Tasks) {
	t.Helper()
	c, err := capability.NewCatalogue(standard(t), []capability.Offer{{p, strings.Fields(capabilities)}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	tasks := capability.NewTasks(c, func(err error) { t.Logf("event dropped: %v", err) })
	t.Cleanup(tasks.Close)
	return capability.Chain(capability.Provide(tasks), append([]capability.Step{c.Find}, append(steps, capability.Check)...)...).Answer, tasks
}

func call(capabilityName, method, json string) *capability.Call {
	return &capability.Call{Info: pdk.Info{Capability: "dougong." + capabilityName + "/v1", Method: method, App: "shop", User: "ann"}, Payload: pdk.Payload{JSON: []byte(json)}}
}

func code(err error) int {
	var e *pdk.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return -1
}

func TestCatalogueMistakes(t *testing.T) {
	t.Parallel()
	offer := func(id string, caps ...string) capability.Offer {
		return capability.Offer{Provider: plugin{id, answer("{}")}, Capabilities: caps}
	}
	rival, err := contract.Parse("rival.yaml", []byte(`
capability: com.rival.pay/v1
summary: {en: x, zh: x}
methods:
  pay: {api: [wx.requestPayment], mode: async, summary: {en: x, zh: x}}
`))
	if err != nil {
		t.Fatal(err)
	}
	const pay = "dougong.payment/v1"
	for _, c := range []struct {
		name   string
		offers []capability.Offer
		choice map[string]string
		want   string
	}{
		{"one", []capability.Offer{offer("a", pay)}, nil, ""},
		{"two without choice", []capability.Offer{offer("a", pay), offer("b", pay)}, nil, `"dougong.payment/v1" is provided by several plugins (a, b); choose one`},
		{"two with choice", []capability.Offer{offer("a", pay), offer("b", pay)}, map[string]string{pay: "b"}, ""},
		{"choice that does not provide", []capability.Offer{offer("a", pay)}, map[string]string{pay: "b"}, `plugin "b" does not provide "dougong.payment/v1"; these do: a`},
		{"choice of nobody's", nil, map[string]string{pay: "b"}, `is to be provided by plugin "b", which does not provide it`},
		{"no contract", []capability.Offer{offer("a", "dougong.paymnt/v1")}, nil, `which no contract describes; put the contract's YAML file into the folder contracts beside its plugin.yaml; did you mean "dougong.payment/v1"?`},
		{"claimed twice", []capability.Offer{offer("a", pay), offer("b", "com.rival.pay/v1")}, nil, `wx.requestPayment is claimed by "com.rival.pay/v1" (plugin "b") and by "dougong.payment/v1" (plugin "a")`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := capability.NewCatalogue(append(standard(t), rival), c.offers, c.choice)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestDispatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		f      func(context.Context, *capability.Call) (pdk.Payload, error)
		call   *capability.Call
		code   int // 0: success
		answer string
	}{
		{"good", answer(`{"data":1}`), call("storage", "getStorage", `{"key":"k"}`), 0, ""},
		{"bad argument", answer(`{"data":1}`), call("storage", "getStorage", `{"key":1}`), pdk.CodeInvalidParams, `getStorage: argument "key": expected string, found number 1`},
		{"bad result", answer(`{"date":1}`), call("storage", "getStorage", `{"key":"k"}`), pdk.CodeInvalidResult, `getStorage: result "data"`},
		{"corrupt result", answer(`{"data":`), call("storage", "getStorage", `{"key":"k"}`), pdk.CodeInvalidResult, `the JSON ends at byte 8`},
		{"panic", func(context.Context, *capability.Call) (pdk.Payload, error) { panic("boom") }, call("storage", "getStorage", `{"key":"k"}`), pdk.CodeInternal, `plugin "p" panicked in getStorage: boom`},
		{"plain error", func(context.Context, *capability.Call) (pdk.Payload, error) {
			return pdk.Payload{}, errors.New("disk full")
		}, call("storage", "getStorage", `{"key":"k"}`), pdk.CodeInternal, "disk full"},
		{"undeclared code", func(context.Context, *capability.Call) (pdk.Payload, error) {
			return pdk.Payload{}, pdk.Errorf(70001, "cancel", "x")
		}, call("storage", "getStorage", `{"key":"k"}`), pdk.CodeInternal, "code 70001, which its contract does not declare"},
		{"unknown capability", answer(``), call("storrage", "getStorage", ``), pdk.CodeUnsupported, `did you mean "dougong.storage/v1"?`},
		{"unknown method", answer(``), call("storage", "getStorag", ``), pdk.CodeUnsupported, `did you mean "getStorage"?`},
		{"nobody provides", answer(``), call("network", "request", `{"url":"x"}`), pdk.CodeUnsupported, `no plugin provides dougong.network/v1; add one`},
		{"internal method", answer(``), call("storage", "kvGet", `{"key":"k"}`), pdk.CodeUnsupported, `kvGet of dougong.storage/v1 is not for mini-programs`},
	} {
		t.Run(c.name, func(t *testing.T) {
			run, _ := kernel(t, plugin{"p", c.f}, "dougong.storage/v1")
			_, err := run(t.Context(), c.call)
			if c.code == 0 && err != nil || c.code != 0 && (code(err) != c.code || !strings.Contains(err.Error(), c.answer)) {
				t.Errorf("got  %v\nwant code %d, %s", err, c.code, c.answer)
			}
		})
	}
}

func TestInternalMethodsByCaller(t *testing.T) {
	t.Parallel()
	run, _ := kernel(t, plugin{"p", answer(`{"value":null}`)}, "dougong.storage/v1")
	host, byPlugin := call("storage", "kvGet", `{"key":"k"}`), call("storage", "kvGet", `{"key":"k"}`)
	host.Host, byPlugin.Caller = true, "other"
	for name, c := range map[string]*capability.Call{"host": host, "plugin": byPlugin} {
		if _, err := run(t.Context(), c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDeadlineAndCancel(t *testing.T) {
	t.Parallel()
	run, _ := kernel(t, plugin{"p", func(ctx context.Context, _ *capability.Call) (pdk.Payload, error) {
		<-ctx.Done()
		return pdk.Payload{}, ctx.Err()
	}}, "dougong.storage/v1")
	ctx, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	if _, err := run(ctx, call("storage", "getStorage", `{"key":"k"}`)); code(err) != pdk.CodeTimeout {
		t.Errorf("deadline: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := run(ctx, call("storage", "getStorage", `{"key":"k"}`)); code(err) != pdk.CodeCanceled {
		t.Errorf("cancel: %v", err)
	}
}

type guard func(*capability.Call) error

// lenient lets everybody in.
type lenient struct{}

func (lenient) Judge(context.Context, *capability.Call) error { return nil }

func (guard) Name() string                                        { return "dlp" }
func (g guard) Guard(_ context.Context, c *capability.Call) error { return g(c) }

func TestGuardVetoes(t *testing.T) {
	t.Parallel()
	called := false
	p := plugin{"p", func(context.Context, *capability.Call) (pdk.Payload, error) { called = true; return pdk.Payload{}, nil }}
	c, err := capability.NewCatalogue(standard(t), []capability.Offer{{p, []string{"dougong.storage/v1"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	run := capability.Chain(capability.Admit(lenient{}, capability.NewTasks(c, nil),
		guard(func(c *capability.Call) error { return fmt.Errorf("%s holds a card number", c.Method) })), c.Find)
	_, err = run.Answer(t.Context(), call("storage", "setStorage", `{"key":"k","data":"4111"}`))
	if code(err) != pdk.CodeVetoed || !strings.Contains(err.Error(), `guard "dlp" refused: setStorage holds a card number`) || called {
		t.Errorf("got %v, provider called: %v", err, called)
	}
}

type recorder struct {
	mu   sync.Mutex
	seen []capability.Outcome
	wait chan struct{}
}

func (r *recorder) Observe(o capability.Outcome) {
	if r.wait != nil {
		<-r.wait
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, o)
}

func TestObserversSeeRefusalsAndNeverBlock(t *testing.T) {
	t.Parallel()
	slow := &recorder{wait: make(chan struct{})}
	o := capability.NewObservers(4, slow)
	run, _ := kernel(t, plugin{"p", answer(`{"data":1}`)}, "dougong.storage/v1", o.Step)
	for range 20 {
		if _, err := run(t.Context(), call("storage", "getStorage", `{"key":"k"}`)); err != nil {
			t.Fatal(err)
		}
	}
	if o.Dropped() < 20-2*4 { // one queue with the observer, one that fills up
		t.Errorf("dropped %d of 20 with a queue of 4 and a stuck observer", o.Dropped())
	}
	close(slow.wait)
	o.Close()
	if got := slow.seen[0]; got.Method != "getStorage" || got.Plugin != "p" || got.In != 11 || got.Out != 10 || got.Err != nil {
		t.Errorf("outcome = %+v", got)
	}

	fast := &recorder{}
	o = capability.NewObservers(0, fast)
	run, _ = kernel(t, plugin{"p", answer(`{"data":1}`)}, "dougong.storage/v1", o.Step)
	_, _ = run(t.Context(), call("storage", "getStorage", `{"key":5}`))
	o.Close()
	if len(fast.seen) != 1 || code(fast.seen[0].Err) != pdk.CodeInvalidParams {
		t.Errorf("refusal was not observed: %+v", fast.seen)
	}
}

// TestObserversSeeWhatIsNotThere calls what no provider has; observers are told, with the code and as much of the names as
// is bounded.
func TestObserversSeeWhatIsNotThere(t *testing.T) {
	t.Parallel()
	c, err := capability.NewCatalogue(standard(t), []capability.Offer{{plugin{"p", answer(`{"data":1}`)}, []string{"dougong.storage/v1"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := &recorder{}
	o := capability.NewObservers(0, seen)
	tasks := capability.NewTasks(c, nil)
	t.Cleanup(tasks.Close)
	run := capability.Chain(capability.Provide(tasks), capability.Enter(c, o)).Answer
	long := strings.Repeat("斗", 1000)
	calls := []*capability.Call{
		call("storrage", "getStorage", `{"key":"k"}`), call("storage", "getStorag", `{}`), call("network", "request", `{}`),
		call("storage", "kvGet", `{}`), call("storage", long, `{}`), call("storage", "getStorage", `{"key":"k"}`),
	}
	for _, x := range calls {
		_, _ = run(t.Context(), x)
	}
	again := *calls[len(calls)-1] // a call that was found before, sent on to what is not there
	again.Method = "getStorag"
	_, _ = run(t.Context(), &again)
	o.Close()
	if len(seen.seen) != len(calls)+1 {
		t.Fatalf("observed %d of %d calls", len(seen.seen), len(calls)+1)
	}
	for i, got := range seen.seen {
		if i == len(calls)-1 {
			if got.Err != nil || got.Plugin != "p" {
				t.Errorf("the good call: %+v", got)
			}
			continue
		}
		if code(got.Err) != pdk.CodeUnsupported || got.Plugin != "" || got.App != "shop" || got.User != "ann" || got.In == 0 || got.Started.IsZero() {
			t.Errorf("call %d: observed %+v", i, got)
		}
	}
	if got := seen.seen[0]; got.Capability != "dougong.storrage/v1" || got.Method != "getStorage" {
		t.Errorf("names: %+v", got.Info)
	}
	if got := seen.seen[4].Method; len(got) > 140 || !strings.HasPrefix(long, strings.TrimSuffix(got, "…")) {
		t.Errorf("a long name is seen as %q", got)
	}
}
