package process

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// exitPatience is how long a broken connection waits for the end of the process that explains it.
const exitPatience = 5 * time.Second

// failed turns a gRPC failure into a *pdk.Error that names plugin and call.
func (p *process) failed(ctx context.Context, method string, err error) error {
	id := p.manifest.ID
	s := status.Convert(err)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded), s.Code() == codes.DeadlineExceeded:
		return pdk.Errorf(pdk.CodeTimeout, "timeout", "plugin %q did not finish %s in time", id, method)
	case ctx.Err() != nil:
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "plugin %q: %s was canceled by its caller", id, method)
	case s.Code() == codes.ResourceExhausted:
		return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "plugin %q: %s: %s", id, method, s.Message())
	case s.Code() == codes.Unimplemented:
		return pdk.Errorf(pdk.CodeUnsupported, "unsupported", "plugin %q does not speak this part of the protocol (%s): %s", id, method, s.Message())
	}
	wait := time.NewTimer(exitPatience)
	defer wait.Stop()
	select {
	case <-p.gone:
		if why := p.killedFor(); why != nil {
			return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "%s was cut off: %s", method, pdk.AsError(why).Message)
		}
		if p.isClosing() {
			return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is stopped; %s was not carried out", id, method)
		}
		return p.died(method)
	case <-wait.C:
		return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q: the connection broke during %s: %s", id, method, s.Message())
	}
}

func (p *process) killedFor() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.why
}

func (p *process) isClosing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closing
}

// checkHeeds looks, a moment later, whether the plugin has given up a call whose deadline has passed or that was
// canceled, and kills it if it has not.
func (p *process) checkHeeds(call uint64, method string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closing || p.over {
		return
	}
	p.checks.Go(func() {
		grace := time.NewTimer(p.opts.Grace)
		defer grace.Stop()
		select {
		case <-p.runner.exited:
			return
		case <-grace.C:
		}
		if why := p.stuckIn(call, method); why != nil {
			p.killFor(why)
		}
	})
}

// stuckIn asks the plugin for the calls that it is still carrying out.
func (p *process) stuckIn(call uint64, method string) error {
	ctx, cancel := context.WithTimeout(context.Background(), p.opts.Grace)
	defer cancel()
	out, err := p.rpc.Health(ctx, &pluginv1.HealthRequest{})
	switch {
	case err != nil && status.Code(err) == codes.DeadlineExceeded:
		return pdk.Errorf(pdk.CodeUnavailable, "hung", "plugin %q hangs since %s and was killed: it answered nothing for %s, not even whether it is well; look for a loop that never ends, or one that never lets others run: in Node.js, await something in it", p.manifest.ID, method, p.opts.Grace)
	case err == nil && slices.Contains(out.GetRunning(), call):
		return pdk.Errorf(pdk.CodeUnavailable, "hung", "plugin %q went on with %s %s after its end and was killed; a method has to heed its context", p.manifest.ID, method, p.opts.Grace)
	}
	return nil
}

// killFor kills the process and remembers why.
func (p *process) killFor(why error) {
	p.mu.Lock()
	if !p.closing && !p.over && p.why == nil {
		p.why = why
	}
	p.mu.Unlock()
	p.services.Services.Log(p.manifest.ID, pdk.LevelError, why.Error(), nil)
	p.runner.kill()
}
