package trust

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/gm"
)

// OfflineSuffix is the ending of an offline file: one file with an artifact and all that is said about it, for a house
// without a network.
const OfflineSuffix = ".dgo"

// Names in an offline file.
const (
	offlineEvidence = "evidence.json"
	offlinePlugin   = "artifact.dgp"
	offlineApp      = "artifact.dgm"
)

// offlineLimits bound an offline file. The artifact in it is packed already, so it is stored.
var offlineLimits = bundle.Limits{Files: 2, File: 1 << 30, Total: 1<<30 + maxEvidence, Ratio: 200}

// Kinds of artifacts, as envelope.Release has them.
const (
	KindPlugin      = "plugin"
	KindMiniProgram = "miniprogram"
)

// WriteOffline writes an offline file. The same artifact and evidence give the same bytes.
func WriteOffline(w io.Writer, kind string, artifact []byte, e *Evidence) error {
	name := offlinePlugin
	if kind == KindMiniProgram {
		name = offlineApp
	}
	return bundle.Write(w, map[string][]byte{name: artifact, offlineEvidence: e.Bytes()})
}

// Offline is an opened offline file. Nothing in it is verified by that.
type Offline struct {
	Evidence *Evidence
	Kind     string
	b        *bundle.Bundle
	name     string
}

// OpenOffline opens an offline file. Close it.
func OpenOffline(name string) (*Offline, error) {
	b, err := bundle.OpenFile(name, offlineLimits)
	if err != nil {
		return nil, fmt.Errorf("offline file: %w", err)
	}
	o, err := newOffline(b)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("offline file %s: %w", name, err), b.Close())
	}
	return o, nil
}

func newOffline(b *bundle.Bundle) (*Offline, error) {
	o := &Offline{b: b}
	for _, name := range b.Names() {
		switch name {
		case offlinePlugin:
			o.name, o.Kind = name, KindPlugin
		case offlineApp:
			o.name, o.Kind = name, KindMiniProgram
		}
	}
	if o.name == "" {
		return nil, fmt.Errorf("%v; expected %s and %s or %s", b.Names(), offlineEvidence, offlinePlugin, offlineApp)
	}
	data, err := b.ReadFile(offlineEvidence)
	if err != nil {
		return nil, err
	}
	o.Evidence, err = ParseEvidence(data)
	return o, err
}

// Measure reads the artifact once and takes its digests.
func (o *Offline) Measure(suite *gm.Suite) (Artifact, error) {
	r, err := o.b.Stream(o.name)
	if err != nil {
		return Artifact{}, err
	}
	a, err := Measure(suite, r)
	return a, errors.Join(err, r.Close())
}

// Stream reads the artifact. Close what it gives before the file.
func (o *Offline) Stream() (io.ReadCloser, error) { return o.b.Stream(o.name) }

// Extract writes the artifact to a new file.
func (o *Offline) Extract(name string) error {
	r, err := o.b.Stream(o.name)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errors.Join(err, r.Close())
	}
	_, err = io.Copy(f, r)
	if err = errors.Join(err, f.Sync(), f.Close(), r.Close()); err != nil {
		return errors.Join(fmt.Errorf("extract %s: %w", name, err), os.Remove(name))
	}
	return nil
}

// Close closes the file.
func (o *Offline) Close() error { return o.b.Close() }

// ReadEvidence reads the evidence that lies beside an artifact; nil if there is none.
func ReadEvidence(artifact string) (*Evidence, error) {
	f, err := os.Open(artifact + EvidenceSuffix)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(f, maxEvidence+1))
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	e, err := ParseEvidence(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return e, nil
}
