package house

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/store"
)

// issuing is which issuing authorities a house has, and where their lists are. The database has it, so that replicas whose folder is
// older give the same out.
type issuing struct {
	Certificates []envelope.Base64 `json:"certificates"` // DER, by number
	// Lists are the files of the revocation lists that count: one for each of Certificates, and the root's.
	Lists []string `json:"lists"`
	// Before are those of authorities that are revoked, in whose place another of Lists is.
	Before []string `json:"before,omitempty"`

	version int64
	certs   []*cert.Certificate
}

// issuingFile is issuing in the database; its version is the number of the root's list, which rises whenever an authority is made or
// revoked.
const issuingFile = "issuing"

// readFolder gives what the folder has, and the lists of Lists and Before.
func (h *House) readFolder() (*issuing, map[string]*cert.List, error) {
	all, err := h.authority.Issuers()
	if err != nil {
		return nil, nil, err
	}
	lists, err := h.authority.Lists()
	if err != nil {
		return nil, nil, err
	}
	out, files := &issuing{}, map[string]*cert.List{}
	for n, i := range all {
		name := authority.ListName(i.Number)
		if i.Revoked != nil && i.Revoked.Final != nil {
			out.Before = append(out.Before, name)
			name = authority.LastListName(i.Number)
		}
		out.Certificates, out.certs = append(out.Certificates, i.Certificate.DER), append(out.certs, i.Certificate)
		out.Lists, files[name] = append(out.Lists, name), lists[n]
	}
	root := lists[len(lists)-1]
	out.Lists, files[authority.RootListFile] = append(out.Lists, authority.RootListFile), root
	out.version = root.Number
	return out, files, nil
}

// keep takes what is newer than the database's into it, all or nothing: an authority is never there without its list.
func (i *issuing) keep(ctx context.Context, tx store.Tx, lists map[string]*cert.List) error {
	have, err := tx.TrustVersions(ctx, append(slices.Clone(i.Lists), issuingFile))
	if err != nil {
		return err
	}
	for _, name := range i.Lists {
		if l := lists[name]; have[name] < l.Number {
			if err := keepNewest(ctx, tx, &store.TrustFile{Name: name, Version: l.Number, Body: l.DER}); err != nil {
				return err
			}
		}
	}
	if have[issuingFile] >= i.version {
		return nil
	}
	if err := Keep(ctx, tx, i.certs); err != nil {
		return err
	}
	body, err := json.Marshal(i)
	if err != nil {
		return err
	}
	return keepNewest(ctx, tx, &store.TrustFile{Name: issuingFile, Version: i.version, Body: body})
}

// keepNewest writes a file unless another replica was faster. What else the transaction writes is not lost for it.
func keepNewest(ctx context.Context, tx store.Tx, f *store.TrustFile) error {
	if err := tx.PutTrustFile(ctx, f); !errors.Is(err, store.ErrExists) {
		return err
	}
	return nil
}

// issuing gives what the database has, read again only when it is another, and the versions of its lists and of other files.
func (h *House) issuing(ctx context.Context, r store.Reader, also ...string) (*issuing, map[string]int64, error) {
	known := h.issuers.Load()
	for {
		names := slices.Concat(also, []string{issuingFile}, known.Lists, known.Before)
		versions, err := r.TrustVersions(ctx, names)
		if err != nil || versions[issuingFile] == known.version {
			return known, versions, err
		}
		if known, err = readIssuing(ctx, r); err != nil {
			return nil, nil, err
		}
		h.issuers.Store(known)
	}
}

func readIssuing(ctx context.Context, r store.Reader) (*issuing, error) {
	f, err := r.TrustFile(ctx, issuingFile)
	if err != nil {
		return nil, err
	}
	out := &issuing{version: f.Version}
	if err := json.Unmarshal(f.Body, out); err != nil {
		return nil, fmt.Errorf("kept issuing authorities, version %d: %w", f.Version, err)
	}
	if len(out.Lists) != len(out.Certificates)+1 {
		return nil, fmt.Errorf("kept issuing authorities, version %d: %d lists of %d authorities; expected one more, the root's", f.Version, len(out.Lists), len(out.Certificates))
	}
	for _, der := range out.Certificates {
		c, err := cert.Parse(der)
		if err != nil {
			return nil, fmt.Errorf("kept issuing authorities, version %d: %w", f.Version, err)
		}
		out.certs = append(out.certs, c)
	}
	return out, nil
}

// age rises with the version of any list, and only rises: lists that no longer count are counted on.
func (i *issuing) age(versions map[string]int64) (sum int64) {
	for _, name := range slices.Concat(i.Lists, i.Before) {
		sum += versions[name]
	}
	return sum
}
