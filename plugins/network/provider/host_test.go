package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/network/provider"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// event is one event of a task, as text.
type event struct {
	task  uint64
	name  string
	text  string
	blobs [][]byte
	final bool
}

// host takes the plugin's events in order and judges redirects.
type host struct {
	events  chan event
	allowed string // the address that redirects may lead to
	asked   string // the last question
}

func (h *host) Service(_ context.Context, _ pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	if name != pdk.ServiceDomainCheck {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "no service %s here", name)
	}
	var q pdk.DomainCheck
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	if h.asked = string(in.JSON); h.allowed == "" || !strings.HasPrefix(q.URL, h.allowed) {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeDomain, "domain", "not on the list")
	}
	return pdk.Payload{JSON: []byte("{}")}, nil
}

func (h *host) Emit(_ context.Context, info pdk.Info, name string, in pdk.Payload, final bool) error {
	h.events <- event{info.Task, name, string(in.JSON), in.Blobs, final}
	return nil
}

func (h *host) Log(context.Context, string, string, map[string]string) {}

// rig is a provider and its caller.
type rig struct {
	*testing.T
	p    *provider.Provider
	host *host
	info pdk.Info
}

// local allows the addresses of test servers.
const local = `{"private_addresses":["127.0.0.0/8","::1"]}`

func start(t *testing.T, config string) *rig {
	t.Helper()
	r := &rig{T: t, p: provider.New(t.TempDir()), host: &host{events: make(chan event, 1000)}, info: pdk.Info{App: "shop", User: "alice"}}
	if err := r.p.Configure(pdk.NewContext(t.Context(), r.info, r.host), []byte(config)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.p.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *rig) payload(ctx context.Context, task uint64, method string, in any) (pdk.Payload, error) {
	p, err := pdk.Encode(in)
	if err != nil {
		r.Fatal(err)
	}
	info := r.info
	info.Task, info.Method, info.Capability = task, method, provider.Capability
	return r.p.Methods()[method](pdk.NewContext(ctx, info, r.host), p)
}

// result is an answer of any method.
type result struct {
	Data         pdk.Any           `json:"data"`
	StatusCode   int               `json:"statusCode"`
	Header       map[string]string `json:"header"`
	Cookies      []string          `json:"cookies"`
	TempFilePath string            `json:"tempFilePath"`
	FilePath     string            `json:"filePath"`
	DataLength   int64             `json:"dataLength"`
	ContentType  string            `json:"contentType"`
	Profile      map[string]any    `json:"profile"`
}

type args map[string]any

func (r *rig) call(task uint64, method string, in args) (result, error) {
	p, err := r.payload(r.Context(), task, method, in)
	if err != nil {
		return result{}, err
	}
	var out result
	if err := pdk.Decode(p, &out); err != nil {
		r.Fatalf("%s answers %s: %v", method, p.JSON, err)
	}
	return out, nil
}

func (r *rig) must(task uint64, method string, in args) result {
	r.Helper()
	out, err := r.call(task, method, in)
	if err != nil {
		r.Fatalf("%s(%v): %v", method, in, err)
	}
	return out
}

// fails calls and compares the error's code and the beginning of its message.
func (r *rig) fails(task uint64, method string, in args, code int, message string) {
	r.Helper()
	_, err := r.call(task, method, in)
	if e := pdk.AsError(err); e == nil || e.Code != code || !strings.HasPrefix(e.Message, message) {
		r.Errorf("%s(%v)\n got %v\nwant code %d, message %q…", method, in, err, code, message)
	}
}

// next waits for the next event.
func (r *rig) next() event {
	r.Helper()
	select {
	case e := <-r.host.events:
		return e
	case <-time.After(10 * time.Second):
		r.Fatal("no event came")
		return event{}
	}
}

// names drains the events that have come so far.
func (r *rig) names() string {
	var all []string
	for {
		select {
		case e := <-r.host.events:
			all = append(all, e.name)
		default:
			return strings.Join(all, " ")
		}
	}
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// echo answers with what it was asked, as JSON.
func echo(w http.ResponseWriter, r *http.Request) {
	body := make([]byte, r.ContentLength+1)
	n, _ := r.Body.Read(body)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"method": r.Method, "query": r.URL.RawQuery, "body": string(body[:n]), "header": r.Header})
}

func field(t *testing.T, data pdk.Any, name string) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(data.JSON, &m); err != nil {
		t.Fatalf("data %s: %v", data.JSON, err)
	}
	return fmt.Sprint(m[name])
}
