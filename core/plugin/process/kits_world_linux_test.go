package process_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// allowed are the variables that docs/wire-protocol.md lists.
var allowed = map[string]bool{"DOUGONG_PLUGIN": true, "DOUGONG_LIFELINE": true, "DOUGONG_DATA_DIR": true, "GOMEMLIMIT": true, "TMPDIR": true, "DOUGONG_FRAMES": true}

// TestKitWorld checks what a script is given: its interpreter and itself, and nothing of the host's surroundings.
func TestKitWorld(t *testing.T) {
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	eachKit(t, func(t *testing.T, k *kit) {
		data, err := filepath.EvalSymlinks(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		r := k.startIn(t, process.Options{Grace: grace}, data)
		m, err := manifest.Load(k.dir)
		if err != nil {
			t.Fatal(err)
		}
		name, err := m.ThisExecutable()
		if err != nil {
			t.Fatal(err)
		}
		script := filepath.Join(k.dir, name)
		proc := filepath.Join("/proc", process.PID(r.Instance))
		args := words(t, filepath.Join(proc, "cmdline"))
		if len(args) != 2 || !filepath.IsAbs(args[0]) || filepath.Base(args[0]) != m.Runtime.Interpreter || args[1] != script {
			t.Errorf("it was started as %q, want an interpreter and %s", args, script)
		}
		for _, variable := range words(t, filepath.Join(proc, "environ")) {
			key, value, _ := strings.Cut(variable, "=")
			if !allowed[key] && !strings.HasPrefix(key, "PLUGIN_") {
				t.Errorf("the environment has %s=%.100s", key, value)
			}
			if key == "DOUGONG_DATA_DIR" && value != data {
				t.Errorf("the private folder is %s, want %s", value, data)
			}
		}
		for link, want := range map[string]string{"cwd": data, "fd/3": script} {
			if got, err := os.Readlink(filepath.Join(proc, link)); err != nil || got != want {
				t.Errorf("%s is %s, %v, want %s", link, got, err, want)
			}
		}
		r.alive()
		caches, err := filepath.Glob(filepath.Join(k.dir, "*", "__pycache__"))
		if err != nil || len(caches) != 0 {
			t.Errorf("it has written to its own folder: %v, %v", caches, err)
		}
	})
}

// words reads a file of strings that each end with a zero byte.
func words(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
}

// TestInterpreter has scripts fail in ways that their author has to understand.
func TestInterpreter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, interpreter, script, checksum, want string }{
		{"not installed", "no-such-program", "", "", `its interpreter "no-such-program" is not in /usr/bin, /bin, /usr/local/bin`},
		{"changed", "sh", "exit 0", strings.Repeat("0", 64), "the file was changed after it was checked"},
		{"says why", "sh", "echo cannot find my library >&2; exit 3", "", "ended during the handshake (exit status 3); it printed: cannot find my library"},
		{"prints", "sh", "echo hello; read x", "", "printed something else than the handshake"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "run"), []byte(c.script), 0o644); err != nil {
				t.Fatal(err)
			}
			suite.WriteManifest(t, dir, "runtime: {process: {any: run}, interpreter: "+c.interpreter+"}\n")
			m, err := manifest.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
			defer cancel()
			spec := plugin.Spec{Manifest: m, Dir: dir, Checksum: c.checksum, Services: suite.NewHost()}
			p, err := process.New(process.Options{StartTimeout: suite.Patience}).Start(ctx, spec)
			if err == nil {
				_ = p.Close(ctx)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %q", err, c.want)
			}
		})
	}
}
