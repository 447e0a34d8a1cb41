package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/output"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// hostileEnv names a folder with the hostile plugin already built, for a run as another user.
const hostileEnv = "DOUGONG_TEST_HOSTILE"

// names under which the hostile plugin is started; see its main.
var hostileNames = []string{"hostile", "silent", "quits", "prints", "floods", "clings", "liar"}

var (
	hostileOnce sync.Once
	hostileDir  string
	errHostile  error
)

// buildHostile builds the hostile plugin once, under all its names.
func buildHostile(t *testing.T) string {
	t.Helper()
	hostileOnce.Do(func() {
		if hostileDir = os.Getenv(hostileEnv); hostileDir != "" {
			return
		}
		if hostileDir, errHostile = os.MkdirTemp("", "dougong-hostile-"); errHostile != nil {
			return
		}
		cmd := exec.Command("go", "build", "-o", filepath.Join(hostileDir, hostileNames[0]), "./internal/hostile")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			errHostile = fmt.Errorf("build the hostile plugin: %w\n%s", err, out)
			return
		}
		for _, name := range hostileNames[1:] {
			if errHostile = os.Link(filepath.Join(hostileDir, hostileNames[0]), filepath.Join(hostileDir, name)); errHostile != nil {
				return
			}
		}
		errHostile = os.WriteFile(filepath.Join(hostileDir, manifest.FileName), []byte(`id: com.example.hostile
version: 1.0.0
publisher: Example
summary: {en: A plugin that attacks its host}
provides: [example.hostile/v1]
runtime: {process: {any: hostile}}
requires: {files: true}
limits: {memory_mb: 64}
`), 0o644)
	})
	if errHostile != nil {
		t.Fatal(errHostile)
	}
	return hostileDir
}

// removeHostile tidies up after all tests.
func removeHostile() {
	if hostileDir != "" && os.Getenv(hostileEnv) == "" {
		_ = os.RemoveAll(hostileDir)
	}
}

// hostile starts the hostile plugin under a name.
func hostile(t *testing.T, name string, opts Options, change func(*manifest.Manifest), data string) (*suite.Plugin, error) {
	t.Helper()
	dir := buildHostile(t)
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	m.Runtime.Process = map[string]string{"any": name}
	m.Limits.CallTimeout = suite.Patience
	if change != nil {
		change(m)
	}
	s := suite.Suite{Kind: suite.Process, Runtime: New(opts)}
	return s.StartSpec(t, plugin.Spec{Manifest: m, Dir: dir, DataDir: data})
}

func hostileInfo(method string) pdk.Info {
	info := suite.Info(method)
	info.Capability = "example.hostile/v1"
	return info
}

// answer is what the hostile plugin says about an attack.
type answer struct {
	Refusal string `json:"refusal"`
	PIDs    []int  `json:"pids"`
}

func attack(t *testing.T, p *suite.Plugin, name, target string, pid int) answer {
	t.Helper()
	var a answer
	if err := p.Do(hostileInfo("attack"), map[string]any{"attack": name, "target": target, "pid": pid}, &a); err != nil {
		t.Fatalf("attack %s on %q: %v", name, target, err)
	}
	return a
}

func TestHostileStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, want string }{
		{"silent", "did not complete the handshake within 3s"},
		{"quits", "ended during the handshake (exit status 7); it printed: the licence has expired"},
		{"prints", "printed something else than the handshake (Unrecognized remote plugin message: Welcome to the plugin!)"},
		{"floods", "printed something else than the handshake"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := hostile(t, c.name, Options{StartTimeout: 3 * time.Second}, nil, t.TempDir())
			if pdk.Code(err) == 0 || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `plugin "com.example.hostile"`) || len(err.Error()) > 2000 {
				t.Errorf("got %.3000v, want %q", err, c.want)
			}
		})
	}
}

// TestLies has a plugin answer past the kit's checks.
func TestLies(t *testing.T) {
	t.Parallel()
	p, err := hostile(t, "liar", Options{}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method string
		code   int
		want   string
	}{
		{"garbage", pdk.CodeUnavailable, "garbage"},
		{"huge", pdk.CodeTooLarge, "larger than max"},
		{"code", pdk.CodeInternal, "no error at all"},
	} {
		err := p.Do(hostileInfo(c.method), nil, nil)
		if pdk.Code(err) != c.code || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want code %d with %q", c.method, err, c.code, c.want)
		}
	}
	if err := p.Do(hostileInfo("nothing"), nil, nil); err != nil {
		t.Errorf("after the lies, an empty answer: %v", err)
	}
}

// TestFlood lets the plugin log as fast as it can: what the host keeps is bounded, and it says what is missing.
func TestFlood(t *testing.T) {
	t.Parallel()
	p, err := hostile(t, "hostile", Options{}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const lines = 5000
	if err := p.Do(hostileInfo("flood"), map[string]int{"lines": lines}, nil); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	kept, dropped := 0, 0
	for _, l := range p.Host.Logs() {
		var n int
		if _, err := fmt.Sscanf(l.Message, "the plugin logs too much: %d lines", &n); err == nil {
			dropped += n
		}
		if strings.HasPrefix(l.Message, "flood") {
			kept++
		}
	}
	if dropped == 0 || kept+dropped < 2*lines || kept < output.MaxLinesPerSecond {
		t.Errorf("%d lines are kept and %d said to be dropped, of %d", kept, dropped, 2*lines)
	}
}

// TestSpin lets the plugin keep every processor busy: others answer meanwhile, and it is ended.
func TestSpin(t *testing.T) {
	t.Parallel()
	p, err := hostile(t, "hostile", Options{Grace: 300 * time.Millisecond}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	other, err := hostile(t, "hostile", Options{}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	go func() {
		if _, err := p.Host.WaitLog(ctx, "began"); err != nil {
			t.Error(err)
		}
		var out string
		if err := other.Do(hostileInfo("echo"), "here", &out); err != nil || out != "here" {
			t.Errorf("meanwhile another plugin says %q, %v", out, err)
		}
		cancel()
	}()
	if err := p.DoContext(ctx, hostileInfo("spin"), nil, nil); pdk.Code(err) != pdk.CodeCanceled {
		t.Errorf("got %v, want code %d", err, pdk.CodeCanceled)
	}
	ended(t, p)
	if err := p.Err(); err == nil || !strings.Contains(err.Error(), "spin") {
		t.Errorf("Err() = %v", err)
	}
}
