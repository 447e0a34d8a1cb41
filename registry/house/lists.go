package house

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/store"
)

// Refresh takes what is new in the folder into the database, while the registry runs: revocation lists, and issuing authorities that the
// root made or revoked. It is called before something is judged, outside of store.Update.
func (h *House) Refresh(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	now, err := h.folderState()
	if err != nil || now == h.folder {
		return err
	}
	found, lists, err := h.readFolder()
	if err != nil {
		return fmt.Errorf("house: %w", err)
	}
	if err := h.store.Update(ctx, func(tx store.Tx) error { return found.keep(ctx, tx, lists) }); err != nil {
		return err
	}
	h.folder = now
	return nil
}

// folderState changes whenever a revocation list or an issuing authority in the folder does.
func (h *House) folderState() (string, error) {
	var out strings.Builder
	add := func(info fs.FileInfo) { fmt.Fprintln(&out, info.Name(), info.Size(), info.ModTime().UnixNano()) }
	for _, name := range []string{authority.ListFile, authority.RootListFile} {
		info, err := os.Stat(filepath.Join(h.dir, name))
		if err != nil {
			return "", fmt.Errorf("house: %w", err)
		}
		add(info)
	}
	more, err := os.ReadDir(filepath.Join(h.dir, authority.IssuersDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("house: %w", err)
	}
	for _, e := range more {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // it was being written, and has its name by now
		}
		if err != nil {
			return "", fmt.Errorf("house: %w", err)
		}
		add(info)
	}
	return out.String(), nil
}

// Renew brings up to date what is signed for a time only: metadata, and the issuing authorities' revocation lists, if their keys are in
// the house's folder. Where one is kept elsewhere, whoever has it runs the list on (dougong trust refresh).
func (h *House) Renew(ctx context.Context) error {
	if err := h.newest(); err != nil {
		return err
	}
	if err := errors.Join(h.Refresh(ctx), h.PublishMetadata(ctx)); err != nil {
		return err
	}
	all, err := h.authority.Issuers()
	if err != nil {
		return err
	}
	var wrong []error
	for _, i := range all {
		if i.Revoked == nil {
			wrong = append(wrong, h.runOn(ctx, i))
		}
	}
	return errors.Join(append(wrong, h.rootListRuns(), h.Refresh(ctx))...)
}

// runOn signs an issuing authority's list again after half its time.
func (h *House) runOn(ctx context.Context, i *authority.Issuer) error {
	list, err := h.authority.ListOf(i)
	if err != nil || list.NextUpdate.Sub(h.now()) > authority.ListDays*24*time.Hour/2 {
		return err
	}
	err = h.authority.Refresh(ctx, i.Number)
	if errors.Is(err, authority.ErrNoKey) {
		return fmt.Errorf("revocation list %d of %q runs out at %s, and the key of that issuing authority is not here: %w",
			list.Number, i.Certificate.Holder.Name, list.NextUpdate.UTC().Format(time.RFC3339), err)
	}
	return err
}

// rootListRuns says in time that only the offline root can sign its list again.
func (h *House) rootListRuns() error {
	lists, err := h.authority.Lists()
	if err != nil {
		return err
	}
	if root := lists[len(lists)-1]; root.NextUpdate.Sub(h.now()) < authority.ListDays*24*time.Hour {
		return fmt.Errorf("the root's revocation list %d runs out at %s, and with it all trust in this house\nnext: dougong trust issuer rotate", root.Number, root.NextUpdate.UTC().Format(time.RFC3339))
	}
	return nil
}

// listsOf reads the newest revocation lists, in the order of the authorities, and that of the root.
func (h *House) listsOf(ctx context.Context, r store.Reader) (*issuing, []envelope.Base64, error) {
	known, _, err := h.issuing(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	var out []envelope.Base64
	for _, name := range known.Lists {
		f, err := r.TrustFile(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, f.Body)
	}
	return known, out, nil
}

// pool is what certificates are judged by.
func (h *House) pool(ctx context.Context, r store.Reader, others []*cert.Certificate) (*cert.Pool, error) {
	known, ders, err := h.listsOf(ctx, r)
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
	return cert.NewPool(h.suite, h.roots, append(slices.Clone(known.certs), others...), lists)
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
