package sandbox

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	Main()
	os.Exit(m.Run())
}

// run starts a script under a policy and returns what it printed.
func run(t *testing.T, program, name, script string, change func(*Policy)) (string, Report, error) {
	t.Helper()
	dir, work := t.TempDir(), t.TempDir()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return runIn(t, path, work, "", func(p *Policy) {
		p.Env, p.Read, p.Write = []string{"TMPDIR=" + work}, []string{dir}, []string{work}
		if program != "" {
			p.Path, p.Args = program, []string{program, path}
		}
		if change != nil {
			change(p)
		}
	})
}

// runIn starts a script, which it writes first if there is a text.
func runIn(t *testing.T, path, work, text string, change func(*Policy)) (string, Report, error) {
	t.Helper()
	if text != "" {
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p := Policy{Path: fmt.Sprintf("/proc/self/fd/%d", ProgramFile), Args: []string{path}, File: path,
		Limits: Limits{Data: 384 << 20, Files: 4096, FileSize: 1 << 30}, Mode: Required}
	change(&p)
	var out strings.Builder
	cmd := &exec.Cmd{Dir: work, Stdout: &out, Stderr: &out}
	report, theirs, err := Command(cmd, p, file)
	if err != nil {
		t.Fatal(err)
	}
	err = cmd.Start()
	_ = theirs.Close()
	if err != nil {
		t.Fatal(err)
	}
	told, _ := io.ReadAll(report)
	_ = report.Close()
	found, err := ParseReport(told)
	if err != nil {
		t.Errorf("report %q: %v", told, err)
	}
	err = cmd.Wait()
	return out.String(), found, err
}

const python = `
import asyncio, ctypes, fcntl, hashlib, json, os, resource, socket, ssl, sys, tempfile, threading, time, subprocess, errno
done = []
threads = [threading.Thread(target=lambda: done.append(1)) for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
assert len(done) == 8
ssl.create_default_context()
with tempfile.TemporaryFile() as f: f.write(b"x")
a, b = socket.socketpair(); a.send(b"hi"); assert b.recv(2) == b"hi"
s = socket.socket(socket.AF_UNIX); s.bind(os.environ["TMPDIR"] + "/s"); s.listen()
asyncio.run(asyncio.sleep(0))
def refused(what, *codes):
    try: what()
    except OSError as e:
        assert e.errno in codes, e
        return
    raise SystemExit("not refused: %s" % what)
refused(lambda: open("/etc/passwd"), errno.EACCES, errno.ENOENT)
refused(lambda: socket.socket(), errno.EPERM)
refused(lambda: subprocess.run(["/bin/true"]), errno.EPERM)
refused(lambda: os.fork(), errno.EPERM)
refused(lambda: os.execv("/bin/true", ["true"]), errno.ENOSYS)
refused(lambda: os.kill(os.getppid(), 0), errno.EPERM, errno.ESRCH)
os.kill(os.getpid(), 0)
# The host is of the same user, which is all that the kernel asks for in these. Where the hole is, nothing changes.
host = os.getppid()
refused(lambda: resource.prlimit(host, resource.RLIMIT_CORE, resource.prlimit(0, resource.RLIMIT_CORE)), errno.EPERM, errno.ESRCH)
refused(lambda: os.sched_setaffinity(host, os.sched_getaffinity(0)), errno.EPERM, errno.ESRCH)
refused(lambda: os.sched_setscheduler(host, os.SCHED_OTHER, os.sched_param(0)), errno.EPERM, errno.ESRCH)
refused(lambda: os.setpriority(os.PRIO_PROCESS, host, os.getpriority(os.PRIO_PROCESS, 0)), errno.EPERM, errno.ESRCH)
refused(lambda: os.setpriority(os.PRIO_USER, 0, os.getpriority(os.PRIO_PROCESS, 0)), errno.EPERM)
refused(lambda: fcntl.fcntl(a, fcntl.F_SETOWN, host), errno.EPERM, errno.ESRCH)
refused(lambda: socket.socketpair(30), errno.EPERM) # TIPC
resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE))
os.sched_setaffinity(0, os.sched_getaffinity(0)); os.sched_setaffinity(os.getpid(), os.sched_getaffinity(0))
os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0))
print("done")
`

const node = `
const { Worker, isMainThread, parentPort } = require('worker_threads');
const fs = require('fs'), net = require('net'), crypto = require('crypto'), child = require('child_process'), path = require('path');
if (!isMainThread) { parentPort.postMessage(crypto.randomBytes(8).length); return; }
function refused(what, ...codes) {
  try { what(); } catch (e) { if (codes.includes(e.code)) return; throw e; }
  throw new Error('not refused: ' + what);
}
refused(() => fs.readFileSync('/etc/passwd'), 'EACCES', 'ENOENT');
refused(() => { const r = child.spawnSync('/bin/true'); if (r.error) throw r.error; }, 'EPERM');
refused(() => process.kill(process.ppid, 0), 'EPERM', 'ESRCH');
require('tls').createSecureContext({});
fs.writeFileSync(path.join(process.env.TMPDIR, 'f'), 'x');
new Worker(__filename).on('message', n => {
  const server = net.createServer(c => { c.end('hi'); server.close(); });
  server.listen(path.join(process.env.TMPDIR, 's'), () => {
    net.connect(path.join(process.env.TMPDIR, 's')).on('data', () => {
      net.connect(80, '127.0.0.1').on('error', e => console.log(e.code === 'EPERM' && n === 8 ? 'done' : e));
    });
  });
});
`

// TestInterpreters runs what languages' runtimes do every day, and what they are refused, with the errors they know.
func TestInterpreters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ program, name, script string }{
		{"/usr/bin/python3", "main.py", python},
		{"/usr/bin/node", "main.js", node},
		{"", "main.sh", "#!/bin/sh\nread x </etc/passwd && echo broken\necho done\n"},
		{"", "script.py", "#!/usr/bin/python3\nprint('done')\n"},
	} {
		for _, spaces := range []bool{true, false} {
			t.Run(fmt.Sprint(c.name, " ", spaces), func(t *testing.T) {
				t.Parallel()
				out, report, err := run(t, c.program, c.name, c.script, func(p *Policy) { p.NoSpaces = !spaces })
				if !strings.HasSuffix(strings.TrimSpace(out), "done") || strings.Contains(out, "broken") || report.Error != "" {
					t.Errorf("it printed %s (%v, report %+v)", out, err, report)
				}
			})
		}
	}
}

// TestPlaces runs a program whose folders are reached through links, or lie in one another.
func TestPlaces(t *testing.T) {
	t.Parallel()
	const script = "#!/bin/sh\necho x >mine/f && read y <mine/f && [ $y = x ] && echo x >$TMPDIR/f && [ -r $0 ] || echo broken\nread z <../secret && echo broken\necho done\n"
	for _, c := range []struct{ name, link, run string }{
		{"plain", "", "run"},
		{"through a link", "link", "run"},
		{"run folder in the program's", "", "plugin/run"},
		{"run folder in the private one", "", "plugin/mine/run"},
		{"run folder in the private one, through a link", "link", "plugin/mine/run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base := t.TempDir()
			for _, d := range []string{"real/plugin/mine", "real/" + c.run} {
				if err := os.MkdirAll(filepath.Join(base, d), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(base, "real/secret"), []byte("precious\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			from := filepath.Join(base, "real")
			if c.link != "" {
				from = filepath.Join(base, c.link)
				if err := os.Symlink("real", from); err != nil {
					t.Fatal(err)
				}
			}
			home, work := filepath.Join(from, "plugin"), filepath.Join(from, c.run)
			out, report, err := runIn(t, filepath.Join(home, "main.sh"), home, script, func(p *Policy) {
				p.Env, p.Read, p.Write = []string{"TMPDIR=" + work}, []string{home}, []string{work, filepath.Join(home, "mine")}
			})
			if strings.Contains(out, "broken") || !strings.HasSuffix(out, "done\n") || report.Error != "" {
				t.Errorf("it printed %s (%v, %+v)", out, err, report)
			}
			for _, f := range []string{filepath.Join(work, "f"), filepath.Join(home, "mine", "f")} {
				if text, err := os.ReadFile(f); err != nil || string(text) != "x\n" {
					t.Errorf("%s holds %q, %v", f, text, err)
				}
			}
		})
	}
}

// TestReport looks at what is said when nothing can be executed.
func TestReport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, script, want string }{
		{"no interpreter", "#!/does/not/exist\n", "no such file"},
		{"no program", "neither a script nor a program", "exec format error"},
	} {
		_, report, err := run(t, "", "main", c.script, nil)
		if err == nil || !strings.HasPrefix(report.Error, "exec ") || !strings.Contains(report.Error, c.want) || report.Errno == 0 {
			t.Errorf("%s: %v, report %+v, want %q", c.name, err, report, c.want)
		}
	}
}

// TestByHand starts the shim as nobody should.
func TestByHand(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"", "{", "[]"} {
		cmd := &exec.Cmd{Path: "/proc/self/exe", Args: []string{reserved}, Env: []string{policyKey + "=" + policy}}
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "is no command") {
			t.Errorf("with the policy %q: %v, %s", policy, err, out)
		}
	}
}

// TestNothingLeaks opens a file that exec does not close, as a C library in the embedding program may.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	const leak = 50
	if err := unix.Dup3(2, leak, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(leak) })
	out, _, err := run(t, "", "main.sh", "#!/bin/sh\nfor f in /proc/self/fd/*; do echo $f; done\n", nil)
	if err != nil || !strings.Contains(out, "/fd/0") || strings.Contains(out, fmt.Sprint("/fd/", leak)) {
		t.Errorf("the program has %s (%v)", out, err)
	}
}
