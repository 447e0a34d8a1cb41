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

// linger is how long a server's children may hold its output once it is gone.
const linger = 5 * time.Second

// Screen is an X screen with a session bus of its own.
type Screen struct {
	t testing.TB
	// Display is the screen's name, such as ":5"; Bus is the session bus's address.
	Display, Bus string
	dir          string
	runtime      string
}

// Start makes a screen of 1400 x 1000 pixels. It ends with the test.
func Start(t testing.TB) *Screen {
	t.Helper()
	s := &Screen{t: t, dir: t.TempDir()}
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

// say starts a server that writes its address to file 3 once it is ready.
func (s *Screen) say(program string, args ...string) string {
	s.t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = read.Close() }()
	cmd := exec.Command(program, args...)
	cmd.ExtraFiles = []*os.File{write}
	cmd.Env = s.Env()
	s.Run(cmd)
	_ = write.Close()
	if err := read.SetReadDeadline(time.Now().Add(Timeout)); err != nil {
		s.t.Fatal(err)
	}
	line := make([]byte, 0, 200)
	for one := make([]byte, 1); !bytes.HasSuffix(line, []byte("\n")); line = append(line, one[0]) {
		if _, err := read.Read(one); err != nil {
			s.t.Fatalf("%s does not start: %v (.ci/setup.sh installs it)", program, err)
		}
	}
	return strings.TrimSpace(string(line))
}

// Run starts a command that ends with the test.
func (s *Screen) Run(cmd *exec.Cmd) {
	s.t.Helper()
	if cmd.Stderr == nil {
		cmd.Stderr = s.t.Output()
	}
	cmd.WaitDelay = linger // a bus starts services of its own, which inherit the pipe
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("%v (.ci/setup.sh installs it)", err)
	}
	s.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
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

// Wait waits until something is so. X tells nobody what a screen shows, so it looks again and again.
func (s *Screen) Wait(what string, so func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(Timeout); !so(); {
		if time.Now().After(deadline) {
			s.fail(what)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// WaitColor waits until at least share of an area has nearly a colour.
func (s *Screen) WaitColor(what string, area image.Rectangle, c color.RGBA, share float64) {
	s.t.Helper()
	s.Wait(what, func() bool { return Share(s.Look(), area, c) >= share })
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

// Middle is the middle of what has nearly a colour in an area, if that is enough to be meant.
func Middle(img *image.RGBA, area image.Rectangle, c color.RGBA) (image.Point, bool) {
	const enough = 400
	area = area.Intersect(img.Rect)
	var sum image.Point
	hits := 0
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if Near(img.RGBAAt(x, y), c) {
				sum = sum.Add(image.Pt(x, y))
				hits++
			}
		}
	}
	if hits < enough {
		return image.Point{}, false
	}
	return sum.Div(hits), true
}

// Pixels reads single pixels, much faster than Look.
type Pixels struct {
	file        *os.File
	start, line int64
	row         []byte
}

// Any tells whether some of a grid of pixels in an area, ten apart, nearly has a colour.
func (p *Pixels) Any(area image.Rectangle, c color.RGBA) bool {
	for y := area.Min.Y + 5; y < area.Max.Y; y += 10 {
		if _, err := p.file.ReadAt(p.row, p.start+int64(y)*p.line); err != nil {
			return false
		}
		for x := area.Min.X + 5; x < area.Max.X; x += 10 {
			if Near(color.RGBA{p.row[4*x+2], p.row[4*x+1], p.row[4*x], 255}, c) {
				return true
			}
		}
	}
	return false
}

// WaitPixel waits until something is so, looking again within two milliseconds.
func (s *Screen) WaitPixel(so func(*Pixels) bool) {
	s.t.Helper()
	file, err := os.Open(filepath.Join(s.dir, "Xvfb_screen0"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	header := make([]byte, 100)
	if _, err := file.ReadAt(header, 0); err != nil {
		s.t.Fatal(err)
	}
	field := func(n int) int64 { return int64(binary.BigEndian.Uint32(header[4*n:])) }
	p := &Pixels{file: file, start: field(xwdHeaderSize) + field(xwdColors)*xwdColorSize, line: field(xwdLine)}
	p.row = make([]byte, p.line)
	for deadline := time.Now().Add(Timeout); !so(p); {
		if time.Now().After(deadline) {
			s.fail("the pixels")
		}
		<-time.After(2 * time.Millisecond)
	}
}
