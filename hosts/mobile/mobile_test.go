package mobile_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/hosts/mobile"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

const (
	order = "../../examples/embed/order"
	wait  = 10_000 // milliseconds
)

// till is the app's capability: it answers from another thread, as an app's does that asks its own server.
type till struct{ requests chan *mobile.Request }

func (c till) Call(r *mobile.Request) { c.requests <- r }

// ear keeps events.
type ear chan embed.Event

func (e ear) Hear(text string) {
	var event embed.Event
	if err := json.Unmarshal([]byte(text), &event); err != nil {
		panic(err)
	}
	e <- event
}

func (e ear) await(t *testing.T, kind embed.Kind) embed.Event {
	t.Helper()
	for {
		select {
		case event := <-e:
			if event.Kind == kind {
				return event
			}
		case <-t.Context().Done():
			t.Fatalf("no event %q", kind)
		}
	}
}

func contract(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../examples/embed/till.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func open(t *testing.T) (*mobile.Host, till, ear) {
	t.Helper()
	c, e := till{make(chan *mobile.Request, 4)}, make(ear, 100)
	host := mobile.NewHost(t.TempDir())
	host.AddMiniProgram(order)
	host.SetListener(e)
	if err := host.AddCapability(contract(t), c); err != nil {
		t.Fatal(err)
	}
	if err := host.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	})
	return host, c, e
}

func TestOrder(t *testing.T) {
	t.Parallel()
	host, c, heard := open(t)
	app, err := host.Start("com.example.order", "pages/menu/menu", `{"table": "C3"}`)
	if err != nil {
		t.Fatal(err)
	}
	if app.ID() != "com.example.order" || app.Page() != "pages/menu/menu" {
		t.Errorf("opened %q at %q", app.ID(), app.Page())
	}
	for _, step := range []struct {
		name, want string
		answer     func(*mobile.Request) bool
	}{
		{"a result", "41 号，请稍候", func(r *mobile.Request) bool { return r.Answer(`{"number": 41}`) && !r.Answer(`{"number": 42}`) }},
		{"an error of the contract", "placeOrder:fail all eaten", func(r *mobile.Request) bool { return r.Fail(10001, "sold-out", "all eaten") }},
		{"an answer that is no JSON", "placeOrder:fail", func(r *mobile.Request) bool { return r.Answer(`{`) }},
	} {
		answered := make(chan bool, 1)
		go func() {
			r := <-c.requests
			ok := r.Method() == "placeOrder" && r.App() == "com.example.order" && r.Page() == "pages/menu/menu" &&
				strings.Contains(r.Params(), `"table":"C3"`) && r.User() == "local"
			answered <- step.answer(r) && ok
		}()
		if err := app.Tap(".dish", "牛肉面", wait); err != nil {
			t.Fatal(err)
		}
		text, err := app.Text(wait)
		if err != nil || !<-answered || !strings.Contains(text, step.want) {
			t.Fatalf("%s: text is %q, want %q in it, %v", step.name, text, step.want, err)
		}
	}
	if err := app.Send("served", `{"number": 41}`); err != nil {
		t.Fatal(err)
	}
	if text, err := app.Text(wait); err != nil || !strings.Contains(text, "41 号做好了") {
		t.Errorf("text is %q, %v", text, err)
	}
	if page := heard.await(t, embed.Page); page.Page != "pages/menu/menu" || int64(page.Number) != app.Number() {
		t.Errorf("heard %+v", page)
	}
	app.Close()
	heard.await(t, embed.Closed)
}

func TestAddress(t *testing.T) {
	t.Parallel()
	host, _, _ := open(t)
	address, err := host.Address()
	if err != nil || !strings.HasPrefix(address, "http://127.0.0.1:") {
		t.Fatalf("%q, %v", address, err)
	}
	if again, err := host.Address(); err != nil || again != address {
		t.Errorf("another time it is %q, %v", again, err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || len(answer.Cookies()) != 1 {
		t.Errorf("the web view is not logged in: %s", answer.Status)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	host, _, _ := open(t)
	app, err := host.Start("com.example.order", "", "")
	if err != nil {
		t.Fatal(err)
	}
	closed := mobile.NewHost(t.TempDir())
	for _, c := range []struct {
		name, want string
		do         func() error
	}{
		{"opened twice", "open already", host.Open},
		{"not open", "call Open first", func() error { _, err := closed.Start("a", "", ""); return err }},
		{"no address", "call Open first", func() error { _, err := closed.Address(); return err }},
		{"no list", "call Open first", func() error { _, err := closed.MiniPrograms(); return err }},
		{"nothing to open", "says what to open", closed.Open},
		{"a contract that is none", "contract", func() error { return closed.AddCapability("{", till{}) }},
		{"no such mini-program", "com.example.order", func() error { _, err := host.Start("a", "", ""); return err }},
		{"launch data", "data is no JSON", func() error { _, err := host.Start("com.example.order", "", "{"); return err }},
		{"event data", "data is no JSON", func() error { return app.Send("served", "{") }},
		{"no such number", "number 99", func() error { _, err := host.App(99); return err }},
		{"a number below 0", "number -1", func() error { _, err := host.App(-1); return err }},
	} {
		if err := c.do(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q in it", c.name, err, c.want)
		}
	}
	same, err := host.App(app.Number())
	if err != nil || same.ID() != app.ID() {
		t.Fatal(err)
	}
	if _, err := same.Text(0); err == nil || !strings.Contains(err.Error(), "web view") {
		t.Errorf("read what Start has not returned: %v", err)
	}
	if list, err := host.MiniPrograms(); err != nil || !strings.Contains(list, `"name":"点单"`) {
		t.Errorf("list is %s, %v", list, err)
	}
}
