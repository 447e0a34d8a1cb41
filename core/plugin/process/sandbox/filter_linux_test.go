package sandbox

import (
	"encoding/binary"
	"testing"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

const (
	allow  = uint32(seccomp.ActionAllow)
	eperm  = uint32(seccomp.ActionErrno) | uint32(unix.EPERM)
	enosys = uint32(seccomp.ActionErrno) | uint32(unix.ENOSYS)
	ask    = uint32(seccomp.ActionUserNotify)
)

// judge runs a filter as the kernel does. The interpreter reads big-endian words, so each word of struct seccomp_data is
// written that way; the places of a 64-bit argument's halves stay those of a little-endian machine.
func judge(t *testing.T, r rules, audit uint32, nr uint32, arguments ...uint64) uint32 {
	t.Helper()
	program, err := r.filter()
	if err != nil {
		t.Fatal(err)
	}
	vm, err := bpf.NewVM(program)
	if err != nil {
		t.Fatal(err)
	}
	data := make([]byte, 64)
	binary.BigEndian.PutUint32(data, nr)
	binary.BigEndian.PutUint32(data[4:], audit)
	for i, a := range arguments {
		binary.BigEndian.PutUint32(data[16+8*i:], uint32(a))
		binary.BigEndian.PutUint32(data[20+8*i:], uint32(a>>32))
	}
	out, err := vm.Run(data)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(out)
}

func TestFilter(t *testing.T) {
	t.Parallel()
	info, err := arch.GetInfo("")
	if err != nil {
		t.Fatal(err)
	}
	const pid, host = 4711, 1234
	high := uint64(0xdead) << 32 // an int argument may carry anything up there
	plain := rules{once: true, self: pid}
	own := rules{once: true, pid: pid, self: pid}
	exec := rules{exec: true, scoped: true}
	unscoped := rules{exec: true}
	net := rules{net: true, once: true}
	minus := func(n int64) uint64 { return uint64(-n) }
	for _, c := range []struct {
		name string
		r    rules
		call string
		args []uint64
		want uint32
	}{
		{"reading", plain, "read", nil, allow},
		{"a thread of Go", plain, "clone", []uint64{unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_SYSVSEM | unix.CLONE_THREAD}, allow},
		{"a thread of glibc", plain, "clone", []uint64{0x3d0f00}, allow},
		{"a child of Go", plain, "clone", []uint64{unix.CLONE_VFORK | unix.CLONE_VM | unix.CLONE_PIDFD | uint64(unix.SIGCHLD)}, eperm},
		{"a child of glibc", plain, "clone", []uint64{unix.CLONE_CHILD_SETTID | unix.CLONE_CHILD_CLEARTID | uint64(unix.SIGCHLD)}, eperm},
		{"a thread in a new user namespace", plain, "clone", []uint64{unix.CLONE_THREAD | unix.CLONE_NEWUSER}, eperm},
		{"clone3", plain, "clone3", nil, enosys},
		{"the first exec", plain, "execve", nil, ask},
		{"execveat", plain, "execveat", nil, eperm},
		{"a child when granted", exec, "clone", []uint64{unix.CLONE_VFORK | unix.CLONE_VM | uint64(unix.SIGCHLD)}, allow},
		{"a new network namespace when granted", exec, "clone", []uint64{unix.CLONE_NEWNET | uint64(unix.SIGCHLD)}, eperm},
		{"exec when granted", exec, "execve", nil, allow},
		{"leaving the group when granted", exec, "setsid", nil, eperm},
		{"unix socket", plain, "socket", []uint64{unix.AF_UNIX}, allow},
		{"internet socket", plain, "socket", []uint64{unix.AF_INET}, eperm},
		{"internet socket in disguise", plain, "socket", []uint64{unix.AF_INET | high}, eperm},
		{"IPv6 socket", plain, "socket", []uint64{unix.AF_INET6}, eperm},
		{"netlink", plain, "socket", []uint64{unix.AF_NETLINK}, eperm},
		{"packet socket", plain, "socket", []uint64{unix.AF_PACKET}, eperm},
		{"internet socket when granted", net, "socket", []uint64{unix.AF_INET}, allow},
		{"packet socket when granted", net, "socket", []uint64{unix.AF_PACKET}, eperm},
		{"vsock when granted", net, "socket", []uint64{unix.AF_VSOCK}, eperm},
		{"private memory", plain, "mmap", []uint64{0, 4096, 3, unix.MAP_PRIVATE | unix.MAP_ANONYMOUS}, allow},
		{"a shared file", plain, "mmap", []uint64{0, 4096, 3, unix.MAP_SHARED}, allow},
		{"shared memory without a file", plain, "mmap", []uint64{0, 4096, 3, unix.MAP_SHARED | unix.MAP_ANONYMOUS}, eperm},
		{"a file in memory", plain, "memfd_create", nil, eperm},
		{"ptrace", plain, "ptrace", nil, eperm},
		{"another's memory", plain, "process_vm_readv", nil, eperm},
		{"mount", plain, "mount", nil, eperm},
		{"io_uring", plain, "io_uring_setup", nil, eperm},
		{"a filter of its own", plain, "seccomp", nil, eperm},
		{"outliving the host", plain, "prctl", []uint64{unix.PR_SET_PDEATHSIG}, eperm},
		{"outliving the host in disguise", plain, "prctl", []uint64{unix.PR_SET_PDEATHSIG | high}, eperm},
		{"naming a thread", plain, "prctl", []uint64{unix.PR_SET_NAME}, allow},
		{"typing for somebody", plain, "ioctl", []uint64{0, unix.TIOCSTI | high}, eperm},
		{"asking a terminal", plain, "ioctl", []uint64{0, unix.TCGETS}, allow},
		{"a signal to itself", own, "kill", []uint64{pid}, allow},
		{"a signal to its group", own, "kill", []uint64{0}, allow},
		{"a signal to its group by number", own, "kill", []uint64{minus(pid)}, allow},
		{"the same, not widened", own, "kill", []uint64{uint64(uint32(minus(pid)))}, allow},
		{"a signal to everybody, with landlock", plain, "kill", []uint64{minus(1)}, eperm},
		{"the same, not widened", exec, "kill", []uint64{uint64(uint32(minus(1)))}, eperm},
		{"a signal to another, with landlock", plain, "kill", []uint64{host}, allow},
		{"a signal to everybody", own, "kill", []uint64{minus(1)}, eperm},
		{"a signal to the host", own, "kill", []uint64{host}, eperm},
		{"a signal to the host in disguise", own, "kill", []uint64{host | high}, eperm},
		{"a signal to an own thread", own, "tgkill", []uint64{pid, pid + 1}, allow},
		{"a signal to a thread of the host", own, "tgkill", []uint64{host, host}, eperm},
		{"the same without its process", own, "tkill", []uint64{host}, eperm},
		{"a raw socket when granted", net, "socket", []uint64{unix.AF_INET, unix.SOCK_RAW | unix.SOCK_CLOEXEC}, eperm},
		{"a raw socket in disguise", net, "socket", []uint64{unix.AF_INET6 | high, unix.SOCK_RAW | high}, eperm},
		{"a packet socket by its old name", net, "socket", []uint64{unix.AF_INET, unix.SOCK_PACKET}, eperm},
		{"a datagram socket when granted", net, "socket", []uint64{unix.AF_INET6, unix.SOCK_DGRAM | unix.SOCK_NONBLOCK}, allow},
		{"a routing socket when granted", net, "socket", []uint64{unix.AF_NETLINK, unix.SOCK_RAW | unix.SOCK_CLOEXEC}, allow},
		{"a pair", plain, "socketpair", []uint64{unix.AF_UNIX}, allow},
		{"a pair of another family", net, "socketpair", []uint64{unix.AF_TIPC}, eperm},
		{"limits of the host", plain, "prlimit64", []uint64{host}, eperm},
		{"limits of the host in disguise", plain, "prlimit64", []uint64{host | high}, eperm},
		{"limits of its own", plain, "prlimit64", []uint64{0}, allow},
		{"limits of its own by number", plain, "prlimit64", []uint64{pid}, allow},
		{"limits of the host by a child", unscoped, "prlimit64", []uint64{host}, eperm},
		{"limits among its own processes", exec, "prlimit64", []uint64{host}, allow},
		{"the host's processors", plain, "sched_setaffinity", []uint64{host}, eperm},
		{"its own processors", plain, "sched_setaffinity", []uint64{0}, allow},
		{"the host's class", plain, "sched_setscheduler", []uint64{host}, eperm},
		{"the host's parameters", plain, "sched_setparam", []uint64{host}, eperm},
		{"the host's attributes", plain, "sched_setattr", []uint64{host}, eperm},
		{"the host's priority", plain, "setpriority", []uint64{unix.PRIO_PROCESS, host}, eperm},
		{"everybody's priority", plain, "setpriority", []uint64{unix.PRIO_USER | high, 0}, eperm},
		{"its own priority", plain, "setpriority", []uint64{unix.PRIO_PROCESS, 0}, allow},
		{"the host's disk priority", plain, "ioprio_set", []uint64{1, host}, eperm},
		{"everybody's disk priority", plain, "ioprio_set", []uint64{3, 0}, eperm},
		{"signals of a file for the host", plain, "fcntl", []uint64{0, unix.F_SETOWN, host}, eperm},
		{"the same in disguise", plain, "fcntl", []uint64{0, unix.F_SETOWN | high, host}, eperm},
		{"signals of a file for its own", plain, "fcntl", []uint64{0, unix.F_SETOWN, pid}, allow},
		{"signals of a file by a structure", plain, "fcntl", []uint64{0, unix.F_SETOWN_EX, 0}, eperm},
		{"signals of a file by ioctl", plain, "ioctl", []uint64{0, 0x8901}, eperm},
		{"signals of a socket by ioctl", plain, "ioctl", []uint64{0, 0x8902}, eperm},
		{"a lock", plain, "fcntl", []uint64{0, unix.F_SETLK, host}, allow},
	} {
		nr, ok := info.SyscallNames[c.call]
		if !ok {
			t.Fatalf("%s: no system call %s", c.name, c.call)
		}
		if got := judge(t, c.r, uint32(info.ID), uint32(nr), c.args...); got != c.want {
			t.Errorf("%s: %s(%#x) = %#x, want %#x", c.name, c.call, c.args, got, c.want)
		}
	}
	if got := judge(t, plain, uint32(arch.I386.ID), 2); got != enosys {
		t.Errorf("fork by the 32-bit door = %#x, want %#x", got, enosys)
	}
	if got := judge(t, plain, uint32(info.ID), lastSyscall+1); got != enosys {
		t.Errorf("a system call of the future = %#x, want %#x", got, enosys)
	}
	if got := judge(t, plain, uint32(info.ID), uint32(arch.X32.SeccompMask)|1); got != enosys {
		t.Errorf("a call of x32 = %#x, want %#x", got, enosys)
	}
}

// TestNames holds the lists against the tables of both architectures: a misspelt name would be left out silently.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range append(append([]string{"clone3", "execveat", "kill", "tgkill", "tkill", "socketpair", "prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr",
		"setpriority", "ioprio_set", "fcntl", "ioctl"}, never...), starts...) {
		_, one := arch.X86_64.SyscallNames[name]
		_, other := arch.AARCH64.SyscallNames[name]
		if !one && !other {
			t.Errorf("no architecture has a system call %q", name)
		}
	}
	for _, info := range []*arch.Info{arch.X86_64, arch.AARCH64} {
		refused := 0
		for _, g := range (rules{once: true, pid: 1}).groups(info.SyscallNames) {
			refused += len(g.Names) + len(g.NamesWithCondtions)
		}
		if refused < 80 {
			t.Errorf("%s: %d system calls are looked at", info.Name, refused)
		}
		for name, nr := range info.SyscallNames {
			if nr > lastSyscall {
				t.Errorf("%s: %s is %d, beyond the last one that was looked at", info.Name, name, nr)
			}
		}
	}
}
