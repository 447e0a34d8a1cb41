package sandbox

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// Versions of landlock that a right came with.
const (
	abiRefer    = 2
	abiTruncate = 3
	abiScopes   = 6
	abiUnix     = 9
)

// system is what every program may read and execute: programs, libraries, and what their loader asks for. Nothing of it
// tells who uses the machine, or what for.
var system = []string{
	"/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/nix/store",
	"/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime", "/etc/timezone",
	"/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf", "/etc/mime.types",
	"/dev/urandom", "/dev/random", "/dev/zero", "/proc/self",
}

// network is what a program reads to find and to trust other hosts.
var network = []string{
	"/etc/resolv.conf", "/run/systemd/resolve", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services",
	"/etc/protocols", "/etc/ssl", "/etc/pki", "/etc/ca-certificates",
}

const (
	readFile  = ll.AccessFSReadFile | ll.AccessFSExecute
	readDir   = readFile | ll.AccessFSReadDir
	writeFile = ll.AccessFSReadFile | ll.AccessFSWriteFile | ll.AccessFSTruncate
	// writeDir leaves out execute, so that nothing written can be run, and device files.
	writeDir = writeFile | ll.AccessFSReadDir | ll.AccessFSRemoveDir | ll.AccessFSRemoveFile | ll.AccessFSMakeDir | ll.AccessFSMakeReg |
		ll.AccessFSMakeSock | ll.AccessFSMakeFifo | ll.AccessFSMakeSym
)

// restrictFiles puts landlock on the calling thread: files, and signals and abstract sockets where the kernel can. It returns
// the version that is in force, 0 for none.
func restrictFiles(p Policy) (abi int, lacks []Lack, err error) {
	abi = landlockABI()
	if abi == 0 {
		return 0, []Lack{{What: "it can read and write what its user can", Why: "the kernel has no landlock, or it is not enabled", Essential: true}}, nil
	}
	ruleset, flags, err := handled(abi, p.Net).NewRulesetFD(fileRules(p, abi)...)
	if err != nil {
		return 0, nil, fmt.Errorf("landlock: %w", err)
	}
	defer func() { _ = unix.Close(ruleset) }()
	if err := ll.LandlockRestrictSelf(ruleset, flags); err != nil {
		return 0, []Lack{{What: "it can read and write what its user can", Why: "landlock: " + err.Error(), Essential: true}}, nil
	}
	return abi, oldLandlock(abi, p), nil
}

// handled is what this kernel can refuse. The network of a plugin that may use it is left alone: it would be refused whole.
func handled(abi int, net bool) landlock.Config {
	c := landlock.V11
	if net {
		c.HandledAccessNet = 0
	}
	return c.BestEffort()
}

func fileRules(p Policy, abi int) []landlock.Rule {
	var rules []landlock.Rule
	paths := append(append([]string{}, system...), p.Read...)
	if p.Net {
		paths = append(paths, network...)
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			rights := landlock.AccessFSSet(readFile)
			if info.IsDir() {
				rights = readDir
			}
			rules = append(rules, access(rights, path, abi))
		}
	}
	for _, path := range p.Write {
		rights := landlock.AccessFSSet(writeDir)
		if abi >= abiRefer {
			rights |= ll.AccessFSRefer
		}
		rules = append(rules, access(rights|ll.AccessFSResolveUnix, path, abi))
	}
	return append(rules, access(writeFile, os.DevNull, abi))
}

// access grants of the rights those that this kernel knows; what it does not know it does not refuse.
func access(rights landlock.AccessFSSet, path string, abi int) landlock.Rule {
	if abi < abiTruncate {
		rights &^= ll.AccessFSTruncate
	}
	if abi < abiUnix {
		rights &^= ll.AccessFSResolveUnix
	}
	return landlock.PathAccess(rights, filepath.Clean(path)).IgnoreIfMissing()
}

// oldLandlock says what later versions would refuse.
func oldLandlock(abi int, p Policy) []Lack {
	var lacks []Lack
	for _, l := range []struct {
		abi     int
		covered bool // by a namespace
		what    string
	}{
		{abiTruncate, p.Hidden, "it can truncate files of its user that it knows the names of"},
		{abiScopes, p.Spaces, "it can connect to abstract unix sockets of its network namespace"},
		{abiUnix, p.Hidden, "it can connect to unix sockets that its user may write to"},
	} {
		if abi < l.abi && !l.covered {
			lacks = append(lacks, Lack{What: l.what, Why: fmt.Sprintf("the kernel has version %d of landlock, that needs version %d", abi, l.abi)})
		}
	}
	return lacks
}

// landlockABI is the version of the kernel's landlock; 0: none.
func landlockABI() int {
	v, err := ll.LandlockGetABIVersion()
	if err != nil {
		return 0
	}
	if v >= abiScopes {
		// The first kernels with scopes kept a program's threads from signalling each other (erratum 2).
		if errata, err := ll.LandlockGetErrata(); err != nil || errata&2 == 0 {
			return abiScopes - 1
		}
	}
	return v
}
