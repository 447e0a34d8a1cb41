package compose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// discovery is the document that makes a folder what `dougong registry mirror` writes.
const discovery = ".well-known/dougong.json"

// maxDocument bounds a document of a mirror.
const maxDocument = 64 << 20

// mirrored is a registry's mirror as a folder: the registry's addresses, as files. A link that leads out of it is not followed.
type mirrored struct{ dir string }

func isMirrored(dir string) bool { return isFile(filepath.Join(dir, filepath.FromSlash(discovery))) }

func (m mirrored) open(address string) (*os.File, error) {
	name := strings.TrimPrefix(address, "/")
	if !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, fmt.Errorf("mirror %s: %q is no path in it", m.dir, address)
	}
	return os.OpenInRoot(m.dir, filepath.FromSlash(name))
}

func (m mirrored) raw(address string) ([]byte, error) {
	f, err := m.open(address)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxDocument+1))
	if err = errors.Join(err, f.Close()); err == nil && len(data) > maxDocument {
		err = fmt.Errorf("mirror %s: %s has more than %d MiB", m.dir, address, maxDocument>>20)
	}
	return data, err
}

func (m mirrored) read(out any, kind store.Kind, rest ...string) error {
	address := mirrorPath(kind, rest...)
	data, err := m.raw(address)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("mirror %s: %s: %w", m.dir, address, err)
	}
	return nil
}

func mirrorPath(kind store.Kind, rest ...string) string {
	plural := "plugins"
	if kind == store.MiniProgram {
		plural = "miniprograms"
	}
	return path.Join(append([]string{"/v1", plural}, rest...)...)
}

// Versions implements Remote.
func (m mirrored) Versions(_ context.Context, kind store.Kind, id string) (*api.Versions, error) {
	out := &api.Versions{}
	return out, m.read(out, kind, id, "versions")
}

// Release implements Remote.
func (m mirrored) Release(_ context.Context, kind store.Kind, id, version string) (*release.Doc, error) {
	out := &release.Doc{}
	return out, m.read(out, kind, id, version, "metadata")
}

// Find implements Remote.
func (m mirrored) Find(_ context.Context, kind store.Kind, id, version, system, arch string) (*api.Download, error) {
	out := &api.Download{}
	return out, m.read(out, kind, id, version, "download", system, arch)
}

// Download implements Remote.
func (m mirrored) Download(ctx context.Context, kind store.Kind, id, version, system, arch string, to io.Writer) (d *api.Download, err error) {
	if d, err = m.Find(ctx, kind, id, version, system, arch); err != nil {
		return nil, err
	}
	f, err := m.open(d.URL)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	n, err := io.Copy(to, io.LimitReader(f, d.Size+1))
	if err == nil && n != d.Size {
		err = fmt.Errorf("mirror %s: %s has another size than the %d bytes that are said of it", m.dir, d.URL, d.Size)
	}
	return d, err
}

// Evidence implements Remote. A mirror makes no proof for whoever asks: it is made from the log's tiles.
func (m mirrored) Evidence(_ context.Context, kind store.Kind, id, version, system, arch string, known ...int64) (*trust.Evidence, error) {
	data, err := m.raw(mirrorPath(kind, id, version, "evidence", system, arch))
	if err != nil {
		return nil, err
	}
	e, err := trust.ParseEvidence(data)
	if err == nil {
		err = client.Extend(e, known, m.raw)
	}
	return e, err
}

var _ Remote = mirrored{}
