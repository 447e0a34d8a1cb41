package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/store"
)

// HostPlatforms are those that a mirror answers for a file that runs everywhere.
func HostPlatforms() []string {
	return []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}
}

// Mirror copies packages into a folder that any web server can serve as a registry for reading: the same addresses, as files.
// What is there already is not fetched again; the takedown list comes along, and nothing that is on it. It tells of each version by said.
func (c *Client) Mirror(ctx context.Context, dir string, kind store.Kind, ids []string, said func(id, version string)) error {
	m := &mirror{c, dir}
	discovery := api.Discovery{Plugins: "/v1/plugins/", MiniPrograms: "/v1/miniprograms/", Log: "/v1/log/", Trust: "/v1/trust/"}
	if err := m.json("/.well-known/dougong.json", discovery); err != nil {
		return err
	}
	// The log comes first, so that a head that is read meanwhile is not larger than what there are tiles of, and once more at the end.
	if err := m.log(ctx); err != nil {
		return err
	}
	for _, id := range ids {
		list, err := c.Versions(ctx, kind, id)
		if err != nil {
			return err
		}
		offered := list.Versions[:0]
		for _, v := range list.Versions {
			err := m.release(ctx, kind, id, v.Version)
			if e := (*Error)(nil); errors.As(err, &e) && e.Status == http.StatusUnavailableForLegalReasons {
				continue // taken down: the list comes along, and hosts obey it
			}
			if err != nil {
				return fmt.Errorf("mirror %s@%s: %w", id, v.Version, err)
			}
			said(id, v.Version)
			offered = append(offered, v)
		}
		list.Versions = offered
		// The list comes last: whoever reads the mirror meanwhile never sees a version without its files.
		if err := m.json(pkg(kind, id, "versions"), list); err != nil {
			return err
		}
	}
	if err := m.copy(ctx, "/v1/log/key", "/v1/trust/root", "/v1/trust/takedown"); err != nil {
		return err
	}
	return m.log(ctx)
}

// log copies the log's hashes up to the head that hosts are shown: by these a host proves that heads that it knows are of this
// log. Whole tiles that are there are not fetched again.
func (m *mirror) log(ctx context.Context) error {
	head, err := m.Raw(ctx, checkpoint)
	if err != nil {
		return err
	}
	tree, err := translog.Claimed(string(head))
	if err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	for path, whole := range translog.TilePaths(tree.Size) {
		path = "/v1/log/" + path
		if to, err := m.file(path); err == nil && whole && isFile(to) {
			continue
		}
		if err := m.copy(ctx, path); err != nil {
			return err
		}
	}
	return m.bytes(checkpoint, head)
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

type mirror struct {
	*Client
	dir string
}

// file is the place of an address.
func (m *mirror) file(path string) (string, error) {
	local := strings.TrimPrefix(path, "/")
	if !fs.ValidPath(local) {
		return "", fmt.Errorf("address %q does not make a path", path)
	}
	return filepath.Join(m.dir, filepath.FromSlash(local)), nil
}

// write puts a file in place, whole or not at all.
func (m *mirror) write(path string, fill func(*os.File) error) (err error) {
	to, err := m.file(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".new-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the error is the one before
		}
	}()
	if err := errors.Join(fill(f), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), to)
}

func (m *mirror) json(path string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return m.bytes(path, data)
}

func (m *mirror) bytes(path string, data []byte) error {
	return m.write(path, func(f *os.File) error {
		_, err := f.Write(data)
		return err
	})
}

func (m *mirror) copy(ctx context.Context, paths ...string) error {
	for _, path := range paths {
		data, err := m.Raw(ctx, path)
		if err != nil {
			return err
		}
		if err := m.bytes(path, data); err != nil {
			return err
		}
	}
	return nil
}

func (m *mirror) release(ctx context.Context, kind store.Kind, id, version string) error {
	d, err := m.Release(ctx, kind, id, version)
	if err != nil {
		return err
	}
	for _, a := range d.Artifacts {
		platforms := []string{a.Platform}
		if a.Platform == "any" {
			platforms = HostPlatforms()
		}
		for _, p := range platforms {
			os, arch, _ := strings.Cut(p, "/")
			found, err := m.Find(ctx, kind, id, version, os, arch)
			if err != nil {
				return err
			}
			if err := m.artifact(ctx, found); err != nil {
				return err
			}
			if err := m.json(pkg(kind, id, version, "download", os, arch), found); err != nil {
				return err
			}
			if err := m.copy(ctx, pkg(kind, id, version, "evidence", os, arch)); err != nil {
				return err
			}
			if err := m.recipe(ctx, pkg(kind, id, version, "recipe", found.SHA256)); err != nil {
				return err
			}
		}
	}
	return m.copy(ctx, pkg(kind, id, version, "envelope"), pkg(kind, id, version, "proof"), pkg(kind, id, version, "metadata"))
}

// artifact fetches a file unless it is there: its name is its digest, and it was compared when it was written.
func (m *mirror) artifact(ctx context.Context, d *api.Download) error {
	to, err := m.file(d.URL)
	if err != nil {
		return err
	}
	if info, err := os.Stat(to); err == nil && info.Size() == d.Size {
		return nil
	}
	return m.write(d.URL, func(f *os.File) error { return m.fetch(ctx, d.URL, d.Size, d.SHA256, f) })
}

// recipe copies how a file is cut into pieces, which never changes, so that an update from the mirror reads only what is new. A file
// that cannot be cut has none.
func (m *mirror) recipe(ctx context.Context, path string) error {
	if to, err := m.file(path); err == nil && isFile(to) {
		return nil
	}
	err := m.copy(ctx, path)
	if e := (*Error)(nil); errors.As(err, &e) && e.Status == http.StatusNotFound {
		return nil
	}
	return err
}
