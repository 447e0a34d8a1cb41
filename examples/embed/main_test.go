package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/hosts/embed"
)

func TestMain(m *testing.M) {
	embed.Main()
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

func TestOrders(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), &out, "order", ""); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"桌号：A1", "1 号，请稍候", "placeOrder:fail no 豆浆 left today", "1 号做好了", "桌号：B2", "2 号做好了"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("lacks %q in\n%s", want, out.String())
		}
	}
}

// address waits for the line with the address and keeps what is printed.
type address chan string

func (a address) Write(p []byte) (int, error) {
	if url, ok := strings.CutPrefix(string(p), "open "); ok {
		a <- strings.TrimSpace(url)
	}
	return len(p), nil
}

func TestShown(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	printed, ended := make(address, 1), make(chan error, 1)
	go func() { ended <- run(ctx, printed, "order", "127.0.0.1:0") }()
	select {
	case url := <-printed:
		base, _, found := strings.Cut(url, "/?token=")
		if !found {
			t.Fatalf("address is %q", url)
		}
		if got := get(t, base+"/kitchen"); !strings.Contains(got, "1 com.example.order pages/menu/menu") {
			t.Errorf("the program's own page says %q", got)
		}
		if got := get(t, url); !strings.Contains(got, "shell.js") {
			t.Errorf("the menu's page is %q", got)
		}
	case err := <-ended:
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport, Jar: jar}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
