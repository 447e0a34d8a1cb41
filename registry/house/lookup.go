package house

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/store"
)

// attempts bounds how often metadata is read that changes meanwhile.
const attempts = 5

// metadata adds the files that lead to the release's own, and to the takedown list. They were verified when they were signed.
func (b *builder) metadata() error {
	if err := b.PublishMetadata(b.ctx); err != nil {
		return err
	}
	paths := [][]string{{trust.TakedownPath}}
	if len(b.out.Statements) > 0 {
		e := b.out.Statements[0].Envelope
		claim, err := e.Release()
		if err != nil {
			return err
		}
		for _, a := range claim.Artifacts {
			if a.Platform == b.platform || a.Platform == envelope.Any {
				paths = append(paths, []string{trust.TargetPath(claim, a.Platform), trust.HiddenTargetPath(e, claim, a.Platform)})
			}
		}
	}
	for n := 1; ; n++ {
		err := b.lead(paths)
		if n == attempts || !errors.Is(err, store.ErrNotFound) {
			return err
		}
		// Another replica has published meanwhile, more often than old versions are kept for: begin again.
	}
}

// lead collects the files from the timestamp to the roles that list the paths, of each the first that is listed. If none lists
// one, it is not offered, and what is there shows that.
func (b *builder) lead(paths [][]string) error {
	f, err := b.store.TrustFile(b.ctx, timestampFile)
	if err != nil {
		return err
	}
	stamp, err := signedIn[tuf.Timestamp](f)
	if err != nil {
		return err
	}
	b.out.Metadata[timestampFile] = f.Body
	snapshot, err := kept[tuf.Snapshot](b, tuf.SnapshotRole, stamp.Meta["snapshot.json"].Version)
	if err != nil {
		return err
	}
	for _, alternatives := range paths {
		for _, path := range alternatives {
			if listed, err := b.follow(snapshot, path); err != nil {
				return err
			} else if listed {
				break
			}
		}
	}
	return nil
}

// follow adds the roles that are asked for a path, and tells whether the last one lists it. Each of ours hands a path to one other
// at most.
func (b *builder) follow(snapshot *tuf.Snapshot, path string) (listed bool, err error) {
	for role := tuf.TargetsRole; ; {
		t, err := kept[tuf.Targets](b, role, snapshot.Meta[role+".json"].Version)
		if err != nil {
			return false, err
		}
		next, _ := t.Delegations.Asked(path)
		if _, ok := t.Targets[path]; ok || len(next) == 0 {
			return ok, nil
		}
		role = next[0]
	}
}

// kept gives a version of a role's file, parsed, and adds it to the evidence. A version never changes.
func kept[T any](b *builder, role string, version int64) (*T, error) {
	name := numbered(version, role)
	e := b.parsed.get(name)
	if e == nil {
		f, err := b.Metadata(b.ctx, name)
		if err != nil {
			return nil, err
		}
		content, err := signedIn[T](f)
		if err != nil {
			return nil, err
		}
		e = &parsedFile{body: f.Body, content: content}
		b.parsed.put(name, e)
	}
	content, ok := e.content.(*T)
	if !ok {
		return nil, fmt.Errorf("kept metadata %s is a %T", name, e.content)
	}
	b.out.Metadata[name] = e.body
	return content, nil
}

// parsedFile is a file of metadata and what it says. Neither is changed.
type parsedFile struct {
	body    []byte
	content any
}

// parsedFiles keeps files of metadata that were read. Safe for concurrent use.
type parsedFiles struct {
	mu    sync.Mutex
	bytes int
	files map[string]*parsedFile
}

// maxParsed bounds the bytes of files that are kept parsed, which take some three times as much.
const maxParsed = 32 << 20

func (p *parsedFiles) get(name string) *parsedFile {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.files[name]
}

func (p *parsedFiles) put(name string, f *parsedFile) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.files == nil || p.bytes+len(f.body) > maxParsed {
		p.files, p.bytes = map[string]*parsedFile{}, 0 // what is still asked for comes back
	}
	p.files[name], p.bytes = f, p.bytes+len(f.body)
}

// expiry remembers until when a version of the timestamp runs.
type expiry struct {
	version int64
	until   time.Time
}

// stampRuns tells until when the newest timestamp runs, whose version is known.
func (h *House) stampRuns(ctx context.Context, r store.Reader, version int64) (time.Time, error) {
	if e := h.stamp.Load(); e != nil && e.version == version {
		return e.until, nil
	}
	f, err := r.TrustFile(ctx, timestampFile)
	if err != nil {
		return time.Time{}, err
	}
	t, err := signedIn[tuf.Timestamp](f)
	if err != nil {
		return time.Time{}, err
	}
	h.stamp.Store(&expiry{f.Version, t.Expires.Time})
	return t.Expires.Time, nil
}
