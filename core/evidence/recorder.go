package evidence

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Defaults of Options.
const (
	DefaultSpoolBytes = 64 << 20
	DefaultHeadEvery  = 256
	// DefaultSettle is how long records may be without a sync to disk and a signed head when the log is at rest.
	DefaultSettle = 200 * time.Millisecond
)

// HeadFile is the name of the file of signed heads below Options.HeadDir.
const HeadFile = "heads"

// Options are what a Recorder needs. Dir, Log, Suite, MACKey and SignKey are required.
type Options struct {
	// Dir is the spool's folder; HeadDir the one for signed heads, which should be backed up elsewhere.
	Dir, HeadDir string
	// Log is the log's id.
	Log string
	// Required refuses calls that cannot be recorded; otherwise lost records are counted in the next one.
	Required bool
	// SpoolBytes bounds the spool; a signed head is made every HeadEvery records.
	SpoolBytes int64
	HeadEvery  int
	Settle     time.Duration
	Suite      *gm.Suite
	MACKey     []byte
	SignKey    ed25519.PrivateKey
	// Ship hands records to the trace provider, or is nil. See Shipper.
	Ship Shipper
	// Skip exempts capabilities, such as the trace provider's own.
	Skip   func(*capability.Call) bool
	Logger *slog.Logger
	Now    func() time.Time
}

// Recorder writes the trace. Safe for concurrent use.
type Recorder struct {
	o        Options
	redact   redactor
	mu       sync.Mutex
	spool    *spool
	next     uint64 // number of the next record
	prev     Digest // digest of the last one
	headed   uint64 // number of the last record under a signed head
	lost     uint64 // records lost since the last one
	pending  int64  // bytes promised to calls under way
	broken   error  // the spool cannot be written
	shipping sync.Mutex
	ship     *shipment
	work     chan struct{}
	quit     chan struct{}
	finished chan struct{}
	closed   bool
}

// Open opens the trace where it was left and starts its background work; Close ends it.
func Open(o Options) (*Recorder, error) {
	if o.SpoolBytes <= 0 {
		o.SpoolBytes = DefaultSpoolBytes
	}
	if o.HeadEvery <= 0 {
		o.HeadEvery = DefaultHeadEvery
	}
	if o.Settle <= 0 {
		o.Settle = DefaultSettle
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	r := &Recorder{o: o, redact: redactor{o.Suite, o.MACKey}, work: make(chan struct{}, 1), quit: make(chan struct{}), finished: make(chan struct{})}
	r.ship = &shipment{r: r, backoff: firstBackoff}
	if err := r.restore(); err != nil {
		return nil, err
	}
	go r.run()
	return r, nil
}

// restore finds the end of the log: in the spool, or if that is empty, in the last signed head.
func (r *Recorder) restore() (err error) {
	r.next = 1
	if r.prev, err = genesis(r.o.Suite, r.o.Log); err != nil {
		return err
	}
	heads, err := ReadHeadFile(r.headPath())
	if err != nil {
		return fmt.Errorf("open trace heads: %w", err)
	}
	if n := len(heads); n > 0 {
		h := heads[n-1]
		if !h.Valid(r.o.SignKey.Public().(ed25519.PublicKey)) || h.Head.Log != r.o.Log {
			return fmt.Errorf("open trace heads: the last head in %s is not signed by this host; the file or the key was exchanged", r.headPath())
		}
		r.next, r.prev, r.headed = h.Head.Number+1, h.Head.Digest, h.Head.Number
	}
	r.spool, err = openSpool(r.o.Dir, r.o.SpoolBytes, func(record []byte) error {
		x, err := Decode(record)
		if err != nil {
			return err
		}
		d, err := r.o.Suite.Sum(record)
		r.next, r.prev = x.Number+1, Digest(d)
		return err
	})
	if err == nil && r.next <= r.headed {
		err = fmt.Errorf("open trace: the spool in %s ends at record %d, but record %d was signed already; the trace was cut off", r.o.Dir, r.next-1, r.headed)
	}
	return err
}

func (r *Recorder) headPath() string { return filepath.Join(r.o.HeadDir, HeadFile) }

// Step is the step of the dispatch chain that records each call, refused ones too. The record is written before the
// call is answered.
func (r *Recorder) Step(next capability.Handler) capability.Handler {
	return func(ctx context.Context, call *capability.Call) error {
		if call.Host || r.o.Skip != nil && r.o.Skip(call) {
			return next(ctx, call)
		}
		held, err := r.admit(call)
		if err != nil {
			return err
		}
		began := r.o.Now()
		callErr := next(ctx, call)
		if err := r.write(call, began, call.Result, callErr, held); err != nil {
			return err
		}
		return callErr
	}
}

// admit promises room for a call's record; held is how much. Without room a required trace refuses the call.
func (r *Recorder) admit(call *capability.Call) (held int64, err error) {
	const most = MaxRecord + 4
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken == nil && r.spool.room(r.pending+most) {
		r.pending += most
		return most, nil
	}
	if !r.o.Required {
		return 0, nil
	}
	if r.broken != nil {
		return 0, pdk.Errorf(pdk.CodeTrace, "trace", "%s: the trace is required and cannot be written: %v", call.Method, r.broken)
	}
	return 0, pdk.Errorf(pdk.CodeTrace, "trace", "%s: the trace is required and its spool of %d MB is full; the trace provider does not take the records", call.Method, r.o.SpoolBytes>>20)
}

// write adds the record of a call. An error is for the caller: the call was made, but there is no evidence of it.
func (r *Recorder) write(call *capability.Call, began time.Time, p pdk.Payload, callErr error, held int64) error {
	x, err := r.describe(call, began, p, callErr)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending -= held
	if err == nil {
		err = r.append(x, held)
	}
	if err == nil {
		return nil
	}
	r.lost++
	if errors.Is(err, errFull) {
		if r.lost == 1 {
			r.o.Logger.Warn("trace spool is full; records are being lost", "limit_mb", r.o.SpoolBytes>>20)
		}
		return nil // best effort: admit would have refused otherwise
	}
	r.o.Logger.Error("trace cannot be written", "error", err)
	if r.o.Required {
		return pdk.Errorf(pdk.CodeTrace, "trace", "%s was carried out, but its record could not be written: %v", call.Method, err)
	}
	return nil
}

var errFull = errors.New("the spool is full")

func (r *Recorder) describe(call *capability.Call, began time.Time, p pdk.Payload, callErr error) (*Record, error) {
	x := &Record{
		Version: FormatVersion, Log: r.o.Log, Time: began.UTC(), Micros: r.o.Now().Sub(began).Microseconds(),
		App: call.App, User: call.User, Caller: call.Caller, Page: clip(call.Page), Capability: call.Capability, Method: call.Method,
		Trace: call.Trace, Error: failure(callErr), Plugin: call.Provider(),
	}
	var err error
	if x.Params, err = r.redact.content(call.Payload, call.Contract.Params); err != nil {
		return nil, err
	}
	if callErr == nil {
		x.Result, err = r.redact.content(p, call.Contract.Result)
	}
	return x, err
}

// clip bounds what a mini-program chooses freely.
func clip(s string) string {
	const most = 512
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// append numbers, chains and writes a record; the lock is held.
func (r *Recorder) append(x *Record, held int64) error {
	if r.closed {
		return errors.New("the recorder is closed")
	}
	if r.broken != nil {
		return r.broken
	}
	x.Number, x.Prev, x.Lost = r.next, r.prev, r.lost
	text, err := encode(x)
	if err != nil {
		return err
	}
	if held == 0 && !r.spool.room(r.pending+int64(len(text))+4) {
		return errFull
	}
	d, err := r.o.Suite.Sum(text)
	if err != nil {
		return err
	}
	if err := r.spool.append(x.Number, text); err != nil {
		r.broken = fmt.Errorf("write trace spool: %w", err)
		return r.broken
	}
	r.next, r.prev, r.lost = r.next+1, Digest(d), 0
	if r.next-1-r.headed >= uint64(r.o.HeadEvery) {
		if err := r.sign(); err != nil {
			r.o.Logger.Error("trace head cannot be signed", "error", err)
		}
	}
	select {
	case r.work <- struct{}{}:
	default:
	}
	return nil
}

// encode writes a record. One with many attachments gives up their list rather than its form.
func encode(x *Record) ([]byte, error) {
	text, err := json.Marshal(x)
	if err != nil || len(text) <= MaxRecord {
		return text, err
	}
	for _, c := range []*Content{x.Params, x.Result} {
		if c != nil {
			c.JSON, c.Blobs = nil, nil
		}
	}
	if text, err = json.Marshal(x); err == nil && len(text) > MaxRecord {
		err = fmt.Errorf("the record has %d bytes", len(text))
	}
	return text, err
}

// sign makes a signed head of the log as it is, after it is on disk; the lock is held.
func (r *Recorder) sign() error {
	if r.next-1 == r.headed {
		return nil
	}
	if err := r.spool.sync(); err != nil {
		return err
	}
	h, err := signHead(r.o.SignKey, Head{Log: r.o.Log, Number: r.next - 1, Digest: r.prev, Time: r.o.Now().UTC()})
	if err != nil {
		return err
	}
	if err := appendHead(r.headPath(), h); err != nil {
		return err
	}
	r.headed = h.Head.Number
	return nil
}

// Status tells how far the trace is.
type Status struct {
	Last   uint64 // number of the last record
	Headed uint64 // number of the last record under a signed head
	Lost   uint64 // records lost since the last one
	Bytes  int64  // in the spool
}

// Status tells how far the trace is.
func (r *Recorder) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Status{r.next - 1, r.headed, r.lost, r.spool.size}
}
