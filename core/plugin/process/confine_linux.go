package process

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"golang.org/x/sys/unix"
)

// maxFiles bounds a plugin's open files and sockets.
const maxFiles = 4096

// maxFileSize bounds the largest file that a plugin may write. There is no limit to how many there are.
const maxFileSize = 1 << 30

// confine has the process confined before the plugin's executable runs. It returns where the sandbox reports, and the
// writing end of that; nil if this program cannot confine or is not to.
func (r *processRunner) confine() (report, theirs *os.File, err error) {
	if r.why != "" {
		bare(r.cmd, r.file, r.script)
		return nil, nil, nil
	}
	p := sandbox.Policy{
		Path: fmt.Sprintf("/proc/self/fd/%d", sandbox.ProgramFile), Args: r.cmd.Args, Env: r.cmd.Env,
		File: r.path, Read: []string{r.spec.Dir}, Write: []string{r.runDir},
		Net: r.spec.Manifest.Requires.Net == manifest.NetAll, Exec: r.spec.Manifest.Requires.Exec, Mode: r.opts.Sandbox, NoSpaces: r.opts.noSpaces,
		Limits: sandbox.Limits{Data: uint64(r.spec.Manifest.Limits.MemoryMB)<<20 + memorySlack, Files: maxFiles, FileSize: maxFileSize},
	}
	if r.script {
		p.Path = r.cmd.Path
		p.Read = append(p.Read, r.cmd.Path)
	}
	if r.spec.DataDir != "" {
		p.Write = append(p.Write, r.spec.DataDir)
	}
	return sandbox.Command(r.cmd, p, r.file)
}

// unconfined says why this program cannot confine a plugin; "": it can.
func unconfined() string {
	if !sandbox.Agreed() {
		return "the host's program does not call sandbox.Main at the beginning of its main"
	}
	return ""
}

// bare makes the process the head of a group of its own that dies with the host. An executable is run from the open
// file; a script is read by its interpreter, by name, because its modules are found beside it.
func bare(cmd *exec.Cmd, file *os.File, script bool) {
	cmd.ExtraFiles = []*os.File{file} // descriptor 3 of the new process
	if !script {
		cmd.Path = "/proc/self/fd/3"
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// limitResources bounds memory and files, and turns core dumps off, which could hold a user's data.
func limitResources(pid int, l manifest.Limits) {
	for what, most := range map[int]uint64{
		unix.RLIMIT_DATA:   uint64(l.MemoryMB)<<20 + memorySlack,
		unix.RLIMIT_NOFILE: maxFiles,
		unix.RLIMIT_CORE:   0,
	} {
		var old unix.Rlimit
		if unix.Prlimit(pid, what, nil, &old) == nil && old.Max > most {
			_ = unix.Prlimit(pid, what, &unix.Rlimit{Cur: most, Max: most}, nil)
		}
	}
}

// awaitExit waits until the process has ended but leaves it unreaped, so that its number, which names the group, is not
// given to another before the group is killed. An error is why the process cannot be watched.
func awaitExit(p *os.Process) error {
	for {
		err := unix.Waitid(unix.P_PID, p.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err == nil {
			return nil
		}
		if err != unix.EINTR {
			return fmt.Errorf("waitid: process %d: %w", p.Pid, err)
		}
	}
}
