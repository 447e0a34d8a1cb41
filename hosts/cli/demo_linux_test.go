package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDemo runs `make run`'s script as a person does, in a network of its own, where the demo's ports are free: the first start
// makes the house, publishes and composes; the second finds it all there; a signal ends everything that was started.
func TestDemo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // as the scripts that are named slow_
	}
	if withNetwork() {
		repo, err := filepath.Abs("../..")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plugins(repo); err != nil {
			t.Fatal(err)
		}
		if err := inNamespace("-test.run", "^TestDemo$", "-test.count", "1", "-test.v"); err != nil {
			t.Errorf("in a network of its own: %v", err)
		}
		return
	}
	if err := loopback(); err != nil {
		t.Fatal(err)
	}
	d := &demo{t: t, dir: t.TempDir(), bin: t.TempDir()}
	d.build()
	first := d.start()
	d.visit(first)
	d.stop(first)
	if !strings.Contains(first.said.String(), "publishing dougong.storage") {
		t.Errorf("the first start publishes nothing:\n%s", first.said.String())
	}

	l, err := net.Listen("tcp", "127.0.0.1:7800")
	if err != nil {
		t.Fatalf("the marketplace's port after the end: %v", err)
	}
	if out, err := d.command().CombinedOutput(); err == nil || !bytes.Contains(out, []byte("next: stop it, or choose another address: make run MARKET=")) {
		t.Errorf("with a port that is taken: %v\n%s", err, out)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}

	again := d.start()
	d.visit(again)
	d.stop(again)
	if said := again.said.String(); strings.Contains(said, "publishing") || strings.Contains(said, "composing") {
		t.Errorf("the second start does again what is there:\n%s", said)
	}
}

type demo struct {
	t        *testing.T
	dir, bin string
}

// demoRun is one run of the script, and what it has said.
type demoRun struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	said  bytes.Buffer
	open  string
}

func (d *demo) build() {
	d.t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(d.bin, "dougong"), "./hosts/cmd/dougong")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		d.t.Fatalf("%v\n%s", err, out)
	}
	built, err := filepath.Abs("../../bin/plugins")
	if err == nil {
		err = os.Symlink(built, filepath.Join(d.bin, "plugins"))
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *demo) command() *exec.Cmd {
	cmd := exec.Command(".ci/demo.sh", d.bin, "examples/superapps/demo/superapp.yaml", "127.0.0.1:7700", "127.0.0.1:7800")
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "DEMO="+d.dir, "XDG_CACHE_HOME="+filepath.Join(d.dir, "cache"), "CGO_ENABLED=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

func (d *demo) start() *demoRun {
	d.t.Helper()
	r := &demoRun{cmd: d.command()}
	out, err := r.cmd.StdoutPipe()
	if err == nil {
		r.cmd.Stderr = os.Stderr
		err = r.cmd.Start()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	r.lines = bufio.NewScanner(out)
	for market := false; r.lines.Scan(); { // the super-app and the marketplace start side by side
		r.said.WriteString(r.lines.Text() + "\n")
		if address, ok := strings.CutPrefix(r.lines.Text(), "open "); ok {
			r.open = address
		}
		market = market || strings.HasPrefix(r.lines.Text(), "marketplace on ")
		if market && r.open != "" {
			return r
		}
	}
	d.t.Fatalf("it ended before it ran: %v\n%s", r.cmd.Wait(), r.said.String())
	return nil
}

// visit looks at both addresses that it says.
func (d *demo) visit(r *demoRun) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 2*time.Minute)
	defer cancel()
	market := regexp.MustCompile(`marketplace on (\S+)`).FindStringSubmatch(r.said.String())
	if market == nil {
		d.t.Fatalf("it names no marketplace:\n%s", r.said.String())
	}
	page, err := fetch(ctx, http.DefaultClient, http.MethodGet, market[1]+"/plugins/dougong.storage", "", "")
	if err == nil && !strings.Contains(page, "wx.setStorage") {
		err = errors.New("the page has no API of dougong.storage")
	}
	if err != nil {
		d.t.Errorf("the marketplace: %v", err)
	}
	if err := shows(ctx, r.open, "dg.example.shop", "{}", "木作小铺"); err != nil { // its goods come from the backend
		d.t.Errorf("the shop: %v", err)
	}
}

// stop ends it as Ctrl-C does: the terminal tells everybody in the foreground. Nobody may be left.
func (d *demo) stop(r *demoRun) {
	d.t.Helper()
	group := -r.cmd.Process.Pid
	if err := syscall.Kill(group, syscall.SIGINT); err != nil {
		d.t.Error(err)
	}
	for r.lines.Scan() { // until everybody who could say something has ended
		r.said.WriteString(r.lines.Text() + "\n")
	}
	var exit *exec.ExitError
	if err := r.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		d.t.Error(err)
	}
	if err := syscall.Kill(group, 0); err == nil {
		d.t.Error("a process is left")
	}
}
