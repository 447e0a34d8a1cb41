package process_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// conformance is the capability that every kit's conformance plugin provides.
const conformance = "dougong.conformance/v1"

const trace = "0123456789abcdef0123456789abcdef"

// pdkDir holds the kits.
const pdkDir = "../../../pdk"

// kit is one kit for process plugins; it is copied and built once.
type kit struct {
	name   string
	folder string // below the kit's
	once   sync.Once
	dir    string // of the built plugin
	err    error
}

var (
	kits     = []*kit{{name: "python", folder: "conformance"}, {name: "node", folder: "conformance"}}
	examples = []*kit{{name: "python", folder: "example"}, {name: "node", folder: "example"}}
)

// kitsDir is where the kits are built.
var kitsDir = filepath.Join(os.TempDir(), fmt.Sprintf("dougong-kits-%d", os.Getpid()))

// users counts the tests that use what has been built there; the last one removes it.
var users atomic.Int32

// eachKit runs a test for every kit of the list, in parallel with all others.
func eachKit(t *testing.T, test func(*testing.T, *kit)) { each(t, kits, test) }

func each(t *testing.T, list []*kit, test func(*testing.T, *kit)) {
	users.Add(1) // no parallel test goes on before all have come to this point
	t.Cleanup(func() {
		if users.Add(-1) > 0 {
			return
		}
		if err := os.RemoveAll(kitsDir); err != nil {
			t.Error(err)
		}
		for _, k := range slices.Concat(kits, examples) {
			*k = kit{name: k.name, folder: k.folder}
		}
	})
	t.Parallel()
	for _, k := range list {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			test(t, k)
		})
	}
}

// built copies the kit out of the repository, so that nothing is written there, and carries out the build steps.
func (k *kit) built(t *testing.T) string {
	t.Helper()
	k.once.Do(func() { k.dir, k.err = k.build() })
	if k.err != nil {
		t.Fatal(k.err)
	}
	return k.dir
}

func (k *kit) build() (string, error) {
	root := filepath.Join(kitsDir, k.folder, k.name)
	if err := copyKit(root, filepath.Join(pdkDir, k.name)); err != nil {
		return "", err
	}
	dir := filepath.Join(root, k.folder)
	m, err := manifest.Load(dir)
	if err != nil {
		return "", err
	}
	for _, step := range m.Build {
		cmd := exec.Command(step.Run[0], step.Run[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w\n%s", strings.Join(step.Run, " "), err, out)
		}
	}
	// The kit's own tests find the packages there, too.
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err == nil {
		return dir, os.Symlink(filepath.Join(k.folder, "node_modules"), filepath.Join(root, "node_modules"))
	}
	return dir, nil
}

// copyKit copies a kit's folder but not what has been built in it.
func copyKit(to, from string) error {
	skip := map[string]bool{"node_modules": true, "dougong": true, "__pycache__": true}
	return filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case entry.IsDir() && skip[entry.Name()] && rel != "dougong":
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}

var contracts = sync.OnceValues(func() (*contract.Contract, error) {
	all, err := contract.Load(os.DirFS(filepath.Join(pdkDir, "conformance", "contracts")))
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.Capability == conformance {
			return c, nil
		}
	}
	return nil, fmt.Errorf("no contract %s", conformance)
})

// denying is a host that denies the web below denied.example.
type denying struct{ *suite.Host }

func (d denying) Service(ctx context.Context, id string, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	if name == pdk.ServiceHTTPRequest && bytes.Contains(in.JSON, []byte("denied.example")) {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "plugin %q is not granted denied.example", id)
	}
	return d.Host.Service(ctx, id, info, name, in)
}

// running is a started conformance plugin.
type running struct {
	plugin.Instance
	host *suite.Host
	kit  *kit
	t    *testing.T
}

func (k *kit) start(t *testing.T, opts process.Options) *running {
	t.Helper()
	return k.startIn(t, opts, "")
}

// startIn starts a plugin that has a private folder.
func (k *kit) startIn(t *testing.T, opts process.Options, data string) *running {
	t.Helper()
	dir := k.built(t)
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	opts.StartTimeout = suite.Patience // eight processes may be starting at once
	host := suite.NewHost()
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	p, err := process.New(opts).Start(ctx, plugin.Spec{Manifest: m, Dir: dir, DataDir: data, Services: denying{host}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
		defer cancel()
		if err := p.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &running{p, host, k, t}
}

func info(method string) pdk.Info { return infoOf(conformance, method) }

func infoOf(capability, method string) pdk.Info {
	return pdk.Info{Capability: capability, Method: method, App: "应用", User: "local", Page: "pages/index", Trace: trace}
}

// raw calls a method as the dispatch chain does.
func (r *running) raw(ctx context.Context, info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	c, err := contracts()
	if err != nil {
		return pdk.Payload{}, err
	}
	return r.Call(ctx, &capability.Call{Info: info, Payload: in, Contract: c.Method(info.Method)})
}

func (r *running) doContext(ctx context.Context, info pdk.Info, in, out any) error {
	payload, err := pdk.Encode(in)
	if err != nil {
		return err
	}
	if payload, err = r.raw(ctx, info, payload); err != nil || out == nil {
		return err
	}
	return pdk.Decode(payload, out)
}

func (r *running) do(method string, in, out any) error {
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	return r.doContext(ctx, info(method), in, out)
}

// alive checks that the plugin still answers.
func (r *running) alive() {
	r.t.Helper()
	var out struct{ Count int }
	if err := r.do("count", nil, &out); err != nil || out.Count < 1 {
		r.t.Errorf("after that, count = %+v, %v", out, err)
	}
}

// mustFail checks a failure's code and that its message contains want.
func mustFail(t *testing.T, err error, code int, want string) {
	t.Helper()
	if pdk.Code(err) != code || !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("got %v, want code %d with %q", err, code, want)
	}
}

func patience(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	t.Cleanup(cancel)
	return ctx
}

const grace = 5 * time.Second // a busy machine must not make a plugin look hung
