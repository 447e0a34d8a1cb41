package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	pdk "github.com/dougong-dev/dougong/pdk/go/process"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin/runner"
)

// memorySlack is what a process may use beyond its manifest's memory: code, stacks and what an allocator reserves. A Go
// program's soft limit (GOMEMLIMIT) is the manifest's number; this is the wall behind it.
const memorySlack = 256 << 20

// processRunner starts, watches and kills one process; go-plugin drives it.
type processRunner struct {
	file *os.File // the executable
	path string   // its name, for argv and messages
	spec plugin.Spec

	script bool   // the file is run by an interpreter
	runDir string // private, for sockets and temporary files

	opts Options
	why  string // the process is not confined

	cmd            *exec.Cmd
	stdout, stderr *os.File
	lifeline       *os.File // our end; its closing tells the plugin that the host is gone
	exited         chan struct{}
	exit           error // valid once exited is closed

	mu     sync.Mutex
	group  group
	head   *os.Process // of the group, while its number is ours to kill
	pid    string
	doomed bool // killed, perhaps before it was started
}

func newRunner(file *os.File, path string, spec plugin.Spec, opts Options) *processRunner {
	return &processRunner{file: file, path: path, spec: spec, opts: opts, why: whyNot(opts.Sandbox), exited: make(chan struct{})}
}

// prepare is go-plugin's RunnerFunc. cmd carries the environment for the handshake, and no other.
func (r *processRunner) prepare(_ hclog.Logger, cmd *exec.Cmd, socketDir string) (runner.Runner, error) {
	cmd.Path, cmd.Args = r.path, []string{r.path}
	if name := r.spec.Manifest.Runtime.Interpreter; name != "" {
		program, err := interpreter(name)
		if err != nil {
			return nil, err
		}
		cmd.Path, cmd.Args, r.script = program, []string{program, r.path}, true
	}
	r.runDir, cmd.Dir = socketDir, socketDir
	cmd.Env = append(cmd.Env, pdk.LifelineKey+"=stdin", "TMPDIR="+socketDir,
		"GOMEMLIMIT="+strconv.Itoa(r.spec.Manifest.Limits.MemoryMB)+"MiB")
	if r.spec.DataDir != "" {
		if err := dataDir(r.spec.DataDir); err != nil {
			return nil, err
		}
		cmd.Dir = r.spec.DataDir
		cmd.Env = append(cmd.Env, pdk.DataDirKey+"="+r.spec.DataDir)
	}
	r.cmd = cmd
	return r, nil
}

// Start implements runner.Runner.
func (r *processRunner) Start(context.Context) error {
	if r.why != "" && r.opts.Sandbox == sandbox.Required {
		return fmt.Errorf("the sandbox is required (policy.sandbox), but %s", r.why)
	}
	var theirs [4]*os.File
	var report *os.File
	var err error
	if theirs[0], r.lifeline, err = os.Pipe(); err == nil {
		if r.stdout, theirs[1], err = os.Pipe(); err == nil {
			r.stderr, theirs[2], err = os.Pipe()
		}
	}
	if err == nil {
		r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = theirs[0], theirs[1], theirs[2]
		report, theirs[3], err = r.confine()
	}
	if err == nil {
		started := make(chan error)
		go r.run(started)
		err = <-started
	}
	for _, f := range theirs {
		if f != nil {
			_ = f.Close()
		}
	}
	switch {
	case err != nil:
		if report != nil {
			_ = report.Close()
		}
	case report != nil:
		err = r.heed(report)
	default:
		r.warn(nil)
	}
	if err != nil {
		r.closePipes()
		return startError(r.path, err)
	}
	return nil
}

// run starts the process and waits for its end on one thread: the parent-death signal is that of the thread that forks.
func (r *processRunner) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := r.begin()
	if err != nil {
		r.exit = err
		close(r.exited)
		started <- err
		return
	}
	if r.why != "" {
		limitResources(r.cmd.Process.Pid, r.spec.Manifest.Limits)
	}
	r.setHead(r.cmd.Process)
	started <- nil
	watched := awaitExit(r.cmd.Process)
	r.group.kill(r.cmd.Process) // what the plugin has started ends with it
	r.setHead(nil)
	r.exit = exitError(r.cmd.Wait(), watched)
	_ = r.lifeline.Close()
	close(r.exited)
}

// exitError is how a process ended: if the host could not watch it and therefore ended it, that is why.
func exitError(exit, watched error) error {
	if watched == nil {
		return exit
	}
	ended := fmt.Errorf("the host could not watch the process, and ended it: %w", watched)
	if exit == nil {
		return ended
	}
	return fmt.Errorf("%w (%w)", ended, exit)
}

// begin starts the process in its group.
func (r *processRunner) begin() error {
	if err := r.cmd.Start(); err != nil {
		return err
	}
	err := r.group.gather(r.cmd.Process, uint64(r.spec.Manifest.Limits.MemoryMB)<<20+memorySlack)
	if err != nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
		r.group.release()
	}
	return err
}

func (r *processRunner) closePipes() {
	for _, f := range []*os.File{r.lifeline, r.stdout, r.stderr} {
		if f != nil {
			_ = f.Close()
		}
	}
}

func startError(path string, err error) error {
	if errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("%s is not executable, chmod +x it: %w", path, err)
	}
	return err
}

func (r *processRunner) setHead(head *os.Process) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.head = head
	if head != nil {
		r.pid = strconv.Itoa(head.Pid)
	} else {
		r.group.release()
	}
	if head != nil && r.doomed {
		r.group.kill(head)
	}
}

// kill ends the process and its group at once. It does not wait.
func (r *processRunner) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doomed = true
	if r.head != nil {
		r.group.kill(r.head)
	}
}

// Wait implements runner.Runner.
func (r *processRunner) Wait(ctx context.Context) error {
	select {
	case <-r.exited:
		_, _ = r.stdout.Close(), r.stderr.Close()
		return r.exit
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Kill implements runner.Runner.
func (r *processRunner) Kill(ctx context.Context) error {
	r.kill()
	if r.ID() == "" {
		return nil
	}
	select {
	case <-r.exited:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stdout implements runner.Runner.
func (r *processRunner) Stdout() io.ReadCloser { return r.stdout }

// Stderr implements runner.Runner.
func (r *processRunner) Stderr() io.ReadCloser { return r.stderr }

// Name implements runner.Runner.
func (r *processRunner) Name() string { return r.spec.Manifest.ID }

// ID implements runner.Runner.
func (r *processRunner) ID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pid
}

// Diagnose implements runner.Runner; the error is explained where it is seen.
func (r *processRunner) Diagnose(context.Context) string { return "" }

// PluginToHost implements runner.Runner: both see the same files.
func (r *processRunner) PluginToHost(network, addr string) (string, string, error) {
	return network, addr, nil
}

// HostToPlugin implements runner.Runner.
func (r *processRunner) HostToPlugin(network, addr string) (string, string, error) {
	return network, addr, nil
}

var _ runner.Runner = (*processRunner)(nil)
