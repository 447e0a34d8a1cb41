package sandbox

// lastSyscall is the newest system call that has been looked at (file_setattr, Linux 6.17). Newer ones do not exist for a
// confined program: a list of what is refused cannot know them.
const lastSyscall = 469

// never are the system calls that no plugin has a use for: they look into other processes, change the machine, or are a large
// piece of kernel to attack. Names that an architecture does not have are left out for it.
var never = []string{
	// other processes
	"ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "pidfd_getfd", "pidfd_open",
	"move_pages", "migrate_pages",
	// leaving the group that is ended as a whole
	"setsid", "setpgid",
	// namespaces and file systems
	"setns", "unshare", "mount", "umount2", "pivot_root", "chroot", "open_tree", "open_tree_attr", "move_mount", "fsopen",
	"fsconfig", "fsmount", "fspick", "mount_setattr", "swapon", "swapoff", "quotactl", "quotactl_fd", "acct", "open_by_handle_at",
	"name_to_handle_at", "fanotify_init", "fanotify_mark", "statmount", "listmount",
	// attack surface
	"bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "add_key", "request_key", "keyctl",
	"lookup_dcookie", "vmsplice", "uselib", "modify_ldt", "nfsservctl", "_sysctl", "sysfs", "personality", "lsm_set_self_attr",
	// what landlock lets the owner of a file do to it, wherever it is: a host's data could be laid open or locked away
	"chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "setxattrat",
	"removexattr", "lremovexattr", "fremovexattr", "removexattrat",
	// queues and semaphores that everybody of the user shares
	"msgget", "semget", "mq_open", "mq_unlink",
	// memory that no limit counts, and programs without a file
	"memfd_create", "memfd_secret", "shmget",
	// a filter of its own could answer in place of ours
	"seccomp",
	// the machine
	"kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "create_module", "get_kernel_syms", "query_module",
	"reboot", "sethostname", "setdomainname", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "syslog", "iopl", "ioperm",
	"vhangup",
}

// starts are the system calls that begin a process, beside clone.
var starts = []string{"fork", "vfork"}
