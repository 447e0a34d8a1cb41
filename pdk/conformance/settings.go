package conformance

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// SettingsFile is the name of the file, beside a vendor's own cases, that says how the plugin is set up for them.
const SettingsFile = "conformance.yaml"

// Settings say how a plugin is set up for its cases. In every text, ${server} is the address of the runner's own server.
type Settings struct {
	// Config is the plugin's configuration.
	Config *Value
	// Secrets are the values of the secrets that the manifest requires.
	Secrets map[string]string
	// Hosts gives stand-ins for the hosts that the plugin calls by the host's http service: host → base address. Without
	// one, a host of the manifest answers as the runner's own server does.
	Hosts map[string]string
	// Fixtures are variables for the cases.
	Fixtures map[string]*Value
	// Prepare is a program, with arguments, that is run in the plugin's folder beforehand and prints further fixtures as
	// a JSON object: an order to be paid, for instance.
	Prepare []string
}

type settingsFile struct {
	Config   strict.Value            `yaml:"config"`
	Secrets  map[string]string       `yaml:"secrets"`
	Hosts    map[string]string       `yaml:"hosts"`
	Fixtures map[string]strict.Value `yaml:"fixtures"`
	Prepare  []string                `yaml:"prepare"`
}

// LoadSettings reads the settings in a folder of cases; without the file they are empty.
func LoadSettings(fsys fs.FS, group string) (*Settings, error) {
	data, err := fs.ReadFile(fsys, SettingsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return &Settings{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	return ParseSettings(group+"/"+SettingsFile, data)
}

// ParseSettings reads settings. The error is a strict.Errors.
func ParseSettings(file string, data []byte) (*Settings, error) {
	var f settingsFile
	if err := strict.Decode(file, data, &f); err != nil {
		return nil, err
	}
	l := &loader{}
	s := &Settings{Config: l.value(f.Config, false), Secrets: f.Secrets, Hosts: f.Hosts, Prepare: f.Prepare, Fixtures: map[string]*Value{}}
	if s.Config != nil && s.Config.Kind != Object {
		l.fail(f.Config, "config: expected a map")
	}
	for name, v := range f.Fixtures {
		if !variableName.MatchString(name) {
			l.fail(v, "fixtures: a name is letters and digits, found %q", name)
		}
		s.Fixtures[name] = l.value(v, false)
	}
	if len(l.errs) > 0 {
		return nil, l.errs
	}
	return s, nil
}
