package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/internal/wine"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// forWindows builds the host, a plugin that is a process and one that is a WebAssembly module, and returns their folder.
func forWindows(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, args := range [][]string{
		{"build", "-o", filepath.Join(dir, "dougong.exe"), "./hosts/cmd/dougong"},
		{"run", "./plugins/internal/build", "-j", "1", "-platform", "windows/amd64", "-o", dir, "plugins/file", "examples/plugins/idnumber"},
	} {
		cmd := exec.Command("go", args...)
		cmd.Dir = "../../.."
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if args[0] == "build" {
			cmd.Env = append(cmd.Env, "GOOS=windows", "GOARCH=amd64")
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return dir
}

// both is a mini-program that has a file's plugin keep what a number's plugin says.
var both = map[string]string{
	"project.config.json": `{"appid": "both", "projectname": "Both"}`,
	"app.json":            `{"pages": ["pages/home/home"]}`,
	"pages/home/home.js": `const file = wx.env.USER_DATA_PATH + "/kept/said.txt"
		Page({ data: { said: "nothing" },
			async call() {
				const files = wx.getFileSystemManager()
				try {
					const { masked } = await wx.checkIdNumber({ number: "11010519491231002X" })
					try { files.accessSync(file) } catch { files.mkdirSync(wx.env.USER_DATA_PATH + "/kept") }
					for (const text of ["to be replaced", masked]) { // over a file that is there
						files.writeFileSync(file + ".next", text, "utf8")
						files.renameSync(file + ".next", file)
					}
					this.setData({ said: files.readFileSync(file, "utf8") })
				} catch (e) { this.setData({ said: "failed: " + (e.errMsg || e.message) }) }
			} })`,
	"pages/home/home.wxml": `<view id="home">both</view><view id="said">{{said}}</view><button id="call" bindtap="call">call</button>`,
}

// running are the processes of a program below a folder. Wine's are processes like any other, and a program that one of them has
// started has its own kind of path.
func running(t *testing.T, dir, program string) (out []int) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil {
			continue // it ended meanwhile
		}
		name, _, _ := strings.Cut(strings.ReplaceAll(string(line), `\`, "/"), "\x00")
		if strings.HasPrefix(strings.TrimPrefix(name, "Z:"), dir+"/") && filepath.Base(name) == program {
			pid, _ := strconv.Atoi(strings.Split(file, "/")[2])
			out = append(out, pid)
		}
	}
	return out
}

// TestWindowsHost runs the host that is built for Windows under Wine, with both kinds of plugins, and uses it by a browser of
// this system. Then the host is killed, and no plugin is left.
func TestWindowsHost(t *testing.T) {
	t.Parallel()
	if testing.Short() || runtime.GOARCH != "amd64" {
		return // it builds for Windows, and needs a browser
	}
	dir := forWindows(t)
	data := t.TempDir()
	yaml := filepath.Join(write(t, map[string]string{"superapp.yaml": fmt.Sprintf(
		"name: House\ndata: '%s'\nlisten: 127.0.0.1:0\nplugins:\n  - {id: dougong.file, path: '%[2]s\\dougong.file'}\n"+
			"  - {id: com.example.idnumber, path: '%[2]s\\com.example.idnumber', apis: ['*']}\nminiapps: [{path: '%s'}]\n",
		wine.Path(t, data), wine.Path(t, dir), wine.Path(t, write(t, both)))}), "superapp.yaml")
	w := wine.New(t)
	start := func() *killable {
		k := &killable{cmd: w.Command(filepath.Join(dir, "dougong.exe"), "run", wine.Path(t, yaml))}
		log := &logged{}
		k.cmd.Stderr = log
		out, err := k.cmd.StdoutPipe()
		if err == nil {
			err = k.cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(k.kill)
		t.Cleanup(func() {
			if t.Failed() {
				t.Log(log)
			}
		})
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if address, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "open "); ok {
				k.address = address
				return k
			}
		}
		t.Fatalf("the host printed no address")
		return nil
	}
	b := browser.Start(t, 1000, 920)
	for _, round := range []string{"first", "after it was killed"} { // its folder is as the killed one left it
		k := start()
		b.Open(k.address)
		if round == "first" {
			open(b, "both")
		} // later it is back by itself
		b.Wait(`$("#home")`)
		b.WaitShell(`!document.querySelector(".app.shown .splash")`)
		b.Tap(`$("#call")`)
		b.Wait(`$("#said")?.textContent.match(/^failed|X$/)`)
		b.Equal(`$("#said").textContent`, "110***********002X")
		b.Screenshot("wine-" + strings.ReplaceAll(round, " ", "-"))
		hosts, plugins := running(t, dir, "dougong.exe"), running(t, dir, "file.exe")
		if !slices.Equal(hosts, []int{k.cmd.Process.Pid}) || len(plugins) != 1 {
			t.Fatalf("%s: processes %v of the host and %v of its plugin, want %d and one", round, hosts, plugins, k.cmd.Process.Pid)
		}
		k.kill()
		until(t, "the end of the plugin", func() bool { return len(running(t, dir, "file.exe")) == 0 })
	}
}
