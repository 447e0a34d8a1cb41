package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// contractDir is the folder in a plugin's own where it keeps contracts of its vendor.
const contractDir = "contracts"

type builder struct {
	out, platform string
	jobs          int
	log           io.Writer

	mu   sync.Mutex
	done int
}

// job is one plugin to build.
type job struct {
	dir      string
	manifest *manifest.Manifest
}

func (b *builder) run(roots []string) error {
	jobs, err := find(roots)
	if err != nil {
		return err
	}
	queue := make(chan job)
	var wg sync.WaitGroup
	errs := make([]error, max(b.jobs, 1))
	for i := range errs {
		wg.Go(func() {
			for j := range queue {
				errs[i] = errors.Join(errs[i], b.one(j, len(jobs)))
			}
		})
	}
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	wg.Wait()
	return errors.Join(errs...)
}

// find reads the manifests of all plugins below the roots.
func find(roots []string) ([]job, error) {
	var jobs []job
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() != manifest.FileName {
				return err
			}
			m, err := manifest.Load(filepath.Dir(path))
			jobs = append(jobs, job{filepath.Dir(path), m})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(jobs) == 0 {
		return nil, fmt.Errorf("no %s below %s", manifest.FileName, strings.Join(roots, ", "))
	}
	return jobs, nil
}

// one builds a plugin. The compiler's cache makes an unchanged one cheap.
func (b *builder) one(j job, total int) error {
	begin := time.Now()
	target, env, err := b.target(j.manifest)
	if err != nil {
		return fmt.Errorf("%s: %w", j.manifest.ID, err)
	}
	folder := filepath.Join(b.out, j.manifest.ID)
	file := filepath.Join(folder, filepath.FromSlash(target))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := compile(j.dir, file, env); err != nil {
		return fmt.Errorf("%s: %w", j.manifest.ID, err)
	}
	names := []string{manifest.FileName, j.manifest.Readme, j.manifest.Icon}
	contracts, err := filepath.Glob(filepath.Join(j.dir, contractDir, "*.yaml"))
	if err != nil {
		return err
	}
	for _, c := range contracts {
		names = append(names, filepath.Join(contractDir, filepath.Base(c)))
	}
	for _, name := range names {
		if err := copyFile(j.dir, folder, name); err != nil {
			return err
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	_, _ = fmt.Fprintf(b.log, "[%d/%d] %-24s %-28s %5.1f MB %6.1fs\n", b.done, total, j.manifest.ID, target, float64(info.Size())/1e6, time.Since(begin).Seconds())
	return nil
}

// target is the file that the manifest names for the platform, and the environment to build it in.
func (b *builder) target(m *manifest.Manifest) (string, []string, error) {
	if m.Runtime.Wasm != nil {
		return m.Runtime.Wasm.Module, []string{"GOOS=wasip1", "GOARCH=wasm"}, nil
	}
	goos, goarch, ok := strings.Cut(b.platform, "/")
	file := m.Runtime.Process[b.platform]
	if file == "" {
		file = m.Runtime.Process["any"]
	}
	if !ok || file == "" {
		return "", nil, fmt.Errorf("its manifest names no executable for %s under runtime.process", b.platform)
	}
	return file, []string{"GOOS=" + goos, "GOARCH=" + goarch}, nil
}

func compile(dir, file string, env []string) error {
	absolute, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	args := []string{"build", "-trimpath", "-ldflags=-s -w", "-o", absolute}
	if env[0] == "GOOS=wasip1" {
		args = append(args, "-buildmode=c-shared")
	}
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, text)
	}
	return nil
}

// copyFile copies a file of the plugin that is there; which ones have to be is the manifest's business.
func copyFile(from, to, name string) error {
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(from, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	target := filepath.Join(to, name)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, text, 0o644)
}
