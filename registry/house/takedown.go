package house

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/semver"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// takedownFile is the newest takedown list with its place in the log; its version is the list's serial.
const takedownFile = "takedown.json"

// takedown is what that file holds.
type takedown struct {
	Envelope *envelope.Envelope `json:"envelope"`
	Leaf     int64              `json:"leaf"`
}

// TakeDown takes an operator's list in: logged, and obeyed from now on. Its serial follows the one of the list before. Within
// store.Update, behind the log's lock.
func (h *House) TakeDown(ctx context.Context, tx store.Tx, actor string, e *envelope.Envelope, carried []*cert.Certificate) (*envelope.Takedown, error) {
	t, err := e.Takedown()
	if err != nil {
		return nil, fault.New(fault.Signature, "%w", err)
	}
	known, err := tx.TrustVersions(ctx, []string{takedownFile})
	if err != nil {
		return nil, err
	}
	if want := known[takedownFile] + 1; t.Serial != want {
		return nil, fault.New(fault.Conflict, "takedown list %d after list %d", t.Serial, known[takedownFile]).Next("read the list that is out, and sign the one that follows it: serial %d", want)
	}
	certs, err := h.Admit(ctx, tx, e, carried, "")
	if err != nil {
		return nil, err
	}
	if err := Keep(ctx, tx, certs); err != nil {
		return nil, err
	}
	event := &store.Event{Actor: actor, Action: "takedown", Subject: fmt.Sprintf("takedown/%d", t.Serial), Detail: fmt.Sprintf(`{"envelope":%q,"entries":%d}`, e.Digest(), len(t.Entries))}
	if err := h.book.Record(ctx, tx, event, e); err != nil {
		return nil, err
	}
	body, err := json.Marshal(takedown{Envelope: e, Leaf: event.Index})
	if err != nil {
		return nil, err
	}
	return t, tx.PutTrustFile(ctx, &store.TrustFile{Name: takedownFile, Version: t.Serial, Body: body})
}

// readTakedown reads the newest list; nil if there is none.
func readTakedown(ctx context.Context, r store.Reader) (*takedown, error) {
	f, err := r.TrustFile(ctx, takedownFile)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t := &takedown{}
	if err := json.Unmarshal(f.Body, t); err != nil {
		return nil, fmt.Errorf("kept takedown list %d: %w", f.Version, err)
	}
	return t, nil
}

// newestTakedown gives the list that is obeyed now, read again only when there is a newer one; nil if there is none.
func (h *House) newestTakedown(ctx context.Context) (*envelope.Takedown, error) {
	versions, err := h.store.TrustVersions(ctx, []string{takedownFile})
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.obeyed != nil && h.obeyed.Serial >= versions[takedownFile] || versions[takedownFile] == 0 {
		return h.obeyed, nil
	}
	t, err := readTakedown(ctx, h.store)
	if t == nil || err != nil {
		return nil, err
	}
	h.obeyed, err = t.Envelope.Takedown()
	return h.obeyed, err
}

// Allowed refuses a version that was taken down, or that is older than hosts may run.
func (h *House) Allowed(ctx context.Context, id, version string) error {
	t, err := h.newestTakedown(ctx)
	if t == nil || err != nil {
		return err
	}
	for _, e := range t.Entries {
		if e.ID == id && (len(e.Versions) == 0 || slices.Contains(e.Versions, version)) {
			return fault.New(fault.TakenDown, "%s@%s was taken down (list %d): %s", id, version, t.Serial, e.Reason)
		}
	}
	if floor := t.Floors[id]; floor != "" && semver.Compare("v"+version, "v"+floor) < 0 {
		return fault.New(fault.TakenDown, "%s@%s is older than %s, the lowest version allowed (takedown list %d)", id, version, floor, t.Serial)
	}
	return nil
}

// Takedown gives the newest list as evidence that is about nothing else: trust.VerifyTakedown takes it.
func (h *House) Takedown(ctx context.Context, known []int64) (*trust.Evidence, error) {
	b, err := h.begin(ctx)
	if err != nil {
		return nil, err
	}
	b.out.Statements = []trust.Logged{}
	if err := b.metadata(); err != nil {
		return nil, err
	}
	return b.finish(known)
}
