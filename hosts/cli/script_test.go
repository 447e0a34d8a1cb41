package cli_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/hosts/cli"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	isolate.Main()
	testscript.Main(m, map[string]func(){
		"dougong": func() { os.Exit(cli.Main()) },
		"alone":   alone,
	})
}

// TestScripts runs testdata/script. A script whose name begins with "slow_" is left out of -short runs.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var chosen []string
	for _, file := range files {
		if !testing.Short() || !strings.HasPrefix(filepath.Base(file), "slow_") {
			chosen = append(chosen, file)
		}
	}
	testscript.Run(t, testscript.Params{
		Files: chosen, Setup: setup, Cmds: map[string]func(*testscript.TestScript, bool, []string){"await": await, "heavy": heavy, "readtoken": readToken},
	})
}

// plugins builds the first-party plugins, once, and returns their folder.
func plugins(repo string) (string, error) {
	buildPlugins.Do(func() {
		cmd := exec.Command("go", "run", "./plugins/internal/build", "-o", filepath.Join("bin", "plugins"))
		cmd.Dir = repo
		if out, err := cmd.CombinedOutput(); err != nil {
			errPlugins = fmt.Errorf("build the plugins: %w\n%s", err, out)
		}
	})
	return filepath.Join(repo, "bin", "plugins"), errPlugins
}

var (
	buildPlugins sync.Once
	errPlugins   error
)

// setup lets scripts find the built plugins as $PLUGINS, and what toolchain gives them.
func setup(env *testscript.Env) error {
	if err := toolchain(env); err != nil || testing.Short() {
		return err
	}
	dir, err := plugins(env.Getenv("REPO"))
	env.Setenv("PLUGINS", dir)
	return err
}

// toolchain lets scripts use the Go toolchain with the caches of this user, and find the repository as $REPO.
func toolchain(env *testscript.Env) error {
	for _, name := range []string{"GOMODCACHE", "GOCACHE", "GOPROXY", "GOSUMDB", "GOFLAGS", "GOTOOLCHAIN"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			return err
		}
		env.Setenv(name, strings.TrimSpace(string(out)))
	}
	repo, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	env.Setenv("REPO", repo)
	env.Setenv("CGO_ENABLED", "0")
	return nil
}

// await waits until a file is there: `await data/admin.sock`. The folder that it appears in exists already.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	file := ts.MkAbs(args[0])
	w, err := fsnotify.NewWatcher()
	ts.Check(err)
	defer func() { _ = w.Close() }()
	ts.Check(w.Add(filepath.Dir(file)))
	late := time.After(time.Minute)
	for {
		if _, err := os.Stat(file); err == nil {
			return
		}
		select {
		case <-w.Events:
		case <-late:
			ts.Fatalf("%s did not appear", file)
		}
	}
}

// heavy writes a WebAssembly module of one function that takes any machine seconds to compile.
func heavy(ts *testscript.TestScript, _ bool, args []string) {
	body := append([]byte{0}, bytes.Repeat([]byte{0x20, 0, 0x04, 0x40, 0x0b}, 14_000)...) // local.get 0; if; end
	body = append(body, 0x0b)
	size := func(n int) []byte { return binary.AppendUvarint(nil, uint64(n)) }
	code := slices.Concat([]byte{1}, size(len(body)), body)
	module := slices.Concat([]byte("\x00asm\x01\x00\x00\x00\x01\x05\x01\x60\x01\x7f\x00\x03\x02\x01\x00\x0a"), size(len(code)), code)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), module, 0o600))
}
