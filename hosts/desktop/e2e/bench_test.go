//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/hosts/desktop/internal/screen"
	"github.com/dougong-dev/dougong/internal/benchline"
)

// opens is how many mini-programs are opened for a percentile.
const opens = 20

// icon is the colour of one of many mini-programs, unlike every other's and the page's.
func icon(i int) color.RGBA {
	return color.RGBA{uint8(30 + 45*(i%5)), uint8(60 + 45*(i/5%4)), 0xff, 255} //nolint:gosec // below 256 each
}

// crowd gives the super-app many mini-programs, each a copy of the desk with an icon of its own.
func (w *world) crowd() {
	w.t.Helper()
	var b strings.Builder
	for i := range opens + 1 { // one to warm up
		name := fmt.Sprintf("icon%d.png", i)
		w.write(name, picture(w.t, icon(i)))
		fmt.Fprintf(&b, "  - {id: desk%d, path: desk, trust: first_party, icon: %s, name: {zh: 台%d}}\n", i, name, i)
	}
	text := strings.Replace(fmt.Sprintf(superapp, filepath.Join(filepath.Dir(w.program), "plugins")), "  - {path: desk, trust: first_party, icon: desk.png}\n", b.String(), 1)
	w.write("superapp.yaml", []byte(text))
}

// lines prints the median and the 95th percentile.
func lines(name string, took []time.Duration) {
	slices.Sort(took)
	for _, p := range []struct {
		name string
		at   int
	}{{"p50", 50}, {"p95", 95}} {
		value := took[(len(took)-1)*p.at/100]
		benchline.Line{Name: name + "-" + p.name, Value: float64(value) / 1e6, Unit: "ms"}.Print()
	}
}

// BenchmarkColdStart measures from the start of the process to the launcher's pixels on the screen. What the plugins compile to
// is in the cache, as it is from the second start of a person's super-app on.
func BenchmarkColdStart(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		var took []time.Duration
		for range 6 {
			begin := time.Now()
			w.start()
			w.WaitPixel("the launcher", func(p *screen.Pixels) bool { return p.Any(everything, deskIcon) })
			took = append(took, time.Since(begin))
			w.stop()
		}
		lines("desktop-cold-start", took[1:])
	}
}

// BenchmarkOpen measures from a click on a mini-program in the launcher to its page's first pixels on the screen: in a window of
// its own of the system's web view, and in Chromium on the web host.
func BenchmarkOpen(b *testing.B) {
	for _, in := range []struct {
		name   string
		launch func(w *world)
		page   string // title of the window that a page is in
	}{
		{"webkit", func(w *world) { w.start() }, "台面"},
		{"chromium", (*world).browse, "桌面之家"},
	} {
		b.Run(in.name, func(b *testing.B) {
			w := newWorld(b)
			w.crowd()
			in.launch(w)
			w.Window("桌面之家")
			w.Limit = step
			for b.Loop() {
				var took []time.Duration
				for i := range opens + 1 {
					took = append(took, w.open(i, in.page))
				}
				lines("open-miniprogram-"+in.name, took[1:])
			}
		})
	}
}

// step bounds one step of a benchmark. Whoever needs longer for it has failed, and shall not keep the others waiting.
const step = time.Minute

// open clicks a mini-program's icon, waits for its page, and leaves it again.
func (w *world) open(i int, title string) time.Duration {
	w.t.Helper()
	var at image.Point
	w.Wait(fmt.Sprintf("icon %d", i), func() (ok bool) {
		at, ok = screen.Middle(w.Look(), everything, icon(i))
		return ok
	})
	w.Do("mousemove", fmt.Sprint(at.X), fmt.Sprint(at.Y))
	begin := time.Now()
	w.Do("click", "1")
	w.WaitPixel(fmt.Sprintf("a page after a click on icon %d at %v", i, at), func(p *screen.Pixels) bool { return p.Any(everything, countColor) })
	took := time.Since(begin)
	page := w.Window(title)
	w.Wait("the page in its place", func() bool { return w.settled(page) })
	area := w.area(page)
	w.capsule(area)
	w.WaitPixel(fmt.Sprintf("the launcher after a click on the capsule of %v", area), func(p *screen.Pixels) bool { return !p.Any(everything, countColor) })
	return took
}

// settled tells whether a page has come to rest: it slides in from below, and its capsule with it.
func (w *world) settled(window string) bool {
	w.t.Helper()
	area, look := w.area(window), w.Look()
	x, y := area.Max.X-5, area.Min.Y+barHeight
	return !screen.Near(look.RGBAAt(x, y-1), countColor) && screen.Near(look.RGBAAt(x, y), countColor) && screen.Near(look.RGBAAt(area.Min.X+5, y), countColor)
}

// serve starts the web host and returns its address.
func (w *world) serve() string {
	w.t.Helper()
	bin := filepath.Join(w.dir, "dougong")
	if err := run(nil, "go", "build", "-trimpath", "-o", bin, "./hosts/cmd/dougong"); err != nil {
		w.t.Fatal(err)
	}
	host := exec.Command(bin, "run", w.file, "--listen", "127.0.0.1:0")
	host.Env, host.Dir = w.Env(), w.dir
	out, err := host.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	w.launch(host)
	text := make([]byte, 0, 4096)
	for piece := make([]byte, 512); !strings.Contains(string(text), "token="); {
		n, err := out.Read(piece)
		if err != nil {
			w.t.Fatalf("the web host ends: %v", err)
		}
		text = append(text, piece[:n]...)
	}
	_, url, _ := strings.Cut(string(text), "open ")
	url, _, _ = strings.Cut(url, "\n")
	return strings.TrimSpace(url)
}

// browse shows the super-app on the web host in a Chromium that fills the screen.
func (w *world) browse() {
	w.t.Helper()
	chromium := exec.Command("chromium", "--no-sandbox", "--test-type", "--password-store=basic", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
		"--user-data-dir="+w.t.TempDir(), "--window-position=0,0", "--window-size=460,950", "--app="+w.serve())
	chromium.Env = w.Env()
	w.Run(chromium)
}

// BenchmarkBridge compares the web view library's Bind and Eval with the web host's socket.
func BenchmarkBridge(b *testing.B) {
	w := newWorld(b)
	env, err := webkit()
	if err != nil {
		b.Fatal(err)
	}
	program := filepath.Join(w.dir, "bridge")
	if err := run(env, "go", "build", "-tags", "desktop", "-o", program, "./hosts/desktop/internal/bridge"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.Command(program)
		cmd.Env = w.Env()
		out, err := cmd.Output()
		if err != nil {
			b.Fatal(err)
		}
		var rates map[string]float64
		if err := json.Unmarshal(out, &rates); err != nil {
			b.Fatalf("%s: %v", out, err)
		}
		for name, size := range map[string]string{"small": "100B", "large": "64KiB"} {
			benchline.Line{
				Name: "desktop-bridge-socket-" + size, Value: rates["socket-"+name], Unit: "trips/s", Peer: "bind-eval",
				Ratio: rates["socket-"+name] / rates["bind-"+name], AtLeast: 1,
			}.Print()
		}
	}
}
