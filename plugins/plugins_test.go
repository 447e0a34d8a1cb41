package plugins_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/core/plugin/runtimes"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/payment/gateway"
	"github.com/dougong-dev/dougong/plugins/payment/merchant"
)

// The plugins as they are shipped, on the real runtimes, called through the kernel's whole chain.

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

const built = "../bin/plugins"

var build = sync.OnceValue(func() error {
	out, err := exec.Command("go", "run", "./internal/build", "-o", built, ".").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build the plugins: %w\n%s", err, out)
	}
	return nil
})

// user presses buttons.
type user struct {
	press func(permission.Confirmation) int
}

func (user) Ask(context.Context, permission.Request) (bool, error) { return true, nil }
func (user) Settings(context.Context, string, string, map[string]bool) (map[string]bool, error) {
	return nil, nil
}
func (u user) Confirm(_ context.Context, c permission.Confirmation) (int, error) {
	return u.press(c), nil
}

// world is a super-app with all first-party plugins, and a server out there.
type world struct {
	*testing.T
	*core.Kernel
	server string
	user   *user
	dir    string
	config *config.Config
}

func newWorld(t *testing.T) *world {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	pay, err := gateway.Open(filepath.Join(t.TempDir(), "pay.db"), gateway.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/pay/", http.StripPrefix("/pay", pay))
	mux.HandleFunc("/hello", hello)
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://localhost:1/", http.StatusFound)
	})
	mux.HandleFunc("/chat", chat)
	mux.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
		f, _, err := r.FormFile("file")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = io.Copy(w, f)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(func() { server.Close(); _ = pay.Close() })

	w := &world{T: t, server: server.URL, user: &user{press: func(permission.Confirmation) int { return 0 }}, dir: t.TempDir()}
	w.config = w.configure()
	w.start()
	t.Cleanup(w.stop)
	return w
}

func hello(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Set-Cookie", "a=1")
	w.Header().Add("Set-Cookie", "b=2")
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"cookie":%q,"name":%q}`, r.Header.Get("Cookie"), r.URL.Query().Get("name"))
}

func chat(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer c.CloseNow()
	for {
		kind, b, err := c.Read(r.Context())
		if err != nil || c.Write(r.Context(), kind, b) != nil {
			return
		}
	}
}

func (w *world) configure() *config.Config {
	c := config.Default()
	c.Data, c.Policy.Trace = w.dir, config.TraceOff
	c.Policy.PrivateAddresses = []string{"127.0.0.1"}
	plugin := func(id string, settings map[string]any, grants config.Grants) {
		path, err := filepath.Abs(filepath.Join(built, id))
		if err != nil {
			w.Fatal(err)
		}
		c.Plugins = append(c.Plugins, config.Plugin{ID: id, Path: path, Config: settings, Grants: grants})
	}
	type m = map[string]any
	out := config.Grants{HTTP: []string{w.server}}
	plugin("dougong.network", m{"private_addresses": []string{"127.0.0.1"}}, config.Grants{Net: true})
	plugin("dougong.file", m{"user_limit_mb": 1}, config.Grants{})
	plugin("dougong.storage", nil, config.Grants{})
	plugin("dougong.securestorage", nil, config.Grants{})
	plugin("dougong.geolocation", m{"interval_ms": 200, "sources": []m{{"fixed": m{"latitude": 22.543847, "longitude": 113.912316}}}}, config.Grants{})
	plugin("dougong.trace", nil, config.Grants{})
	plugin("dougong.pay.sandbox", m{"gateway": w.server + "/pay"}, out)
	plugin("dougong.pay.confirm", m{"gateway": w.server + "/pay"}, out)
	c.Providers = map[string]string{"dougong.payment/v1": "dougong.pay.sandbox"}
	list := []string{w.server}
	c.MiniApps = []config.MiniApp{{ID: "shop", Path: ".", Domains: config.Domains{
		Request: list, UploadFile: list, DownloadFile: list, Socket: []string{strings.Replace(w.server, "http", "ws", 1)}}}}
	return c
}

func (w *world) start() {
	w.Helper()
	r, err := runtimes.New(runtimes.Options{CacheDir: "../bin/wasm-cache", Process: process.Options{Sandbox: sandbox.Required}})
	if err != nil {
		w.Fatal(err)
	}
	w.Kernel, err = core.New(w.Context(), w.config, core.Options{Runtime: r, Prompter: w.user, Logger: slog.New(slog.NewTextHandler(w.Output(), nil))})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = r.Close(context.Background()) })
}

func (w *world) stop() {
	w.Helper()
	if err := w.Close(); err != nil {
		w.Errorf("close: %v", err)
	}
}

// call makes a call of user ann in the shop and returns the answer as text: JSON, then attachments.
func (w *world) call(method string, in any) (string, error) { return w.as("ann", method, in, nil) }

func (w *world) as(user, method string, in any, events func(capability.Event)) (string, error) {
	p, err := pdk.Encode(in)
	if err != nil {
		w.Fatal(err)
	}
	area, name, _ := strings.Cut(method, " ")
	ctx, cancel := context.WithTimeout(w.Context(), 30*time.Second)
	defer cancel()
	c := &capability.Call{Info: pdk.Info{Capability: "dougong." + area + "/v1", Method: name, App: "shop", User: user}, Payload: p, Events: events, Host: area == "trace" || name == "readTempFile"}
	out, err := w.Call(ctx, c)
	text := string(out.JSON)
	for _, b := range out.Blobs {
		text += " " + string(b)
	}
	return text, err
}

func (w *world) want(method string, in any, want string) string {
	w.Helper()
	got, err := w.call(method, in)
	if err != nil || !strings.Contains(got, want) {
		w.Fatalf("%s(%v)\n got %s, %v\nwant %s", method, in, got, err, want)
	}
	return got
}

func (w *world) fails(method string, in any, code int) {
	w.Helper()
	got, err := w.call(method, in)
	if e := pdk.AsError(err); e == nil || e.Code != code {
		w.Errorf("%s(%v)\n got %s, %v\nwant code %d", method, in, got, err, code)
	}
}

type m = map[string]any

func TestPlugins(t *testing.T) {
	if testing.Short() {
		return // it builds all plugins
	}
	w := newWorld(t)
	for _, c := range []struct {
		name string
		run  func(*world)
	}{
		{"storage", storage}, {"network", network}, {"files", files}, {"socket", socket}, {"secure storage", secure}, {"location", location},
		{"trace", trace}, {"payment", payment}, {"restart", restart}, {"rollback", rollback}, {"swap the payment vendor", swap},
	} {
		if !t.Run(c.name, func(t *testing.T) { w.T = t; c.run(w) }) {
			break
		}
		w.T = t
	}
}

func storage(w *world) {
	w.want("storage setStorage", m{"key": "cart", "data": []any{m{"id": "comb", "count": 2}}}, "{}")
	w.want("storage getStorage", m{"key": "cart"}, `{"data":[{"count":2,"id":"comb"}]}`)
	w.want("storage setStorage", m{"key": "raw", "data": pdk.Blob("\x01bytes")}, "{}")
	w.want("storage getStorage", m{"key": "raw"}, "\x01bytes")
	w.want("storage getStorageInfo", m{}, `"keys":["cart","raw"]`)
	w.fails("storage getStorage", m{"key": "none"}, pdk.CodeNotFound)
	w.fails("storage kvGet", m{"key": "cart"}, pdk.CodeUnsupported)
	if got, err := w.as("bob", "storage getStorage", m{"key": "cart"}, nil); err == nil {
		w.Errorf("bob reads ann's cart: %s", got)
	}
}

func network(w *world) {
	w.want("network request", m{"url": w.server + "/hello", "data": m{"name": "鲁班"}}, `"name":"鲁班"`)
	w.want("network request", m{"url": w.server + "/hello"}, `"cookie":"a=1; b=2"`)
	w.fails("network request", m{"url": "http://127.0.0.1:1/"}, pdk.CodeDomain)
	w.fails("network request", m{"url": w.server + "/away"}, pdk.CodeDomain)
	var got struct{ TempFilePath string }
	text := w.want("network downloadFile", m{"url": w.server + "/hello?name=file"}, "wxfile://tmp/")
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		w.Fatal(err)
	}
	w.want("network readTempFile", m{"filePath": got.TempFilePath}, `"name":"file"`)
	if got, err := w.as("bob", "network readTempFile", m{"filePath": got.TempFilePath}, nil); err == nil {
		w.Errorf("bob reads ann's file: %s", got)
	}
}

// files: downloads, uploads and the file system are one space for each user.
func files(w *world) {
	var got struct{ TempFilePath, FilePath, SavedFilePath string }
	into := func(text string) {
		w.Helper()
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			w.Fatal(err)
		}
	}
	into(w.want("network downloadFile", m{"url": w.server + "/hello?name=download"}, "wxfile://tmp/"))
	w.want("file readFile", m{"filePath": got.TempFilePath, "encoding": "utf8"}, `\"name\":\"download\"`)
	into(w.want("network downloadFile", m{"url": w.server + "/hello?name=own", "filePath": "wxfile://usr/own.json"}, `"filePath":"wxfile://usr/own.json"`))
	w.want("file readFile", m{"filePath": "http://usr/own.json", "encoding": "utf8"}, `\"name\":\"own\"`)
	w.fails("network downloadFile", m{"url": w.server + "/hello", "filePath": "wxfile://usr/../../x"}, pdk.CodeInvalidParams)
	into(w.want("file saveFile", m{"tempFilePath": got.TempFilePath}, "wxfile://store/"))
	w.want("network uploadFile", m{"url": w.server + "/upload", "name": "file", "filePath": got.SavedFilePath}, `\"name\":\"download\"`)
	w.fails("network uploadFile", m{"url": w.server + "/upload", "name": "file", "filePath": "wxfile://usr/none"}, pdk.CodeNotFound)
	w.want("file writeFile", m{"filePath": "wxfile://usr/big", "data": pdk.Blob(make([]byte, 900<<10))}, "{}")
	w.fails("file writeFile", m{"filePath": "wxfile://usr/more", "data": pdk.Blob(make([]byte, 200<<10))}, 1300202)
	w.fails("file readLocal", m{"filePath": "wxfile://usr/big"}, pdk.CodeUnsupported) // not for mini-programs
	w.fails("media chooseImage", m{}, pdk.CodeUnsupported)                            // this host has no user for that
	for _, path := range []string{"wxfile://usr/own.json", got.SavedFilePath} {
		for _, method := range []string{"file readFile", "file unlink", "network readTempFile"} {
			if got, err := w.as("bob", method, m{"filePath": path}, nil); err == nil {
				w.Errorf("bob's %s of ann's %s: %s", method, path, got)
			}
		}
	}
	if text, err := w.as("bob", "file readdir", m{"dirPath": "wxfile://usr"}, nil); err != nil || text != `{"files":[]}` {
		w.Errorf("bob sees %s, %v", text, err)
	}
	content, err := w.LocalFile(w.Context(), "shop", "ann", pdk.FileRead{Path: "wxfile://usr/own.json"})
	if err != nil || !strings.Contains(string(content.Data), "own") || content.ContentType != "application/json" {
		w.Errorf("the host reads %s of type %s, %v", content.Data, content.ContentType, err)
	}
}

func socket(w *world) {
	events := make(chan capability.Event, 10)
	ctx, cancel := context.WithTimeout(w.Context(), 30*time.Second)
	defer cancel()
	send := func(method string, in any) {
		w.Helper()
		p, _ := pdk.Encode(in)
		info := pdk.Info{Capability: "dougong.network/v1", Method: method, App: "shop", User: "ann", Task: 77}
		if _, err := w.Call(ctx, &capability.Call{Info: info, Payload: p, Events: func(e capability.Event) { events <- e }}); err != nil {
			w.Fatalf("%s: %v", method, err)
		}
	}
	next := func(want string) {
		w.Helper()
		select {
		case e := <-events:
			if got := e.Name + " " + string(e.Payload.JSON); !strings.HasPrefix(got, want) {
				w.Fatalf("event %s, want %s", got, want)
			}
		case <-ctx.Done():
			w.Fatalf("no event, want %s", want)
		}
	}
	send("connectSocket", m{"url": strings.Replace(w.server, "http", "ws", 1) + "/chat"})
	next("open")
	send("connectSocket.send", m{"data": "hi"})
	next(`message {"data":"hi"}`)
	send("connectSocket.close", m{"code": 1000, "reason": "bye"})
	next(`close {"code":1000,"reason":"bye"}`)
}

func secure(w *world) {
	w.want("securestorage setEncryptedStorage", m{"key": "receipt", "data": m{"total": 1}}, "{}")
	w.want("securestorage getEncryptedStorage", m{"key": "receipt"}, `{"data":{"total":1}}`)
	if got, err := w.as("bob", "securestorage getEncryptedStorage", m{"key": "receipt"}, nil); err == nil {
		w.Errorf("bob reads ann's receipt: %s", got)
	}
	err := filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), "receipt") {
			w.Errorf("%s shows the name of an encrypted item", path)
		}
		return err
	})
	if err != nil {
		w.Error(err)
	}
}

func location(w *world) {
	w.want("geolocation getLocation", m{"type": "gcj02"}, `"latitude":22.54079`)
	events := make(chan capability.Event, 100)
	defer w.Subscribe("shop", "ann", func(e capability.Event) { events <- e })()
	w.want("geolocation startLocationUpdate", m{}, "{}")
	for range 2 {
		select {
		case e := <-events:
			if e.Name != "locationChange" || !strings.Contains(string(e.Payload.JSON), `"latitude":22.543847`) {
				w.Errorf("event %s %s", e.Name, e.Payload.JSON)
			}
		case <-time.After(10 * time.Second):
			w.Fatal("no locationChange")
		}
	}
	w.want("geolocation stopLocationUpdate", m{}, "{}")
}

func trace(w *world) {
	w.want("trace append", m{"log": "h", "first": 1, "records": []pdk.Blob{pdk.Blob("one"), pdk.Blob("two")}}, `{"next":3}`)
	w.want("trace read", m{"log": "h", "from": 2}, " two")
	w.fails("trace append", m{"log": "h", "first": 9, "records": []pdk.Blob{pdk.Blob("x")}}, 30001)
}

// order registers an order and returns the arguments of requestPayment.
func (w *world) order(id string, total int64) json.RawMessage {
	args, err := merchant.New(w.server+"/pay").Prepare(w.Context(), id, "檀木梳", total)
	if err != nil {
		w.Fatal(err)
	}
	return args
}

func payment(w *world) {
	args := w.order("1", 19800)
	first := w.want("payment requestPayment", args, `"amount":19800,"currency":"CNY"`)
	if again := w.want("payment requestPayment", args, "tx"); again != first {
		w.Errorf("paid twice: %s, then %s", first, again)
	}
	w.user.press = func(permission.Confirmation) int { return -1 }
	w.fails("payment requestPayment", w.order("2", 100), 70001)
	w.user.press = func(permission.Confirmation) int { return 0 }
	w.fails("payment requestPayment", w.order("3", 900_000_000), 70004)
}

func restart(w *world) {
	w.stop()
	w.start()
	w.want("storage getStorage", m{"key": "cart"}, "comb")
	w.want("securestorage getEncryptedStorage", m{"key": "receipt"}, `{"data":{"total":1}}`)
	w.want("trace read", m{"log": "h", "from": 1}, `"next":3`)
}

// rollback puts yesterday's storage files back while the host is down.
func rollback(w *world) {
	w.stop()
	files, _ := filepath.Glob(filepath.Join(w.dir, "plugins", "dougong.storage", "*.db"))
	old := map[string][]byte{}
	for _, f := range files {
		old[f], _ = os.ReadFile(f)
	}
	w.start()
	w.want("securestorage setEncryptedStorage", m{"key": "receipt", "data": "newer"}, "{}")
	w.stop()
	for f, b := range old {
		if err := os.WriteFile(f, b, 0o600); err != nil {
			w.Fatal(err)
		}
	}
	w.start()
	w.fails("securestorage getEncryptedStorage", m{"key": "receipt"}, pdk.CodeCorrupt)
	w.want("securestorage clearEncryptedStorage", m{}, "{}")
	w.want("securestorage setEncryptedStorage", m{"key": "receipt", "data": "anew"}, "{}")
	w.want("securestorage getEncryptedStorage", m{"key": "receipt"}, "anew")
}

// swap is one line of superapp.yaml.
func swap(w *world) {
	w.stop()
	w.config.Providers["dougong.payment/v1"] = "dougong.pay.confirm"
	w.start()
	asked := 0
	w.user.press = func(c permission.Confirmation) int {
		asked++
		for i, label := range c.Buttons {
			if strings.Contains(c.Content, "数字 "+label+" ") {
				return i
			}
		}
		return 1 // by card
	}
	w.want("payment requestPayment", w.order("9", 5000), `"amount":5000`)
	if asked != 2 {
		w.Errorf("the user was asked %d times, want an account and a number", asked)
	}
}
