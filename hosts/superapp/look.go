package superapp

import (
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/web"
)

// maxPicture bounds a file that the look names.
const maxPicture = 16 << 20

// brandOf reads the look of a configuration; missing is told of every file that cannot be read.
func brandOf(cfg *config.Config, missing func(key string, err error)) web.Brand {
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
		logo, err := readPicture(c.Abs(b.Logo))
		if err != nil {
			missing("branding.logo", err)
		}
		brand.Logo = logo
	}
	for _, p := range c.Pictures() {
		if *p.File == "" {
			continue
		}
		data, err := readPicture(c.Abs(*p.File))
		if err != nil {
			missing(p.Name, err)
			*p.File = ""
			continue
		}
		name := p.Name + filepath.Ext(*p.File)
		brand.Pictures[name], *p.File = data, web.PictureAddress(name)
	}
	brand.FontFile, brand.UI = c.Branding.FontFile, &c.UI
	return brand
}

func readPicture(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxPicture {
		return nil, &os.PathError{Op: "read", Path: path, Err: os.ErrInvalid}
	}
	return os.ReadFile(path)
}

// Restyle takes over the name, branding and look of a configuration while mini-programs run.
func (a *App) Restyle(cfg *config.Config) {
	brand := brandOf(cfg, func(key string, err error) {
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
