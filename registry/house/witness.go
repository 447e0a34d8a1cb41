package house

import (
	"context"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// pendingFile is the head that the witnesses are asked to co-sign. It stays until enough have: witnesses that sign heads of
// different sizes never agree on one.
const pendingFile = "pending"

// Head is the signed head that hosts are shown: the newest, or, if the root asks for witnesses, the newest that enough of them
// have co-signed.
func (h *House) Head(ctx context.Context) (text string, size int64, err error) {
	if h.anchors.WitnessThreshold == 0 {
		return h.book.Head(ctx)
	}
	f, err := h.store.TrustFile(ctx, cosignedFile)
	if errors.Is(err, store.ErrNotFound) {
		return "", 0, fault.New(fault.Unavailable, "this house's heads need %d witnesses, and no head is co-signed by so many yet", h.anchors.WitnessThreshold).
			Next("run a witness: dougong registry witness")
	}
	if err != nil {
		return "", 0, err
	}
	return string(f.Body), f.Version, nil
}

// Pending is the head that witnesses are to co-sign, with the co-signatures that it has.
func (h *House) Pending(ctx context.Context) (text string, size int64, err error) {
	if h.anchors.WitnessThreshold == 0 {
		return h.book.Head(ctx)
	}
	text, size, err = h.book.Head(ctx)
	if err != nil {
		return "", 0, err
	}
	err = h.store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.LockLog(ctx); err != nil {
			return err
		}
		v, err := tx.TrustVersions(ctx, []string{pendingFile, cosignedFile})
		if err != nil {
			return err
		}
		if v[pendingFile] > v[cosignedFile] || v[pendingFile] >= size && size > 0 {
			f, err := tx.TrustFile(ctx, pendingFile)
			if err == nil {
				text, size = string(f.Body), f.Version
			}
			return err
		}
		return tx.PutTrustFile(ctx, &store.TrustFile{Name: pendingFile, Version: size, Body: []byte(text)})
	})
	return text, size, err
}

// Cosign takes a witness's co-signature of the pending head in.
func (h *House) Cosign(ctx context.Context, text string) error {
	head, text, err := translog.Clean(h.suite, text, h.anchors.Log, h.anchors.Witnesses)
	if err != nil {
		return fault.New(fault.Signature, "%w", err)
	}
	if len(head.Witnesses) == 0 {
		return fault.New(fault.Signature, "no witness that the root names has co-signed this head").Next("name the witness in the root: dougong trust init --witness NAME=KEYFILE")
	}
	if h.anchors.WitnessThreshold == 0 {
		return nil // nobody waits for it
	}
	return h.store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.LockLog(ctx); err != nil {
			return err
		}
		f, err := tx.TrustFile(ctx, pendingFile)
		if err != nil || f.Version != head.Size {
			return fault.New(fault.Conflict, "the head of %d leaves is not the one that waits for witnesses", head.Size).Next("read /v1/log/pending and co-sign that")
		}
		all, err := translog.Merge(string(f.Body), text)
		if err != nil {
			return fault.New(fault.Signature, "%w", err)
		}
		have, err := translog.Open(h.suite, all, h.anchors.Log, h.anchors.Witnesses)
		if err != nil {
			return fmt.Errorf("kept head: %w", err)
		}
		if err := tx.DropTrustFile(ctx, pendingFile); err != nil {
			return err
		}
		if err := tx.PutTrustFile(ctx, &store.TrustFile{Name: pendingFile, Version: f.Version, Body: []byte(all)}); err != nil {
			return err
		}
		if len(have.Witnesses) < h.anchors.WitnessThreshold {
			return nil
		}
		err = tx.PutTrustFile(ctx, &store.TrustFile{Name: cosignedFile, Version: head.Size, Body: []byte(all)})
		if errors.Is(err, store.ErrExists) {
			return nil // one witness more than are needed
		}
		return err
	})
}
