package trust_test

import (
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

const alone = "DOUGONG_TEST_WITHOUT_NETWORK"

// TestVerifyWithNoNetwork runs the offline file's test again in a network namespace of its own, in which there is nobody:
// whatever wanted to call out would fail.
func TestVerifyWithNoNetwork(t *testing.T) {
	t.Parallel()
	if os.Getenv(alone) != "" {
		return // this is the child, which runs the other test
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^(TestOfflineFile|TestNobodyIsThere)$", "-test.count", "1")
	cmd.Env = append(os.Environ(), alone+"=1")
	id := func(n int) []syscall.SysProcIDMap { return []syscall.SysProcIDMap{{HostID: n, Size: 1}} }
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET, UidMappings: id(os.Getuid()), GidMappings: id(os.Getgid())}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("without a network: %v\n%s", err, out)
	}
}

// TestNobodyIsThere is for the child: it has no interface that is up.
func TestNobodyIsThere(t *testing.T) {
	t.Parallel()
	if os.Getenv(alone) == "" {
		return // the parent has a network
	}
	list, err := net.Interfaces()
	check(t, err)
	for _, i := range list {
		if i.Flags&net.FlagUp != 0 {
			t.Errorf("the interface %s is up", i.Name)
		}
	}
	if c, err := net.Dial("tcp", "127.0.0.1:1"); err == nil {
		t.Error("a connection is possible", c.Close())
	}
}
