package sandbox

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// newSpaces are clone's flags for namespaces. A user namespace would give its maker every capability within it.
const newSpaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWUSER |
	unix.CLONE_NEWPID | unix.CLONE_NEWNET

const (
	notThere = seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)
	askOnce  = seccomp.ActionUserNotify
)

// rules are what a filter depends on.
type rules struct {
	net, exec bool
	once      bool   // the next execve passes, and none after it
	pid       uint64 // of the process that is confined; 0: signals are kept in by other means
	self      uint64 // the same, always; 0: it may start others, whose numbers nobody knows
	scoped    bool   // it has process ids of its own, and cannot name others
}

// filter builds the program for this machine's architecture.
func (r rules) filter() ([]bpf.Instruction, error) {
	info, err := arch.GetInfo("")
	if err != nil {
		return nil, err
	}
	// The library lets calls of another architecture (32-bit ones by int 0x80) through to its default.
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: 4, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(info.ID), SkipTrue: 1},
		bpf.RetConstant{Val: uint32(notThere)},
		bpf.LoadAbsolute{Off: 0, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessOrEqual, Val: lastSyscall, SkipTrue: 1},
		bpf.RetConstant{Val: uint32(notThere)},
	}
	for _, g := range r.groups(info.SyscallNames) {
		part, err := assemble(g)
		if err != nil {
			return nil, err
		}
		program = append(program, part...)
	}
	return append(program, bpf.RetConstant{Val: uint32(seccomp.ActionAllow)}), nil
}

// maxPart is how far a conditional jump reaches. Beyond it the library would put a return in place of a jump to the end.
const maxPart = 255

// assemble builds one group by itself, without the return that ends it, so that what does not match runs into the next one.
// Of several groups at once the library loads the number of the call only in front of the first: a condition that did not
// hold leaves an argument in its place.
func assemble(g seccomp.SyscallGroup) ([]bpf.Instruction, error) {
	if len(g.Names)+len(g.NamesWithCondtions) == 0 {
		return nil, nil
	}
	policy := seccomp.Policy{DefaultAction: seccomp.ActionAllow, Syscalls: []seccomp.SyscallGroup{g}}
	part, err := policy.Assemble()
	if err != nil {
		return nil, err
	}
	if len(part) > maxPart {
		return nil, fmt.Errorf("a group of system calls has %d instructions, at most %d are possible", len(part), maxPart)
	}
	return part[:len(part)-1], nil
}

// groups are read from the top; the first that matches decides.
func (r rules) groups(known map[string]int) []seccomp.SyscallGroup {
	out := []seccomp.SyscallGroup{
		named(known, seccomp.ActionErrno, never...),
		when(known, seccomp.ActionErrno, "ioctl", lowEqual(1, unix.TIOCSTI), lowEqual(1, tiocLinux)),
		// Memory that is shared and has no file is not part of the limit on data.
		when(known, seccomp.ActionErrno, "mmap", append(bits(3, unix.MAP_SHARED), bits(3, unix.MAP_ANONYMOUS)...)),
		named(known, notThere, "clone3"), // its flags are in memory, where a filter cannot look; everybody falls back to clone
		when(known, seccomp.ActionErrno, "clone", bits(0, newSpaces)),
	}
	out = append(out, r.sockets(known)...)
	out = append(out, when(known, seccomp.ActionErrno, "kill", lowEqual(0, ^uint32(0)))) // everybody of its user
	if !r.scoped {
		out = append(out, r.neighbours(known)...)
	}
	if r.pid != 0 {
		out = append(out, r.signals(known)...)
	}
	if r.exec {
		return out
	}
	out = append(out,
		named(known, seccomp.ActionErrno, starts...),
		when(known, seccomp.ActionErrno, "clone", noBits(0, unix.CLONE_THREAD)),
		// The host's death ends the process by SIGKILL, and it is not to talk itself out of that.
		when(known, seccomp.ActionErrno, "prctl", lowEqual(0, unix.PR_SET_PDEATHSIG)))
	if r.once {
		out = append(out, named(known, askOnce, "execve"), named(known, seccomp.ActionErrno, "execveat"))
	}
	return out
}

// tiocLinux is TIOCLINUX, which pastes into a console.
const tiocLinux = 0x541c

// sockets refuses the families that are not named, and every raw socket. A pair of sockets is of the machine, always.
func (r rules) sockets(known map[string]int) []seccomp.SyscallGroup {
	families := []uint64{unix.AF_UNIX}
	var refused []seccomp.ArgumentConditions
	if r.net {
		families = append(families, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK)
		for _, f := range []uint32{unix.AF_INET, unix.AF_INET6} {
			for _, kind := range []uint32{unix.SOCK_RAW, unix.SOCK_PACKET} { // in the lower four bits, flags beside them
				refused = append(refused, append(lowEqual(0, f), maskEqual(1, 0xf, kind)...))
			}
		}
	}
	var others seccomp.ArgumentConditions
	for _, f := range families {
		others = append(others, not(0, f)...)
	}
	return []seccomp.SyscallGroup{
		when(known, seccomp.ActionErrno, "socket", append(refused, others)...),
		when(known, seccomp.ActionErrno, "socketpair", not(0, unix.AF_UNIX)),
	}
}

// neighbours keeps the process from what the kernel lets it do to every process of the same user, the host before all: set
// limits that end it, take the processor from it, have it signalled when a file is ready. Itself it may name as 0 or by number.
func (r rules) neighbours(known map[string]int) []seccomp.SyscallGroup {
	another := func(argument uint32) seccomp.ArgumentConditions { return not(argument, 0, r.self) }
	const prioUser, ioprioUser, fiosetown, siocspgrp = 2, 3, 0x8901, 0x8902
	var out []seccomp.SyscallGroup
	for _, name := range []string{"prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"} {
		out = append(out, when(known, seccomp.ActionErrno, name, another(0)))
	}
	return append(out,
		when(known, seccomp.ActionErrno, "setpriority", another(1), lowEqual(0, prioUser)),
		when(known, seccomp.ActionErrno, "ioprio_set", another(1), lowEqual(0, ioprioUser)),
		when(known, seccomp.ActionErrno, "fcntl", append(lowEqual(1, unix.F_SETOWN), another(2)...), lowEqual(1, unix.F_SETOWN_EX)),
		when(known, seccomp.ActionErrno, "ioctl", lowEqual(1, fiosetown), lowEqual(1, siocspgrp)))
}

// not holds if an argument is none of the values.
func not(argument uint32, values ...uint64) (out seccomp.ArgumentConditions) {
	for _, v := range values {
		out = append(out, seccomp.Condition{Argument: argument, Operation: seccomp.NotEqual, Value: v})
	}
	return out
}

// signals lets the process signal itself and its group alone.
func (r rules) signals(known map[string]int) []seccomp.SyscallGroup {
	own := seccomp.Condition{Argument: 0, Operation: seccomp.Equal, Value: r.pid}
	is := func(v uint64) seccomp.ArgumentConditions {
		return seccomp.ArgumentConditions{{Argument: 0, Operation: seccomp.Equal, Value: v}}
	}
	return []seccomp.SyscallGroup{
		// A negative number reaches the filter in two ways, by how the caller widens it.
		when(known, seccomp.ActionAllow, "kill", is(r.pid), is(0), is(-r.pid), is(uint64(uint32(-r.pid)))),
		when(known, seccomp.ActionAllow, "tgkill", seccomp.ArgumentConditions{own}),
		when(known, seccomp.ActionAllow, "rt_sigqueueinfo", seccomp.ArgumentConditions{own}),
		when(known, seccomp.ActionAllow, "rt_tgsigqueueinfo", seccomp.ArgumentConditions{own}),
		named(known, seccomp.ActionErrno, "kill", "tgkill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"),
	}
}

func named(known map[string]int, a seccomp.Action, names ...string) seccomp.SyscallGroup {
	g := seccomp.SyscallGroup{Action: a}
	for _, n := range names {
		if _, ok := known[n]; ok {
			g.Names = append(g.Names, n)
		}
	}
	return g
}

// when matches a call if one of the sets of conditions holds.
func when(known map[string]int, a seccomp.Action, name string, sets ...seccomp.ArgumentConditions) seccomp.SyscallGroup {
	g := seccomp.SyscallGroup{Action: a}
	if _, ok := known[name]; ok {
		for _, set := range sets {
			g.NamesWithCondtions = append(g.NamesWithCondtions, seccomp.NameWithConditions{Name: name, Conditions: set})
		}
	}
	return g
}

func bits(argument uint32, mask uint64) seccomp.ArgumentConditions {
	return seccomp.ArgumentConditions{{Argument: argument, Operation: seccomp.BitsSet, Value: mask}}
}

func noBits(argument uint32, mask uint64) seccomp.ArgumentConditions {
	return seccomp.ArgumentConditions{{Argument: argument, Operation: seccomp.BitsNotSet, Value: mask}}
}

// lowEqual holds if the lower half of an argument has that value. The kernel reads an int that way: comparing the whole would
// let a caller in who writes something into the upper half.
func lowEqual(argument, value uint32) seccomp.ArgumentConditions {
	return maskEqual(argument, ^uint32(0), value)
}

// maskEqual holds if these bits of the lower half have that value.
func maskEqual(argument, mask, value uint32) seccomp.ArgumentConditions {
	var out seccomp.ArgumentConditions
	if zero := mask &^ value; zero != 0 {
		out = noBits(argument, uint64(zero))
	}
	for bit := uint32(1); bit != 0; bit <<= 1 {
		if mask&value&bit != 0 {
			out = append(out, bits(argument, uint64(bit))...)
		}
	}
	return out
}

// load puts the filter on the calling thread. With once it returns the descriptor on which the kernel asks.
func (r rules) load() (listener int, err error) {
	program, err := r.filter()
	if err != nil {
		return -1, err
	}
	raw, err := bpf.Assemble(program)
	if err != nil {
		return -1, err
	}
	code := make([]unix.SockFilter, len(raw))
	for i, in := range raw {
		code[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	filter := unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
	var flags uintptr
	if r.once {
		flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
	}
	fd, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&filter)))
	if e != 0 {
		return -1, os.NewSyscallError("seccomp", e)
	}
	return int(fd), nil
}

// restrictCalls loads the filter that the policy asks for.
func restrictCalls(p Policy, landlockABI int) ([]Lack, error) {
	data, err := dataLimit(p.Limits.Data)
	if err != nil {
		return nil, err
	}
	r := rules{net: p.Net, exec: p.Exec, once: !p.Exec, pid: uint64(os.Getpid()), scoped: p.Scoped}
	var lacks []Lack
	if r.self = r.pid; p.Exec {
		r.self = 0
		r.pid = 0 // its children have numbers of their own
		if landlockABI < abiScopes && !p.Scoped {
			lacks = append(lacks, Lack{What: "it can signal other processes of its user", Why: "it may execute programs, and the kernel has neither landlock 6 nor a process id namespace for it"})
		}
	} else if landlockABI >= abiScopes {
		r.pid = 0 // landlock keeps signals in, and knows threads by their own numbers
	}
	listener, err := r.load()
	if r.once && (errors.Is(err, unix.EBUSY) || errors.Is(err, unix.EINVAL)) {
		lacks = append(lacks, Lack{What: "it can turn into another program, under the same restrictions", Why: fmt.Sprintf("a filter cannot ask once: %v", err)})
		r.once = false
		listener, err = r.load()
	}
	if err != nil {
		limitData(data)
		return append(lacks, Lack{What: "no system call is refused to it", Why: err.Error(), Essential: true}), nil
	}
	if r.once {
		waiting := make(chan struct{})
		go allowOnce(listener, data, waiting)
		<-waiting // from exec on the runtime starts no thread
	} else {
		limitData(data)
	}
	return lacks, nil
}
