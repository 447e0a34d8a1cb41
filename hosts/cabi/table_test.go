package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/pdk/go"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

const order = "../../examples/embed/order"

func TestTable(t *testing.T) {
	t.Parallel()
	numbers := newTable()
	number := numbers.add(t.TempDir())
	e, err := numbers.host(number)
	if err != nil {
		t.Fatal(err)
	}
	e.host.AddMiniProgram(order)
	if err := e.host.Open(); err != nil {
		t.Fatal(err)
	}
	app, err := e.open("com.example.order", "", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"kind":"opened"`, `"kind":"page"`} {
		if event, err := e.poll(time.Minute); err != nil || !strings.Contains(event, want) {
			t.Errorf("event is %s, %v; want %s", event, err, want)
		}
	}
	if event, err := e.poll(0); event != "" || err != nil {
		t.Errorf("a further event %s, %v", event, err)
	}
	a, err := e.app(app)
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	if _, err := e.app(app); pdk.Code(err) != pdk.CodeNotFound || len(e.apps) != 0 {
		t.Errorf("a closed one: %v, %d are kept", err, len(e.apps))
	}
	if err := numbers.stop(number); err != nil {
		t.Error(err)
	}
	if _, err := e.poll(time.Hour); pdk.Code(err) != pdk.CodeUnavailable && err != nil {
		t.Errorf("poll of a stopped host: %v", err)
	}
	for _, none := range []uint64{number, 0, 99} {
		if err := numbers.stop(none); pdk.Code(err) != pdk.CodeNotFound {
			t.Errorf("stop %d: %v", none, err)
		}
	}
	if again := numbers.add(""); again == number {
		t.Error("a number is used again")
	}
	if _, err := numbers.answered(7); pdk.Code(err) != pdk.CodeNotFound {
		t.Errorf("a request that there is not: %v", err)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		code int
	}{
		{"none", nil, 0},
		{"of a contract", fmt.Errorf("call: %w", pdk.Errorf(10001, "sold-out", "none left")), 10001},
		{"closed", fmt.Errorf("open: %w", embed.ErrClosed), pdk.CodeUnavailable},
		{"another", errors.New("what"), pdk.CodeInternal},
		{"a panic", try(func() error { panic("what") }), pdk.CodeInternal},
		{"text that is none", texts("good", "b\xffd"), pdk.CodeInvalidParams},
		{"good text", texts("good", ""), 0},
	} {
		code, message := codeOf(c.err)
		if code != c.code || (message == "") != (c.err == nil) {
			t.Errorf("%s: code %d, %q; want code %d", c.name, code, message, c.code)
		}
	}
}
