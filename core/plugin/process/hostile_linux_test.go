package process

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// victim is a host with something to lose.
type victim struct {
	dir, data, secret, other   string
	tcp, udp, abstract, socket string
}

func newVictim(t *testing.T) *victim {
	t.Helper()
	dir := t.TempDir()
	v := &victim{dir: filepath.Join(dir, "data"), secret: filepath.Join(dir, "data", "host.db"), abstract: "@dougong-" + strconv.Itoa(os.Getpid()) + t.Name()}
	v.data = filepath.Join(v.dir, "plugins", "com.example.hostile")
	v.other = filepath.Join(v.dir, "plugins", "com.example.other", "accounts")
	for _, d := range []string{v.data, filepath.Dir(v.other)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{v.secret, v.other} {
		if err := os.WriteFile(f, []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run, err := os.MkdirTemp("", "dg") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(run) })
	v.socket = filepath.Join(run, "s")
	for _, l := range []struct {
		network, address string
		into             *string
	}{{"tcp", "127.0.0.1:0", &v.tcp}, {"unix", v.abstract, nil}, {"unix", v.socket, nil}} {
		listener, err := net.Listen(l.network, l.address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		if l.into != nil {
			*l.into = listener.Addr().String()
		}
	}
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = packets.Close() })
	v.udp = packets.LocalAddr().String()
	return v
}

// unharmed checks that all is as it was.
func (v *victim) unharmed(t *testing.T) {
	t.Helper()
	for _, f := range []string{v.secret, v.other} {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(f)
		if err != nil || string(text) != "precious" || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %q with mode %v, %v", f, text, info.Mode(), err)
		}
	}
	entries, err := os.ReadDir(v.dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("the host's data folder holds %v, %v", entries, err)
	}
}

// Variants of what the plugin is granted, and of what the system offers.
const (
	plain     = "plain"
	spaceless = "no namespaces"
	may       = "exec"
	mayBare   = "exec, no namespaces"
	net4all   = "net"
)

const (
	eperm    = "operation not permitted"
	eacces   = "permission denied"
	noExec   = "function not implemented"
	notFound = "no such process"
	noFile   = "no such file or directory"
	hidden   = eacces + "|" + noFile + "|read-only file system"
)

func TestHostile(t *testing.T) {
	t.Parallel()
	for _, variant := range []string{plain, spaceless, may, mayBare, net4all} {
		t.Run(variant, func(t *testing.T) {
			t.Parallel()
			v := newVictim(t)
			opts := Options{noSpaces: variant == spaceless || variant == mayBare, Sandbox: sandbox.Required}
			p, err := hostile(t, "hostile", opts, func(m *manifest.Manifest) {
				m.Requires.Exec = variant == may || variant == mayBare
				if variant == net4all {
					m.Requires.Net = manifest.NetAll
				}
			}, v.data)
			if err != nil {
				t.Fatal(err)
			}
			family := descendants(t, headOf(p))
			for _, a := range v.attacks() {
				if !slices.Contains(a.skip, variant) {
					a.check(t, p, variant)
				}
			}
			var out string
			if err := p.Do(hostileInfo("echo"), "still here", &out); err != nil || out != "still here" {
				t.Errorf("after all that, echo = %q, %v", out, err)
			}
			if variant == may || variant == mayBare {
				if a := attack(t, p, "double fork", "", 0); a.Refusal != "" || len(a.PIDs) != 2 {
					t.Errorf("double fork: %+v", a)
				}
				family = descendants(t, headOf(p))
				family = append(family, adopted(t, family)...)
				if !slices.ContainsFunc(family, func(pid int) bool { return strings.Contains(commandOf(pid), "sleep") }) {
					t.Errorf("no child among %v", family)
				}
			}
			if err := p.Close(context.Background()); err != nil {
				t.Error(err)
			}
			for _, pid := range family {
				gone(t, pid)
			}
			v.unharmed(t)
		})
	}
}

// assault is one attack and what has to become of it.
type assault struct {
	name, target string
	pid          int
	want         string   // the refusal, as a pattern; "": it is no attack, and works
	works        []string // variants in which it is granted
	skip         []string // variants in which it means nothing
}

func (a assault) check(t *testing.T, p *suite.Plugin, variant string) {
	t.Helper()
	got := attack(t, p, a.name, a.target, a.pid).Refusal
	if a.want == "" || slices.Contains(a.works, variant) {
		if got != "" {
			t.Errorf("%s %s: %s, want it to work", a.name, a.target, got)
		}
		return
	}
	if ok, err := regexp.MatchString(a.want, got); err != nil || got == "" || !ok {
		t.Errorf("%s %s: %q, want a refusal with %q", a.name, a.target, got, a.want)
	}
}

func (v *victim) attacks() []assault {
	me := os.Getpid()
	both := []string{may, mayBare}
	network := []string{net4all}
	proc := fmt.Sprintf("/proc/%d/", me)
	list := []assault{
		{name: "write", target: filepath.Join(v.data, "mine")},
		{name: "read", target: filepath.Join(v.data, "mine")},
		{name: "make", target: filepath.Join(v.data, "folder")},
		{name: "read", target: filepath.Join(hostileDir, manifest.FileName)},
		{name: "signal", pid: 0},

		{name: "read", target: "/etc/passwd", want: hidden},
		{name: "read", target: "/etc/shadow", want: hidden},
		{name: "read", target: "/etc/resolv.conf", want: hidden, works: network},
		{name: "read", target: "/proc/1/environ", want: hidden, skip: []string{may}},
		{name: "read", target: proc + "environ", want: hidden},
		{name: "write", target: proc + "mem", want: hidden},
		{name: "list", target: "/", want: hidden},
		{name: "list", target: "/etc", want: hidden},
		{name: "list", target: os.TempDir(), want: hidden},
		{name: "list", target: v.dir, want: hidden},
		{name: "read", target: v.secret, want: hidden},
		{name: "symlink", target: v.secret, want: hidden},
		{name: "hardlink", target: v.secret, want: hidden + "|cross-device"},
		{name: "read", target: v.other, want: hidden},
		{name: "write", target: v.secret, want: hidden},
		{name: "truncate", target: v.secret, want: hidden},
		{name: "chmod", target: v.secret, want: eperm + "|" + noFile},
		{name: "remove", target: v.secret, want: hidden},
		{name: "write", target: filepath.Join(v.dir, "new"), want: hidden},
		{name: "make", target: filepath.Join(v.dir, "new"), want: hidden},
		{name: "write", target: filepath.Join(hostileDir, manifest.FileName), want: hidden},
		{name: "write", target: "/usr/lib/evil.so", want: hidden},
		{name: "run what it wrote", want: eperm + "|" + eacces},

		{name: "tcp", target: v.tcp, want: eperm, works: network},
		{name: "udp", target: v.udp, want: eperm, works: network},
		{name: "listen", want: eperm, works: network},
		{name: "listen udp", want: eperm, works: network},
		{name: "ping", want: eperm, skip: network},
		{name: "raw", want: eperm},
		{name: "raw 6", want: eperm},
		{name: "packet", want: eperm},
		{name: "netlink", want: eperm, works: network},
		{name: "vsock", want: eperm},
		{name: "unix", target: v.abstract, want: eperm + "|connection refused"},

		{name: "fork", want: eperm, works: both},
		{name: "exec", want: noExec, skip: both},
		{name: "exec itself", want: noExec, skip: both},
		{name: "setsid", want: eperm},
		{name: "setpgid", want: eperm},
		{name: "outlive", want: eperm, works: both},

		{name: "signal", pid: me, want: eperm + "|" + notFound},
		{name: "signal", pid: -1, want: eperm + "|" + notFound},
		{name: "signal all", want: eperm + "|" + notFound},
		{name: "signal thread", pid: me, want: eperm + "|" + notFound},
		{name: "ptrace", pid: me, want: eperm},
		{name: "seize", pid: me, want: eperm},
		{name: "vm write", pid: me, want: eperm},

		{name: "disk", want: "file too large at 1024 MiB"},
		{name: "descriptors", want: "too many open files"},
	}
	for _, name := range []string{"namespace", "mount", "chroot", "keyring", "bpf", "perf", "uffd", "io_uring", "kexec", "seccomp",
		"shared memory", "memfd"} {
		list = append(list, assault{name: name, target: v.data, want: eperm})
	}
	sockets := assault{name: "unix", target: v.socket, want: hidden + "|" + eperm}
	if sandbox.Look().Landlock < 9 {
		sockets.skip = []string{spaceless, mayBare} // what doctor and the log say
	}
	list = append(list, sockets)
	return append(list, assault{name: "setuid", want: eperm + "|invalid argument"})
}

// TestSandboxOff shows what a plugin can do without.
func TestSandboxOff(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	p, err := hostile(t, "hostile", Options{Sandbox: sandbox.Off}, nil, v.data)
	if err != nil {
		t.Fatal(err)
	}
	if a := attack(t, p, "read", v.secret, 0); a.Refusal != "" {
		t.Errorf("with the sandbox off the attack is refused: %s; what shows that the sandbox refuses it?", a.Refusal)
	}
	if l := p.Host.Logs(); len(l) == 0 || l[0].Level != pdk.LevelError || l[0].Fields["sandbox"] != "none" || !strings.Contains(l[0].Fields["why"], "policy.sandbox: off") {
		t.Errorf("the log begins with %+v", l)
	}
}

// TestDegraded looks at what the log says of a system that lacks something.
func TestDegraded(t *testing.T) {
	t.Parallel()
	p, err := hostile(t, "hostile", Options{noSpaces: true}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var warnings []suite.Log
	for _, l := range p.Host.Logs() {
		if l.Fields["sandbox"] == "incomplete" {
			warnings = append(warnings, l)
		}
	}
	if len(warnings) != 1 || warnings[0].Level != pdk.LevelWarn || !strings.Contains(fmt.Sprint(warnings[0].Fields), "it shares the host's network namespace") {
		t.Errorf("the log says %+v, want one warning", p.Host.Logs())
	}
}

// TestHostileAsOrdinaryUser runs the attacks once more as a user who is not root.
func TestHostileAsOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Log("this run is that of an ordinary user already")
		return
	}
	const nobody = 65534
	built := buildHostile(t)
	dir, err := os.MkdirTemp("", "dougong-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	tmp, theirs, program := filepath.Join(dir, "tmp"), filepath.Join(dir, "plugin"), filepath.Join(dir, "process.test")
	for _, path := range []string{tmp, theirs} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(theirs, os.DirFS(built)); err != nil {
		t.Fatal(err)
	}
	// By another process: a child that is started meanwhile would have it open for writing, and nobody could execute it.
	if out, err := exec.Command("cp", os.Args[0], program).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, path := range []string{dir, tmp, theirs} {
		if err := os.Chown(path, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "-test.run=^(TestHostile|TestHostileStart|TestFlood|TestSpin|TestFill)$", "-test.v")
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "TMPDIR=" + tmp, hostileEnv + "=" + theirs}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), "--- PASS: TestHostile/") != 5 {
		t.Errorf("as user %d: %v\n%s", nobody, err, out)
	}
}

// TestFill lets the plugin take all memory, past its language's own limit.
func TestFill(t *testing.T) {
	t.Parallel()
	p, err := hostile(t, "hostile", Options{}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	err = p.Do(hostileInfo("fill"), nil, &a)
	if err == nil && !strings.Contains(a.Refusal, "cannot allocate memory after") || err != nil && pdk.Code(err) != pdk.CodeUnavailable {
		t.Errorf("got %+v, %v", a, err)
	}
	var took int
	if _, after, ok := strings.Cut(a.Refusal, "after "); ok {
		_, _ = fmt.Sscan(after, &took)
	}
	if most := 64 + memorySlack>>20; took > most {
		t.Errorf("it took %d MiB, more than %d", took, most)
	}
}
