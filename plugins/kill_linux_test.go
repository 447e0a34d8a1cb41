package plugins_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Plugins are killed in the middle of their work: what they had confirmed is there when they are back.
func TestKilledPluginsLoseNothing(t *testing.T) {
	if testing.Short() {
		return // it builds all plugins
	}
	w := newWorld(t)
	w.want("storage setStorage", m{"key": "cart", "data": 1}, "{}")
	w.want("trace append", m{"log": "h", "first": 1, "records": []pdk.Blob{pdk.Blob("one")}}, `{"next":2}`)
	for round := range 2 {
		kill(t, "dougong.storage")
		kill(t, "dougong.trace")
		w.eventually("storage getStorage", m{"key": "cart"}, `{"data":`+strconv.Itoa(round+1)+`}`)
		w.eventually("trace read", m{"log": "h", "from": 1}, `"next":`+strconv.Itoa(round+2))
		w.eventually("storage setStorage", m{"key": "cart", "data": round + 2}, "{}")
		w.eventually("trace append", m{"log": "h", "first": round + 2, "records": []pdk.Blob{pdk.Blob("more")}}, `"next":`)
	}
}

// eventually calls until the plugin is back.
func (w *world) eventually(method string, in any, want string) {
	w.Helper()
	retry := time.NewTicker(50 * time.Millisecond)
	defer retry.Stop()
	late := time.After(60 * time.Second)
	for {
		got, err := w.call(method, in)
		if err == nil {
			if !strings.Contains(got, want) {
				w.Fatalf("%s: %s, want %s", method, got, want)
			}
			return
		}
		if e := pdk.AsError(err); e.Code != pdk.CodeUnavailable {
			w.Fatalf("%s: %v", method, err)
		}
		select {
		case <-retry.C:
		case <-late:
			w.Fatalf("%s: the plugin does not come back: %v", method, err)
		}
	}
}

// kill ends this test's process of a plugin without a warning.
func kill(t *testing.T, id string) {
	t.Helper()
	all, _ := filepath.Glob("/proc/[0-9]*/exe")
	killed := 0
	for _, link := range all {
		exe, err := os.Readlink(link)
		dir := filepath.Dir(link)
		stat, _ := os.ReadFile(filepath.Join(dir, "stat"))
		_, rest, _ := strings.Cut(string(stat), ") ")
		fields := strings.Fields(rest)
		if err != nil || !strings.Contains(exe, "/"+id+"/") || len(fields) < 2 || fields[1] != strconv.Itoa(os.Getpid()) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err == nil && syscall.Kill(pid, syscall.SIGKILL) == nil {
			killed++
		}
	}
	if killed == 0 {
		t.Fatalf("no process of %s to kill", id)
	}
}
