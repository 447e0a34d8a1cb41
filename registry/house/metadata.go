package house

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"time"

	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// How long metadata is good for. Targets say what is offered and are replaced when that changes; that nobody shows old ones is
// what snapshot and timestamp are for, so that targets run as long as the root.
const (
	timestampRuns = 24 * time.Hour
	snapshotRuns  = 30 * 24 * time.Hour
)

// Names of files in the database. A role's newest file is ROLE.json; the versions before it are N.ROLE.json for a while, for
// clients that have begun with an older timestamp.
const (
	timestampFile = "timestamp.json"
	coveredFile   = "covered"          // its version: the log's entries whose releases are offered
	offeredFile   = "covered.takedown" // its version: the serial of the takedown list that is named
	cosignedFile  = "cosigned"         // the newest head with enough co-signatures; its version is its size
	rootedFile    = "covered.root"     // its version: the root by whose keys all newest files are signed
	listedFile    = "covered.lists"    // its version: the age of the revocation lists that are named
	keptVersions  = 8
)

// defaultBatch is how many releases one turn of PublishMetadata offers: what is published at once costs one snapshot.
const defaultBatch = 500

// pending tells whether metadata does not yet say what is offered, or soon runs out.
func (h *House) pending(ctx context.Context, r store.Reader) (bool, error) {
	known, v, err := h.issuing(ctx, r, timestampFile, coveredFile, offeredFile, takedownFile, rootedFile, listedFile)
	if err != nil {
		return false, err
	}
	if v[rootedFile] > h.set.Root().Version {
		return false, fault.New(fault.Unavailable, "the metadata is signed under root version %d, and this server knows version %d", v[rootedFile], h.set.Root().Version).
			Next("try again; if that does not help, bring the house's folder up to date and send the registry SIGHUP")
	}
	if v[timestampFile] == 0 || v[takedownFile] > v[offeredFile] || v[rootedFile] < h.set.Root().Version || known.age(v) > v[listedFile] {
		return true, nil
	}
	last, err := r.LastRelease(ctx)
	if err != nil || last > v[coveredFile] {
		return true, err
	}
	return h.runsOut(ctx, r, v[timestampFile])
}

// runsOut tells whether the timestamp is past half its time.
func (h *House) runsOut(ctx context.Context, r store.Reader, version int64) (bool, error) {
	until, err := h.stampRuns(ctx, r, version)
	return until.Sub(h.now()) < timestampRuns/2, err
}

// signedIn reads a file that the registry itself wrote.
func signedIn[T any](f *store.TrustFile) (*T, error) {
	var outer struct {
		Signed *T `json:"signed"`
	}
	if err := json.Unmarshal(f.Body, &outer); err != nil || outer.Signed == nil {
		return nil, fmt.Errorf("kept metadata %s, version %d: %w", f.Name, f.Version, errors.Join(err, fs.ErrInvalid))
	}
	return outer.Signed, nil
}

// PublishMetadata brings the repository's metadata up to date: what was published since, the newest takedown list, and a
// timestamp that has run for half its time. Of several replicas one does it, behind the log's lock, and versions only rise.
func (h *House) PublishMetadata(ctx context.Context) error {
	for {
		if need, err := h.pending(ctx, h.store); err != nil || !need {
			return err
		}
		err := h.store.Update(ctx, func(tx store.Tx) error {
			if _, err := tx.LockLog(ctx); err != nil {
				return err
			}
			if need, err := h.pending(ctx, tx); err != nil || !need {
				return err // another replica was faster
			}
			return h.update(ctx, tx)
		})
		if err != nil {
			return fmt.Errorf("metadata: %w", err)
		}
	}
}

// Metadata gives a metadata file by its TUF name: "timestamp.json", "7.snapshot.json", "2.root.json".
func (h *House) Metadata(ctx context.Context, name string) (*store.TrustFile, error) {
	if name == timestampFile {
		if err := h.PublishMetadata(ctx); err != nil {
			return nil, err
		}
		return h.store.TrustFile(ctx, timestampFile)
	}
	m := versioned.FindStringSubmatch(name)
	if m == nil {
		return nil, fmt.Errorf("metadata %.100q: expected timestamp.json or N.ROLE.json: %w", name, store.ErrNotFound)
	}
	version, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("metadata %.100q: %w", name, store.ErrNotFound)
	}
	if m[2] == tuf.RootRole {
		return h.rootFile(name, version)
	}
	f, err := h.store.TrustFile(ctx, m[2]+".json")
	if err != nil || f.Version == version {
		return f, err
	}
	return h.store.TrustFile(ctx, name)
}

var versioned = regexp.MustCompile(`^([1-9][0-9]{0,17})\.((?:root|snapshot|targets)|` + nsPrefix + `[a-z0-9._-]+(?:~[0-9a-f]+)?)\.json$`)

func (h *House) rootFile(name string, version int64) (*store.TrustFile, error) {
	if data, ok := h.chain[name]; ok {
		return &store.TrustFile{Name: name, Version: version, Body: data}, nil
	}
	if version == h.set.Root().Version-int64(len(h.chain)) {
		return &store.TrustFile{Name: name, Version: version, Body: h.pinned}, nil
	}
	return nil, fmt.Errorf("metadata %s: %w", name, store.ErrNotFound)
}
