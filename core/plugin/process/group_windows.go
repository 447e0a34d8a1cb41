package process

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// group is a process with all that it has started: a job object. The system ends what is in it when the last handle goes,
// and the host has the only one: however the host ends, so do its plugins.
type group struct{ job windows.Handle }

// gather puts a process that waits to begin into a job of its own and lets it begin. memory bounds what all in it may have, in
// bytes.
func (g *group) gather(p *os.Process, memory uint64) error {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return fmt.Errorf("make a job object: %w", err)
	}
	g.job = job
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{JobMemoryLimit: uintptr(memory)}
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE |
		windows.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION | windows.JOB_OBJECT_LIMIT_JOB_MEMORY
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))); err != nil {
		return fmt.Errorf("limit a job object: %w", err)
	}
	var inside error
	if err := p.WithHandle(func(handle uintptr) { inside = windows.AssignProcessToJobObject(job, windows.Handle(handle)) }); err != nil {
		return err
	}
	if inside != nil {
		return fmt.Errorf("put the process into a job object: %w", inside)
	}
	return begin(p.Pid)
}

// begin lets the one thread of a process that was started suspended run. The package os keeps no handle of it.
func begin(pid int) error {
	all, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return fmt.Errorf("list threads: %w", err)
	}
	defer func() { _ = windows.CloseHandle(all) }()
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(all, &entry); err == nil; err = windows.Thread32Next(all, &entry) {
		if int(entry.OwnerProcessID) == pid {
			return resume(entry.ThreadID)
		}
	}
	if errors.Is(err, windows.ERROR_NO_MORE_FILES) {
		return fmt.Errorf("process %d has no thread to begin with", pid)
	}
	return fmt.Errorf("list threads: %w", err)
}

func resume(id uint32) error {
	thread, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, id)
	if err != nil {
		return fmt.Errorf("open the thread to begin with: %w", err)
	}
	_, err = windows.ResumeThread(thread)
	return errors.Join(err, windows.CloseHandle(thread))
}

// kill kills the process and all that it has started.
func (g *group) kill(p *os.Process) {
	if g.job == 0 || windows.TerminateJobObject(g.job, 1) != nil {
		_ = p.Kill()
	}
}

// release gives the job back, which ends what is left in it.
func (g *group) release() {
	if g.job != 0 {
		_ = windows.CloseHandle(g.job)
		g.job = 0
	}
}
