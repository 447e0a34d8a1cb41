// Package witness watches a registry's log from outside: it co-signs each head that extends what it has seen, and raises the
// alarm when one does not. Whoever runs a registry alone could show different people different logs; a witness makes that
// visible.
//
//	w := &witness.Witness{Client: c, Cosigner: cosigner, Log: anchors.Log}
//	err := w.Run(ctx, ticks)   // translog.ErrFork: the log was forked
//
// It believes nothing of the registry but what the log's keys signed, and must not know how the registry keeps its log.
package witness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/client"
)

// Witness is one at work.
type Witness struct {
	Client   *client.Client
	Cosigner *translog.Cosigner
	Log      translog.Log // of the root that the witness pins
	Logger   *slog.Logger
}

// Step co-signs the head that waits, if there is one that was not seen, and gives its size. translog.ErrFork says that the
// registry shows a log that does not extend what was seen.
func (w *Witness) Step(ctx context.Context) (int64, error) {
	text, err := w.Client.PendingHead(ctx)
	if err != nil {
		return 0, err
	}
	head, err := translog.Open(w.Cosigner.Suite, text, w.Log, nil)
	if err != nil {
		return 0, err
	}
	seen, err := w.Cosigner.Seen(w.Log.Origin)
	if err != nil {
		return 0, err
	}
	var proof []translog.Hash
	if seen.Size > 0 && seen.Size < head.Size {
		if proof, err = w.Client.Consistency(ctx, seen.Size, head.Size); err != nil {
			return 0, err
		}
	}
	signed, err := w.Cosigner.Cosign(ctx, text, w.Log, proof)
	if err != nil {
		return 0, err
	}
	return head.Size, w.Client.Cosign(ctx, signed)
}

// Run co-signs until the context ends: at once, and then at each tick. A registry that does not answer is asked again; a fork
// ends it with translog.ErrFork.
func (w *Witness) Run(ctx context.Context, tick <-chan time.Time) error {
	last := int64(-1)
	for {
		size, err := w.Step(ctx)
		switch {
		case errors.Is(err, translog.ErrFork):
			return err
		case err != nil && ctx.Err() == nil:
			w.Logger.Warn("the registry's log was not co-signed; trying again", "error", err)
		case err == nil && size != last:
			last = size
			w.Logger.Info("co-signed", "log", w.Log.Origin, "leaves", size)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

// FileMemo remembers in a file what was co-signed: a witness that forgets can be made to co-sign a fork. Safe for concurrent use.
type FileMemo struct {
	Path string
	mu   sync.Mutex
}

func (m *FileMemo) load() (map[string]translog.Tree, error) {
	out := map[string]translog.Tree{}
	data, err := os.ReadFile(m.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		return nil, fmt.Errorf("what the witness has seen, %s: %w; put back a copy: without it a fork cannot be told", m.Path, err)
	}
	return out, nil
}

// Get implements translog.Memo.
func (m *FileMemo) Get(origin string) (translog.Tree, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all, err := m.load()
	return all[origin], err
}

// Put implements translog.Memo.
func (m *FileMemo) Put(origin string, t translog.Tree) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	all, err := m.load()
	if err != nil {
		return err
	}
	all[origin] = t
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return trust.Replace(m.Path, append(data, '\n'))
}

var _ translog.Memo = (*FileMemo)(nil)
