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
	w.apart()
	desktop, desktopStripped := w.sizes("hosts/cmd/dougong-desktop", append(env, "GOFLAGS=-tags=desktop"))
	command, commandStripped := w.sizes("hosts/cmd/dougong", []string{"CGO_ENABLED=0"})
	if desktopStripped >= desktop || commandStripped >= command {
		t.Errorf("stripping makes no program smaller: %.1f and %.1f of %.1f and %.1f MB", desktopStripped, commandStripped, desktop, command)
	}
	w.serve()
	w.Wait("the web host's plugins", func() bool { return w.memory().plugins.total > 0 })
	web := w.memory()
	w.stop()
	w.start()
	w.WaitPixel("the launcher", func(p *screen.Pixels) bool { return p.Any(everything, icon(0)) })
	idle := w.memory()
	shown := 0
	show := func(app string) {
		if out, err := w.again("dougong://open?app=" + app); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		shown++
		w.Wait("the page of "+app, func() bool { return len(w.Windows("台面")) == shown }) // a window has the page's title once that is there
	}
	for i := range perWindow {
		show(fmt.Sprintf("desk%d", i))
	}
	shared := w.memory()
	if shared.windows.total <= idle.windows.total {
		t.Errorf("windows need no memory: %v, then %v", idle.windows, shared.windows)
	}
	for i := range perWindow {
		show(fmt.Sprintf("apart%d", i))
	}
	apart := w.memory()
	if apart.engines.total <= shared.engines.total {
		t.Errorf("engines in processes of their own need no memory: %v, then %v", shared.engines, apart.engines)
	}
	if !*footprint {
		return
	}
	text := fmt.Sprintf(footprintText, command, commandStripped, desktop, desktopStripped,
		web.host, idle.host, idle.plugins, idle.windows,
		shared.host.minus(idle.host).over(perWindow), shared.windows.minus(idle.windows).over(perWindow),
		apart.engines.minus(shared.engines).over(perWindow))
	if err := os.WriteFile(filepath.Join(root, "docs/footprint.md"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const footprintText = `# What a host weighs

Written by ` + "`go test ./hosts/desktop/e2e -run Footprint -footprint`" + `; measured on linux/amd64 under Xvfb without a graphics
card.

| program | built | stripped (` + "`-ldflags '-s -w'`" + `) |
|---|--:|--:|
| dougong (no cgo) | %.1f MB | %.1f MB |
| dougong-desktop (WebKitGTK is the system's) | %.1f MB | %.1f MB |

Memory is the proportional set size (PSS) of all processes: what several share is counted once. The second column leaves out the
pages of programs and libraries, which the system reads again from the files when it wants their memory for something else.

| memory | all | without files |
|---|--:|--:|
| idle web host (` + "`dougong run`" + `): the host's own process | %s |
| idle desktop host: the host's own process | %s |
| – two plugins (files as a process, notifications inside) | %s |
| – the launcher's window: its process and WebKit's two | %s |
| each open mini-program: in the host's process | %s |
| – its window: its process and WebKit's two | %s |
| – with ` + "`isolation: process`" + `, the default for what is not first-party: its engine's process | %s |

With ` + "`--one-window`" + ` a mini-program has no window of its own and needs the host's part and a frame of the launcher's page.
`

// apart adds mini-programs that are not first-party: each has an engine in a process of its own.
func (w *world) apart() {
	w.t.Helper()
	text, err := os.ReadFile(w.file)
	if err != nil {
		w.t.Fatal(err)
	}
	const after = "miniapps:\n"
	var b strings.Builder
	b.WriteString(after)
	for i := range perWindow {
		fmt.Fprintf(&b, "  - {id: apart%d, path: desk, icon: desk.png, name: {zh: 台%d}}\n", i, i)
	}
	w.write("superapp.yaml", []byte(strings.Replace(string(text), after, b.String(), 1)))
}

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

// weight is memory in megabytes: all that is counted to a process, and what of it no file holds.
type weight struct{ total, anonymous float64 }

func (a weight) plus(b weight) weight  { return weight{a.total + b.total, a.anonymous + b.anonymous} }
func (a weight) minus(b weight) weight { return weight{a.total - b.total, a.anonymous - b.anonymous} }
func (a weight) over(n float64) weight { return weight{a.total / n, a.anonymous / n} }
func (a weight) String() string        { return fmt.Sprintf("%.1f MB | %.1f MB", a.total, a.anonymous) }

// share is what each part of a running host weighs: its own process, its windows with what they started, the engines in processes
// of their own, and its plugins.
type share struct{ host, windows, engines, plugins weight }

// memory weighs the running host.
func (w *world) memory() share {
	w.t.Helper()
	s := share{host: pss(w.t, w.host.Process.Pid)}
	for _, child := range children(w.t, w.host.Process.Pid, "") {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
		part := &s.plugins
		switch {
		case bytes.HasPrefix(name, []byte("dougong-window")):
			part = &s.windows
		case bytes.HasPrefix(name, []byte("dougong-miniprogram")):
			part = &s.engines
		}
		*part = part.plus(tree(w.t, child))
	}
	return s
}

// tree weighs a process and all below it.
func tree(t testing.TB, pid int) weight {
	sum := pss(t, pid)
	for _, child := range children(t, pid, "") {
		sum = sum.plus(tree(t, child))
	}
	return sum
}

// pss weighs one process; one that has just ended weighs nothing.
func pss(t testing.TB, pid int) weight {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return weight{}
	}
	var all, files float64
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		if name != "Pss" && name != "Pss_File" {
			continue
		}
		kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
		if err != nil {
			t.Fatal(err)
		}
		if name == "Pss" {
			all = kb / 1000
		} else {
			files = kb / 1000
		}
	}
	return weight{total: all, anonymous: all - files}
}
