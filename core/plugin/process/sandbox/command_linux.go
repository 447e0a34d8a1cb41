package sandbox

import (
	"encoding/json"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxTasks bounds a program's processes and threads.
const maxTasks = 1024

// Command makes cmd, whose standard streams are set, start the program under the policy. program is the executable, which the
// new process has as descriptor ProgramFile. What the caller gets to read from report, until its end, is for ParseReport; it
// closes the writing end, theirs, once cmd has been started.
//
// The process is the head of a group of its own, to be killed as a whole.
func Command(cmd *exec.Cmd, p Policy, program *os.File) (report, theirs *os.File, err error) {
	kind := noSpaces
	if !p.NoSpaces {
		kind = spaces()
	}
	p.Hidden = kind != noSpaces
	p.User, p.Spaces, p.Scoped = kind == userSpaces, kind != noSpaces && !p.Net, kind != noSpaces && p.Exec
	p.Guard = p.Exec
	if p.User {
		p.Limits.Tasks = maxTasks // counted for each user namespace by itself
	}
	policy, err := json.Marshal(p)
	if err != nil {
		return nil, nil, err
	}
	if report, theirs, err = os.Pipe(); err != nil {
		return nil, nil, err
	}
	cmd.Path, cmd.Args, cmd.Env = "/proc/self/exe", []string{reserved}, []string{policyKey + "=" + string(policy)}
	cmd.ExtraFiles = []*os.File{program, theirs}
	cmd.SysProcAttr = attributes(kind, p)
	return report, theirs, nil
}

func attributes(kind spaceKind, p Policy) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if p.Guard && !p.Scoped {
		a.Pdeathsig = 0 // it watches the lifeline: killed outright it could not take the group along
	}
	if kind == noSpaces {
		return a
	}
	a.Cloneflags = unix.CLONE_NEWIPC | unix.CLONE_NEWNS
	if p.Spaces {
		a.Cloneflags |= unix.CLONE_NEWNET
	}
	if p.Scoped {
		a.Cloneflags |= unix.CLONE_NEWPID
	}
	if kind == userSpaces {
		a.Cloneflags |= unix.CLONE_NEWUSER
		a.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN} // within that namespace, for the shim to mount
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}}
	}
	return a
}

// spaceKind says how this process can make namespaces.
type spaceKind int

const (
	noSpaces   spaceKind = iota
	rootSpaces           // by its own right
	userSpaces           // in a user namespace
)

// spaces finds out, once, by trying: no setting of the kernel tells it for sure.
var spaces = sync.OnceValue(func() spaceKind {
	if !Agreed() {
		return noSpaces
	}
	for kind := rootSpaces; kind <= userSpaces; kind++ {
		probe := &exec.Cmd{Path: "/proc/self/exe", Args: []string{reserved}, Env: []string{policyKey + "={}"}}
		probe.SysProcAttr = attributes(kind, Policy{Spaces: true, Scoped: true})
		if probe.Run() == nil {
			return kind
		}
	}
	return noSpaces
})
