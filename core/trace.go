package core

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/evidence"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/pdk/go"
)

const (
	traceCapability = "dougong.trace/v1"
	// TraceKeyFile is the file, in the folder of the heads, that holds the public key they are signed by, in hex.
	TraceKeyFile = "key.pub"
	// traceFlush bounds how long closing waits for the trace provider to take the last records.
	traceFlush = 5 * time.Second
)

// TraceHeadDir is the folder of the signed heads below a data folder. Copies of it kept elsewhere prove what the log was.
func TraceHeadDir(data string) string { return filepath.Join(data, "trace-heads") }

// openTrace starts the recorder if policy wants a trace; k.recorder stays nil otherwise.
func (k *Kernel) openTrace() error {
	policy := k.Config().Policy
	if policy.Trace == config.TraceOff {
		return nil
	}
	if k.catalogue.Provider(traceCapability) == nil {
		if policy.Trace == config.TraceRequired {
			return fmt.Errorf("policy.trace is %q, but no plugin provides %s; add one to superapp.yaml", policy.Trace, traceCapability)
		}
		k.log.Info("no trace is kept: no plugin provides it", "capability", traceCapability)
		return nil
	}
	suite, err := gm.New(gm.Policy{})
	if err != nil {
		return err
	}
	mac, err := k.wrappedKey("trace/mac", 32)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	seed, err := k.wrappedKey("trace/sign", ed25519.SeedSize)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	id, err := k.hostID()
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	k.traceKey, k.traceLog = ed25519.NewKeyFromSeed(seed), id
	dir := k.Config().DataDir()
	if err := k.publishTraceKey(TraceHeadDir(dir)); err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	k.recorder, err = evidence.Open(evidence.Options{
		Dir: filepath.Join(dir, "trace-spool"), HeadDir: TraceHeadDir(dir), Log: id, Required: policy.Trace == config.TraceRequired,
		SpoolBytes: int64(policy.TraceSpoolMB) << 20, HeadEvery: policy.TraceHeads, Suite: suite, MACKey: mac, SignKey: k.traceKey,
		Ship: shipper{k}, Skip: func(c *capability.Call) bool { return c.Capability == traceCapability }, Logger: k.log, Now: k.opts.Now,
	})
	return err
}

// hostID is the log's id: made once, kept in the store.
func (k *Kernel) hostID() (string, error) {
	const bucket, key = "host", "id"
	id, err := k.store.Get(bucket, key)
	if err != nil || id != nil {
		return string(id), err
	}
	name := "host-" + newTrace()[:16]
	return name, k.store.Put(bucket, key, []byte(name))
}

func (k *Kernel) publishTraceKey(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	public := k.traceKey.Public().(ed25519.PublicKey) //nolint:forcetypeassert // it is one
	return os.WriteFile(filepath.Join(dir, TraceKeyFile), []byte(hex.EncodeToString(public)+"\n"), 0o600)
}

// ReadTraceKey reads the public key in the folder of the heads.
func ReadTraceKey(dir string) (ed25519.PublicKey, error) {
	path := filepath.Join(dir, TraceKeyFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read trace key: %w", err)
	}
	var key []byte
	if _, err := fmt.Sscanf(string(text), "%x", &key); err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("read trace key: %s is not a key of %d hexadecimal digits", path, 2*ed25519.PublicKeySize)
	}
	return key, nil
}

// shipper hands records to the trace provider, as calls of the host itself.
type shipper struct{ k *Kernel }

var _ evidence.Shipper = shipper{}

func (s shipper) call(ctx context.Context, method string, in, out any) error {
	select {
	case <-s.k.started:
	case <-ctx.Done():
		return ctx.Err()
	}
	p, err := pdk.Encode(in)
	if err != nil {
		return err
	}
	info := pdk.Info{Capability: traceCapability, Method: method, Trace: newTrace()}
	if p, err = s.k.chain.Answer(ctx, &capability.Call{Info: info, Payload: p, Host: true}); err != nil || out == nil {
		return err
	}
	return pdk.Decode(p, out)
}

type traceRecords struct {
	Log     string     `json:"log"`
	First   uint64     `json:"first"`
	Records []pdk.Blob `json:"records"`
}

type traceRead struct {
	Log   string `json:"log"`
	From  uint64 `json:"from"`
	Limit int    `json:"limit"`
}

type traceNext struct {
	Records []pdk.Blob `json:"records"`
	Next    uint64     `json:"next"`
}

// Next implements evidence.Shipper.
func (s shipper) Next(ctx context.Context) (uint64, error) {
	var out traceNext
	err := s.call(ctx, "read", traceRead{s.k.traceLog, 1, 1}, &out)
	return out.Next, err
}

// Append implements evidence.Shipper.
func (s shipper) Append(ctx context.Context, first uint64, records [][]byte) (uint64, error) {
	in := traceRecords{Log: s.k.traceLog, First: first}
	for _, r := range records {
		in.Records = append(in.Records, r)
	}
	var out traceNext
	err := s.call(ctx, "append", in, &out)
	return out.Next, err
}

// Head implements evidence.Shipper.
func (s shipper) Head(ctx context.Context, h evidence.SignedHead) error {
	return s.call(ctx, "putHead", struct {
		Log    string   `json:"log"`
		Number uint64   `json:"number"`
		Head   pdk.Blob `json:"head"`
	}{s.k.traceLog, h.Head.Number, h.Line()}, nil)
}

// TraceRecords reads the trace as the provider stores it.
func (k *Kernel) TraceRecords(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for from := uint64(1); ; {
			var out traceNext
			if err := (shipper{k}).call(ctx, "read", traceRead{k.traceLog, from, 1000}, &out); err != nil {
				yield(nil, err)
				return
			}
			for _, r := range out.Records {
				if !yield(r, nil) {
					return
				}
			}
			if from += uint64(len(out.Records)); len(out.Records) == 0 {
				return
			}
		}
	}
}

// ErrNoTrace says that this super-app keeps no trace.
var ErrNoTrace = errors.New("this super-app keeps no trace: policy.trace is off or no plugin provides it")

// VerifyTrace hands the last records to the trace provider, reads everything back and holds it against the signed heads.
func (k *Kernel) VerifyTrace(ctx context.Context) (*evidence.Report, error) {
	if k.recorder == nil {
		return nil, ErrNoTrace
	}
	if err := k.recorder.Flush(ctx); err != nil {
		return nil, fmt.Errorf("hand over the last records: %w", err)
	}
	heads, err := k.recorder.Heads()
	if err != nil {
		return nil, fmt.Errorf("read trace heads: %w", err)
	}
	return evidence.Verify(k.TraceRecords(ctx), heads, k.traceKey.Public().(ed25519.PublicKey)) //nolint:forcetypeassert // it is one
}

// closeTrace hands over what it can and ends the recorder.
func (k *Kernel) closeTrace() error {
	if k.recorder == nil {
		return nil
	}
	select {
	case <-k.started:
		ctx, cancel := context.WithTimeout(context.Background(), traceFlush)
		defer cancel()
		if err := k.recorder.Flush(ctx); err != nil {
			k.log.Warn("the last trace records stay in the spool", "error", err)
		}
	default: // the start failed
	}
	return k.recorder.Close()
}
