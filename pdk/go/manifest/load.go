package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxSize is the largest plugin.yaml that is read, in bytes.
const MaxSize = 1 << 20

// Error is one thing wrong with a manifest, at its place.
type Error struct {
	File         string
	Line, Column int
	Message      string
}

// Error gives file:line:column: message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Errors is everything wrong with a manifest, in order of appearance.
type Errors []*Error

// Error gives one line for each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Load reads the manifest in a plugin's folder.
func Load(dir string) (*Manifest, error) {
	path := filepath.Join(dir, FileName)
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is a file; expected a plugin's folder, with %s at its top: name the folder that it was packed from", dir, FileName)
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is not there; a plugin's folder has one at its top: %w", path, err)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return Parse(path, text)
}

// Parse reads a manifest strictly: an unknown key, a wrong type or a bad value is an error (Errors) that names the place
// and how to mend it. Defaults are filled in. file is used in errors only.
func Parse(file string, text []byte) (*Manifest, error) {
	c := &checker{file: file, at: map[string]*yaml.Node{}}
	if len(text) > MaxSize {
		return nil, Errors{{file, 1, 1, fmt.Sprintf("the file is over %d bytes", MaxSize)}}
	}
	root, err := c.document(text)
	if err != nil {
		return nil, err
	}
	m := &Manifest{}
	c.shape(root, m)
	if len(c.errs) == 0 {
		if err := root.Decode(m); err != nil {
			c.fail(root, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
		}
	}
	if len(c.errs) == 0 {
		m.setDefaults()
		c.check(m)
	}
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	return m, nil
}

// document parses YAML to the mapping at its top.
func (c *checker) document(text []byte) (*yaml.Node, error) {
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, Errors{{c.file, 1, 1, "the file is empty; it begins with `id: com.example.name`"}}
		}
		line := 1
		message := strings.TrimPrefix(err.Error(), "yaml: ")
		if n, _ := fmt.Sscanf(message, "line %d:", &line); n == 1 {
			_, message, _ = strings.Cut(message, ": ")
		}
		return nil, Errors{{c.file, line, 1, message}}
	}
	if err := dec.Decode(&more); err == nil {
		return nil, Errors{{c.file, more.Line, max(more.Column, 1), "a manifest is one YAML document, here a second one begins"}}
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, Errors{{c.file, root.Line, root.Column, "expected `key: value` lines, found " + describe(root)}}
	}
	return root, nil
}
