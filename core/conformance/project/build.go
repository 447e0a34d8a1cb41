package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// Build runs the manifest's build steps, in order, in the plugin's folder. Progress and what the programs print go to log.
// Then what the runtime names for this machine has to be there.
func (p *Project) Build(ctx context.Context, log io.Writer) error {
	for i, step := range p.Manifest.Build {
		if _, err := fmt.Fprintf(log, "[%d/%d] %s%s\n", i+1, len(p.Manifest.Build), environment(step.Env), strings.Join(step.Run, " ")); err != nil {
			return err
		}
		if err := p.step(ctx, log, step.Run, step.Env); err != nil {
			return fmt.Errorf("build plugin %q: step %d: %w", p.Manifest.ID, i+1, err)
		}
	}
	for _, name := range p.here() {
		if _, err := p.read(name); err != nil {
			if errors.Is(err, errMissing) && len(p.Manifest.Build) > 0 {
				return fmt.Errorf("plugin %q: the steps under `build` in %s were run and none made %s, which `runtime` names%s; correct the one or the other",
					p.Manifest.ID, manifest.FileName, name, p.alike(name))
			}
			return err
		}
	}
	return nil
}

// alike names the file of the same kind that is there, if there is one.
func (p *Project) alike(name string) string {
	found, err := filepath.Glob(filepath.Join(p.Dir, "*"+filepath.Ext(name)))
	if err != nil || len(found) != 1 || filepath.Ext(name) == "" {
		return ""
	}
	return "; " + filepath.Base(found[0]) + " is there"
}

// here lists what has to be there to run the plugin on this machine.
func (p *Project) here() []string {
	if p.Manifest.Runtime.Wasm != nil {
		return p.Runnable()
	}
	for _, platform := range []string{runtime.GOOS + "/" + runtime.GOARCH, "any"} {
		if file := p.Manifest.Runtime.Process[platform]; file != "" {
			return []string{file}
		}
	}
	return nil
}

func environment(env map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(&b, "%s=%s ", name, env[name])
	}
	return b.String()
}

func (p *Project) step(ctx context.Context, log io.Writer, run []string, env map[string]string) error {
	cmd := exec.CommandContext(ctx, run[0], run[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.Dir, log, log
	cmd.Env = os.Environ()
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the program %q is not installed; %s", run[0], install(filepath.Base(run[0])))
	case err != nil:
		return fmt.Errorf("%s: %w; what it printed stands above", strings.Join(run, " "), err)
	}
	return nil
}

// tools says how to get the programs that our kits build with.
var tools = map[string]string{
	"go":      "get it from https://go.dev/dl",
	"make":    "apt-get install make",
	"clang":   "apt-get install clang lld wasi-libc libclang-rt-dev-wasm32",
	"rustc":   "apt-get install rustc libstd-rust-dev-wasm32",
	"cargo":   "apt-get install cargo",
	"npm":     "apt-get install npm",
	"npx":     "apt-get install npm",
	"node":    "apt-get install nodejs",
	"asc":     "npm install assemblyscript, and call it by npx asc",
	"python3": "apt-get install python3 python3-grpcio",
}

func install(program string) string {
	if how, ok := tools[program]; ok {
		return how
	}
	return "install it, or correct `build` in plugin.yaml"
}
