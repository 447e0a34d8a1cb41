//go:build linux

// Package e2e runs the real dougong-desktop on a real X screen without a monitor, with a window manager, a session bus and a
// notification daemon, and works it as a person does: by mouse and keyboard. It must know nothing of the program's insides.
package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/hosts/desktop/internal/screen"
)

const root = "../../.."

// built are the program and the plugins, built once for all tests of this package.
var built = sync.OnceValues(func() (string, error) {
	dir, err := filepath.Abs(filepath.Join(root, "bin"))
	if err != nil {
		return "", err
	}
	if err := run(nil, "go", "run", "./plugins/internal/build", "-o", filepath.Join(dir, "plugins")); err != nil {
		return "", err
	}
	env, err := webkit()
	if err != nil {
		return "", err
	}
	return dir, run(env, "go", "build", "-trimpath", "-tags", "desktop", "-o", filepath.Join(dir, "dougong-desktop"), "./hosts/cmd/dougong-desktop")
})

// webkit is the environment to build a window in.
func webkit() ([]string, error) {
	find := exec.Command(".ci/webkit.sh", ".cache/pkgconfig")
	find.Dir = root
	path, err := find.Output()
	if err != nil {
		return nil, fmt.Errorf("%w (.ci/setup.sh installs what is missing)", err)
	}
	return []string{"CGO_ENABLED=1", "PKG_CONFIG_PATH=" + strings.TrimSpace(string(path))}, nil
}

func run(env []string, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// Colours of the two mini-programs' icons, of the desk's page, and of the page that says that something ended.
var (
	brandColor   = color.RGBA{0x7a, 0x1f, 0x5c, 255}
	deskIcon     = color.RGBA{0x00, 0x8c, 0x95, 255}
	otherIcon    = color.RGBA{0xf2, 0xa9, 0x00, 255}
	countColor   = color.RGBA{0x0b, 0x6e, 0x4f, 255}
	chooseColor  = color.RGBA{0x8a, 0x2b, 0xe2, 255}
	saveColor    = color.RGBA{0xc2, 0x18, 0x5b, 255}
	notifyColor  = color.RGBA{0xe0, 0x7b, 0x00, 255}
	reloadColor  = color.RGBA{0x1f, 0x6f, 0xeb, 255}
	everything   = image.Rect(0, 0, 1400, 1000)
	reportFields = []string{"format", "time", "kind", "id", "reason", "origin", "exit", "engine", "seconds", "system"}
)

// world is a super-app on a screen.
type world struct {
	*screen.Screen
	t               testing.TB
	dir, file, data string
	program         string
	host            *exec.Cmd
	log             *bytes.Buffer
	ended           chan error
}

const superapp = `name: desk-house
data: data
branding: {title: {zh: 桌面之家}, logo: logo.png, theme: {primary: "#7a1f5c"}}
users: {default: anna}
plugins:
  - {id: dougong.file, path: %[1]s/dougong.file}
  - {id: dougong.notification, path: %[1]s/dougong.notification, apis: ["*"]}
miniapps:
  - {path: desk, trust: first_party, icon: desk.png}
  - {path: other, trust: first_party, icon: other.png}
policy: {prompts: allow, trace: "off"}
`

// newWorld makes the super-app of testdata in a folder of its own and a screen for it.
func newWorld(t testing.TB) *world {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a screen")
	}
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: t.TempDir(), program: filepath.Join(bin, "dougong-desktop")}
	if err := os.CopyFS(w.dir, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]color.RGBA{"logo.png": brandColor, "desk.png": deskIcon, "other.png": otherIcon} {
		w.write(name, picture(t, c))
	}
	w.write("superapp.yaml", fmt.Appendf(nil, superapp, filepath.Join(bin, "plugins")))
	w.file, w.data = filepath.Join(w.dir, "superapp.yaml"), filepath.Join(w.dir, "data")
	w.Screen = screen.Start(t)
	wm := exec.Command("openbox", "--sm-disable")
	wm.Env = w.Env()
	w.Run(wm)
	w.Wait("the window manager", func() bool {
		ask := exec.Command("xprop", "-root", "_NET_SUPPORTED")
		ask.Env = w.Env()
		out, err := ask.Output()
		return err == nil && bytes.Contains(out, []byte("_NET_ACTIVE_WINDOW"))
	})
	return w
}

func (w *world) write(name string, data []byte) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), data, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// picture is a square of one colour.
func picture(t testing.TB, c color.RGBA) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 96, 96))
	for i := range 96 * 96 {
		img.SetRGBA(i%96, i/96, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// command is a start of the program.
func (w *world) command(args ...string) *exec.Cmd {
	cmd := exec.Command(w.program, append([]string{w.file}, args...)...)
	cmd.Dir = w.dir
	cmd.Env = w.Env()
	return cmd
}

// start starts the first instance.
func (w *world) start(args ...string) {
	w.t.Helper()
	w.launch(w.command(args...))
}

// launch starts a host; it must end well with the test.
func (w *world) launch(host *exec.Cmd) {
	w.t.Helper()
	w.host, w.log, w.ended = host, &bytes.Buffer{}, make(chan error, 1)
	w.host.Stderr = w.log
	if err := w.host.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := w.ended
	go func() { ended <- host.Wait() }()
	w.t.Cleanup(w.stop)
}

// stop ends the host as a desktop does.
func (w *world) stop() {
	if w.host == nil {
		return
	}
	_ = w.host.Process.Signal(syscall.SIGTERM)
	if err := <-w.ended; err != nil {
		w.t.Errorf("the host ends with %v", err)
	}
	w.host = nil
	if w.t.Failed() {
		w.t.Logf("the host said:\n%s", w.log)
	}
}

// again is a second start, which ends by itself.
func (w *world) again(args ...string) (string, error) {
	cmd := w.command(args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &out, time.Second
	if err := cmd.Start(); err != nil {
		return "", err
	}
	// One that finds no first instance is the first, and stays.
	late := time.AfterFunc(w.Limit, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	err := cmd.Wait()
	return out.String(), err
}

// press waits for a colour in a window and clicks in the middle of it.
func (w *world) press(window string, c color.RGBA) {
	w.t.Helper()
	var at image.Point
	w.Wait(fmt.Sprintf("colour %v in window %s", c, window), func() (ok bool) {
		at, ok = screen.Middle(w.Look(), w.area(window), c)
		return ok
	})
	w.Click(at.X, at.Y)
}

// show waits until at least share of a window has nearly a colour. A window has its size only some time after it is there.
func (w *world) show(what, window string, c color.RGBA, share float64) {
	w.t.Helper()
	w.Wait(what, func() bool { return screen.Share(w.Look(), w.area(window), c) >= share })
}

// area is where a window is.
func (w *world) area(window string) image.Rectangle {
	w.t.Helper()
	ask := exec.Command("xwininfo", "-id", window) // xdotool counts the frame twice
	ask.Env = w.Env()
	out, err := ask.CombinedOutput()
	if err != nil {
		w.t.Fatalf("xwininfo: %v\n%s", err, out)
	}
	var x, y, width, height int
	for line := range strings.Lines(string(out)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		n, _ := strconv.Atoi(strings.TrimSpace(value))
		switch key {
		case "Absolute upper-left X":
			x = n
		case "Absolute upper-left Y":
			y = n
		case "Width":
			width = n
		case "Height":
			height = n
		}
	}
	return image.Rect(x, y, x+width, y+height)
}

// place moves a window where it hides no other, and raises it.
func (w *world) place(window string, x int) {
	w.t.Helper()
	w.Do("windowmove", window, fmt.Sprint(x), "30", "windowactivate", window)
	w.Wait("the window's place", func() bool { return near(w.area(window).Min.X, x) })
}

func near(a, b int) bool { return max(a, b)-min(a, b) <= 10 }

// reports are the crash reports on disk.
func (w *world) reports() []string {
	files, _ := filepath.Glob(filepath.Join(w.data, "crashes", "*.json"))
	return files
}

// children are the processes that a process has started, by a part of their command's name.
func children(t testing.TB, parent int, name string) (out []int) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // gone
		}
		open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
		fields := strings.Fields(string(text[end+1:]))
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text[:open])))
		if fields[1] == fmt.Sprint(parent) && strings.Contains(string(text[open:end]), name) {
			out = append(out, pid)
		}
	}
	return out
}

// orphans are the processes of this screen's windows that no host is above any more.
func (w *world) orphans() []int {
	return slices.DeleteFunc(children(w.t, 1, "dougong-window"), func(pid int) bool { return !w.Has(strconv.Itoa(pid)) })
}
