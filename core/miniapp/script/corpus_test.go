package script

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view/raster"
)

// npmPackage gives the folder of a package as npm serves it, out of a cache in the user's cache folder.
func npmPackage(t testing.TB, name, version string) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "dougong-test", strings.ReplaceAll(strings.TrimPrefix(name, "@"), "/", "-")+"-"+version)
	if _, err := os.Stat(filepath.Join(dir, "package", "package.json")); err == nil {
		return filepath.Join(dir, "package")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("npm", "pack", name+"@"+version, "--silent", "--pack-destination", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("npm pack %s@%s: %v\n%s", name, version, err, out)
	}
	archives, _ := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if len(archives) != 1 {
		t.Fatalf("npm pack %s@%s left %v", name, version, archives)
	}
	if out, err := exec.Command("tar", "xzf", archives[0], "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("unpack %s: %v\n%s", archives[0], err, out)
	}
	return filepath.Join(dir, "package")
}

// withPackages builds a project of files and npm packages (name → version) in node_modules.
func withPackages(t testing.TB, packages, files map[string]string) *world {
	t.Helper()
	dir := t.TempDir()
	for name, version := range packages {
		target := filepath.Join(dir, "node_modules", filepath.FromSlash(name))
		if err := os.CopyFS(target, os.DirFS(npmPackage(t, name, version))); err != nil {
			t.Fatal(err)
		}
	}
	manifest, err := json.Marshal(map[string]any{"dependencies": packages})
	if err != nil {
		t.Fatal(err)
	}
	files["package.json"] = string(manifest)
	for file, text := range files {
		file = filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := newWorld(t, build(t, compiler.Options{Dir: dir}), withBaselib)
	w.bindShell()
	_ = w.realm.StartApp(nil)
	return w
}

func withBaselib(o *Options) { o.Prelude = []Source{{Name: baselib.Name, Code: baselib.Script()}} }

// bindShell gives the base library what the actor would: no capability answers, fonts load, queries find nothing.
func (w *world) bindShell() {
	for _, name := range []string{"call", "callSync", "route", "bar", "observe", "unobserve", "log", "provided", "invoke", "watch", "unwatch"} {
		w.realm.Bind(name, func([]value.Value) (value.Value, error) { return "", nil })
	}
	w.realm.Bind("ask", func(args []value.Value) (value.Value, error) {
		if settle, ok := args[len(args)-1].(value.Func); ok && args[0] == "loadFontFace" { // fonts are there
			w.jobs = append(w.jobs, func() { _, _ = w.realm.Invoke(settle, value.Null, value.ObjectOf("status", "loaded")) })
		}
		return "", nil
	})
	w.realm.Bind("defer", func(args []value.Value) (value.Value, error) {
		w.jobs = append(w.jobs, func() { _, _ = w.realm.Invoke(args[0].(value.Func)) })
		return nil, nil
	})
	w.bindCanvas()
	w.realm.Bind("query", func(args []value.Value) (value.Value, error) {
		requests := args[0].(*value.Array)
		out := &value.Array{}
		for _, item := range requests.Items {
			rect := value.ObjectOf("id", "", "left", 0.0, "top", 0.0, "right", 100.0, "bottom", 40.0, "width", 100.0, "height", 40.0, "scrollTop", 0.0, "scrollLeft", 0.0)
			if value.Member(value.Member(item, "fields"), "node") == true {
				rect.Set("node", value.ObjectOf("page", 1.0, "node", 7.0, "tag", "canvas", "type", "2d"))
			}
			if single, _ := item.(*value.Object).Get("single"); single == true {
				out.Push(rect)
			} else {
				out.Push(value.NewArray(rect, rect, rect))
			}
		}
		w.jobs = append(w.jobs, func() { _, _ = w.realm.Invoke(args[1].(value.Func), value.Null, out) })
		return nil, nil
	})
	setup := value.ObjectOf(
		"dialect", w.realm.o.Program.App.Dialect, "apis", value.NewArray(), "extApis", value.NewArray(), "components", value.NewObject(0), "plugins", value.NewArray(),
		"system", value.ObjectOf("brand", "devtools", "model", "iPhone 12", "platform", "devtools", "SDKVersion", "3.0.0", "windowWidth", 375.0, "windowHeight", 667.0,
			"statusBarHeight", 20.0, "pixelRatio", 2.0, "screenWidth", 375.0, "screenHeight", 667.0, "system", "Linux", "theme", "light"),
		"launch", value.ObjectOf("path", "pages/index", "query", value.NewObject(0), "scene", 1001.0, "referrerInfo", value.NewObject(0)),
		"account", value.ObjectOf("appId", "test", "version", "1", "envVersion", "develop"),
	)
	if err := w.realm.Emit("setup", setup); err != nil {
		w.t.Fatal(err)
	}
}

// bindCanvas draws without a browser; every canvas that is looked for is there.
func (w *world) bindCanvas() {
	easel := raster.New(raster.Options{Box: func(int) (float64, float64, bool) { return 300, 150, true }})
	w.realm.Bind("page", func([]value.Value) (value.Value, error) { return 1.0, nil })
	for _, name := range []string{"canvasFind", "componentFind"} {
		w.realm.Bind(name, func([]value.Value) (value.Value, error) { return value.ObjectOf("page", 1.0, "target", 7.0), nil })
	}
	w.realm.Bind("draw", func(args []value.Value) (value.Value, error) {
		return nil, easel.Draw(message.Draw{Target: int(value.ToNumber(args[1])), Ops: value.AppendJSON(nil, args[2])})
	})
	answer := func(v value.Value) (value.Value, error) {
		var ask message.CanvasAsk
		if err := json.Unmarshal(value.AppendJSON(nil, v), &ask); err != nil {
			return nil, err
		}
		out, err := easel.Answer(ask)
		if err != nil {
			return value.ObjectOf("failure", value.ObjectOf("message", err.Error())), nil
		}
		raw, err := json.Marshal(out)
		if err != nil {
			return nil, err
		}
		result, err := value.DecodeJSON(raw)
		return value.ObjectOf("result", result), err
	}
	w.realm.Bind("canvasSync", func(args []value.Value) (value.Value, error) { return answer(args[1]) })
	w.realm.Bind("canvas", func(args []value.Value) (value.Value, error) {
		out, err := answer(args[1])
		w.jobs = append(w.jobs, func() {
			failure := value.Member(out, "failure")
			if failure == nil {
				failure = value.Null
			}
			_, _ = w.realm.Invoke(args[2].(value.Func), failure, value.Member(out, "result"))
		})
		return nil, err
	})
}

// dropWarnings forgets warnings: libraries set undefined fields, for one.
func (w *world) dropWarnings() {
	w.logs = slices.DeleteFunc(w.logs, func(l message.Log) bool { return l.Level == "warn" })
}

// rest lets everything happen that waits for at most a second.
func (w *world) rest() {
	end := w.clock.t.Add(time.Second)
	for range 200 {
		if len(w.jobs) > 0 {
			job := w.jobs[0]
			w.jobs = w.jobs[1:]
			job()
			continue
		}
		at, ok := w.realm.NextTimer()
		if !ok || at.After(end) {
			return
		}
		w.clock.add(max(0, at.Sub(w.clock.t)))
		w.realm.RunTimers()
	}
}
