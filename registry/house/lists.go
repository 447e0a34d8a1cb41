package house

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/store"
)

// listFiles are the revocation lists in the house's folder, of the issuing authority and of the root. In the database they
// have the same names: all replicas give out the newest.
var listFiles = []string{authority.ListFile, authority.RootListFile}

// fileState tells whether the lists in the folder are those that were read last.
type fileState [2]struct{ size, changed int64 }

// Refresh takes lists that are new in the folder into the database: a certificate is revoked there, while the registry runs.
// It is called before something is judged, outside of store.Update.
func (h *House) Refresh(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var now fileState
	for i, name := range listFiles {
		info, err := os.Stat(filepath.Join(h.dir, name))
		if err != nil {
			return fmt.Errorf("house: %w", err)
		}
		now[i].size, now[i].changed = info.Size(), info.ModTime().UnixNano()
	}
	if now == h.lists {
		return nil
	}
	lists, err := h.authority.Lists()
	if err != nil {
		return fmt.Errorf("house: %w", err)
	}
	have, err := h.store.TrustVersions(ctx, listFiles)
	if err != nil {
		return err
	}
	for i, l := range lists {
		if have[listFiles[i]] >= l.Number {
			continue
		}
		err := h.store.Update(ctx, func(tx store.Tx) error {
			return tx.PutTrustFile(ctx, &store.TrustFile{Name: listFiles[i], Version: l.Number, Body: l.DER})
		})
		if err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	h.lists = now
	return nil
}

// Renew brings up to date what is signed for a time only: metadata, and the issuing authority's revocation list, if the
// authority's key is in the house's folder. Where it is kept elsewhere, whoever has it runs the list on (dougong trust refresh).
func (h *House) Renew(ctx context.Context) error {
	if err := h.newest(); err != nil {
		return err
	}
	if err := errors.Join(h.Refresh(ctx), h.PublishMetadata(ctx)); err != nil {
		return err
	}
	list, err := h.authority.List()
	if err != nil || list.NextUpdate.Sub(h.now()) > authority.ListDays*24*time.Hour/2 {
		return err
	}
	err = h.authority.Refresh(ctx)
	if errors.Is(err, authority.ErrNoKey) {
		return fmt.Errorf("revocation list %d runs out at %s, and the key of the issuing authority is not here: %w", list.Number, list.NextUpdate.UTC().Format(time.RFC3339), err)
	}
	return errors.Join(err, h.Refresh(ctx))
}

// listsOf reads the newest revocation lists.
func (h *House) listsOf(ctx context.Context, r store.Reader) (out []envelope.Base64, err error) {
	for _, name := range listFiles {
		f, err := r.TrustFile(ctx, name)
		if err != nil {
			return nil, err
		}
		out = append(out, f.Body)
	}
	return out, nil
}

// pool is what certificates are judged by.
func (h *House) pool(ctx context.Context, r store.Reader, others []*cert.Certificate) (*cert.Pool, error) {
	ders, err := h.listsOf(ctx, r)
	if err != nil {
		return nil, err
	}
	var lists []*cert.List
	for _, der := range ders {
		l, err := cert.ParseList(der)
		if err != nil {
			return nil, err
		}
		lists = append(lists, l)
	}
	return cert.NewPool(h.suite, h.roots, append([]*cert.Certificate{h.authority.Issuing}, others...), lists)
}

// Outdated tells whether there is a newer root in the folder than the one that was opened.
func (h *House) Outdated() bool {
	_, err := os.Stat(filepath.Join(h.dir, authority.RootName(h.Version()+1)))
	return err == nil
}

// Version is that of the root that the house stands under.
func (h *House) Version() int64 { return h.set.Root().Version }

// newest fails if the house is outdated.
func (h *House) newest() error {
	if h.Outdated() {
		return fmt.Errorf("house: there is a new root, %s, and the registry has not gone over to it\nnext: send it SIGHUP, or start it again, and read what it says", authority.RootName(h.Version()+1))
	}
	return nil
}
