//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

var attacks = map[string]func(Request, *Answer) error{
	"read":              func(in Request, _ *Answer) error { _, err := os.ReadFile(in.Target); return err },
	"list":              func(in Request, _ *Answer) error { _, err := os.ReadDir(in.Target); return err },
	"write":             func(in Request, _ *Answer) error { return os.WriteFile(in.Target, []byte("taken over"), 0o600) },
	"make":              func(in Request, _ *Answer) error { return os.Mkdir(in.Target, 0o700) },
	"remove":            func(in Request, _ *Answer) error { return os.Remove(in.Target) },
	"chmod":             func(in Request, _ *Answer) error { return os.Chmod(in.Target, 0o777) },
	"truncate":          func(in Request, _ *Answer) error { return os.Truncate(in.Target, 0) },
	"symlink":           symlink,
	"hardlink":          func(in Request, _ *Answer) error { return os.Link(in.Target, own("hardlink")) },
	"run what it wrote": runWritten,

	"tcp":        func(in Request, _ *Answer) error { return dial("tcp", in.Target) },
	"udp":        func(in Request, _ *Answer) error { return dial("udp", in.Target) },
	"unix":       func(in Request, _ *Answer) error { return dial("unix", in.Target) },
	"listen":     listen,
	"listen udp": func(Request, *Answer) error { _, err := net.ListenPacket("udp", "127.0.0.1:0"); return err },
	"ping":       func(Request, *Answer) error { return socket(unix.AF_INET, unix.SOCK_DGRAM, unix.IPPROTO_ICMP) },
	"raw":        func(Request, *Answer) error { return socket(unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_ICMP) },
	"raw 6":      func(Request, *Answer) error { return socket(unix.AF_INET6, unix.SOCK_RAW, unix.IPPROTO_ICMPV6) },
	"packet":     func(Request, *Answer) error { return socket(unix.AF_PACKET, unix.SOCK_RAW, 0) },
	"netlink":    func(Request, *Answer) error { return socket(unix.AF_NETLINK, unix.SOCK_RAW, 0) },
	"vsock":      func(Request, *Answer) error { return socket(unix.AF_VSOCK, unix.SOCK_STREAM, 0) },

	"fork":        func(Request, *Answer) error { return exec.Command("/bin/sh", "-c", "true").Run() },
	"exec":        func(Request, *Answer) error { return syscall.Exec("/bin/sh", []string{"sh", "-c", "sleep 600"}, nil) },
	"exec itself": func(Request, *Answer) error { return syscall.Exec("/proc/self/exe", []string{"silent"}, nil) },
	"setsid":      func(Request, *Answer) error { _, err := syscall.Setsid(); return err },
	"setpgid":     func(Request, *Answer) error { return syscall.Setpgid(0, 0) },
	"double fork": doubleFork,
	"outlive":     func(Request, *Answer) error { return unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) },

	"signal":        func(in Request, _ *Answer) error { return syscall.Kill(in.PID, 0) },
	"signal all":    func(Request, *Answer) error { return syscall.Kill(-1, 0) },
	"signal thread": func(in Request, _ *Answer) error { return unix.Tgkill(in.PID, in.PID, 0) },
	"ptrace":        func(in Request, _ *Answer) error { return unix.PtraceAttach(in.PID) },
	"seize":         func(in Request, _ *Answer) error { return unix.PtraceSeize(in.PID) },
	"vm write": func(in Request, _ *Answer) error {
		b := []byte{0}
		_, err := unix.ProcessVMWritev(in.PID, []unix.Iovec{{Base: &b[0], Len: 1}}, []unix.RemoteIovec{{Base: 4096, Len: 1}}, 0)
		return err
	},

	"namespace": func(Request, *Answer) error { return unix.Unshare(unix.CLONE_NEWUSER) },
	"mount":     func(in Request, _ *Answer) error { return unix.Mount("none", in.Target, "tmpfs", 0, "") },
	"chroot":    func(in Request, _ *Answer) error { return unix.Chroot(in.Target) },
	"keyring": func(Request, *Answer) error {
		_, err := unix.KeyctlGetKeyringID(unix.KEY_SPEC_USER_KEYRING, true)
		return err
	},
	"bpf":      call(unix.SYS_BPF),
	"perf":     call(unix.SYS_PERF_EVENT_OPEN),
	"uffd":     call(unix.SYS_USERFAULTFD),
	"io_uring": call(unix.SYS_IO_URING_SETUP),
	"kexec":    call(unix.SYS_KEXEC_LOAD),
	"seccomp":  call(unix.SYS_SECCOMP),
	"setuid":   setuid,

	"shared memory": sharedMemory,
	"memfd":         func(Request, *Answer) error { _, err := unix.MemfdCreate("hoard", 0); return err },
	"hold slots":    holdSlots,
	"scribble":      scribble,
	"disk":          disk,
	"descriptors":   descriptors,
}

// own is a file in the plugin's private folder.
func own(name string) string { return filepath.Join(os.Getenv("DOUGONG_DATA_DIR"), name) }

func call(nr uintptr) func(Request, *Answer) error {
	return func(Request, *Answer) error {
		if _, _, e := unix.Syscall(nr, 0, 0, 0); e != 0 {
			return e
		}
		return nil
	}
}

// symlink goes to a file through a link in a folder that it may use.
func symlink(in Request, _ *Answer) error {
	link := own("link")
	_ = os.Remove(link)
	if err := os.Symlink(in.Target, link); err != nil {
		return err
	}
	_, err := os.ReadFile(link)
	return err
}

func runWritten(Request, *Answer) error {
	data, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return err
	}
	if err := os.WriteFile(own("program"), data, 0o700); err != nil {
		return err
	}
	return exec.Command(own("program")).Run()
}

func dial(network, address string) error {
	c, err := net.DialTimeout(network, address, 10*time.Second)
	if err != nil {
		return err
	}
	_, err = c.Write([]byte("secrets"))
	_ = c.Close()
	return err
}

func listen(Request, *Answer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		_ = l.Close()
	}
	return err
}

func socket(family, kind, protocol int) error {
	fd, err := unix.Socket(family, kind, protocol)
	if err == nil {
		_ = unix.Close(fd)
	}
	return err
}

// doubleFork leaves processes behind whose parents are gone, one of which tries for a session of its own.
func doubleFork(_ Request, out *Answer) error {
	text, err := exec.Command("/bin/sh", "-c", "(sleep 600 >/dev/null 2>&1 & echo $!); ((setsid sleep 600 || exec sleep 600) >/dev/null 2>&1 & echo $!)").Output()
	for _, field := range strings.Fields(string(text)) {
		if pid, err := strconv.Atoi(field); err == nil {
			out.PIDs = append(out.PIDs, pid)
		}
	}
	return err
}

func setuid(Request, *Answer) error {
	if _, _, e := unix.RawSyscall(unix.SYS_SETUID, 12345, 0, 0); e != 0 {
		return e
	}
	return nil
}

func sharedMemory(Request, *Answer) error {
	b, err := syscall.Mmap(-1, 0, 1<<30, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_ANON)
	if err == nil {
		_ = syscall.Munmap(b)
	}
	return err
}

// disk writes behind the end that a file may have.
func disk(Request, *Answer) error {
	signal.Ignore(syscall.SIGXFSZ)
	f, err := os.Create(own("huge"))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for at := int64(0); at < 64<<30; at += 64 << 20 {
		if _, err := f.WriteAt([]byte{1}, at); err != nil {
			return fmt.Errorf("%w at %d MiB", err, at>>20)
		}
	}
	return nil
}

func descriptors(Request, *Answer) error {
	var open []*os.File
	defer func() {
		for _, f := range open {
			_ = f.Close()
		}
	}()
	for range 20000 {
		f, err := os.Open(os.DevNull)
		if err != nil {
			return err
		}
		open = append(open, f)
	}
	return nil
}
