package mobile_test

import (
	"os"
	"os/exec"
	"testing"
)

// TestCross compiles the package for phones, without cgo, and vets it there.
func TestCross(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it compiles everything, twice
	}
	for _, goos := range []string{"android", "ios"} {
		t.Run(goos, func(t *testing.T) { // one after the other: each takes the whole machine
			for _, args := range [][]string{{"build", "."}, {"vet", "."}} {
				cmd := exec.Command("go", args...)
				cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=arm64", "CGO_ENABLED=0")
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("go %s: %v\n%s", args[0], err, out)
				}
			}
		})
	}
}
