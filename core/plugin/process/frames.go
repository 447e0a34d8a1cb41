package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/frames"
	pdkprocess "github.com/dougong-dev/dougong/pdk/go/process"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin/runner"
)

// fastPath is the connection over which a plugin with the feature "frames/1" is called. Without it calls go by gRPC.
type fastPath struct {
	token  frames.Token
	socket string // where the plugin is offered to listen; "" if it is not
	conn   *frames.Host
}

// prepare is go-plugin's RunnerFunc: it offers the fast path and leaves the rest to the runner.
func (p *process) prepare(l hclog.Logger, cmd *exec.Cmd, socketDir string) (runner.Runner, error) {
	if !p.opts.NoFrames && runtime.GOOS != "windows" {
		p.fast.token, p.fast.socket = frames.NewToken(), filepath.Join(socketDir, frames.SocketName)
		cmd.Env = append(cmd.Env, pdkprocess.FramesKey+"="+p.fast.token.String())
	}
	return p.runner.prepare(l, cmd, socketDir)
}

// speed takes the fast path if the plugin offers it. If that does not work, the plugin is called over gRPC.
func (p *process) speed(ctx context.Context) error {
	if p.fast.socket == "" {
		return nil
	}
	out, err := p.rpc.Describe(ctx, &pluginv1.DescribeRequest{})
	if err != nil {
		return err
	}
	if !slices.Contains(out.GetFeatures(), frames.Feature) {
		return nil
	}
	conn, err := p.dialFrames(ctx, slices.Contains(out.GetFeatures(), frames.SharedFeature))
	if err != nil {
		p.services.Log(p.manifest.ID, pdk.LevelWarn, "the plugin offers "+frames.Feature+" but cannot be reached that way; it is called over gRPC, which is slower",
			map[string]string{"error": err.Error()})
		return nil
	}
	p.fast.conn = conn
	p.checks.Go(p.watchFrames)
	return nil
}

func (p *process) dialFrames(ctx context.Context, share bool) (*frames.Host, error) {
	conn, err := (&net.Dialer{Timeout: frames.HelloTimeout}).DialContext(ctx, "unix", p.fast.socket)
	if err != nil {
		return nil, err
	}
	if err := p.isOurs(conn); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("%s: %w", p.fast.socket, err)
	}
	var shared *os.File
	if share {
		if shared, err = newShared(); err == nil { // without it, everything goes through the socket
			defer func() { _ = shared.Close() }()
		}
	}
	return frames.NewHost(conn, p.fast.token, &framesServices{hostServer{id: p.manifest.ID, services: p.services, calls: &p.calls}}, shared)
}

// watchFrames ends a plugin whose connection has broken while the process goes on: its calls would have nowhere to go.
func (p *process) watchFrames() {
	<-p.fast.conn.Done()
	err := p.fast.conn.Err()
	if pdk.AsError(err).Name != "frames" { // most likely it is about to end, and will say why
		wait := time.NewTimer(p.opts.Grace)
		defer wait.Stop()
		select {
		case <-p.runner.exited:
			return
		case <-wait.C:
		}
	}
	if !p.isClosing() {
		p.killFor(pdk.Errorf(pdk.CodeUnavailable, "frames", "plugin %q was killed because its connection broke: %s", p.manifest.ID, pdk.AsError(err).Message))
	}
}

// endFrames waits until everything that came over the connection has been taken care of.
func (p *process) endFrames() {
	if p.fast.conn != nil {
		p.fast.conn.Close()
	}
}

// callFrames is Call over the fast path.
func (p *process) callFrames(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	q := wire.Request{Op: wire.OpCall, Info: call.Info, Payload: call.Payload}
	if err := wire.CheckRequest(&q); err != nil {
		return pdk.Payload{}, err
	}
	now := capability.At(call.Reached())
	if call.Reached() == 0 {
		now = capability.At(capability.Now())
	}
	until := now.Add(p.manifest.Limits.CallTimeout)
	if at, ok := ctx.Deadline(); ok && at.Before(until) {
		until = at
	}
	waited, err := p.enterUntil(ctx, until, call.Method)
	if err != nil {
		return pdk.Payload{}, err
	}
	if waited {
		now = capability.At(capability.Now())
	}
	defer p.leave()
	id := p.calls.begin(ctx, until, call)
	q.Timeout = max(until.Sub(now), 1)
	out, failure, err := p.fast.conn.CallInto(ctx, now, id, lasts(call), &q, call.Buffer)
	if err == nil && failure != nil {
		err = failure
	} else if err != nil {
		err = p.framesFailed(ctx, id, call.Method, err)
	}
	p.calls.end(id, err)
	return out, err
}

// enterUntil is enter with a deadline, for which most of the time no timer is needed.
func (p *process) enterUntil(ctx context.Context, until time.Time, method string) (waited bool, err error) {
	select {
	case p.slots <- struct{}{}:
		return false, nil
	default:
	}
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	return true, p.enter(ctx, method)
}

// framesFailed turns a failure of the connection, or the end of the context, into a *pdk.Error that names plugin and call.
func (p *process) framesFailed(ctx context.Context, id uint64, method string, err error) error {
	late := errors.Is(err, context.DeadlineExceeded)
	if late || ctx.Err() != nil {
		p.checkHeeds(id, method)
	}
	if late && ctx.Err() == nil { // the manifest's limit
		return pdk.Errorf(pdk.CodeTimeout, "timeout", "plugin %q did not finish %s in time", p.manifest.ID, method)
	}
	e := pdk.AsError(err)
	if ctx.Err() == nil && (e.Code == pdk.CodeBusy || e.Code == pdk.CodeTooLarge) {
		return pdk.Errorf(e.Code, e.Name, "plugin %q: %s: %s", p.manifest.ID, method, e.Message)
	}
	return p.failed(ctx, method, errors.New(e.Message))
}

// framesServices is frames.Services for one plugin.
type framesServices struct{ hostServer }

// Service implements frames.Services.
func (f *framesServices) Service(ctx context.Context, call uint64, name string, in pdk.Payload) (pdk.Payload, error) {
	return f.carryOut(ctx, call, name, in)
}

// Task implements frames.Services.
func (f *framesServices) Task(call uint64) uint64 { return f.calls.task(call) }

// Event implements frames.Services. An event of a call that has ended came too late and is dropped.
func (f *framesServices) Event(call uint64, event string, in pdk.Payload, final bool) {
	if info, err := f.calls.emit(call, final); err == nil {
		f.services.Emit(f.id, info, event, in, final)
	}
}

// Log implements frames.Services.
func (f *framesServices) Log(level, message string, fields map[string]string) {
	f.services.Log(f.id, level, message, fields)
}

var _ frames.Services = (*framesServices)(nil)
