package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// tap is the kernel's runtime: it starts the plugin under test by the real runtimes and looks at what passes between it and
// the host. The runner's own providers live in the runner's process.
type tap struct {
	real   plugin.Runtime
	id     string
	inside map[string]*pdk.Plugin
	single bool // one instance only, whatever the manifest says

	mu       sync.Mutex
	instance plugin.Instance // of the plugin under test
	reached  map[string]bool // traces of the calls that came as far as the plugin
	logs     []logLine
	news     chan struct{} // closed and replaced at each log line
}

type logLine struct {
	level, message string
	fields         map[string]string
}

func newTap(real plugin.Runtime, id string, inside map[string]*pdk.Plugin) *tap {
	return &tap{real: real, id: id, inside: inside, reached: map[string]bool{}, news: make(chan struct{})}
}

// Start implements plugin.Runtime.
func (t *tap) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	if p := t.inside[spec.Manifest.ID]; p != nil {
		return &insider{p, spec.Services, make(chan struct{})}, nil
	}
	spec.Services = overheard{spec.Services, t}
	if t.single {
		one := *spec.Manifest
		one.Instances = manifest.InstancesOne
		spec.Manifest = &one
	}
	inst, err := t.real.Start(ctx, spec)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.instance = inst
	return watched{inst, t}, nil
}

func (t *tap) direct() plugin.Instance {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.instance
}

// restarts counts how often the supervisor started the plugin again.
func (t *tap) restarts() int {
	if s, ok := t.direct().(interface{ State() plugin.State }); ok {
		return s.State().Restarts
	}
	return 0
}

func (t *tap) hasReached(trace string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reached[trace]
}

// lastLog gives the plugin's last lines, for a report; what the supervisor says of it is in the report anyway.
func (t *tap) lastLog(n int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := slices.Clone(t.logs)
	lines = slices.DeleteFunc(lines, func(l logLine) bool { return strings.HasPrefix(l.message, "plugin ended and will be") })
	var b strings.Builder
	for _, l := range lines[max(0, len(lines)-n):] {
		fmt.Fprintf(&b, "\nlog: %s", shorten(l.String()))
	}
	return b.String()
}

// logAround gives the lines around the one that repeats an error: some languages print the place before it, some after it.
// Without one it is lastLog.
func (t *tap) logAround(message string) string {
	t.mu.Lock()
	lines := slices.Clone(t.logs)
	t.mu.Unlock()
	at := slices.IndexFunc(lines, func(l logLine) bool { return strings.Contains(l.String(), message) })
	if at < 0 || message == "" {
		return t.lastLog(3)
	}
	var b strings.Builder
	for _, l := range lines[max(0, at-2):min(len(lines), at+3)] {
		fmt.Fprintf(&b, "\nlog: %s", shorten(l.String()))
	}
	return b.String()
}

func (l logLine) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q", l.level, l.message)
	for _, k := range sortedKeys(l.fields) {
		if k != "stack" {
			fmt.Fprintf(&b, " %s=%s", k, l.fields[k])
		}
	}
	if at := panicAt(l.fields["stack"]); at != "" {
		fmt.Fprintf(&b, " at %s", at)
	}
	return b.String()
}

// waitLog waits until a line satisfies fits.
func (t *tap) waitLog(ctx context.Context, fits func(logLine) bool) bool {
	seen := 0
	for {
		t.mu.Lock()
		news, lines := t.news, t.logs[seen:]
		seen = len(t.logs)
		t.mu.Unlock()
		for _, l := range lines {
			if fits(l) {
				return true
			}
		}
		select {
		case <-news:
		case <-ctx.Done():
			return false
		}
	}
}

// watched notes which calls reach the plugin.
type watched struct {
	plugin.Instance
	tap *tap
}

// Call implements plugin.Instance.
func (w watched) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	w.tap.mu.Lock()
	w.tap.reached[call.Trace] = true
	w.tap.mu.Unlock()
	return w.Instance.Call(ctx, call)
}

// overheard notes what the plugin logs.
type overheard struct {
	plugin.Services
	tap *tap
}

// Log implements plugin.Services.
func (o overheard) Log(id, level, message string, fields map[string]string) {
	if fields["sandbox"] != "" { // of this machine, not of the plugin
		o.Services.Log(id, level, message, fields)
		return
	}
	o.tap.mu.Lock()
	o.tap.logs = append(o.tap.logs, logLine{level, message, fields})
	close(o.tap.news)
	o.tap.news = make(chan struct{})
	o.tap.mu.Unlock()
	o.Services.Log(id, level, message, fields)
}

// insider is a plugin of the runner's own, in its process.
type insider struct {
	plugin   *pdk.Plugin
	services plugin.Services
	done     chan struct{}
}

// Describe implements plugin.Instance.
func (i *insider) Describe(context.Context) (plugin.Description, error) {
	d := i.plugin.Describe()
	return plugin.Description{ID: d.ID, Version: d.Version, Capabilities: d.Capabilities}, nil
}

// Configure implements plugin.Instance.
func (i *insider) Configure(context.Context, []byte) error { return nil }

// Call implements plugin.Instance.
func (i *insider) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	return i.plugin.Dispatch(pdk.NewContext(ctx, call.Info, guest{i}), call.Payload)
}

// Done implements plugin.Instance.
func (i *insider) Done() <-chan struct{} { return i.done }

// Err implements plugin.Instance.
func (i *insider) Err() error { return nil }

// Close implements plugin.Instance.
func (i *insider) Close(context.Context) error { close(i.done); return nil }

// guest is the host as an insider sees it.
type guest struct{ i *insider }

func (g guest) Service(ctx context.Context, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	return g.i.services.Service(ctx, g.i.plugin.ID, info, name, in)
}

func (g guest) Emit(_ context.Context, info pdk.Info, event string, in pdk.Payload, final bool) error {
	g.i.services.Emit(g.i.plugin.ID, info, event, in, final)
	return nil
}

func (g guest) Log(_ context.Context, level, message string, fields map[string]string) {
	g.i.services.Log(g.i.plugin.ID, level, message, fields)
}

var (
	_ plugin.Runtime  = (*tap)(nil)
	_ plugin.Instance = (*insider)(nil)
	_ pdk.Host        = guest{}
)
