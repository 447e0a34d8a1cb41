package embed_test

import (
	"errors"
	"runtime"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/hosts/embed"
)

// TestNothingStays opens and closes 200 mini-programs in one process: neither goroutines nor memory of them may stay. It
// does not run in parallel, for it looks at the whole process.
func TestNothingStays(t *testing.T) {
	const programs, warm, most = 200, 20, 8 << 20
	host, err := embed.Open(t.Context(), embed.Options{MiniPrograms: []string{project(t, "com.example.many")}, Capabilities: []embed.Capability{echo}, Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	before := goleak.IgnoreCurrent()
	var early uint64
	for i := range programs {
		app := start(t, host, "com.example.many", embed.Launch{})
		if err := errors.Join(app.Tap(t.Context(), ".echo", ""), app.Tap(t.Context(), ".two", "")); err != nil {
			t.Fatal(err)
		}
		app.Close()
		if i == warm {
			early = inUse()
		}
	}
	if late := inUse(); late > early+most {
		t.Errorf("after %d mini-programs %d KiB are in use, after %d it were %d KiB", programs, late>>10, warm, early>>10)
	} else {
		t.Logf("in use after %d: %d KiB, after %d: %d KiB", warm, early>>10, programs, late>>10)
	}
	waiting := goleak.IgnoreAnyFunction("github.com/dougong-dev/dougong/core/plugin/inside.(*crew).work") // a few of each capability, while the host is open
	if err := goleak.Find(before, waiting, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock")); err != nil {
		t.Error(err)
	}
	if err := host.Close(); err != nil {
		t.Error(err)
	}
}

// inUse is the memory of what can still be reached.
func inUse() uint64 {
	for range 3 { // what finalizers hold goes with the next collection
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
