package sandbox

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestFilterOfArm64 builds these tests for arm64 and runs those of the filter there: its program is assembled from that
// architecture's numbers and judged as on this one.
func TestFilterOfArm64(t *testing.T) {
	t.Parallel()
	if runtime.GOARCH == "arm64" {
		return // TestFilter is it
	}
	emulator, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		if emulator, err = exec.LookPath("qemu-aarch64"); err != nil {
			t.Fatal("no qemu-aarch64: next: apt-get install qemu-user-static")
		}
	}
	binary := filepath.Join(t.TempDir(), "arm64.test")
	build := exec.Command("go", "test", "-c", "-o", binary, ".")
	build.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build for arm64: %v\n%s", err, out)
	}
	run := exec.Command(emulator, binary, "-test.run", "^(TestFilter|TestNames)$", "-test.v")
	out, err := run.CombinedOutput()
	if err != nil || strings.Count(string(out), "--- PASS: Test") != 2 {
		t.Errorf("on arm64: %v\n%s", err, out)
	}
}
