package mobile_test

import (
	"os"
	"os/exec"
	"testing"
)

// TestCross compiles the package for phones, without cgo, and vets it for Android; vet wants to link tests, which iOS lets no
// one do without cgo.
func TestCross(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it compiles everything, twice
	}
	for goos, commands := range map[string][][]string{"android": {{"build", "."}, {"vet", "."}}, "ios": {{"build", "."}}} {
		t.Run(goos, func(t *testing.T) { // one after the other: each takes the whole machine
			for _, args := range commands {
				cmd := exec.Command("go", args...)
				cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=arm64", "CGO_ENABLED=0")
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("go %s: %v\n%s", args[0], err, out)
				}
			}
		})
	}
}
