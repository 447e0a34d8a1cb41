package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
	"github.com/dougong-dev/dougong/plugins/trace/provider"
)

type args map[string]any

func start(t *testing.T, dir string) *pdktest.Host {
	t.Helper()
	p := provider.New(dir)
	h := pdktest.New(t, pdk.New("dougong.trace", "1.0.0").Provide(provider.Capability, p.Methods()).OnConfigure(p.Configure).OnClose(p.Close))
	if err := h.Configure(args{"segment_mb": 0.001}); err != nil {
		t.Fatal(err)
	}
	return h
}

// call returns an answer as text.
func call(t *testing.T, h *pdktest.Host, method string, in args) string {
	t.Helper()
	var out struct {
		Next    uint64
		Records []pdk.Blob
		Heads   []pdk.Blob
	}
	if err := h.Call(provider.Capability, method, in, &out); err != nil {
		return fmt.Sprint(pdk.AsError(err).Code)
	}
	return fmt.Sprintf("%d %s %s", out.Next, out.Records, out.Heads)
}

func TestTrace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := start(t, dir)
	blobs := func(all ...string) (out []pdk.Blob) {
		for _, s := range all {
			out = append(out, pdk.Blob(s))
		}
		return out
	}
	for i, c := range []struct {
		method string
		in     args
		want   string
	}{
		{"read", args{"log": "a", "from": 1}, "1 [] []"},
		{"append", args{"log": "a", "first": 1, "records": blobs("one", "two")}, "3 [] []"},
		{"append", args{"log": "a", "first": 2, "records": blobs("two", "three")}, "4 [] []"},
		{"append", args{"log": "a", "first": 5, "records": blobs("five")}, "30001"},
		{"append", args{"log": "a", "first": 3, "records": blobs("drei")}, "30002"},
		{"append", args{"log": "b", "first": 1, "records": blobs("other")}, "2 [] []"},
		{"read", args{"log": "a", "from": 2, "limit": 1}, "4 [two] []"},
		{"read", args{"log": "a", "from": 1}, "4 [one two three] []"},
		{"read", args{"log": "a", "from": 9}, "4 [] []"},
		{"heads", args{"log": "a"}, "0 [] []"},
		{"putHead", args{"log": "a", "number": 2, "head": pdk.Blob("h2")}, "0 [] []"},
		{"putHead", args{"log": "a", "number": 3, "head": pdk.Blob("h3")}, "0 [] []"},
		{"putHead", args{"log": "a", "number": 2, "head": pdk.Blob("h2")}, "0 [] []"},
		{"putHead", args{"log": "a", "number": 3, "head": pdk.Blob("x3")}, "30002"},
		{"putHead", args{"log": "a", "number": 1, "head": pdk.Blob("h1")}, "30002"},
		{"heads", args{"log": "a"}, "0 [] [h2 h3]"},
		{"heads", args{"log": "b"}, "0 [] []"},
		{"read", args{"log": "", "from": 1}, fmt.Sprint(pdk.CodeInvalidParams)},
	} {
		if got := call(t, h, c.method, c.in); got != c.want {
			t.Errorf("step %d: %s(%v) = %s, want %s", i, c.method, c.in, got, c.want)
		}
	}
}

func TestTornTailIsLoggedAndDamageRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := provider.New(dir)
	first := pdktest.New(t, pdk.New("dougong.trace", "1.0.0").Provide(provider.Capability, p.Methods()))
	call(t, first, "append", args{"log": "a", "first": 1, "records": []pdk.Blob{pdk.Blob("one"), pdk.Blob("two")}})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	name, _ := filepath.Glob(filepath.Join(dir, "*", "records", "*.seg"))
	b, _ := os.ReadFile(name[0])
	_ = os.WriteFile(name[0], b[:len(b)-1], 0o600)

	h := start(t, dir)
	if got := call(t, h, "read", args{"log": "a", "from": 1}); got != "2 [one] []" {
		t.Errorf("after a torn write: %s", got)
	}
	if logs := h.Logs(); len(logs) != 1 || !strings.Contains(logs[0].Fields["file"], ".torn-") {
		t.Errorf("logs: %+v", logs)
	}

	damaged := t.TempDir()
	b[20] ^= 1
	_ = os.MkdirAll(filepath.Join(damaged, filepath.Base(filepath.Dir(filepath.Dir(name[0]))), "records"), 0o700)
	_ = os.WriteFile(filepath.Join(damaged, filepath.Base(filepath.Dir(filepath.Dir(name[0]))), "records", filepath.Base(name[0])), b, 0o600)
	if got := call(t, start(t, damaged), "append", args{"log": "a", "first": 3, "records": []pdk.Blob{pdk.Blob("x")}}); got != fmt.Sprint(pdk.CodeCorrupt) {
		t.Errorf("append to a damaged log: %s", got)
	}
}
