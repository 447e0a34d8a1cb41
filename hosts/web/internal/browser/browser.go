// Package browser drives a headless Chromium in tests: it starts one with nothing of the user's in it, opens the web
// host, looks into frames and shadow roots, and keeps a log of every request.
package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Timeout of one wait for something to appear. A wait ends with what it waits for, so only a failure takes that long; a loaded
// machine may need most of it.
const Timeout = 3 * time.Minute

// answerTimeout is how long a frame may take to answer one question. It is asked again: a frame that is replaced while it
// answers never does.
const answerTimeout = 20 * time.Second

// Browser is one tab of a fresh Chromium.
type Browser struct {
	t      testing.TB
	ctx    context.Context //nolint:containedctx // chromedp keeps the tab in its context
	mu     sync.Mutex
	urls   []string
	logs   []string
	frames map[cdp.FrameID]cdpruntime.ExecutionContextID
	// chooser hears of the next file dialog.
	chooser chan cdp.BackendNodeID
	profile string // its folder
	netLog  string // its file
	ended   bool   // before its test
	watched int    // how often something was watched for
}

// Start starts Chromium with a viewport of the given size. It ends with the test.
func Start(t testing.TB, width, height int) *Browser {
	t.Helper()
	// The sandboxed frame stays in the page's process, so that one target sees both.
	return start(t, width, height, chromedp.Flag("disable-site-isolation-trials", true))
}

// StartLogged is Start with a log of what the browser asks of the network, for NetLog.
func StartLogged(t testing.TB, width, height int) *Browser {
	t.Helper()
	file := filepath.Join(t.TempDir(), "net.json")
	b := start(t, width, height, chromedp.Flag("disable-site-isolation-trials", true), chromedp.Flag("log-net-log", file))
	b.netLog = file
	return b
}

// NetLog ends the browser, and gives its log: every name that it looked up and every connection is there, whoever asked for it.
func (b *Browser) NetLog() []byte {
	b.t.Helper()
	b.ended = true
	if err := chromedp.Cancel(b.ctx); err != nil {
		b.t.Fatalf("end Chromium: %v", err)
	}
	data, err := os.ReadFile(b.netLog)
	if err != nil {
		b.t.Fatal(err)
	}
	return data
}

// StartIsolated starts Chromium as users have it: sandboxed frames have processes of their own, none of which is kept spare.
// Only the shell can be looked into.
func StartIsolated(t testing.TB, width, height int) *Browser {
	t.Helper()
	return start(t, width, height, chromedp.Flag("enable-features", "IsolateSandboxedIframes"), chromedp.Flag("site-per-process", true),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,SpareRendererForSitePerProcess"))
}

// Renderers are the processes that show pages.
func (b *Browser) Renderers() (out []int) {
	b.t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		b.t.Fatal(err)
	}
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(text), "--type=renderer") || !strings.Contains(string(text), b.profile) {
			continue // it ended meanwhile, or is another one's
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name))); err == nil {
			out = append(out, pid)
		}
	}
	return out
}

func start(t testing.TB, width, height int, more ...chromedp.ExecAllocatorOption) *Browser {
	t.Helper()
	path, profile := executable(t), userData(t)
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-default-apps", true),
		chromedp.Flag("disable-extensions", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter"),
		chromedp.Flag("lang", "zh-CN"), chromedp.Env("LANGUAGE=zh_CN"),
		chromedp.Flag("accept-lang", "zh-CN"), chromedp.WindowSize(width, height),
		// A microphone that gives a tone, and needs no click to be allowed.
		chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true),
	}
	options = append(options, more...)
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	b := &Browser{t: t, profile: profile, frames: map[cdp.FrameID]cdpruntime.ExecutionContextID{}}
	ctx, stop := chromedp.NewContext(alloc, chromedp.WithListener(b.listen))
	b.ctx = ctx
	t.Cleanup(func() {
		if !b.ended {
			chromedp.Cancel(ctx) //nolint:errcheck // the browser is going away
		}
		stop()
		stopAlloc()
	})
	b.run(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
			return chromedp.Void{}, err
		}
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(width), Height: int64(height), DeviceScaleFactor: 2,
		})
		return chromedp.Void{}, err
	})
	return b
}

// userData makes a profile folder. Chromium may still write to it while it ends, so removing it may take several tries.
func userData(t testing.TB) string {
	dir, err := os.MkdirTemp("", "dougong-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 20 {
			if os.RemoveAll(dir) == nil {
				return
			}
		}
	})
	return dir
}

func executable(t testing.TB) string {
	for _, path := range []string{os.Getenv("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"} {
		if _, err := os.Stat(path); path != "" && err == nil {
			return path
		}
	}
	t.Fatal("no Chromium found: apt-get install chromium fonts-noto-cjk, or set CHROMIUM to its path")
	return ""
}

func (b *Browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.urls = append(b.urls, e.Request.URL)
	case *network.EventWebSocketCreated:
		b.urls = append(b.urls, e.URL)
	case *cdpruntime.EventConsoleAPICalled:
		var parts []string
		for _, arg := range e.Args {
			parts = append(parts, strings.Trim(string(arg.Value), `"`)+arg.Description)
		}
		b.logs = append(b.logs, string(e.Type)+": "+strings.Join(parts, " "))
	case *cdpruntime.EventExceptionThrown:
		b.logs = append(b.logs, "exception: "+describe(e.ExceptionDetails))
	case *page.EventFileChooserOpened:
		if b.chooser != nil {
			b.chooser <- e.BackendNodeID
			b.chooser = nil
		}
	case *cdpruntime.EventExecutionContextCreated:
		b.created(e.Context)
	}
}

func describe(e *cdpruntime.ExceptionDetails) string {
	if e.Exception != nil {
		return e.Text + " " + e.Exception.Description
	}
	return e.Text
}

// created remembers the main world of each frame.
func (b *Browser) created(c *cdpruntime.ExecutionContextDescription) {
	aux := string(c.AuxData)
	if !strings.Contains(aux, `"isDefault":true`) {
		return
	}
	_, rest, _ := strings.Cut(aux, `"frameId":"`)
	id, _, _ := strings.Cut(rest, `"`)
	b.frames[cdp.FrameID(id)] = c.ID
}

func (b *Browser) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatalf("%v\nconsole:\n%s", err, strings.Join(b.Console(), "\n"))
	}
}

// Open goes to an address.
func (b *Browser) Open(url string) {
	b.t.Helper()
	b.run(chromedp.Navigate(url))
}

// Requests lists the addresses of all requests and connections so far.
func (b *Browser) Requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.urls...)
}

// Console lists the console lines and uncaught exceptions so far.
func (b *Browser) Console() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.logs...)
}

// Foreign lists the requests that went to another host than base.
func (b *Browser) Foreign(base string) []string {
	host := strings.TrimPrefix(base, "http://")
	var foreign []string
	for _, url := range b.Requests() {
		_, rest, ok := strings.Cut(url, "://")
		if ok && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(rest, host+"/") {
			foreign = append(foreign, url)
		}
	}
	return foreign
}

// Screenshot saves a picture of the tab under test-artifacts/ at the top of the repository.
func (b *Browser) Screenshot(name string) {
	b.t.Helper()
	data, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	dir := filepath.Join(repository(b.t), "test-artifacts")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func repository(t testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "LICENSE")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("not inside the repository")
	return ""
}

// frame is the execution context of the mini-program's frame that is in front, or 0 for the shell.
func (b *Browser) frame(inApp bool) (cdpruntime.ExecutionContextID, bool) {
	if !inApp {
		return 0, true
	}
	tree, err := chromedp.Call(b.ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return 0, false
	}
	front := b.front()
	var id cdp.FrameID
	for _, child := range tree.FrameTree.ChildFrames {
		id = child.Frame.ID // the newest is the last one
		if child.Frame.URL == front {
			break
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c, ok := b.frames[id]
	return c, ok
}

// front is the address of the frame that the shell shows, or "" where there is no shell.
func (b *Browser) front() (url string) {
	ctx, cancel := context.WithTimeout(b.ctx, answerTimeout)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[jsonv2.Value](`document.querySelector(".app.shown iframe")?.src ?? ""`))
	if err != nil || json.Unmarshal(value, &url) != nil {
		return ""
	}
	return url
}

func (b *Browser) eval(inApp bool, expression string, into any) error {
	c, ok := b.frame(inApp)
	if !ok {
		return fmt.Errorf("there is no frame")
	}
	ctx, cancel := context.WithTimeout(b.ctx, answerTimeout)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[jsonv2.Value](fmt.Sprintf(helpers, expression),
		func(p *cdpruntime.EvaluateParams) {
			p.ContextID = c
			p.AwaitPromise = new(true)
			p.ReturnByValue = new(true)
		}))
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(value, into)
}

// Eval evaluates an expression in the mini-program's frame; $, $$ and byText look through shadow roots. It is tried again
// while it throws, as one does that names an element which is not there yet.
func (b *Browser) Eval(expression string, into any) {
	b.t.Helper()
	b.until("evaluate "+expression, func() error { return b.eval(true, expression, into) })
}

// EvalShell evaluates an expression in the shell, as Eval does.
func (b *Browser) EvalShell(expression string, into any) {
	b.t.Helper()
	b.until("evaluate "+expression, func() error { return b.eval(false, expression, into) })
}

// Equal waits until an expression's value in the mini-program's frame is a text.
func (b *Browser) Equal(expression, want string) {
	b.t.Helper()
	b.until("compare "+expression, func() error {
		var got string
		if err := b.eval(true, `String(`+expression+`)`, &got); err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("it is %q, want %q", got, want)
		}
		return nil
	})
}

// Wait waits until an expression holds in the mini-program's frame.
func (b *Browser) Wait(expression string) {
	b.t.Helper()
	b.wait(true, expression)
}

// WaitShell waits until an expression holds in the shell.
func (b *Browser) WaitShell(expression string) {
	b.t.Helper()
	b.wait(false, expression)
}

var errNotYet = errors.New("it does not hold")

func (b *Browser) wait(inApp bool, expression string) {
	b.t.Helper()
	b.until("wait for "+expression, func() error {
		var ok bool
		// The frame's own clock is the event source: ask again with its next picture.
		err := b.eval(inApp, `new Promise((done, fail) => requestAnimationFrame(() => {
			try { done(!!(`+expression+`)); } catch (err) { fail(err); }
		}))`, &ok)
		if err == nil && !ok {
			err = errNotYet
		}
		return err
	})
}

// until tries again until there is no error. What no page understands is not tried again.
func (b *Browser) until(what string, try func() error) {
	b.t.Helper()
	deadline := time.Now().Add(Timeout)
	var err error
	for time.Now().Before(deadline) {
		if err = try(); err == nil {
			return
		}
		if strings.Contains(err.Error(), "SyntaxError") {
			break
		}
		select {
		case <-b.ctx.Done():
			b.t.Fatalf("%s: %v", what, b.ctx.Err())
		case <-time.After(25 * time.Millisecond):
		}
	}
	b.fail(what, err)
}

// Drag moves a finger over an element, from its middle by dx, dy.
func (b *Browser) Drag(element string, dx, dy float64) {
	b.t.Helper()
	r := b.reach(true, element)
	x, y := r.Left+r.Width/2, r.Top+r.Height/2
	b.touchable(true)
	defer b.touchable(false)
	b.touch(input.DispatchTouchEventTypeTouchStart, x, y)
	const steps = 12
	for i := 1.0; i <= steps; i++ {
		b.touch(input.DispatchTouchEventTypeTouchMove, x+dx*i/steps, y+dy*i/steps)
	}
	b.touch(input.DispatchTouchEventTypeTouchEnd)
}

// touchable makes the tab a touch screen, or not.
func (b *Browser) touchable(on bool) {
	b.t.Helper()
	params := emulation.SetTouchEmulationEnabledParams{Enabled: on}
	if _, err := chromedp.Call(b.ctx, emulation.SetTouchEmulationEnabled, params); err != nil {
		b.t.Fatal(err)
	}
}

// touch sends one touch event, with a finger at x, y if they are given.
func (b *Browser) touch(kind input.DispatchTouchEventType, at ...float64) {
	b.t.Helper()
	points := []*input.TouchPoint{}
	if len(at) == 2 {
		points = append(points, &input.TouchPoint{X: at[0], Y: at[1]})
	}
	params := input.DispatchTouchEventParams{Type: kind, TouchPoints: points}
	if _, err := chromedp.Call(b.ctx, input.DispatchTouchEvent, params); err != nil {
		b.t.Fatal(err)
	}
}

// Type types text into whatever has the focus, as an input method commits it.
func (b *Browser) Type(text string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		b.t.Fatal(err)
	}
}

// Theme sets the system's theme.
func (b *Browser) Theme(dark bool) {
	b.t.Helper()
	value := "light"
	if dark {
		value = "dark"
	}
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, params); err != nil {
		b.t.Fatal(err)
	}
}

// Script runs a script in the shell, past its content security policy.
func (b *Browser) Script(source string) {
	b.t.Helper()
	b.run(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		result, err := cdp.Call(ctx, t, cdpruntime.Evaluate, cdpruntime.EvaluateParams{Expression: source + ";0"})
		if err == nil && result.ExceptionDetails != nil {
			err = fmt.Errorf("script: %s", describe(result.ExceptionDetails))
		}
		return chromedp.Void{}, err
	})
}
