package compose

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
)

// BuildOptions are what code passes to Build.
type BuildOptions struct {
	// Dir takes a folder and an archive for each platform.
	Dir string
	// Hosts gives the host's program for a platform: a file.
	Hosts func(ctx context.Context, platform string) (file string, err error)
	// NoArchive leaves the archives out.
	NoArchive bool
}

// Built is what was made for one platform.
type Built struct {
	Platform string `json:"platform"`
	Folder   string `json:"folder"`
	Archive  string `json:"archive,omitempty"`
	SHA256   string `json:"sha256,omitempty"` // of the archive
}

// Names in what is handed out.
const (
	pluginsDir = "plugins"
	appsDir    = "miniapps"
	assetsDir  = "assets"
	rootFile   = "root.json"
)

// item is one file that is handed out: text, or a copy of a file.
type item struct {
	name    string // with slashes
	from    string // a file; "" for text
	text    []byte
	program bool
	sha256  string // that from must have; "": any
}

// Build makes what is handed out for every platform of the plan. The same plan gives the same bytes, wherever and whenever.
func (p *Plan) Build(ctx context.Context, o BuildOptions) ([]Built, error) {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	var out []Built
	for _, platform := range p.options.Platforms {
		p.options.Logger.Info("making what is handed out", "platform", platform)
		host, err := o.Hosts(ctx, platform)
		if err != nil {
			return nil, err
		}
		items, err := p.items(platform, host)
		if err != nil {
			return nil, err
		}
		b := Built{Platform: platform, Folder: filepath.Join(o.Dir, p.Name()+"-"+strings.ReplaceAll(platform, "/", "-"))}
		if err := writeFolder(b.Folder, items); err != nil {
			return nil, err
		}
		if !o.NoArchive {
			b.Archive = b.Folder + archiveEnding(platform)
			if err := writeArchive(b.Archive, filepath.Base(b.Folder), b.Folder, items); err != nil {
				return nil, err
			}
			if b.SHA256, err = trust.HashFile(b.Archive); err != nil {
				return nil, err
			}
		}
		out = append(out, b)
	}
	return out, nil
}

var plain = regexp.MustCompile(`[^a-z0-9]+`)

// Name is the super-app's name as files can have it.
func (p *Plan) Name() string {
	name := strings.Trim(plain.ReplaceAllString(strings.ToLower(p.options.Config.Name), "-"), "-")
	if name == "" {
		return "superapp"
	}
	return name
}

// items lists what is handed out for a platform, in the order of names.
func (p *Plan) items(platform, host string) ([]item, error) {
	program := "dougong"
	if strings.HasPrefix(platform, "windows/") {
		program += ".exe"
	}
	out := []item{{name: program, from: host, program: true}, {name: lock.FileName, text: p.Lock.Bytes()}}
	if p.root != nil {
		out = append(out, item{name: rootFile, text: p.root})
	}
	for _, pack := range p.Packages {
		f := pack.files[platform]
		out = append(out, item{name: pack.bundleName(), from: f.file, sha256: f.locked.SHA256})
		if f.evidence != nil {
			out = append(out, item{name: pack.bundleName() + trust.EvidenceSuffix, text: f.evidence})
		}
	}
	if seen := p.seen[platform]; p.root != nil && seen != nil {
		text, err := seen.Seed(p.made())
		if err != nil {
			return nil, err
		}
		out = append(out, item{name: trust.SeedFile, text: text})
	}
	assets, err := p.assets()
	if err != nil {
		return nil, err
	}
	text, err := p.rewrite()
	if err != nil {
		return nil, err
	}
	out = append(append(out, assets...), item{name: config.FileName, text: text})
	sortItems(out)
	return out, nil
}

// bundleName is the place of the bundle in what is handed out.
func (p *Package) bundleName() string {
	dir := pluginsDir
	if p.node.kind == lock.MiniProgram {
		dir = appsDir
	}
	return path.Join(dir, p.node.name()+"-"+p.Entry.Version+ending(p.node.kind))
}

// assets are the pictures that superapp.yaml names.
func (p *Plan) assets() (out []item, err error) {
	c := p.options.Config
	add := func(name, file string) {
		if file == "" || err != nil {
			return
		}
		if !isFile(c.Abs(file)) {
			err = fmt.Errorf("%s: %s is not there", c.File, file)
			return
		}
		out = append(out, item{name: assetName(name, file), from: c.Abs(file)})
	}
	add("logo", c.Branding.Logo)
	for _, picture := range c.Look().Pictures() {
		add(picture.Name, *picture.File)
	}
	for i, a := range c.MiniApps {
		add(fmt.Sprintf("icon-%d", i), a.Icon)
	}
	return out, err
}

func assetName(name, file string) string {
	return path.Join(assetsDir, name+strings.ToLower(filepath.Ext(file)))
}

// writeFolder makes the folder anew, whole or not at all. One in which a host keeps its data is left alone.
func writeFolder(dir string, items []item) (err error) {
	if err := removable(dir); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(fresh))
		}
	}()
	for _, i := range items {
		if err := i.write(filepath.Join(fresh, filepath.FromSlash(i.name))); err != nil {
			return fmt.Errorf("write %s: %w", i.name, err)
		}
	}
	if err := errors.Join(os.Chmod(fresh, 0o755), os.RemoveAll(dir)); err != nil {
		return err
	}
	return os.Rename(fresh, dir)
}

func removable(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if !isFile(filepath.Join(dir, lock.FileName)) || !isFile(filepath.Join(dir, config.FileName)) {
		return fmt.Errorf("%s is there and was not made by compose\nnext: name another folder, or remove it", dir)
	}
	c, err := config.Load(dir, nil)
	if err != nil {
		return fmt.Errorf("%s is there and cannot be read: %w\nnext: name another folder, or remove it", dir, err)
	}
	if _, err := os.Stat(c.DataDir()); err == nil {
		return fmt.Errorf("a host has run in %s and keeps its data there (%s)\nnext: name another folder, or move the data away", dir, c.DataDir())
	}
	return nil
}

func (i *item) mode() os.FileMode {
	if i.program {
		return 0o755
	}
	return 0o644
}

// open gives the bytes, and how many there are.
func (i *item) open() (io.ReadCloser, int64, error) {
	if i.from == "" {
		return io.NopCloser(strings.NewReader(string(i.text))), int64(len(i.text)), nil
	}
	f, err := os.Open(i.from)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

func (i *item) write(to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	from, _, err := i.open()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, i.mode())
	if err != nil {
		return errors.Join(err, from.Close())
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, sum), from)
	if err = errors.Join(err, f.Chmod(i.mode()), f.Close(), from.Close()); err != nil {
		return err
	}
	if found := hex.EncodeToString(sum.Sum(nil)); i.sha256 != "" && found != i.sha256 {
		return fmt.Errorf("%s has SHA-256 %s, verified was %s: it was changed in between", i.from, found, i.sha256)
	}
	return nil
}
