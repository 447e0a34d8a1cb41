package process

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/output"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	pdkprocess "github.com/dougong-dev/dougong/pdk/go/process"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	goplugin "github.com/hashicorp/go-plugin"
)

// process is one running plugin.
type process struct {
	opts     Options
	manifest *manifest.Manifest
	services *output.Limited
	runner   *processRunner
	client   *goplugin.Client
	broker   *goplugin.GRPCBroker
	rpc      pluginv1.PluginServiceClient
	fast     fastPath
	calls    calls
	slots    chan struct{} // one for each call that may be under way
	waiting  atomic.Int64  // calls without one
	stdout   output.Lines
	stderr   output.Lines

	mu      sync.Mutex
	closing bool  // Close was called
	over    bool  // the process has ended: no more checks
	why     error // why the plugin was killed
	checks  sync.WaitGroup
	gone    chan struct{} // closed when the process has ended and all that it printed has been read
	done    chan struct{}
	err     error // valid once done is closed
}

func newProcess(opts Options, spec plugin.Spec) *process {
	p := &process{opts: opts, manifest: spec.Manifest, services: output.Limit(spec.Services), gone: make(chan struct{}), done: make(chan struct{})}
	p.calls.open = map[uint64]*openCall{}
	p.slots = make(chan struct{}, concurrency(spec.Manifest))
	print := func(line string) { p.services.Log(p.manifest.ID, pdk.LevelInfo, line, nil) }
	p.stdout.Log, p.stderr.Log = print, print
	return p
}

func concurrency(m *manifest.Manifest) int {
	if m.Instances == manifest.InstancesOne {
		return 1
	}
	return m.Limits.Concurrency
}

// watch waits for the end of the process and then tidies up.
func (p *process) watch() {
	<-p.runner.exited
	p.client.Kill()
	p.stderr.Flush()
	p.services.Flush(p.manifest.ID)
	close(p.gone)
	p.mu.Lock()
	switch {
	case p.why != nil:
		p.err = p.why
	case !p.closing:
		p.err = p.died("")
	}
	p.over = true
	p.mu.Unlock()
	p.endFrames()
	p.checks.Wait()
	for _, task := range p.calls.lost() {
		p.services.Emit(p.manifest.ID, task.info, task.until, pdk.Payload{}, true)
	}
	close(p.done)
}

// died says that the process has ended by itself, during a call if method is not empty.
func (p *process) died(method string) error {
	during := ""
	if method != "" {
		during = " during " + method
	}
	printed := p.stderr.Cause()
	if printed != "" {
		printed = "; it printed: " + printed
	}
	return pdk.Errorf(pdk.CodeUnavailable, "crashed", "plugin %q ended%s (%s)%s", p.manifest.ID, during, p.exitStatus(), printed)
}

// Describe implements plugin.Instance.
func (p *process) Describe(ctx context.Context) (plugin.Description, error) {
	ctx, cancel := context.WithTimeout(ctx, max(p.opts.StartTimeout, p.manifest.Limits.CallTimeout))
	defer cancel()
	out, err := p.rpc.Describe(ctx, &pluginv1.DescribeRequest{})
	if err != nil {
		return plugin.Description{}, p.failed(ctx, "describe", err)
	}
	d := plugin.Description{ID: out.GetId(), Version: out.GetVersion(), Features: out.GetFeatures(), Capabilities: map[string][]string{}}
	for _, c := range out.GetCapabilities() {
		d.Capabilities[c.GetName()] = c.GetMethods()
	}
	return d, nil
}

// Configure implements plugin.Instance.
func (p *process) Configure(ctx context.Context, config []byte) error {
	ctx, cancel := context.WithTimeout(ctx, max(p.opts.StartTimeout, p.manifest.Limits.CallTimeout))
	defer cancel()
	out, err := p.rpc.Configure(ctx, &pluginv1.ConfigureRequest{Config: config})
	if err != nil {
		return p.failed(ctx, "configure", err)
	}
	return pdkprocess.ErrorFromProto(out.GetError())
}

// Call implements plugin.Instance.
func (p *process) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	if err := wire.CheckPayload(call.Payload); err != nil {
		return pdk.Payload{}, err
	}
	if p.fast.conn != nil {
		return p.callFrames(ctx, call)
	}
	if at, ok := ctx.Deadline(); !ok || time.Until(at) > p.manifest.Limits.CallTimeout {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.manifest.Limits.CallTimeout)
		defer cancel()
	}
	if err := p.enter(ctx, call.Method); err != nil {
		return pdk.Payload{}, err
	}
	defer p.leave()
	id := p.calls.begin(ctx, time.Time{}, call)
	out, err := p.do(ctx, id, call)
	p.calls.end(id, err)
	return out, err
}

func (p *process) do(ctx context.Context, id uint64, call *capability.Call) (pdk.Payload, error) {
	out, err := p.rpc.Call(ctx, &pluginv1.CallRequest{Call: id, Info: pdkprocess.InfoToProto(call.Info), Payload: pdkprocess.PayloadToProto(call.Payload)})
	if err != nil {
		if ctx.Err() != nil {
			p.checkHeeds(id, call.Method)
		}
		return pdk.Payload{}, p.failed(ctx, call.Method, err)
	}
	if out.GetError() != nil {
		return pdk.Payload{}, pdkprocess.ErrorFromProto(out.GetError())
	}
	result := pdkprocess.PayloadFromProto(out.GetPayload())
	if err := wire.CheckPayload(result); err != nil {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidResult, "invalidResult", "plugin %q: the result of %s: %s", p.manifest.ID, call.Method, err)
	}
	return result, nil
}

// enter waits for one of the manifest's concurrency.
func (p *process) enter(ctx context.Context, method string) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	default:
	}
	p.waiting.Add(1)
	defer p.waiting.Add(-1)
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-p.gone:
		return p.died("")
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return pdk.Errorf(pdk.CodeCanceled, "canceled", "plugin %q: %s was canceled while it waited for its turn", p.manifest.ID, method)
		}
		return pdk.Errorf(pdk.CodeBusy, "busy", "plugin %q has %d calls under way and took no other for %s before its deadline; raise limits.concurrency or call it less often", p.manifest.ID, cap(p.slots), method)
	}
}

func (p *process) leave() { <-p.slots }

// Done implements plugin.Instance.
func (p *process) Done() <-chan struct{} { return p.done }

// Err implements plugin.Instance.
func (p *process) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Close implements plugin.Instance: the plugin is told to shut down and killed if it does not.
func (p *process) Close(ctx context.Context) error {
	p.mu.Lock()
	first := !p.closing && !p.over
	p.closing = true
	p.mu.Unlock()
	var err error
	if first {
		err = p.shutdown(ctx)
	}
	<-p.done
	return err
}

func (p *process) shutdown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.opts.StopTimeout)
	defer cancel()
	out, err := p.rpc.Shutdown(ctx, &pluginv1.ShutdownRequest{})
	if err != nil {
		p.runner.kill()
		return nil // it is gone either way; its log says what happened
	}
	stop := context.AfterFunc(ctx, p.runner.kill)
	defer stop()
	p.client.Kill()
	return pdkprocess.ErrorFromProto(out.GetError())
}

var _ plugin.Instance = (*process)(nil)
