package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"
	yamlv3 "go.yaml.in/yaml/v3"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// delimiter joins the levels of a key inside koanf. Capability names and plugin ids have dots and slashes, so it is a
// character that no key can hold.
const delimiter = "\x1f"

// Load reads and validates the file at path, and looks whether the files of its look are there. environ is os.Environ(), or nil for no overrides.
func Load(path string, environ []string) (*Config, error) { return LoadBeside(path, environ, nil) }

// LoadBeside is Load for a host that has plugins at hand: one that is given by its id alone is the one in the folder that find
// knows. It answers "" for those that it does not know; nil knows none.
func LoadBeside(path string, environ []string, find func(id string) string) (*Config, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		path = filepath.Join(path, FileName)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	c, err := ParseBeside(path, data, environ, find)
	if err != nil {
		return nil, err
	}
	if err := c.CheckFiles(os.Stat); err != nil {
		return nil, err
	}
	return c, nil
}

// Parse is Load of a file's content; path gives its folder and its name in messages.
func Parse(path string, data []byte, environ []string) (*Config, error) {
	return ParseBeside(path, data, environ, nil)
}

// ParseBeside is Parse for a host that has plugins at hand, as LoadBeside is Load.
func ParseBeside(path string, data []byte, environ []string, find func(id string) string) (*Config, error) {
	file, err := strict.Parse(path, data)
	if err != nil {
		return nil, err
	}
	c := Default()
	if err := file.Decode(c); err != nil {
		return nil, err
	}
	merged, err := override(data, environ)
	if err != nil {
		return nil, err
	}
	c = Default()
	if err := strict.Decode("the environment", merged, c); err != nil {
		return nil, err
	}
	c.setDefaults()
	c.findPlugins(find)
	c.File, c.source = path, file
	if c.Dir = filepath.Dir(path); c.Dir == "" {
		c.Dir = "."
	}
	if err := c.validate(file); err != nil {
		return nil, err
	}
	return c, nil
}

// setDefaults fills in what entries of lists leave out.
func (c *Config) setDefaults() {
	for i := range c.Guards {
		g := &c.Guards[i]
		if g.OnFailure == "" {
			g.OnFailure = OnFailureRefuse
		}
		if g.Timeout == 0 {
			g.Timeout = DefaultGuardTimeout
		}
	}
}

// findPlugins fills in the folders of plugins that are given by their ids alone.
func (c *Config) findPlugins(find func(id string) string) {
	if find == nil {
		return
	}
	for i := range c.Plugins {
		if p := &c.Plugins[i]; p.ID != "" && p.Path == "" && p.Version == "" {
			p.Path = find(p.ID)
		}
	}
}

// override lays the environment over the file and returns YAML again.
func override(data []byte, environ []string) ([]byte, error) {
	k := koanf.New(delimiter)
	if err := k.Load(rawbytes.Provider(data), yaml.Parser()); err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if environ != nil {
		var errs []error
		known := settings()
		provider := env.Provider(delimiter, env.Opt{
			Prefix:      envPrefix,
			EnvironFunc: func() []string { return environ },
			TransformFunc: func(name, value string) (string, any) {
				key, v, err := fromEnv(known, name, value)
				if err != nil {
					errs = append(errs, err)
				}
				return key, v
			},
		})
		if err := k.Load(provider, nil); err != nil {
			return nil, fmt.Errorf("read the environment: %w", err)
		}
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
	}
	out, err := yamlv3.Marshal(k.Raw())
	if err != nil {
		return nil, fmt.Errorf("merge configuration: %w", err)
	}
	return out, nil
}
