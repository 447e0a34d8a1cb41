package client_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/tsbuild"
)

// BenchmarkClientApply measures, in Chromium, how long the client takes from a patch's text to the layout of a list of
// 1,000 components, beside a page written by hand for the same data.
func BenchmarkClientApply(b *testing.B) {
	const rows = 1000
	patches, data := listPatches(b, rows)
	texts, err := json.Marshal(patches)
	if err != nil {
		b.Fatal(err)
	}
	url := servePage(b, "testdata/apply.ts", fmt.Sprintf("document.body.textContent = 'TIMES' + JSON.stringify(times(%s, %q)) + 'END'", texts, data))
	for b.Loop() {
		t := numbersOf(b, url, 8)
		for i, name := range []string{"list-of-1000", "list-of-1000-with-layout", "one-row", "one-row-with-layout"} {
			line := benchline.Line{Name: "client-apply-" + name, Value: t[i], Unit: "ms", Peer: "page-by-hand", Ratio: t[i] / max(t[i+4], clockStep)}
			if i == 1 { // what a person waits for
				line.AtMost = 1.5
			}
			line.Print()
		}
	}
}

// clockStep is the finest that a page's clock shows, in milliseconds.
const clockStep = 0.1

// servePage serves a page that runs a script of testdata and then what is given.
func servePage(b *testing.B, file, run string) string {
	b.Helper()
	script, err := tsbuild.Bundle(file)
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hold":
			select {
			case <-done:
			case <-r.Context().Done():
			}
			return
		case "/done":
			done <- struct{}{}
			return
		}
		if r.URL.Path == "/bench.js" {
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			_, _ = fmt.Fprintf(w, "%s;\n%s", script, run)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, `<!doctype html><meta name="viewport" content="width=device-width"><body><script src="/bench.js"></script>`)
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// BenchmarkScroll counts, in Chromium, the frames that are dropped while a list of 1,000 components scrolls, beside a list
// written by hand.
func BenchmarkScroll(b *testing.B) {
	patches, data := listPatches(b, 1000)
	url := servePage(b, "testdata/scroll.ts", fmt.Sprintf(
		"document.documentElement.style.height = document.body.style.height = '100%%'; scrolls(%q, %q).then((n) => { document.body.textContent = 'TIMES' + JSON.stringify(n) + 'END' }, (e) => { document.body.textContent = e.stack })", patches[0], data))
	for b.Loop() {
		n := numbersOf(b, url, 4)
		benchline.Line{Name: "scroll-1000-rows-dropped", Value: n[0], Unit: "frames", Peer: "list-by-hand", Ratio: (n[0] + 1) / (n[2] + 1), AtMost: 1.2}.Print()
		benchline.Line{Name: "scroll-1000-rows-frame", Value: n[1], Unit: "ms", Peer: "list-by-hand", Ratio: n[1] / n[3]}.Print()
	}
}

// numbersOf opens the page in a headless Chromium and reads what it measured.
func numbersOf(b *testing.B, url string, count int, flags ...string) (numbers []float64) {
	b.Helper()
	chromium := cmp.Or(os.Getenv("CHROMIUM"), "chromium")
	cmd := exec.CommandContext(b.Context(), chromium, append(flags, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--window-size=400,800", "--user-data-dir="+b.TempDir(), "--dump-dom", url)...)
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("%s: %v (apt-get install chromium, or set CHROMIUM to its path)", chromium, err)
	}
	_, rest, _ := strings.Cut(string(out), "TIMES")
	text, _, ok := strings.Cut(rest, "END")
	if err := json.Unmarshal([]byte(text), &numbers); !ok || err != nil || len(numbers) != count {
		b.Fatalf("the page shows %.500s", out)
	}
	return numbers
}

// listPatches are the patches of a page with a list of components, and of the change of one row, with the list's data.
func listPatches(b *testing.B, rows int) (patches []string, data string) {
	b.Helper()
	built, err := compiler.Build(b.Context(), compiler.Options{Dir: "list", FS: fstest.MapFS{
		"app.json":         {Data: []byte(`{"pages":["pages/index"]}`)},
		"app.js":           {Data: []byte(`App({})`)},
		"pages/index.json": {Data: []byte(`{"usingComponents":{"goods":"/comp/goods"}}`)},
		"pages/index.wxml": {Data: []byte(`<goods wx:for="{{list}}" wx:key="id" id="row-{{item.id}}" name="{{item.name}}" price="{{item.price}}"/>`)},
		"pages/index.js": {Data: fmt.Appendf(nil, `
const list = Array.from({ length: %d }, (_, id) => ({ id, name: "Goods number " + id, price: id %% 100 + 0.5 }))
Page({ data: { list }, onReady() { setTimeout(() => this.setData({ "list[500].price": 7 }), 0) } })`, rows)},
		"comp/goods.json": {Data: []byte(`{"component":true}`)},
		"comp/goods.wxml": {Data: []byte(`<view class="card" bindtap="pick"><text class="name">{{name}}</text><text class="price">¥{{price}}</text></view>`)},
		"comp/goods.js":   {Data: []byte(`Component({ properties: { name: String, price: Number }, methods: { pick() {} } })`)},
	}})
	if err != nil {
		b.Fatal(err)
	}
	p, err := program.Load(built.Files)
	if err != nil {
		b.Fatal(err)
	}
	got := make(chan string, 16)
	s, err := miniapp.Start(b.Context(), miniapp.Options{
		Program: p, User: "anna", Log: slog.New(slog.DiscardHandler),
		Send: func(m message.FromActor) {
			if m.Patch != nil {
				text, err := m.Patch.AppendJSON(nil)
				if err != nil {
					panic(err)
				}
				got <- string(text)
			}
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	patches = []string{<-got, <-got}
	type row struct {
		ID    int     `json:"id"`
		Name  string  `json:"name"`
		Price float64 `json:"price"`
	}
	list := make([]row, rows)
	for i := range list {
		list[i] = row{i, fmt.Sprintf("Goods number %d", i), float64(i%100) + 0.5}
	}
	text, err := json.Marshal(list)
	if err != nil {
		b.Fatal(err)
	}
	return patches, string(text)
}
