// Package provider is the capability dougong.trace/v1: it stores the records of the transaction trace, which the kernel
// numbers, chains and signs, and gives them back unchanged. It cannot read them and need not be trusted with more than
// keeping them: what it drops or changes, the verifier finds.
package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/trace/segment"
)

// Capability is the contract that the provider keeps.
const Capability = "dougong.trace/v1"

// Error codes of the contract.
const (
	codeGap      = 30001
	codeConflict = 30002
)

const defaultLimit = 1000

// Config is what a person writes under the plugin's config in superapp.yaml.
type Config struct {
	SegmentMB float64 `json:"segment_mb"` // size past which a new file is begun; default 16
}

// Provider serves the capability from one folder.
type Provider struct {
	dir string

	mu   sync.Mutex
	size int64
	logs map[string]*trace
}

// trace is the records of one host, and its heads. A head is stored as a record: its number, then its bytes.
type trace struct {
	mu             sync.Mutex
	records, heads *segment.Log
}

// New makes a provider of the private folder that the host gave the plugin.
func New(dir string) *Provider { return &Provider{dir: dir, logs: map[string]*trace{}} }

// Configure sets the size of segments for the logs that are opened from now on.
func (p *Provider) Configure(_ *pdk.Context, config []byte) error {
	var c Config
	if len(config) > 0 {
		if err := json.Unmarshal(config, &c); err != nil {
			return pdk.Errorf(pdk.CodeConfig, "config", "trace configuration: %s", err)
		}
	}
	if c.SegmentMB < 0 {
		return pdk.Errorf(pdk.CodeConfig, "config", "trace configuration: segment_mb cannot be negative")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.size = int64(c.SegmentMB * (1 << 20))
	return nil
}

// Close closes all logs.
func (p *Provider) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	for _, t := range p.logs {
		err = errors.Join(err, t.records.Close(), t.heads.Close())
	}
	p.logs = map[string]*trace{}
	return err
}

// Methods is the capability's method table.
func (p *Provider) Methods() pdk.Methods {
	return pdk.Methods{
		"append":  pdk.Func(p.append),
		"read":    pdk.Func(p.read),
		"putHead": pdk.Func(p.putHead),
		"heads":   pdk.Func(p.heads),
	}
}

type appendParam struct {
	Log     string     `json:"log"`
	First   uint64     `json:"first"`
	Records []pdk.Blob `json:"records"`
}

type nextResult struct {
	Next uint64 `json:"next"`
}

func (p *Provider) append(ctx *pdk.Context, in appendParam) (nextResult, error) {
	t, err := p.open(ctx, in.Log)
	if err != nil {
		return nextResult{}, err
	}
	records := make([][]byte, len(in.Records))
	for i, r := range in.Records {
		records[i] = r
	}
	next, err := t.records.Append(in.First, records)
	return nextResult{next}, fail(ctx, err)
}

type readParam struct {
	Log   string `json:"log"`
	From  uint64 `json:"from"`
	Limit int    `json:"limit"`
}

type readResult struct {
	Records []pdk.Blob `json:"records"`
	Next    uint64     `json:"next"`
}

func (p *Provider) read(ctx *pdk.Context, in readParam) (readResult, error) {
	t, err := p.open(ctx, in.Log)
	if err != nil {
		return readResult{}, err
	}
	if in.Limit <= 0 {
		in.Limit = defaultLimit
	}
	records, err := t.records.Read(in.From, in.Limit)
	return readResult{blobs(records), t.records.Next()}, fail(ctx, err)
}

// open opens a log, the first time it is named.
func (p *Provider) open(ctx *pdk.Context, id string) (*trace, error) {
	if p.dir == "" || id == "" {
		return nil, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "log is empty, or the plugin has no folder for its files (requires: {files: true})")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.logs[id]; t != nil {
		return t, nil
	}
	sum := sha256.Sum256([]byte(id))
	dir := filepath.Join(p.dir, hex.EncodeToString(sum[:16]))
	records, err := segment.Open(filepath.Join(dir, "records"), p.size)
	if err != nil {
		return nil, fail(ctx, err)
	}
	heads, err := segment.Open(filepath.Join(dir, "heads"), p.size)
	if err != nil {
		return nil, fail(ctx, errors.Join(err, records.Close()))
	}
	if torn := records.Torn(); torn != "" {
		ctx.Log(pdk.LevelWarn, "the trace ended in half a record, as after a crash; it is cut off and kept", "log", id, "file", torn, "next", records.Next())
	}
	t := &trace{records: records, heads: heads}
	p.logs[id] = t
	return t, nil
}

func blobs(records [][]byte) []pdk.Blob {
	out := make([]pdk.Blob, len(records))
	for i, r := range records {
		out[i] = r
	}
	return out
}

// fail gives an error the contract's code; damage goes to the log as well, because an operator has to act on it.
func fail(ctx *pdk.Context, err error) error {
	var gap *segment.GapError
	var conflict *segment.ConflictError
	var corrupt *segment.CorruptError
	switch {
	case errors.As(err, &gap):
		return pdk.Errorf(codeGap, "gap", "%s", gap)
	case errors.As(err, &conflict):
		return pdk.Errorf(codeConflict, "conflict", "%s", conflict)
	case errors.As(err, &corrupt):
		ctx.Log(pdk.LevelError, "the trace is damaged", "error", corrupt)
		return pdk.Errorf(pdk.CodeCorrupt, "corrupt", "%s", corrupt)
	}
	return err
}
