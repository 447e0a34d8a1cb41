package main

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/internal/wine"
)

// TestWindows builds the library for Windows, links the example against it, and runs it under Wine.
func TestWindows(t *testing.T) {
	t.Parallel()
	if testing.Short() || runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "till.exe")
	do(t, []string{"CGO_ENABLED=1", "GOOS=windows", "GOARCH=amd64", "CC=" + wine.CC}, "go", "build", "-buildmode=c-shared", "-o", filepath.Join(dir, "libdougong.dll"), ".")
	do(t, nil, wine.CC, "-Wall", "-Wextra", "-Werror", "-I", dir, example, filepath.Join(dir, "libdougong.dll"), "-o", program)
	cmd := wine.New(t).Command(program, wine.Path(t, order), wine.Path(t, contract), wine.Path(t, filepath.Join(dir, "data")))
	out, err := cmd.CombinedOutput()
	inOrder(t, strings.ReplaceAll(string(out), "\r\n", "\n"), conversation...)
	// Go removes a folder's files by handle, which Wine 8 has not learnt: the host's own folder then stays, and stop says so.
	const unlearnt = "contract.yaml: Invalid function. (code 1)"
	if !strings.Contains(string(out), "a stopped host: code 14") && !strings.Contains(string(out), unlearnt) || err != nil && !strings.Contains(string(out), unlearnt) {
		t.Errorf("%v\n%s", err, out)
	}
}
