package provider

import (
	"github.com/dougong-dev/dougong/pdk/go"
)

// tick is the method that the host calls back when a timer runs out. A WebAssembly module runs only while it is called,
// so that repeated events need somebody to call.
const tick = "locationTick"

// watcher is who gets locationChange events.
type watcher struct{ caller, app, user string }

// String names the watcher in logs.
func (w watcher) String() string { return w.caller + "/" + w.app + "/" + w.user }

// watch is a running series of events. Its number tells the timers of this series from those of one before it.
type watch struct {
	number  uint64
	param   locationParam
	failed  bool
	stopped bool
}

type locationFailure struct {
	ErrCode int    `json:"errCode"`
	ErrMsg  string `json:"errMsg"`
}

// tickParam carries all that a series is made of, because the host may replace the module's instance between two ticks.
type tickParam struct {
	Number uint64 `json:"number"`
	locationParam
}

func watcherOf(ctx *pdk.Context) watcher { return watcher{ctx.Caller, ctx.App, ctx.User} }

func (p *Provider) startUpdate(ctx *pdk.Context, in locationParam) (struct{}, error) {
	if _, err := p.locate(ctx, in); err != nil {
		return struct{}{}, err
	}
	// A series that runs already is replaced: the host drops the timers of a mini-program that was closed, so that it
	// may run in name only.
	w := watcherOf(ctx)
	p.started++
	p.watchers[w] = &watch{number: p.started, param: in}
	err := p.again(ctx, p.watchers[w])
	if err != nil {
		delete(p.watchers, w)
	}
	return struct{}{}, err
}

func (p *Provider) stopUpdate(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	w := p.watchers[watcherOf(ctx)]
	if w == nil || w.stopped {
		return struct{}{}, pdk.Errorf(codeNotStarted, "not-started", "location updates are not running")
	}
	w.stopped = true // it stays until its timer has run out, so that the timer is not taken for one of a lost series
	return struct{}{}, nil
}

// tick tells the location and asks to be called again.
func (p *Provider) tick(ctx *pdk.Context, in tickParam) (struct{}, error) {
	w := p.resume(watcherOf(ctx), in)
	if w == nil {
		return struct{}{}, nil
	}
	at, err := p.locate(ctx, w.param)
	switch {
	case err == nil:
		w.failed = false
		err = ctx.Emit("locationChange", at)
	case !w.failed:
		w.failed = true // told once, until there is a location again
		e := pdk.AsError(err)
		err = ctx.Emit("locationChangeError", locationFailure{e.Code, e.Message})
	default:
		err = nil
	}
	if err == nil {
		err = p.again(ctx, w)
	}
	if err != nil {
		delete(p.watchers, watcherOf(ctx)) // nobody listens any more, or nobody will call
	}
	return struct{}{}, err
}

// resume finds the series that a tick belongs to, or nil if that was stopped or replaced. A tick of a series that nobody
// here has begun comes from an instance before this one.
func (p *Provider) resume(who watcher, in tickParam) *watch {
	w := p.watchers[who]
	switch {
	case w == nil && in.Number > p.started:
		w = &watch{number: in.Number, param: in.locationParam}
		p.watchers[who], p.started = w, in.Number
	case w == nil || w.number != in.Number:
		return nil
	case w.stopped:
		delete(p.watchers, who)
		return nil
	}
	return w
}

func (p *Provider) again(ctx *pdk.Context, w *watch) error {
	return ctx.After(p.settings.interval, tick, tickParam{w.number, w.param})
}
