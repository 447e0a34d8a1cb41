package compose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// HostPackage is the program that is built for platforms other than this machine's.
const HostPackage = "github.com/dougong-dev/dougong/hosts/cmd/dougong"

// HostFinder finds the host's program for a platform: one that was given, the running one, or one that the Go toolchain
// builds.
type HostFinder struct {
	// Given are files, by platform.
	Given map[string]string
	// Source is a folder of a Go module in which Package can be built: ours, or one that requires it.
	Source string
	// Package is what is built; "": HostPackage, and then this machine's is the running program.
	Package string
	// Dir takes what is built.
	Dir string
	// Running is the running program; "": os.Executable.
	Running string
}

// Find implements BuildOptions.Hosts.
func (h *HostFinder) Find(ctx context.Context, platform string) (string, error) {
	if file := h.Given[platform]; file != "" {
		if !isFile(file) {
			return "", fmt.Errorf("the host for %s: %s is not a file", platform, file)
		}
		return file, nil
	}
	if platform == runtime.GOOS+"/"+runtime.GOARCH && h.Package == "" {
		if h.Running != "" {
			return h.Running, nil
		}
		return os.Executable()
	}
	return h.build(ctx, platform)
}

func (h *HostFinder) build(ctx context.Context, platform string) (string, error) {
	tool, err := exec.LookPath("go")
	if err != nil {
		return "", fmt.Errorf("the host for %s has to be built, and the Go toolchain is not here\nnext: install Go (https://go.dev/dl), or give the program: --host-binary %s=FILE", platform, platform)
	}
	system, arch, _ := strings.Cut(platform, "/")
	name := "dougong"
	if system == "windows" {
		name += ".exe"
	}
	out, err := filepath.Abs(filepath.Join(h.Dir, system+"-"+arch, name))
	if err != nil {
		return "", err
	}
	target := h.Package
	if target == "" {
		target = HostPackage
	}
	cmd := exec.CommandContext(ctx, tool, "build", "-trimpath", "-buildvcs=false", "-o", out, target)
	cmd.Dir = h.Source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+arch)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return "", errors.Join(fmt.Errorf("build the host for %s: %w\n%s\nnext: name a folder of dougong's source with --source, or give the program: --host-binary %s=FILE", platform, err, strings.TrimSpace(said.String()), platform))
	}
	return out, nil
}
