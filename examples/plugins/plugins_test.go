package plugins_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/core/plugin/runtimes"
	pdk "github.com/dougong-dev/dougong/pdk/go"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

// The examples as a vendor would ship them: built, loaded by a host with their own contracts, and called.
func TestExamples(t *testing.T) {
	if testing.Short() {
		return // it builds all examples, modules among them
	}
	const built = "../../bin/example-plugins"
	if out, err := exec.Command("go", "run", "../../plugins/internal/build", "-o", built, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	c := config.Default()
	c.Data, c.Policy.Trace = t.TempDir(), config.TraceOff
	for _, id := range []string{"com.example.idnumber", "com.example.countdown"} {
		path, err := filepath.Abs(filepath.Join(built, id))
		if err != nil {
			t.Fatal(err)
		}
		c.Plugins = append(c.Plugins, config.Plugin{ID: id, Path: path, APIs: []string{config.AllAPIs}})
	}
	c.MiniApps = []config.MiniApp{{ID: "shop", Path: "."}}
	k := kernel(t, c, process.Options{Sandbox: sandbox.Required})
	events := make(chan capability.Event, 100)
	call := func(name, in string) (string, error) {
		area, method, _ := strings.Cut(name, " ")
		info := pdk.Info{Capability: area, Method: method, App: "shop", User: "ann"}
		out, err := k.Call(t.Context(), &capability.Call{Info: info, Payload: pdk.Payload{JSON: []byte(in)}, Events: func(e capability.Event) { events <- e }})
		return string(out.JSON), err
	}

	if got, err := call("com.example.idnumber/v1 checkIdNumber", `{"number":"11010519491231002X"}`); err != nil || !strings.Contains(got, `"birthday":"1949-12-31"`) {
		t.Errorf("checkIdNumber: %s %v", got, err)
	}
	for in, code := range map[string]int{`{"number":"1"}`: 10001, `{"number":1}`: pdk.CodeInvalidParams, `{}`: pdk.CodeInvalidParams} {
		if got, err := call("com.example.idnumber/v1 checkIdNumber", in); pdk.AsError(err) == nil || pdk.AsError(err).Code != code {
			t.Errorf("checkIdNumber(%s): %s %v, want code %d", in, got, err, code)
		}
	}

	if _, err := call("com.example.countdown/v1 startCountdown", `{"seconds":0.3,"interval":0.1}`); err != nil {
		t.Fatal(err)
	}
	var names []string
	for late := time.After(20 * time.Second); ; {
		select {
		case e := <-events:
			names = append(names, e.Name)
			if e.Final {
				if e.Name != "finish" || names[0] != "tick" {
					t.Errorf("events %v", names)
				}
				return
			}
		case <-late:
			t.Fatalf("the countdown did not finish; events %v", names)
		}
	}
}

// kernel runs plugins until the test ends.
func kernel(t *testing.T, c *config.Config, o process.Options) *core.Kernel {
	t.Helper()
	r, err := runtimes.New(runtimes.Options{CacheDir: "../../bin/wasm-cache", Process: o})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(context.Background()) })
	k, err := core.New(t.Context(), c, core.Options{Runtime: r, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return k
}
