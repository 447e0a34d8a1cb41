// Package provider is the capabilities dougong.file/v1 and dougong.media/v1 over package space: WeChat's file system API,
// and what works on pictures and recordings that are such files.
//
//	p := provider.New(dir)
//	plugin := pdk.New(id, version).Provide(provider.Capability, p.Methods()).OnConfigure(p.Configure).OnClose(p.Close)
package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

// Capability is the contract of the file system.
const Capability = "dougong.file/v1"

// Config is the plugin's configuration. Zero means the default.
type Config struct {
	UserLimitMB float64 `json:"user_limit_mb"` // user and saved files
	TempLimitMB float64 `json:"temp_limit_mb"` // temporary files
	MaxEntries  int     `json:"max_entries"`   // files and directories
}

// Provider serves the capabilities from one folder. Make it with New.
type Provider struct {
	dir       string
	handles   handles
	choosing  choosing
	recorders recorders
	pictures  pictures

	mu    sync.Mutex
	store *space.Store
}

// New makes a provider of the private folder that the host gave the plugin. Without Configure the defaults hold.
func New(dir string) *Provider {
	return &Provider{dir: dir, pictures: newPictures()}
}

// Configure opens the folder with the configured limits. It may be called again.
func (p *Provider) Configure(_ *pdk.Context, config []byte) error {
	var c Config
	if len(config) > 0 {
		d := json.NewDecoder(bytes.NewReader(config))
		d.DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			return pdk.Errorf(pdk.CodeConfig, "config", "file configuration: %s", err)
		}
	}
	if c.UserLimitMB < 0 || c.TempLimitMB < 0 || c.MaxEntries < 0 {
		return pdk.Errorf(pdk.CodeConfig, "config", "file configuration: limits cannot be negative")
	}
	store, err := space.Open(p.dir, space.Limits{User: size(c.UserLimitMB), Temp: size(c.TempLimitMB), Entries: c.MaxEntries})
	if err != nil {
		return pdk.Errorf(pdk.CodeConfig, "config", "%s", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.store = store
	return nil
}

func size(mb float64) int64 { return int64(mb * (1 << 20)) }

// Close closes all open files.
func (p *Provider) Close() error { return p.handles.closeAll() }

// Methods is the file system's method table.
func (p *Provider) Methods() pdk.Methods {
	return pdk.Methods{
		"access":             pdk.Func(p.access),
		"appendFile":         pdk.Func(p.appendFile),
		"copyFile":           pdk.Func(p.copyFile),
		"getFileInfo":        pdk.Func(p.getFileInfo),
		"getSavedFileList":   pdk.Func(p.savedList),
		"getSavedFileInfo":   pdk.Func(p.savedInfo),
		"mkdir":              pdk.Func(p.mkdir),
		"readdir":            pdk.Func(p.readdir),
		"readFile":           pdk.Func(p.readFile),
		"readCompressedFile": pdk.Func(p.readCompressed),
		"readZipEntry":       pdk.Func(p.readZip),
		"removeSavedFile":    pdk.Func(p.removeSaved),
		"rename":             pdk.Func(p.rename),
		"rmdir":              pdk.Func(p.rmdir),
		"saveFile":           pdk.Func(p.saveFile),
		"stat":               pdk.Func(p.stat),
		"truncate":           pdk.Func(p.truncate),
		"unlink":             pdk.Func(p.unlink),
		"unzip":              pdk.Func(p.unzip),
		"writeFile":          pdk.Func(p.writeFile),
		"open":               pdk.Func(p.open),
		"close":              pdk.Func(p.close),
		"fstat":              pdk.Func(p.fstat),
		"ftruncate":          pdk.Func(p.ftruncate),
		"read":               pdk.Func(p.read),
		"write":              pdk.Func(p.write),
		"readLocal":          pdk.Func(p.readLocal),
		"writeLocal":         pdk.Func(p.writeLocal),
	}
}

// opened returns the store, with the defaults if Configure was not called.
func (p *Provider) opened() (*space.Store, error) {
	p.mu.Lock()
	s := p.store
	p.mu.Unlock()
	if s != nil {
		return s, nil
	}
	if err := p.Configure(nil, nil); err != nil {
		return nil, err
	}
	return p.opened()
}

func owner(ctx *pdk.Context) space.Owner { return space.Owner{App: ctx.App, User: ctx.User} }

// space is the files of the call's app and user.
func (p *Provider) space(ctx *pdk.Context) (*space.Space, error) {
	store, err := p.opened()
	if err != nil {
		return nil, err
	}
	return store.Of(owner(ctx)), nil
}

// none answers a method without a result.
type none = struct{}

// done answers a method that has nothing to say but whether it worked.
func done(err error) (none, error) { return none{}, fail(err) }

// fail gives an error the contract's code.
func fail(err error) error {
	var e *space.Error
	var known *pdk.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.As(err, &e):
		return pdk.Errorf(e.Code, e.Name, "%s", e.Error())
	}
	return err
}

// writable reads a path that is to be changed: only the mini-program's own files are.
func writable(op, text string) (space.Path, error) {
	path, err := space.Parse(op, text)
	if err == nil && !path.Writable() {
		err = space.Fail(op, path, space.Denied)
	}
	return path, err
}

// removable reads a path that is to be removed: own, saved and temporary files may be.
func removable(op, text string) (space.Path, error) {
	path, err := space.Parse(op, text)
	if err == nil && (path.Part == space.Package || path.Rest == ".") {
		err = space.Fail(op, path, space.Denied)
	}
	return path, err
}
