package server

import (
	"context"
	"fmt"
	"os"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/registry/logbook"
)

// Reload goes over to the root that is in the house's folder now, while the registry runs: it signs everything anew by that root's
// keys. A request under way that asks for evidence may be told to try again. If it cannot, everything stays as it is. Safe for concurrent use.
func (s *Server) Reload(ctx context.Context) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	suite, err := gm.New(gm.Policy{})
	if err != nil {
		return err
	}
	next := &Server{config: s.config, store: s.store, blobs: s.blobs, counter: s.counter, courier: s.courier,
		requests: s.requests, signIns: s.signIns, guesses: s.guesses} // who has guessed before goes on waiting
	book := logbook.New(s.store, suite, s.config.Now)
	if next.house, err = openHouse(ctx, s.config, suite, s.store, book); err != nil {
		return fmt.Errorf("registry: %w", err)
	}
	if err := next.assemble(suite, book); err != nil {
		return err
	}
	// From the first signature by the new keys on, the house of before can sign nothing any more: it goes first.
	was := s.now.Swap(next)
	if !s.config.Keyless {
		if err := next.house.PublishMetadata(ctx); err != nil {
			s.now.Store(was)
			return fmt.Errorf("registry: sign under root version %d: %w", next.house.Version(), err)
		}
	}
	s.config.Log.Info("read the house's folder again", "root", next.house.Version(), "before", was.house.Version())
	return nil
}

// ReloadOn reloads whenever something comes in, a signal say, until ctx ends.
func (s *Server) ReloadOn(ctx context.Context, hangup <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			if err := s.Reload(ctx); err != nil {
				s.config.Log.Error("the house's folder cannot be read again, and all stays as it was", "error", err)
			}
		}
	}
}
