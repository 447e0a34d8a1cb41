package embed

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// insideVersion is the version of what the program provides: it is never compared with another.
const insideVersion = "1.0.0"

// provide makes plugins of the program's capabilities and adds them to the configuration. The kernel reads manifests and
// contracts from folders, so they get some, with nothing to run in them.
func (h *Host) provide(cfg *config.Config, list []Capability) (map[string]*pdk.Plugin, error) {
	inside := map[string]*pdk.Plugin{}
	for i, c := range list {
		name, err := c.check(i)
		if err != nil {
			return nil, err
		}
		id := strings.ReplaceAll(name, "/", ".")
		if inside[id] != nil {
			return nil, fmt.Errorf("embed: capability %q is registered twice", name)
		}
		dir := filepath.Join(h.scratch, id)
		if err := c.write(dir, id, name); err != nil {
			return nil, fmt.Errorf("embed: capability %q: %w", name, err)
		}
		inside[id] = pdk.New(id, insideVersion).Provide(name, c.Methods)
		cfg.Plugins = append(cfg.Plugins, config.Plugin{ID: id, Path: dir, APIs: []string{config.AllAPIs}})
		if cfg.Providers == nil {
			cfg.Providers = map[string]string{}
		}
		cfg.Providers[name] = id
	}
	return inside, nil
}

// check returns the capability's name if contract and methods fit together.
func (c Capability) check(i int) (string, error) {
	spec, err := c.contract(i)
	if err != nil {
		return "", err
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(spec.Methods)) {
		if c.Methods[name] == nil && c.Contract != "" { // of a standard capability what is left out is unsupported
			errs = append(errs, fmt.Errorf("embed: capability %q: its method %q has no function", spec.Capability, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Methods)) {
		method, _, _ := strings.Cut(name, ".") // "connectSocket.send" is a method of a task
		if spec.Methods[method] == nil {
			errs = append(errs, fmt.Errorf("embed: capability %q: its contract has no method %q", spec.Capability, name))
		}
	}
	return spec.Capability, errors.Join(errs...)
}

func (c Capability) contract(i int) (*contract.Contract, error) {
	if c.Contract != "" {
		return contract.Parse(fmt.Sprintf("Options.Capabilities[%d].Contract", i), []byte(c.Contract))
	}
	standard, err := contract.Load(contracts.Files)
	if err != nil {
		return nil, err
	}
	for _, known := range standard {
		if known.Capability == c.Name {
			return known, nil
		}
	}
	return nil, fmt.Errorf("embed: Options.Capabilities[%d]: there is no standard capability %q; give its contract", i, c.Name)
}

// write writes the plugin's folder.
func (c Capability) write(dir, id, name string) error {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = DefaultCallTimeout
	}
	about, err := yaml.Marshal(map[string]any{
		"id": id, "version": insideVersion, "publisher": "this program",
		"summary": map[string]string{"en": "A part of the program itself.", "zh": "程序自身的一部分。"}, "provides": []string{name},
		"runtime": map[string]any{"process": map[string]string{"any": "inside"}}, "limits": map[string]any{"call_timeout": timeout.Round(time.Millisecond).String()},
	})
	if err != nil {
		return err
	}
	folder := filepath.Join(dir, core.ContractDir)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if c.Contract != "" {
		if err := os.WriteFile(filepath.Join(folder, "contract.yaml"), []byte(c.Contract), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, manifest.FileName), about, 0o600)
}
