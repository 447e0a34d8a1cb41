package pressure

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func meminfo(total, available int) string {
	return fmt.Sprintf("MemTotal:       %d kB\nMemFree:         1 kB\nMemAvailable:   %d kB\n", total, available)
}

func TestLevel(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files map[string]string
		want  int
		fails bool
	}{
		"enough":   {map[string]string{"proc/meminfo": meminfo(1000, 500)}, 0, false},
		"moderate": {map[string]string{"proc/meminfo": meminfo(1000, 149)}, Moderate, false},
		"low":      {map[string]string{"proc/meminfo": meminfo(1000, 79)}, Low, false},
		"critical": {map[string]string{"proc/meminfo": meminfo(1000, 39)}, Critical, false},
		"no limit of the group": {map[string]string{
			"proc/meminfo": meminfo(1000, 500), "sys/fs/cgroup/memory.max": "max\n", "sys/fs/cgroup/memory.current": "999\n"}, 0, false},
		"the group is full": {map[string]string{
			"proc/meminfo": meminfo(1000, 500), "proc/self/cgroup": "0::/host\n",
			"sys/fs/cgroup/host/memory.max": "1000\n", "sys/fs/cgroup/host/memory.current": "990\n"}, Critical, false},
		"full of files": {map[string]string{
			"proc/meminfo": meminfo(1000, 500), "sys/fs/cgroup/memory.max": "1000\n", "sys/fs/cgroup/memory.current": "990\n",
			"sys/fs/cgroup/memory.stat": "anon 90\ninactive_file 900\n"}, 0, false},
		"a path out of the tree": {map[string]string{"proc/meminfo": meminfo(1000, 500), "proc/self/cgroup": "0::/../../x\n"}, 0, false},
		"another system":         {nil, 0, true},
		"nonsense":               {map[string]string{"proc/meminfo": "MemTotal: x\nMemAvailable\n"}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := fstest.MapFS{}
			for n, text := range tt.files {
				root[n] = &fstest.MapFile{Data: []byte(text)}
			}
			if got, err := Level(root); got != tt.want || (err != nil) != tt.fails {
				t.Errorf("Level = %d, %v; want %d, failing %t", got, err, tt.want, tt.fails)
			}
		})
	}
}

func TestThisMachine(t *testing.T) {
	t.Parallel()
	_, err := Level(os.DirFS("/"))
	if (err == nil) != (runtime.GOOS == "linux") {
		t.Errorf("on %s: %v", runtime.GOOS, err)
	}
}

// TestWatch: it says when memory gets shorter, and when it is still short.
func TestWatch(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		again time.Duration
		want  int // times that the level is said before the test ends it
	}{"once": {time.Hour, 1}, "and again": {time.Nanosecond, 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			root := fstest.MapFS{"proc/meminfo": {Data: []byte(meminfo(100, 1))}}
			told := make(chan int, 1000)
			var done sync.WaitGroup
			done.Go(func() {
				Watch(ctx, Options{Every: time.Millisecond, Again: tt.again, Root: root}, func(l int) { told <- l })
			})
			for range tt.want {
				if level := <-told; level != Critical {
					t.Errorf("told %d, want %d", level, Critical)
				}
			}
			cancel()
			done.Wait()
			if tt.again == time.Hour && len(told) > 0 {
				t.Error("it was said again")
			}
		})
	}
}

func FuzzLevel(f *testing.F) {
	f.Add(meminfo(10, 1), "0::/a\n", "100", "99", "inactive_file 3\n")
	f.Fuzz(func(t *testing.T, mem, group, limit, used, stat string) {
		root := fstest.MapFS{
			"proc/meminfo": {Data: []byte(mem)}, "proc/self/cgroup": {Data: []byte(group)}, "sys/fs/cgroup/memory.max": {Data: []byte(limit)},
			"sys/fs/cgroup/memory.current": {Data: []byte(used)}, "sys/fs/cgroup/memory.stat": {Data: []byte(stat)},
		}
		if level, err := Level(root); level < 0 || level > Critical || err != nil && level != 0 {
			t.Errorf("Level = %d, %v", level, err)
		}
	})
}
