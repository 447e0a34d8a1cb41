package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// schemaURL names the schema in errors.
const schemaURL = "urn:dougong:config"

// checkConfig compiles the configuration's schema.
func (c *checker) checkConfig(m *Manifest) {
	if m.Config == nil {
		return
	}
	if _, err := m.schema(); err != nil {
		c.fail(c.node("config"), "config is not a JSON Schema: %s", oneLine(err))
	}
}

func (m *Manifest) schema() (*jsonschema.Schema, error) {
	text, err := json.Marshal(m.Config)
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(noLoader{})
	if err := compiler.AddResource(schemaURL, doc); err != nil {
		return nil, err
	}
	return compiler.Compile(schemaURL)
}

// noLoader refuses references out of the manifest: a schema is complete in itself.
type noLoader struct{}

// Load implements jsonschema.URLLoader.
func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("%q is outside of the manifest", url)
}

// CheckConfig checks a plugin's configuration (JSON; empty stands for {}) against the schema in its manifest. The error
// names the field's path.
func (m *Manifest) CheckConfig(config []byte) error {
	if len(bytes.TrimSpace(config)) == 0 {
		config = []byte("{}")
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(config))
	if err != nil {
		return fmt.Errorf("configuration of plugin %q is not valid JSON: %w", m.ID, err)
	}
	if m.Config == nil {
		if object, ok := value.(map[string]any); value != nil && (!ok || len(object) > 0) {
			return fmt.Errorf("plugin %q takes no configuration: its manifest has no `config`", m.ID)
		}
		return nil
	}
	schema, err := m.schema()
	if err != nil {
		return fmt.Errorf("plugin %q: config is not a JSON Schema: %s", m.ID, oneLine(err))
	}
	if err := schema.Validate(value); err != nil {
		return fmt.Errorf("configuration of plugin %q: %s", m.ID, describeConfig(err))
	}
	return nil
}

// describeConfig names the innermost places where the configuration does not fit.
func describeConfig(err error) string {
	var v *jsonschema.ValidationError
	if !errors.As(err, &v) {
		return oneLine(err)
	}
	printer := message.NewPrinter(language.English)
	var lines []string
	var walk func(*jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			lines = append(lines, "config."+strings.Join(e.InstanceLocation, ".")+": "+e.ErrorKind.LocalizedString(printer))
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(v)
	return strings.ReplaceAll(strings.Join(lines, "; "), "config.:", "config:")
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// Executable returns the file for an operating system and architecture, as in runtime.GOOS and runtime.GOARCH.
func (m *Manifest) Executable(goos, goarch string) (string, error) {
	if file, ok := m.Runtime.Process[goos+"/"+goarch]; ok {
		return file, nil
	}
	if file, ok := m.Runtime.Process["any"]; ok {
		return file, nil
	}
	return "", fmt.Errorf("plugin %q has no executable for %s/%s; its manifest lists %s", m.ID, goos, goarch, strings.Join(m.platforms(), ", "))
}

// ThisExecutable is Executable for the machine that this runs on.
func (m *Manifest) ThisExecutable() (string, error) {
	return m.Executable(runtime.GOOS, runtime.GOARCH)
}

func (m *Manifest) platforms() []string {
	return slices.Sorted(maps.Keys(m.Runtime.Process))
}
