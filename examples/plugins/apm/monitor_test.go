package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go/pdktest"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var mu sync.Mutex
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	h := pdktest.New(t, newPlugin(dir, now))
	if err := h.Configure(map[string]int{"every_ms": 1000, "slow_ms": 5}); err != nil {
		t.Fatal(err)
	}
	tell := func(o ...map[string]any) {
		t.Helper()
		for i := range o {
			for k, v := range map[string]any{"app": "shop", "user": "ann", "page": "", "caller": "", "trace": "", "started": 1, "in": 10, "out": 20, "capability": "c/v1", "plugin": "p"} {
				o[i][k] = v
			}
		}
		if err := h.Call("dougong.observer/v1", "observe", map[string]any{"outcomes": o, "lost": 2}, nil); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "summary.json")
	tell(map[string]any{"method": "a", "took": 1000, "code": 0}, map[string]any{"method": "a", "took": 9000, "code": 8})
	if _, err := os.Stat(file); err == nil {
		t.Error("a summary before the period is over")
	}
	mu.Lock()
	at = at.Add(time.Second)
	mu.Unlock()
	tell(map[string]any{"method": "b", "took": 1, "code": 0})
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s summary
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Methods) != 2 || s.Lost != 4 || s.To.Sub(s.From) != time.Second {
		t.Fatalf("summary %s", text)
	}
	if a := s.Methods[0]; a.Method != "a" || a.Calls != 2 || a.Errors["8"] != 1 || a.MeanUS != 5000 || a.MaxUS != 9000 || a.Bytes != 60 {
		t.Errorf("method a: %+v", a)
	}
	var warned []string
	for _, l := range h.Logs() {
		if l.Level == "warn" {
			warned = append(warned, l.Fields["method"])
		}
	}
	if len(warned) != 1 || warned[0] != "c/v1#a" {
		t.Errorf("warned of %v", warned)
	}
}
