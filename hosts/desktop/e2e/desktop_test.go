//go:build linux

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/hosts/cli"
	"github.com/dougong-dev/dougong/hosts/desktop/internal/screen"
)

// open starts the super-app and opens the desk by a click; it returns both windows.
func (w *world) openDesk() (launcher, desk string) {
	w.t.Helper()
	w.start()
	launcher = w.Window("桌面之家")
	w.place(launcher, 10)
	w.press(launcher, deskIcon)
	desk = w.Window("台面")
	w.place(desk, 500)
	w.show("the desk's page", desk, countColor, 0.05)
	return launcher, desk
}

// A click in the launcher opens a window; a second start and links go to the first; a closed window's size is remembered.
func TestWindows(t *testing.T) {
	w := newWorld(t)
	launcher, desk := w.openDesk()
	w.show("the brand's logo", launcher, brandColor, 0.004)
	if of, its := w.class(launcher), w.class(desk); its != of+".desk" {
		t.Errorf("a task bar knows the desk as %s and the launcher as %s", its, of)
	}
	w.Save("desktop-windows")

	if out, err := w.again("dougong://open?app=other&page=pages/item/item&id=7"); err != nil {
		t.Fatalf("a second start with a link: %v\n%s", err, out)
	}
	item := w.Window("货品 7")
	if out, err := w.again("dougong://open?app=other&page=pages/item/item&id=8"); err != nil {
		t.Fatalf("a link to what is open: %v\n%s", err, out)
	}
	if again := w.Window("货品 8"); again != item {
		t.Errorf("a link to an open mini-program opens another window %s, want %s", again, item)
	}
	if out, err := w.again("dougong://open?app=nobody"); err == nil || !strings.Contains(out, `no mini-program "nobody"`) {
		t.Errorf("a link to what is not there: %v\n%s", err, out)
	}
	if out, err := w.again(); err != nil {
		t.Errorf("a second start: %v\n%s", err, out)
	}
	if n := len(w.Windows("桌面之家")); n != 1 {
		t.Errorf("%d launchers", n)
	}

	w.Do("windowsize", "--sync", desk, "520", "700")
	sizes := filepath.Join(w.data, "desktop", "windows.json")
	w.Wait("the size on disk", func() bool {
		text, err := os.ReadFile(sizes)
		return err == nil && strings.Contains(string(text), `"desk":{"width":520,"height":700}`)
	})
	w.closeByCapsule(desk, "台面")
	w.press(launcher, deskIcon)
	desk = w.Window("台面")
	w.Wait("the window as large as it was", func() bool { return w.area(desk).Size() == image.Pt(520, 700) })
	w.stop()
	if left := w.orphans(); len(left) > 0 {
		t.Errorf("processes of windows are left: %v", left)
	}
}

// class is what a task bar knows a window by.
func (w *world) class(window string) string {
	w.t.Helper()
	ask := exec.Command("xprop", "-id", window, "WM_CLASS")
	ask.Env = w.Env()
	out, err := ask.Output()
	if err != nil {
		w.t.Fatal(err)
	}
	parts := strings.Split(string(out), `"`)
	if len(parts) < 2 {
		w.t.Fatalf("a window without a class: %s", out)
	}
	return parts[1]
}

// A mini-program that is opened while its window is closing is shown in another.
func TestOpenWhileClosing(t *testing.T) {
	w := newWorld(t)
	launcher, desk := w.openDesk()
	holder := w.pid(desk)
	w.Do("windowactivate", "--sync", desk)
	if err := syscall.Kill(holder, syscall.SIGSTOP); err != nil { // as a loaded machine does
		t.Fatal(err)
	}
	w.Do("key", "alt+F4")
	w.Do("windowactivate", "--sync", launcher) // the window manager has told the desk to close by then
	if out, err := w.again("dougong://open?app=desk"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := syscall.Kill(holder, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	w.Wait("another window", func() bool {
		return syscall.Kill(holder, 0) != nil && len(w.Windows("台面")) == 1 // the next may get the same number
	})
	w.show("the desk's page", w.Window("台面"), countColor, 0.05)
}

// barHeight is that of a navigation bar, which the capsule is in the middle of.
const barHeight = 44

// capsule presses the right half of the capsule, which the shell draws at the top right.
func (w *world) capsule(area image.Rectangle) {
	w.t.Helper()
	w.Click(area.Max.X-28, area.Min.Y+barHeight/2)
}

// closeByCapsule closes a window by its capsule.
func (w *world) closeByCapsule(window, title string) {
	w.t.Helper()
	w.Do("windowactivate", "--sync", window)
	w.capsule(w.area(window))
	w.Wait("the window's end", func() bool { return !slices.Contains(w.Windows(title), window) })
}

// The page's process ends, then the window's: the user sees a page that says so, what the mini-program had is still there, and
// the report names nobody.
func TestCrash(t *testing.T) {
	w := newWorld(t)
	launcher, desk := w.openDesk()
	w.press(desk, countColor)
	w.Window("计数 1")

	holder := w.pid(desk)
	for _, pid := range children(t, holder, "WebKitWebProces") {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	w.show("the page that offers to load again", desk, reloadColor, 0.01)
	w.Save("desktop-crash")
	if screen.Share(w.Look(), w.area(launcher), deskIcon) == 0 {
		t.Error("the launcher is disturbed")
	}
	w.press(desk, reloadColor)
	w.press(desk, countColor)
	desk = w.Window("计数 2") // it goes on where it was

	if err := syscall.Kill(w.pid(desk), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	w.Wait("a new process", func() bool { return len(w.Windows("台面")) == 1 })
	desk = w.Window("台面")
	w.place(desk, 500)
	w.press(desk, reloadColor)
	w.press(desk, countColor)
	w.Window("计数 3")

	w.Wait("two reports", func() bool { return len(w.reports()) == 2 })
	for _, file := range w.reports() {
		w.checkReport(file)
	}
	var out strings.Builder
	code := cli.Run(t.Context(), []string{"crashes", w.file}, strings.NewReader(""), &out, os.Stderr)
	for _, want := range []string{"web-view-crashed", "window-ended", "signal: killed"} {
		if code != 0 || !strings.Contains(out.String(), want) {
			t.Errorf("dougong crashes: %d, %s; want %q", code, out.String(), want)
		}
	}
}

// The process of a plugin ends while the user picks a file for it: the dialog goes, the mini-program is told why, the next
// call finds a new process, and the launcher is not disturbed.
func TestPluginIsKilled(t *testing.T) {
	w := newWorld(t)
	w.write("note.txt", []byte("hello"))
	launcher, desk := w.openDesk()
	w.press(desk, chooseColor)
	w.Window("台面 · Choose files")
	killed := children(t, w.host.Process.Pid, "file")
	if len(killed) != 1 {
		t.Fatalf("processes of the plugin: %v, want one", killed)
	}
	if err := syscall.Kill(killed[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	w.Window(`chooseMessageFile:fail plugin "dougong.file" ended during chooseMessageFile .signal: killed.`)
	w.Wait("the dialog's end", func() bool { return len(w.Windows("台面 · Choose files")) == 0 })
	w.Save("desktop-plugin-killed")
	if screen.Share(w.Look(), w.area(launcher), deskIcon) == 0 {
		t.Error("the launcher is disturbed")
	}
	w.press(desk, chooseColor)
	w.typeInto("台面 · Choose files", filepath.Join(w.dir, "note.txt"))
	w.Window("note.txt 读到 hello")
	w.Wait("a report", func() bool { return len(w.reports()) == 1 })
	if text, err := os.ReadFile(w.reports()[0]); err != nil || !strings.Contains(string(text), "dougong.file") || strings.Contains(string(text), "anna") {
		t.Errorf("the report is %s, %v", text, err)
	}
}

// pid is the process that a window belongs to.
func (w *world) pid(window string) (pid int) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(w.Do("getwindowpid", window)), &pid); err != nil {
		w.t.Fatal(err)
	}
	return pid
}

func (w *world) checkReport(file string) {
	w.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		w.t.Fatalf("%s: %v", text, err)
	}
	for key := range fields {
		if !slices.Contains(reportFields, key) {
			w.t.Errorf("a report tells of %q", key)
		}
	}
	for _, personal := range []string{"anna", "desk", "台面", w.dir, "token", "127.0.0.1", "/"} {
		if strings.Contains(strings.ReplaceAll(string(text), "linux/", ""), personal) {
			w.t.Errorf("a report tells %q:\n%s", personal, text)
		}
	}
}

// Files are picked and saved in the system's own dialogs; a notification is shown by a real daemon.
func TestNative(t *testing.T) {
	w := newWorld(t)
	daemon := exec.Command("dunst")
	daemon.Env = w.Env()
	w.Run(daemon)
	w.write("note.txt", []byte("hello"))
	launcher, desk := w.openDesk()

	w.press(desk, chooseColor)
	w.typeInto("台面 · Choose files", filepath.Join(w.dir, "note.txt"))
	w.Window("note.txt 读到 hello")

	w.press(desk, chooseColor)
	dialog := w.Window("台面 · Choose files")
	w.Do("windowactivate", "--sync", dialog, "key", "Escape")
	w.Window("chooseMessageFile:fail cancel")

	w.press(desk, saveColor)
	saved := filepath.Join(w.dir, "saved.txt")
	w.typeInto("台面 · Save the file", saved)
	w.Window("已保存")
	if text, err := os.ReadFile(saved); err != nil || string(text) != "三百年的榫卯" {
		t.Errorf("the saved file is %q, %v", text, err)
	}

	w.press(desk, notifyColor)
	w.Window("通知 [0-9]+")
	note := w.Window("Dunst")
	w.Save("desktop-notification")
	w.Do("windowactivate", "--sync", launcher)
	area := w.area(note)
	w.Do("mousemove", fmt.Sprint(area.Min.X+area.Dx()/2), fmt.Sprint(area.Min.Y+area.Dy()/2), "click", "2") // Dunst's default for the action
	w.Wait("the desk in front after a click on its notification", func() bool { return w.Do("getactivewindow") == desk })
}

// typeInto types a path into a file dialog.
func (w *world) typeInto(title, path string) {
	w.t.Helper()
	dialog := w.Window(title)
	w.Do("windowactivate", "--sync", dialog)
	w.Save("desktop-dialog-" + filepath.Base(path))
	if strings.Contains(title, "Choose") {
		before := w.Look()
		w.Do("key", "ctrl+l")
		w.Wait("the line to type a path in", func() bool { return !bytes.Equal(before.Pix, w.Look().Pix) })
	}
	w.Do("key", "ctrl+a")
	w.Do("type", "--delay", "20", path)
	w.Wait("the dialog's end", func() bool {
		if len(w.Windows(title)) == 0 {
			return true
		}
		w.Do("key", "Return") // the dialog takes none while it looks at the folder
		<-time.After(500 * time.Millisecond)
		return false
	})
}
