package superapp

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/web"
)

// brandOf reads the look of a configuration; missing is told of every file that cannot be read.
func brandOf(cfg *config.Config, read func(path string) ([]byte, error), missing func(key string, err error)) web.Brand {
	c := cfg.Look()
	b := c.Branding
	brand := web.Brand{
		Name: c.Name, Title: b.Title, Tagline: b.Tagline, Color: b.Theme.Primary, Light: b.Theme.Light(), Dark: b.Theme.Dark,
		Font: b.Font, MapTiles: cfg.MapTiles, Pictures: map[string][]byte{},
	}
	if title := inChinese(b.Title); title != "" {
		brand.Name = title
	}
	if b.Logo != "" {
		logo, err := read(c.Abs(b.Logo))
		if err != nil {
			missing("branding.logo", err)
		} else {
			brand.Logo, brand.LogoFile = logo, keep(&brand, "logo", b.Logo, logo)
		}
	}
	for _, p := range c.Pictures() {
		if *p.File == "" {
			continue
		}
		data, err := read(c.Abs(*p.File))
		if err != nil {
			missing(p.Name, err)
			*p.File = ""
			continue
		}
		*p.File = keep(&brand, p.Name, *p.File, data)
	}
	brand.FontFile, brand.UI = c.Branding.FontFile, &c.UI
	return brand
}

// keep puts a file among a brand's pictures and returns its address, which is another one for other content: a browser that has
// seen the one before asks for it.
func keep(brand *web.Brand, name, file string, data []byte) string {
	digest := sha256.Sum256(data)
	name += "-" + hex.EncodeToString(digest[:6]) + filepath.Ext(file)
	brand.Pictures[name] = data
	return web.PictureAddress(name)
}

func readPicture(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > config.MaxPicture {
		return nil, &os.PathError{Op: "read", Path: path, Err: os.ErrInvalid}
	}
	return os.ReadFile(path)
}

// Restyle takes over the name, branding and look of a configuration while mini-programs run.
func (a *App) Restyle(cfg *config.Config) {
	brand := brandOf(cfg, readPicture, func(key string, err error) {
		a.options.Logger.Warn("a file of the look cannot be read", "key", key, "error", err)
	})
	a.brand.Store(&brand)
	if shell, ok := a.shellOf().(interface{ Restyled() }); ok {
		shell.Restyled()
	}
}

func (a *App) shellOf() Shell {
	if shell := a.shell.Load(); shell != nil {
		return *shell
	}
	return nil
}
