package miniapp

import (
	"context"
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// fetcher fetches subpackages for one session, beside its actor.
type fetcher struct {
	ctx  context.Context //nolint:containedctx // the session's: it ends with it
	prog *program.Program
	post func(message.ToActor) error

	mu      sync.Mutex
	running map[string]bool
	closed  bool
	work    sync.WaitGroup
}

func newFetcher(ctx context.Context, p *program.Program, post func(message.ToActor) error) *fetcher {
	return &fetcher{ctx: ctx, prog: p, post: post, running: map[string]bool{}}
}

// start fetches a subpackage, unless that is under way already.
func (f *fetcher) start(root string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed || f.running[root] || len(f.running) > len(f.prog.App.SubPackages) {
		return
	}
	f.running[root] = true
	f.work.Add(1)
	go f.fetch(root)
}

func (f *fetcher) fetch(root string) {
	defer f.work.Done()
	last := message.Package{Root: root}
	told := int64(0)
	err := f.prog.Fetch(f.ctx, root, func(done, total int64) {
		last.Done, last.Total = done, total
		if percent := done * 100 / max(1, total); percent > told && done < total {
			told = percent
			// A step that finds the mailbox full is left out; the end is not.
			_ = f.post(message.ToActor{Package: &message.Package{Root: root, Done: done, Total: total}})
		}
	})
	last.Ready = err == nil
	if err != nil {
		last.Error = err.Error()
	}
	f.mu.Lock()
	delete(f.running, root)
	f.mu.Unlock()
	_ = f.post(message.ToActor{Package: &last}) // the session may have ended
}

// close waits for what is under way; the context has ended.
func (f *fetcher) close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.work.Wait()
}
