package trust

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

// ListPath is the path of an authority's revocation list in the repository's metadata; its custom part is {"number": n}. KeyID is that
// of the authority: the root, or one that issues.
func ListPath(keyID string) string { return "revocations/" + keyID + ".crl" }

// listsOffered checks that nobody holds back the newest revocation list of an authority, if the metadata names one. Of one that is
// revoked the root's list says which is the last.
func (v *verification) listsOffered(files tuf.Files) error {
	var wrong []error
	for _, c := range v.certs.Authorities() {
		l, ended := v.certs.List(c), v.certs.Ended(c)
		if ended != nil && ended.Final != nil {
			if l == nil {
				wrong = append(wrong, fmt.Errorf("the last revocation list of %q, number %d, did not come: %w", c.Holder.Name, ended.Final.Number, ErrHeldBack))
			}
			continue
		}
		number, err := v.listNumber(c, files)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		known := int64(0)
		if l != nil {
			known = l.Number
		}
		if known < number {
			wrong = append(wrong, fmt.Errorf("revocation list %d of %q is out, and list %d came: %w", number, c.Holder.Name, known, ErrHeldBack))
		}
	}
	return errors.Join(wrong...)
}

// listNumber is that of an authority's newest list, as the metadata has it; 0 if it names none.
func (v *verification) listNumber(c *cert.Certificate, files tuf.Files) (int64, error) {
	path := ListPath(c.Key.ID())
	target, _, err := v.set.Lookup(v.ctx, path, files)
	if errors.Is(err, tuf.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return 0, nil // the top-level targets, which came, do not name it
	}
	var custom struct {
		Number int64 `json:"number"`
	}
	if err == nil {
		err = json.Unmarshal(target.Custom, &custom)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	return custom.Number, nil
}

// rememberLists keeps the newest list of every authority that a trusted root stands behind. The last one of an authority that is
// revoked takes the place of any other, whatever its number.
func (v *verification) rememberLists(s *State) (changed bool) {
	for _, c := range v.certs.Authorities() {
		l, id := v.certs.List(c), c.Key.ID()
		if l == nil {
			continue
		}
		old, err := cert.ParseList(s.Lists[id])
		if err != nil || l.Number > old.Number || v.certs.Ended(c) != nil && !bytes.Equal(l.DER, old.DER) {
			s.Lists[id], changed = l.DER, true
		}
	}
	return changed
}

// EndedIssuers are the issuing authorities that the host knows to be revoked from a log entry on, by serial: for people to read. Verify
// goes by the root's list alone.
func (s *State) EndedIssuers() (out []cert.Revocation) {
	for _, der := range s.Lists {
		l, err := cert.ParseList(der)
		if err != nil {
			continue // nothing that a verdict could rest on
		}
		for _, r := range l.Revoked {
			if r.Final != nil && r.DistrustFrom != nil {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b cert.Revocation) int { return strings.Compare(a.Serial, b.Serial) })
	return out
}
