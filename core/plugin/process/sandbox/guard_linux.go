package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// guard stands between the host and a program that may start others: it is out of the program's reach, and ends all of them
// with the program or with the host. Where it is the first process of a process id namespace the kernel does that at its end;
// elsewhere it kills the group, which nobody in it can leave.
func guard(p Policy) error {
	if p.Scoped {
		dieWithParent()
	}
	// Taken rather than ignored, which the program would inherit. A group whose host dies is hung up on if it has been stopped.
	signal.Notify(make(chan os.Signal, 1))
	p.Guard = false
	policy, err := json.Marshal(p)
	if err != nil {
		return err
	}
	cmd := &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{reserved}, Env: []string{policyKey + "=" + string(policy)},
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		ExtraFiles:  []*os.File{os.NewFile(ProgramFile, "program"), os.NewFile(reportFile, "report")},
		SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}, // of this thread, which stays
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the guarded program: %w", err)
	}
	for _, fd := range []int{1, ProgramFile, reportFile} {
		_ = unix.Close(fd) // the host waits for the end of what the program writes, not of the guard
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // the lifeline: it ends with the host
		end(failed)
	}()
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case err != nil && err != unix.EINTR:
			end(failed)
		case err == nil && pid == cmd.Process.Pid && status.Signaled():
			end(128 + int(status.Signal()))
		case err == nil && pid == cmd.Process.Pid && status.Exited():
			end(status.ExitStatus())
		}
	}
}

// end kills the group and exits. The first process of a namespace only has to exit. Elsewhere the guard goes over to the
// host's group, so as to be there to tell how the program ended; without a host there is nobody to tell.
func end(code int) {
	self := os.Getpid()
	if self == 1 {
		os.Exit(code)
	}
	group := 0
	if theirs, err := unix.Getpgid(os.Getppid()); err == nil && unix.Setpgid(0, theirs) == nil {
		group = -self
	}
	_ = unix.Kill(group, unix.SIGKILL)
	os.Exit(code)
}
