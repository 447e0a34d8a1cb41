// Package screen is a real X screen without a monitor for tests and benchmarks of the desktop host: Xvfb, whose pixels are read
// from the file that it keeps them in, with xdotool as mouse and keyboard. It must not know what is shown.
package screen

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Timeout of one wait for something to appear. A wait ends with what it waits for, so only a failure takes that long; a loaded
// machine may need most of it.
const Timeout = 4 * time.Minute

// Screen is an X screen with a session bus of its own.
type Screen struct {
	t testing.TB
	// Display is the screen's name, such as ":5"; Bus is the session bus's address.
	Display, Bus string
	// Limit of one wait; it is Timeout unless a test knows that what it waits for is there sooner.
	Limit   time.Duration
	dir     string
	runtime string
	ended   chan string // programs that ended before the test, which no wait outlives
}

// Start makes a screen of 1400 x 1000 pixels. It ends with the test.
func Start(t testing.TB) *Screen {
	t.Helper()
	s := &Screen{t: t, dir: t.TempDir(), Limit: Timeout, ended: make(chan string, programs)}
	// A socket's path has a limit that t.TempDir can pass.
	runtime, err := os.MkdirTemp("", "dg")
	if err != nil {
		t.Fatal(err)
	}
	s.runtime = runtime
	t.Cleanup(func() { _ = os.RemoveAll(runtime) })
	s.Display = ":" + s.say("Xvfb", "-displayfd", "3", "-screen", "0", "1400x1000x24", "-fbdir", s.dir, "-nolisten", "tcp", "-noreset")
	s.Bus = s.say("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=3", "--address=unix:path="+filepath.Join(runtime, "bus"))
	return s
}

// Env is the environment of a program on this screen: nothing of the user's.
func (s *Screen) Env() []string {
	env := []string{
		"HOME=" + s.dir, "PATH=" + os.Getenv("PATH"), "XDG_RUNTIME_DIR=" + s.runtime, "LANG=C.UTF-8", "NO_AT_BRIDGE=1",
		"GDK_BACKEND=x11", "LIBGL_ALWAYS_SOFTWARE=1", "GSETTINGS_BACKEND=memory",
	}
	if cache, err := os.UserCacheDir(); err == nil {
		env = append(env, "XDG_CACHE_HOME="+cache) // compiled plugins
	}
	if s.Display != "" {
		env = append(env, "DISPLAY="+s.Display)
	}
	if s.Bus != "" {
		env = append(env, "DBUS_SESSION_BUS_ADDRESS="+s.Bus)
	}
	return env
}

// Do runs xdotool, as a person's hand.
func (s *Screen) Do(args ...string) string {
	s.t.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = s.Env()
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("xdotool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// Windows are the ids of the visible windows whose title is exactly this.
func (s *Screen) Windows(title string) []string {
	s.t.Helper()
	var said bytes.Buffer
	for range searches {
		said.Reset()
		cmd := exec.Command("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$")
		cmd.Env = s.Env()
		cmd.Stderr = &said
		out, err := cmd.Output()
		// None found is a failure to it, without a word. What it says is of a window that went while it looked, or of a screen
		// that was too busy: that is no answer.
		if err == nil || said.Len() == 0 && len(out) == 0 {
			return strings.Fields(string(out))
		}
	}
	s.t.Fatalf("xdotool search %s failed %d times: %s", title, searches, said.String())
	return nil
}

// searches bounds how often one search for a window is tried.
const searches = 50

// Window waits for a window by its title.
func (s *Screen) Window(title string) string {
	s.t.Helper()
	var found []string
	s.Wait("a window "+title, func() bool {
		found = s.Windows(title)
		return len(found) > 0
	})
	return found[0]
}

// Click clicks at a place of the screen.
func (s *Screen) Click(x, y int) {
	s.t.Helper()
	s.Do("mousemove", fmt.Sprint(x), fmt.Sprint(y), "click", "1")
}

// Share is how much of an area has nearly a colour, from 0 to 1.
func Share(img *image.RGBA, area image.Rectangle, c color.RGBA) float64 {
	area = area.Intersect(img.Rect)
	hits := 0
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if Near(img.RGBAAt(x, y), c) {
				hits++
			}
		}
	}
	return float64(hits) / float64(max(area.Dx()*area.Dy(), 1))
}

// Near tells whether two colours look the same.
func Near(a, b color.RGBA) bool {
	off := func(x, y uint8) bool { return max(x, y)-min(x, y) <= 12 }
	return off(a.R, b.R) && off(a.G, b.G) && off(a.B, b.B)
}

// Look is what the screen shows now.
func (s *Screen) Look() *image.RGBA {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, "Xvfb_screen0"))
	if err != nil {
		s.t.Fatal(err)
	}
	img, err := decode(data)
	if err != nil {
		s.t.Fatal(err)
	}
	return img
}

// Fields of an XWD header, by their number.
const (
	xwdHeaderSize = 0
	xwdWidth      = 4
	xwdHeight     = 5
	xwdByteOrder  = 7
	xwdBits       = 11
	xwdLine       = 12
	xwdColors     = 19
	xwdColorSize  = 12
)

// decode reads X's own picture format, as Xvfb writes it: 32 bits a pixel.
func decode(data []byte) (*image.RGBA, error) {
	if len(data) < 100 {
		return nil, fmt.Errorf("xwd: %d bytes are no header", len(data))
	}
	field := func(n int) int { return int(binary.BigEndian.Uint32(data[4*n:])) }
	width, height, line := field(xwdWidth), field(xwdHeight), field(xwdLine)
	start := field(xwdHeaderSize) + field(xwdColors)*xwdColorSize
	if field(xwdBits) != 32 || field(xwdByteOrder) != 0 || line < 4*width || len(data) < start+line*height {
		return nil, fmt.Errorf("xwd: %d x %d pixels of %d bits in %d bytes", width, height, field(xwdBits), len(data))
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		row := data[start+y*line:]
		for x := range width {
			copy(img.Pix[img.PixOffset(x, y):], []byte{row[4*x+2], row[4*x+1], row[4*x], 255})
		}
	}
	return img, nil
}

// Save keeps what the screen shows as a PNG file among the tests' artifacts, if they are kept.
func (s *Screen) Save(name string) {
	s.t.Helper()
	if dir := os.Getenv("DOUGONG_TEST_ARTIFACTS"); dir != "" {
		s.save(dir, name)
	}
}

func (s *Screen) save(dir, name string) {
	s.t.Helper()
	f, err := os.Create(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".png"))
	if err != nil {
		s.t.Error(err)
		return
	}
	if err := png.Encode(f, s.Look()); err != nil {
		s.t.Error(err)
	}
	if err := f.Close(); err != nil {
		s.t.Error(err)
	}
}

// Middle is the middle of the largest patch in an area that nearly has a colour, if that is enough to be meant.
func Middle(img *image.RGBA, area image.Rectangle, c color.RGBA) (image.Point, bool) {
	const enough = 400
	area = area.Intersect(img.Rect)
	seen := make([]bool, area.Dx()*area.Dy())
	var middle image.Point
	most := enough - 1
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if sum, n := patch(img, area, c, image.Pt(x, y), seen); n > most {
				middle, most = sum.Div(n), n
			}
		}
	}
	return middle, most >= enough
}

// patch adds up the points of the patch that a point is in, if it has the colour and was not seen yet.
func patch(img *image.RGBA, area image.Rectangle, c color.RGBA, from image.Point, seen []bool) (sum image.Point, n int) {
	for todo := []image.Point{from}; len(todo) > 0; {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !p.In(area) {
			continue
		}
		at := (p.Y-area.Min.Y)*area.Dx() + p.X - area.Min.X
		if seen[at] || !Near(img.RGBAAt(p.X, p.Y), c) {
			continue
		}
		seen[at] = true
		sum, n = sum.Add(p), n+1
		todo = append(todo, p.Add(image.Pt(1, 0)), p.Add(image.Pt(-1, 0)), p.Add(image.Pt(0, 1)), p.Add(image.Pt(0, -1)))
	}
	return sum, n
}
