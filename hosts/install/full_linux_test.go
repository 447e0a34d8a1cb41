package install_test

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestFullDisk: what does not fit changes nothing, gives back its room, and is installed once there is room.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Fatal("only root can mount the small disk that this test fills; run the tests as root, as .ci/test.sh does")
	}
	h := newHouse(t)
	data := t.TempDir()
	check(t, syscall.Mount("tmpfs", data, "tmpfs", 0, "size=10m"))
	t.Cleanup(func() { check(t, syscall.Unmount(data, 0)) })
	h.large(pay, "1.0.0", 1)
	me := h.host(data)
	_, err := me.install(pay)
	check(t, err)
	filler := data + "/filler"
	check(t, os.WriteFile(filler, make([]byte, 3<<20), 0o600))
	h.large(pay, "1.1.0", 2)
	_, err = me.install(pay)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "fetch com.acme.pay@1.1.0") {
		t.Errorf("got %v, want no space left", err)
	}
	me.want("com.acme.pay 1.0.0")
	if n := files(t, data, "partial"); n != 0 {
		t.Errorf("%d files keep the disk full", n)
	}
	check(t, os.Remove(filler))
	_, err = me.install(pay)
	check(t, err)
	me.want("com.acme.pay 1.1.0")
}
