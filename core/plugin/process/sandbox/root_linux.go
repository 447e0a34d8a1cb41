package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// oldRoot is where the machine's file system is for a moment, before it is gone.
const oldRoot = ".old"

// source is a file or folder that the program is to see, under its own name.
type source struct {
	path string
	fd   int
	dir  bool
	base bool // the new root is mounted on it
}

// narrow gives the process a root that holds nothing but what the policy names. Landlock refuses the rest as well, but cannot
// refuse everything: before version 9 it lets a program connect to the sockets of others, and the owner of a file may always
// ask about it. It needs a mount namespace of the process's own; if it fails the root is what it was.
func narrow(p Policy) error {
	if len(p.Write) == 0 {
		return errors.New("there is no folder to mount a root on")
	}
	base := p.Write[0]
	work, err := os.Getwd()
	if err != nil {
		return err
	}
	var hides unix.Stat_t
	if err := unix.Stat(base, &hides); err != nil {
		return err
	}
	sources := openSources(p, &hides)
	defer func() {
		for _, s := range sources {
			_ = unix.Close(s.fd)
		}
	}()
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("tmpfs", base, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755,size=1m"); err != nil {
		return fmt.Errorf("mount a root: %w", err)
	}
	if err := furnish(base, sources); err != nil {
		_ = unix.Unmount(base, unix.MNT_DETACH)
		return err
	}
	if err := unix.PivotRoot(base, filepath.Join(base, oldRoot)); err != nil {
		_ = unix.Unmount(base, unix.MNT_DETACH)
		return fmt.Errorf("change the root: %w", err)
	}
	if err := unix.Chdir("/"); err != nil {
		return err
	}
	if err := unix.Unmount("/"+oldRoot, unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leave the old root: %w", err)
	}
	_ = unix.Rmdir("/" + oldRoot)
	_ = unix.Mount("", "/", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV, "")
	reopen(p.File)
	return os.Chdir(work)
}

// reopen replaces the descriptor of the program by one in the new root, so that /proc/self/exe has a name there. It has to be
// the same file: if it is not, the one that was opened and checked stays.
func reopen(path string) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	var old, found unix.Stat_t
	if unix.Fstat(ProgramFile, &old) == nil && unix.Fstat(fd, &found) == nil && old.Dev == found.Dev && old.Ino == found.Ino {
		_ = unix.Dup3(fd, ProgramFile, 0)
	}
	_ = unix.Close(fd)
}

// openSources opens what will be seen while it can be: the new root hides the folder that it is mounted on. A path that
// leads through links is seen under both names.
func openSources(p Policy, hides *unix.Stat_t) []source {
	paths := append(append([]string{"/proc", os.DevNull}, system...), p.Read...)
	if p.Net {
		paths = append(paths, network...)
	}
	paths = append(paths, p.Write...)
	for _, path := range paths {
		if real, err := filepath.EvalSymlinks(path); err == nil && real != path {
			paths = append(paths, real)
		}
	}
	slices.Sort(paths) // a folder before what is in it
	var out []source
	seen := func(path string) bool {
		return slices.ContainsFunc(out, func(s source) bool { return s.dir && strings.HasPrefix(path, s.path+"/") })
	}
	for _, path := range slices.Compact(paths) {
		fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			continue
		}
		var stat unix.Stat_t
		if err := unix.Fstat(fd, &stat); err != nil {
			_ = unix.Close(fd)
			continue
		}
		base := stat.Dev == hides.Dev && stat.Ino == hides.Ino
		if !base && seen(path) {
			_ = unix.Close(fd) // it comes with its folder
			continue
		}
		out = append(out, source{path, fd, stat.Mode&unix.S_IFMT == unix.S_IFDIR, base})
	}
	return out
}

// furnish mounts the sources below base under their own names.
func furnish(base string, sources []source) error {
	root, err := os.OpenRoot(base)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := root.Mkdir(oldRoot, 0o700); err != nil {
		return err
	}
	for _, s := range sources {
		if err := place(root, s); err != nil {
			return fmt.Errorf("show %s: %w", s.path, err)
		}
		from := fmt.Sprintf("/proc/self/fd/%d", s.fd)
		flags := uintptr(unix.MS_BIND | unix.MS_REC)
		if s.base {
			flags = unix.MS_BIND // not with the new root on top of it
		}
		if err := unix.Mount(from, filepath.Join(base, s.path), "", flags, ""); err != nil {
			return fmt.Errorf("show %s: %w", s.path, err)
		}
	}
	return nil
}

// place makes the file or folder that a source is mounted on.
func place(root *os.Root, s source) error {
	name := strings.TrimPrefix(s.path, "/")
	if s.dir {
		return root.MkdirAll(name, 0o755)
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_RDONLY, 0o644)
	if err != nil {
		return err
	}
	return f.Close()
}
