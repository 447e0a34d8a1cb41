package provider

import (
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

// Lengths of a recording, as WeChat has them.
const (
	defaultRecording = time.Minute
	maxRecording     = 10 * time.Minute
)

// recorders are the recordings under way, one for each owner. The zero value is ready.
type recorders struct {
	mu   sync.Mutex
	open map[space.Owner]*recording
	next uint64
}

// recording is one that is under way.
type recording struct {
	// left is how much may still be recorded, since begun; a pause stops the clock.
	left   time.Duration
	begun  time.Time
	paused bool
	// clock is the number of the host's timer that ends it; a pause makes the number stale.
	clock uint64
	// old is set if startRecord began it: its caller waits for the file.
	old chan oldResult
}

type oldResult struct {
	path string
	err  error
}

type recordParam struct {
	Duration   float64 `json:"duration"`
	SampleRate int     `json:"sampleRate"`
	Channels   int     `json:"numberOfChannels"`
}

type recordedEvent struct {
	Path     string `json:"tempFilePath"`
	Duration int64  `json:"duration"`
	Size     int64  `json:"fileSize"`
}

type recorderError struct {
	ErrMsg string `json:"errMsg"`
}

// notNow is the error of a recorder that is in another state.
func notNow(text string) error {
	return pdk.Errorf(1300903, "recorder-state", "operateRecorder:fail %s", text)
}

func (p *Provider) recorderStart(ctx *pdk.Context, in recordParam) (none, error) {
	return none{}, p.tell(ctx, p.beginRecording(ctx, in, nil))
}

// tell makes an error of the recorder known by its event.
func (p *Provider) tell(ctx *pdk.Context, err error) error {
	if err == nil {
		return nil
	}
	return p.report(ctx, "recorderError", recorderError{pdk.AsError(err).Message}, err)
}

// report emits an event of the capability, not of a task, and returns err or else why it could not.
func (p *Provider) report(ctx *pdk.Context, event string, v any, err error) error {
	if failed := ctx.Emit(event, v); err == nil {
		return failed
	}
	return err
}

func (p *Provider) beginRecording(ctx *pdk.Context, in recordParam, old chan oldResult) error {
	o, r := owner(ctx), &p.recorders
	length := defaultRecording
	if in.Duration > 0 {
		length = min(time.Duration(in.Duration)*time.Millisecond, maxRecording)
	}
	rec := &recording{left: length, begun: time.Now(), old: old}
	_, err := ctx.Record(pdk.Record{Action: pdk.RecordStart, SampleRate: in.SampleRate, Channels: in.Channels})
	switch {
	case pdk.Code(err) == pdk.CodeBusy:
		return notNow("is recording or paused")
	case err != nil:
		return err
	}
	r.replace(o, rec)
	if err := p.runClock(ctx, rec); err != nil || old != nil {
		return err
	}
	return p.report(ctx, "recorderStart", none{}, nil)
}

// recordTimeout is the method that the host calls when a recording's time is up.
const recordTimeout = "recordTimeout"

type clockParam struct {
	Clock uint64 `json:"clock"`
}

// runClock has the host end the recording when its time is up.
func (p *Provider) runClock(ctx *pdk.Context, rec *recording) error {
	r := &p.recorders
	r.mu.Lock()
	r.next++
	rec.clock, rec.begun, rec.paused = r.next, time.Now(), false
	clock, left := rec.clock, rec.left
	r.mu.Unlock()
	return ctx.After(left, recordTimeout, clockParam{clock})
}

func (p *Provider) recordTimeout(ctx *pdk.Context, in clockParam) (none, error) {
	if rec := p.recorders.takeIf(owner(ctx), func(rec *recording) bool { return rec.clock == in.Clock && !rec.paused }); rec != nil {
		return none{}, p.endRecording(ctx, rec)
	}
	return none{}, nil
}

// replace puts a recording in the place of an owner's, if there is one: the host, which knows what the microphone does, has
// dropped that, because its mini-program has ended for instance.
func (r *recorders) replace(o space.Owner, rec *recording) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if stale := r.open[o]; stale != nil && stale.old != nil {
		stale.old <- oldResult{err: errCancel}
	}
	if r.open == nil {
		r.open = map[space.Owner]*recording{}
	}
	r.open[o] = rec
}

// take takes an owner's recording out; nil if there is none.
func (r *recorders) take(o space.Owner) *recording {
	return r.takeIf(o, func(*recording) bool { return true })
}

func (r *recorders) takeIf(o space.Owner, wanted func(*recording) bool) *recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.open[o]
	if rec == nil || !wanted(rec) {
		return nil
	}
	delete(r.open, o)
	return rec
}

// endRecording gets the file from the host and tells whoever waits for it.
func (p *Provider) endRecording(ctx *pdk.Context, rec *recording) error {
	got, err := ctx.Record(pdk.Record{Action: pdk.RecordStop})
	if err == nil && got.File == nil {
		err = pdk.Errorf(pdk.CodeInvalidResult, "invalidResult", "the host gave no recording")
	}
	if rec.old != nil {
		result := oldResult{err: err}
		if err == nil {
			result.path = got.File.Path
		}
		rec.old <- result
		return err
	}
	if err != nil {
		return p.tell(ctx, err)
	}
	return p.report(ctx, "recorderStop", recordedEvent{got.File.Path, got.DurationMS, got.File.Size}, nil)
}

func (p *Provider) recorderStop(ctx *pdk.Context, _ none) (none, error) {
	rec := p.recorders.take(owner(ctx))
	if rec == nil {
		return none{}, p.tell(ctx, notNow("recorder not start"))
	}
	return none{}, p.endRecording(ctx, rec)
}

func (p *Provider) recorderPause(ctx *pdk.Context, _ none) (none, error) {
	return p.hold(ctx, pdk.RecordPause, "recorderPause", func(rec *recording) bool {
		if rec.paused {
			return false
		}
		rec.paused = true
		rec.left -= time.Since(rec.begun)
		return true
	})
}

func (p *Provider) recorderResume(ctx *pdk.Context, _ none) (none, error) {
	var held *recording
	out, err := p.hold(ctx, pdk.RecordResume, "recorderResume", func(rec *recording) bool {
		held = rec
		return rec.paused
	})
	if err == nil {
		err = p.runClock(ctx, held)
	}
	return out, err
}

// hold pauses or resumes if the recording is in the state for it.
func (p *Provider) hold(ctx *pdk.Context, action, event string, change func(*recording) bool) (none, error) {
	r := &p.recorders
	r.mu.Lock()
	rec := r.open[owner(ctx)]
	ok := rec != nil && change(rec)
	r.mu.Unlock()
	if !ok {
		return none{}, p.tell(ctx, notNow("recorder is not in the state for "+action))
	}
	if _, err := ctx.Record(pdk.Record{Action: action}); err != nil {
		return none{}, p.tell(ctx, err)
	}
	return none{}, p.report(ctx, event, none{}, nil)
}

// startRecord records until stopRecord, or for a minute, and answers with the file.
func (p *Provider) startRecord(ctx *pdk.Context, _ none) (tempResult, error) {
	old := make(chan oldResult, 1)
	if err := p.beginRecording(ctx, recordParam{}, old); err != nil {
		return tempResult{}, err
	}
	select {
	case result := <-old:
		return tempResult{result.path}, result.err
	case <-ctx.Done():
		p.recorders.take(owner(ctx))
		return tempResult{}, ctx.Err()
	}
}

func (p *Provider) stopRecord(ctx *pdk.Context, _ none) (none, error) {
	rec := p.recorders.take(owner(ctx))
	if rec == nil {
		return none{}, notNow("recorder not start")
	}
	return none{}, p.endRecording(ctx, rec)
}
