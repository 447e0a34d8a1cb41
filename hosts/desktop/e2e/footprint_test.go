//go:build linux

package e2e

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/desktop/internal/screen"
)

// footprint has TestFootprint write docs/footprint.md.
var footprint = flag.Bool("footprint", false, "write docs/footprint.md")

// perWindow is how many mini-programs are opened for the memory of one.
const perWindow = 4

// TestFootprint measures what a host weighs on disk and in memory. A host with more windows needs more, a stripped program less.
func TestFootprint(t *testing.T) {
	w := newWorld(t)
	w.crowd()
	env, err := webkit()
	if err != nil {
		t.Fatal(err)
	}
	desktop, desktopStripped := w.sizes("hosts/cmd/dougong-desktop", append(env, "GOFLAGS=-tags=desktop"))
	command, commandStripped := w.sizes("hosts/cmd/dougong", []string{"CGO_ENABLED=0"})
	if desktopStripped >= desktop || commandStripped >= command {
		t.Errorf("stripping makes no program smaller: %.1f and %.1f of %.1f and %.1f MB", desktopStripped, commandStripped, desktop, command)
	}
	w.start()
	w.WaitPixel(func(p *screen.Pixels) bool { return p.Any(everything, icon(0)) })
	host, view, plugins := w.memory()
	for i := range perWindow {
		if out, err := w.again(fmt.Sprintf("dougong://open?app=desk%d", i)); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	w.Wait("the windows", func() bool {
		n := 0
		for i := range perWindow {
			n += len(w.Windows(fmt.Sprintf("台%d|台面", i)))
		}
		return n >= perWindow
	})
	w.WaitColor("the last page", everything, countColor, 0.01)
	moreHost, moreView, _ := w.memory()
	if moreView <= view {
		t.Errorf("windows need no memory: %.0f MB, then %.0f", view, moreView)
	}
	if !*footprint {
		return
	}
	text := fmt.Sprintf(footprintText, command, commandStripped, desktop, desktopStripped,
		host, plugins, view, (moreHost-host)/perWindow, (moreView-view)/perWindow)
	if err := os.WriteFile(filepath.Join(root, "docs/footprint.md"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const footprintText = `# What a host weighs

Written by ` + "`go test ./hosts/desktop/e2e -run Footprint -footprint`" + `; measured on linux/amd64 under Xvfb without a graphics
card. Memory is the proportional set size (PSS) of all processes: what several share is counted once.

| program | built | stripped (` + "`-ldflags '-s -w'`" + `) |
|---|--:|--:|
| dougong (no cgo) | %.1f MB | %.1f MB |
| dougong-desktop (WebKitGTK is the system's) | %.1f MB | %.1f MB |

| memory | |
|---|--:|
| idle desktop host: the host's own process | %.0f MB |
| – two plugins (files as a process, notifications inside) | %.0f MB |
| – the launcher's window: its process and WebKit's two | %.0f MB |
| each open mini-program: in the host's process | %.1f MB |
| – its window: its process and WebKit's two | %.0f MB |

With ` + "`--one-window`" + ` a mini-program has no window of its own and needs the host's part and a frame of the launcher's page.
`

// sizes builds a program, as it is and stripped, in megabytes.
func (w *world) sizes(program string, env []string) (plain, stripped float64) {
	w.t.Helper()
	size := func(name string, flags ...string) float64 {
		file := filepath.Join(w.dir, name)
		if err := run(env, "go", append(append([]string{"build", "-trimpath", "-o", file}, flags...), "./"+program)...); err != nil {
			w.t.Fatal(err)
		}
		info, err := os.Stat(file)
		if err != nil {
			w.t.Fatal(err)
		}
		return float64(info.Size()) / 1e6
	}
	return size("plain"), size("stripped", "-ldflags", "-s -w")
}

// memory is the PSS of the host's process, of its windows with what they started, and of everything else, in megabytes.
func (w *world) memory() (host, view, plugins float64) {
	w.t.Helper()
	host = pss(w.t, w.host.Process.Pid)
	for _, child := range children(w.t, w.host.Process.Pid, "") {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
		if bytes.HasPrefix(name, []byte("dougong-window")) {
			view += tree(w.t, child)
		} else {
			plugins += tree(w.t, child)
		}
	}
	return host, view, plugins
}

// tree is the PSS of a process and all below it.
func tree(t testing.TB, pid int) float64 {
	sum := pss(t, pid)
	for _, child := range children(t, pid, "") {
		sum += tree(t, child)
	}
	return sum
}

func pss(t testing.TB, pid int) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0 // it has just ended
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "Pss:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1000
		}
	}
	return 0
}
