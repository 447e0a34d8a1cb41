// Package edit changes single values of a YAML file and leaves the rest as a person wrote it: comments, order, blank lines.
//
//	doc, err := edit.Parse(data)
//	err = doc.Set([]string{"ui", "capsule", "width"}, 96)
//	out, err := doc.Bytes()
//
// It must not know what the values mean: who writes a file checks it with config.Parse.
package edit

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxSize bounds a file that is edited, in bytes.
const MaxSize = 4 << 20

// blank stands for an empty line while a file is a tree: a comment, which the tree keeps.
const blank = "#\u2060"

// Document is a file that is being changed.
type Document struct {
	root   yaml.Node
	marked bool
}

// Parse reads a file.
func Parse(data []byte) (*Document, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("expected a file of at most %d bytes, found %d", MaxSize, len(data))
	}
	d := &Document{marked: true}
	if err := d.read(mark(data)); err != nil {
		d.marked = false // an empty line is part of a value that may not have a comment
		d.root = yaml.Node{}
		if err := d.read(data); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *Document) read(data []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parse YAML: %v", r)
		}
	}()
	if err := yaml.Unmarshal(data, &d.root); err != nil {
		return err
	}
	if d.root.Kind == 0 {
		d.root = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	if top := d.root.Content[0]; top.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: expected a map of settings", top.Line)
	}
	return nil
}

func mark(data []byte) []byte {
	lines := strings.Split(string(data), "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) == "" && i < len(lines)-1 {
			lines[i] = blank
			if i+1 < len(lines) {
				// Beside what follows, so that it stays there if that is in a list or a map.
				next := strings.TrimLeft(lines[i+1], " ")
				lines[i] = strings.Repeat(" ", len(lines[i+1])-len(next)) + blank
			}
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

// Set gives a place a value: a string, a number, a boolean, a list or a map. What is on the way and not there is made; an
// entry of a list is named by its index, and the one after the last is added.
func (d *Document) Set(path []string, value any) error {
	at, err := d.parent(path)
	if err != nil {
		return err
	}
	fresh := &yaml.Node{}
	if err := fresh.Encode(value); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(path, "."), err)
	}
	plain(fresh)
	last := path[len(path)-1]
	if at.Kind == yaml.SequenceNode {
		if last == strconv.Itoa(len(at.Content)) { // one more
			at.Content = append(at.Content, fresh)
			return nil
		}
		i, err := index(at, path)
		if err != nil {
			return err
		}
		replace(at.Content[i], fresh)
		return nil
	}
	for i := 0; i+1 < len(at.Content); i += 2 {
		if at.Content[i].Value == last {
			replace(at.Content[i+1], fresh)
			return nil
		}
	}
	at.Content = append(at.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: last}, fresh)
	return nil
}

// Remove takes a key, or an entry of a list, away, and the maps and lists that are empty by that.
func (d *Document) Remove(path []string) {
	for len(path) > 0 {
		at := resolve(d.root.Content[0])
		for _, key := range path[:len(path)-1] {
			if at = child(at, key); at == nil {
				return
			}
		}
		drop(at, path)
		if len(at.Content) > 0 {
			return
		}
		path = path[:len(path)-1]
	}
}

// drop takes the last step of a path out of the map or list that it is in.
func drop(at *yaml.Node, path []string) {
	switch at.Kind {
	case yaml.SequenceNode:
		if i, err := index(at, path); err == nil {
			at.Content = slices.Delete(at.Content, i, i+1)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(at.Content); i += 2 {
			if at.Content[i].Value == path[len(path)-1] {
				at.Content = slices.Delete(at.Content, i, i+2)
				return
			}
		}
	}
}

// parent is the map or list that the last step of a path is in.
func (d *Document) parent(path []string) (*yaml.Node, error) {
	if len(path) == 0 || len(path) > 16 {
		return nil, fmt.Errorf("expected a path of 1 to 16 keys, found %d", len(path))
	}
	at := resolve(d.root.Content[0])
	for n, key := range path[:len(path)-1] {
		next := child(at, key)
		if next == nil && at.Kind == yaml.MappingNode {
			next = &yaml.Node{Kind: yaml.MappingNode}
			if at.Style&yaml.FlowStyle != 0 {
				next.Style = yaml.FlowStyle
			}
			set(at, key, next)
		}
		if next == nil || next.Kind == yaml.ScalarNode {
			return nil, fmt.Errorf("%s is no map in the file", strings.Join(path[:n+1], "."))
		}
		at = next
	}
	return at, nil
}

// set gives a key of a map a value; one that is empty is replaced.
func set(m *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content[i+1] = value
			return
		}
	}
	m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, value)
}

func child(at *yaml.Node, key string) *yaml.Node {
	if at.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(at.Content) {
			return resolve(at.Content[i])
		}
		return nil
	}
	for i := 0; i+1 < len(at.Content); i += 2 {
		if v := resolve(at.Content[i+1]); at.Content[i].Value == key && v.Tag != "!!null" {
			return v
		}
	}
	return nil
}

func index(at *yaml.Node, path []string) (int, error) {
	i, err := strconv.Atoi(path[len(path)-1])
	if err != nil || i < 0 || i >= len(at.Content) {
		return 0, fmt.Errorf("%s: expected an entry from 0 to %d", strings.Join(path, "."), len(at.Content)-1)
	}
	return i, nil
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// replace puts a value in the place of another and keeps what was said beside it, and how it was quoted.
func replace(old, fresh *yaml.Node) {
	fresh.HeadComment, fresh.LineComment, fresh.FootComment, fresh.Anchor = old.HeadComment, old.LineComment, old.FootComment, old.Anchor
	const quotes = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle
	if fresh.Kind == yaml.ScalarNode && fresh.Tag == "!!str" && old.Style&quotes != 0 {
		fresh.Style = old.Style & quotes
	}
	if fresh.Kind == old.Kind && fresh.Kind != yaml.ScalarNode {
		fresh.Style = old.Style
	}
	*old = *fresh
}

// plain writes what is short on one line, and colours in quotes: # begins a comment.
func plain(n *yaml.Node) {
	if n.Kind == yaml.SequenceNode || n.Kind == yaml.MappingNode {
		n.Style = yaml.FlowStyle
	}
	if n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Value, "#") {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		plain(c)
	}
}

// Bytes is the file as it is now.
func (d *Document) Bytes() (text []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("write YAML: %v", r)
		}
	}()
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&d.root); err != nil {
		return nil, err
	}
	if err := enc.Close(); err != nil {
		return nil, err
	}
	if !d.marked {
		return out.Bytes(), nil
	}
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) == blank {
			lines[i] = ""
		}
	}
	// The tree keeps an empty line of its own beside some comments.
	kept := lines[:0]
	for i, line := range lines {
		if line == "" && i > 0 && len(kept) > 0 && kept[len(kept)-1] == "" && i < len(lines)-1 {
			continue
		}
		kept = append(kept, line)
	}
	return []byte(strings.Join(kept, "\n")), nil
}
