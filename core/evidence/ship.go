package evidence

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// Shipper hands records to whoever stores them.
type Shipper interface {
	// Next is the number of the record that the store expects next.
	Next(ctx context.Context) (uint64, error)
	// Append stores records, the first of which has the number first. It returns the number expected next.
	Append(ctx context.Context, first uint64, records [][]byte) (next uint64, err error)
	// Head stores a copy of a signed head.
	Head(ctx context.Context, h SignedHead) error
}

const (
	shipBatch    = 256
	shipTimeout  = 30 * time.Second
	firstBackoff = 500 * time.Millisecond
	lastBackoff  = 30 * time.Second
)

// run is the background work: records settle on disk under a signed head, and go to the store.
func (r *Recorder) run() {
	defer close(r.finished)
	settle := time.NewTimer(time.Hour)
	retry := time.NewTimer(0)
	defer settle.Stop()
	defer retry.Stop()
	s := r.ship
	armed := false
	for {
		select {
		case <-r.quit:
			return
		case <-r.work:
			if !armed {
				settle.Reset(r.o.Settle)
				armed = true
			}
			if s.failing {
				continue
			}
		case <-settle.C:
			armed = false
			r.settle()
		case <-retry.C:
		}
		if r.o.Ship != nil && !s.step() {
			retry.Reset(s.backoff)
		}
	}
}

// settle syncs and signs what there is.
func (r *Recorder) settle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.sign(); err != nil {
		r.o.Logger.Error("trace head cannot be signed", "error", err)
	}
}

// shipment is where shipping stands.
type shipment struct {
	r *Recorder
	// Under Recorder.shipping:
	known  bool   // next is what the store said
	next   uint64 // expected by the store
	headed uint64 // last head that was copied
	// Of the background work alone:
	failing bool
	backoff time.Duration
}

// step ships all that there is. false: it failed, to be tried again after backoff.
func (s *shipment) step() bool {
	ctx, cancel := context.WithTimeout(context.Background(), shipTimeout)
	defer cancel()
	err := s.all(s.r.untilClose(ctx))
	if err == nil {
		if s.failing {
			s.r.o.Logger.Info("trace provider takes records again")
		}
		s.failing, s.backoff = false, firstBackoff
		return true
	}
	if !s.failing {
		s.r.o.Logger.Warn("trace provider does not take records; they stay in the spool", "error", err)
	} else {
		s.backoff = min(2*s.backoff, lastBackoff)
	}
	s.failing = true
	return false
}

func (s *shipment) all(ctx context.Context) (err error) {
	s.r.shipping.Lock() // Flush and the background work take turns
	defer s.r.shipping.Unlock()
	defer func() { s.known = err == nil }()
	ship := s.r.o.Ship
	if !s.known {
		if s.next, err = ship.Next(ctx); err != nil {
			return err
		}
	}
	for {
		var records [][]byte
		var head *SignedHead
		if records, head, err = s.r.batch(s.next); err != nil {
			return err
		}
		if len(records) > 0 {
			if s.next, err = ship.Append(ctx, s.next, records); err != nil {
				return err
			}
			s.r.shipped(s.next)
			continue
		}
		if head == nil || head.Head.Number <= s.headed {
			return nil
		}
		if err = ship.Head(ctx, *head); err != nil {
			return err
		}
		s.headed = head.Head.Number
	}
}

// batch reads the records from number on, and the last signed head.
func (r *Recorder) batch(number uint64) ([][]byte, *SignedHead, error) {
	r.mu.Lock()
	files := r.spool.files(number)
	last, headed := r.next-1, r.headed
	r.mu.Unlock()
	var records [][]byte
	var err error
	switch {
	case number > last+1:
		return nil, nil, fmt.Errorf("the trace provider expects record %d, this host has written %d: its spool was lost, or the log is another host's", number, last)
	case number <= last && (len(files) == 0 || files[0].first > number):
		return nil, nil, fmt.Errorf("the trace provider expects record %d, which is not in the spool any more: the provider lost records", number)
	case number <= last:
		records, err = read(files, number, shipBatch)
	}
	if err != nil || len(records) > 0 || headed == 0 {
		return records, nil, err
	}
	heads, err := ReadHeadFile(r.headPath())
	if err != nil || len(heads) == 0 {
		return nil, nil, err
	}
	return nil, &heads[len(heads)-1], nil
}

func (r *Recorder) shipped(next uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.spool.drop(next); err != nil {
		r.o.Logger.Error("trace spool cannot be pruned", "error", err)
	}
}

// untilClose ends with ctx or when the recorder closes; ctx must end.
func (r *Recorder) untilClose(ctx context.Context) context.Context {
	out, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		select {
		case <-r.quit:
		case <-ctx.Done():
		}
	}()
	return out
}

// Records reads what is in the spool.
func (r *Recorder) Records() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		number := uint64(0)
		for {
			r.mu.Lock()
			files := r.spool.files(number)
			if number == 0 && len(files) > 0 {
				number = files[0].first
			}
			r.mu.Unlock()
			records, err := read(files, number, shipBatch)
			for _, x := range records {
				if !yield(x, nil) {
					return
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if number += uint64(len(records)); len(records) == 0 {
				return
			}
		}
	}
}

// Heads reads the signed heads.
func (r *Recorder) Heads() ([]SignedHead, error) { return ReadHeadFile(r.headPath()) }

// Flush signs a head of the log as it is and ships everything; without a shipper it only signs.
func (r *Recorder) Flush(ctx context.Context) error {
	r.mu.Lock()
	err := r.sign()
	r.mu.Unlock()
	if err != nil || r.o.Ship == nil {
		return err
	}
	return r.ship.all(ctx)
}

// Close signs a last head and ends the background work.
func (r *Recorder) Close() error {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return nil
	}
	r.closed = true
	err := r.sign()
	r.mu.Unlock()
	close(r.quit)
	<-r.finished
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.spool.close(); err == nil {
		err = e
	}
	return err
}
