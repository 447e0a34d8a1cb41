// Package strict reads YAML that people write by hand: contracts, plugin manifests, superapp.yaml. Every key must be
// known and every value of the right kind; each mistake is reported with file:line:column and, for a misspelt key, the
// nearest known one. All mistakes of a file are reported at once.
//
// Fields are named by their `yaml` tag. Supported are structs, pointers, slices, maps with string keys, strings, bools,
// integers, floats, time.Duration ("10s"), any, and Value for parts that are read later.
//
//	var c Config
//	if err := strict.Decode("superapp.yaml", data, &c); err != nil { … }
//
// The package knows nothing of what it reads and exposes no type of the YAML library.
package strict

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxSize is the largest file that is read, in bytes.
const MaxSize = 4 << 20

// These bound the work that aliases (`*name`) can multiply.
const (
	maxNodes = 200_000
	maxDepth = 100
)

// Position is a place in a file. Line and Column count from 1; 0 is unknown.
type Position struct {
	File         string
	Line, Column int
}

// String writes file:line:column.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Error is one mistake.
type Error struct {
	Position
	// Path is the mistaken value's path, such as "plugins[2].id".
	Path    string
	Message string
}

// Error writes position, path and message, as far as they are known.
func (e *Error) Error() string {
	var parts []string
	for _, p := range []string{e.Position.String(), e.Path, e.Message} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ": ")
}

// Errors are all mistakes of a file, in its order.
type Errors []*Error

// Error writes one mistake a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, x := range e {
		lines[i] = x.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single mistakes to errors.As.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, x := range e {
		out[i] = x
	}
	return out
}

// Decode reads data, one YAML document, into the struct that into points to. file is used in messages only.
// The error is an Errors.
func Decode(file string, data []byte, into any) error {
	v, err := Parse(file, data)
	if err != nil {
		return err
	}
	return v.Decode(into)
}

// Parse reads data, one YAML document, to be decoded later.
func Parse(file string, data []byte) (Value, error) {
	if len(data) > MaxSize {
		return Value{}, Errors{{Position{File: file}, "", fmt.Sprintf("the file has %d bytes, at most %d are read", len(data), MaxSize)}}
	}
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	var doc yaml.Node
	if err := safely(func() error { return dec.Decode(&doc) }); err != nil {
		return Value{}, syntaxError(file, err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return Value{}, Errors{{Position{File: file}, "", "the file is empty"}}
	}
	var more yaml.Node
	if err := safely(func() error { return dec.Decode(&more) }); err == nil {
		return Value{}, Errors{{Position{file, more.Line, more.Column}, "", "one document is expected, found a second one after \"---\""}}
	}
	return Value{file: file, node: doc.Content[0]}, nil
}

// safely turns a panic of the YAML library on odd input into an error.
func safely(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the file cannot be read as YAML: %v", r)
		}
	}()
	return f()
}

func syntaxError(file string, err error) error {
	message, line := strings.TrimPrefix(err.Error(), "yaml: "), 0
	if _, e := fmt.Sscanf(message, "line %d:", &line); e == nil {
		_, message, _ = strings.Cut(message, ": ")
	}
	if err.Error() == "EOF" {
		message = "the file is empty"
	}
	column := 0
	if line > 0 {
		column = 1
	}
	return Errors{{Position{file, line, column}, "", message}}
}

// Decode reads v into what into points to. The error is an Errors.
func (v Value) Decode(into any) error {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return errors.New("strict: Decode needs a non-nil pointer")
	}
	if v.node == nil {
		return nil
	}
	d := &decoder{file: v.file}
	d.value(v.node, target.Elem(), v.path)
	if len(d.errs) > 0 {
		return d.errs
	}
	return nil
}
