package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	// ProgramFile is the descriptor under which the program finds its own executable.
	ProgramFile = 3
	// reportFile is the descriptor that the report is written to; exec closes it.
	reportFile = 4
	// failed is the exit code of a shim that executed nothing.
	failed = 125
)

// Main has to be the first thing that a program's main (or TestMain) calls which embeds a host. In a process that Command
// started it does not return: it turns into the confined program. Everywhere else it returns at once.
func Main() {
	agreed.Store(true)
	if len(os.Args) == 0 || os.Args[0] != reserved {
		return
	}
	runtime.LockOSThread() // what confines is the thread's, and the thread that executes is the one that is left
	debug.SetGCPercent(-1) // a thread that waits for the kernel's question must not hold up a collection
	runtime.GOMAXPROCS(4)  // nor the others
	unix.CloseOnExec(reportFile)
	closeLater(reportFile + 1)
	var p Policy
	if err := json.Unmarshal([]byte(os.Getenv(policyKey)), &p); err != nil {
		fmt.Fprintf(os.Stderr, "%s is no command: it is how a host starts a plugin (%v)\n", reserved, err)
		os.Exit(failed)
	}
	if p.Path == "" {
		os.Exit(0) // a probe: namespaces can be made
	}
	if p.Guard {
		fail(guard(p))
	}
	fail(become(p))
}

// fail reports why nothing was executed.
func fail(err error) {
	r := Report{Error: err.Error()}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		r.Errno = int(errno)
	}
	writeReport(r)
	os.Exit(failed)
}

func writeReport(r Report) {
	data, err := json.Marshal(r)
	if err == nil {
		_, _ = unix.Write(reportFile, append(data, '\n'))
	}
}

// become confines the calling thread and executes the program in place of this one.
func become(p Policy) error {
	dieWithParent()
	lacks := missingSpaces(p)
	if p.Hidden {
		if err := narrow(p); err != nil {
			p.Hidden = false
			lacks = append(lacks, Lack{What: "it can ask about files that it may not open", Why: err.Error()})
		}
	}
	if err := dropPrivileges(); err != nil {
		return err
	}
	abi, more, err := restrictFiles(p)
	if err != nil {
		return err
	}
	lacks = append(lacks, more...)
	if err := setLimits(p.Limits); err != nil {
		return err
	}
	more, err = restrictCalls(p, abi)
	if err != nil {
		return err
	}
	lacks = append(lacks, more...)
	if err := p.Mode.refuse(lacks); err != nil {
		return err
	}
	writeReport(Report{Lacks: lacks})
	return &os.PathError{Op: "exec", Path: p.Args[0], Err: syscall.Exec(p.Path, p.Args, p.Env)}
}

// missingSpaces says what the lack of namespaces means for this program.
func missingSpaces(p Policy) (lacks []Lack) {
	const why = "the kernel or the container allows this user no namespaces"
	if !p.Spaces && !p.Net {
		lacks = append(lacks, Lack{What: "it shares the host's network namespace; internet sockets are refused all the same", Why: why})
	}
	if !p.Hidden {
		lacks = append(lacks, Lack{What: "it can ask about files that it may not open", Why: why})
	}
	if !p.Scoped && p.Exec {
		lacks = append(lacks, Lack{What: "its children are ended by their process group and not by the kernel", Why: why})
	}
	if !p.User {
		lacks = append(lacks, Lack{What: "its threads are bounded by its memory only", Why: "a limit of their number needs a user namespace and a user other than root"})
	}
	return lacks
}
