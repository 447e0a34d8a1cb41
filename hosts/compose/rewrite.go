package compose

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
)

// rewrite is superapp.yaml as it is handed out: it names the files beside it, and is otherwise as it was written, comments
// included.
func (p *Plan) rewrite() ([]byte, error) {
	c := p.options.Config
	text, err := os.ReadFile(c.File)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", c.File, err)
	}
	top := doc.Content[0]
	for _, pack := range p.Packages {
		list, key := "plugins", pack.bundleName()
		if pack.node.kind == lock.MiniProgram {
			list = "miniapps"
		}
		entry := at(top, list, pack.node.index)
		if entry == nil {
			entry = &yaml.Node{Kind: yaml.MappingNode, HeadComment: "required by " + pack.node.by}
			set(entry, "id", pack.node.id)
			appendTo(top, list, entry)
		}
		remove(entry, "version")
		set(entry, "path", key)
	}
	if p.root != nil {
		set(child(top, "trust"), "root", rootFile)
		put(child(top, "trust"), "metadata", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(c.Trust.Metadata)})
	}
	if c.Branding.Logo != "" {
		set(child(top, "branding"), "logo", assetName("logo", c.Branding.Logo))
	}
	for _, picture := range c.Look().Pictures() {
		if *picture.File != "" {
			set(below(top, picture.Keys[:len(picture.Keys)-1]), picture.Keys[len(picture.Keys)-1], assetName(picture.Name, *picture.File))
		}
	}
	for i, a := range c.MiniApps {
		if a.Icon != "" {
			set(at(top, "miniapps", i), "icon", assetName(fmt.Sprintf("icon-%d", i), a.Icon))
		}
	}
	if r := get(top, "registry"); r != nil {
		if remove(r, "mirror"); len(r.Content) == 0 {
			remove(top, "registry")
		}
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, err
	}
	if _, err := config.Parse(config.FileName, out.Bytes(), nil); err != nil {
		return nil, fmt.Errorf("superapp.yaml as it would be handed out: %w", err)
	}
	return out.Bytes(), nil
}

func get(m *yaml.Node, key string) *yaml.Node {
	for i := 0; m != nil && i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			v := m.Content[i+1]
			if v.Kind == yaml.AliasNode {
				v = v.Alias
			}
			return v
		}
	}
	return nil
}

func text(value string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(value)
	return n
}

func set(m *yaml.Node, key, value string) { put(m, key, text(value)) }

// put sets a key's value; a comment behind the old one stays.
func put(m *yaml.Node, key string, value *yaml.Node) {
	if v := get(m, key); v != nil {
		comment := v.LineComment
		*v = *value
		v.LineComment = comment
		return
	}
	m.Content = append(m.Content, text(key), value)
}

func remove(m *yaml.Node, key string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content = append(m.Content[:i:i], m.Content[i+2:]...)
			return
		}
	}
}

// child is the map below a key, made if it is not there.
func child(m *yaml.Node, key string) *yaml.Node {
	v := get(m, key)
	if v == nil || v.Kind != yaml.MappingNode {
		remove(m, key)
		v = &yaml.Node{Kind: yaml.MappingNode}
		m.Content = append(m.Content, text(key), v)
	}
	return v
}

// below is the map that keys lead to; a number is an entry of a list.
func below(m *yaml.Node, keys []string) *yaml.Node {
	for _, key := range keys {
		if i, err := strconv.Atoi(key); err == nil && m.Kind == yaml.SequenceNode {
			m = m.Content[i]
		} else if list := get(m, key); list != nil && list.Kind == yaml.SequenceNode {
			m = list
		} else {
			m = child(m, key)
		}
		if m.Kind == yaml.AliasNode {
			m = m.Alias
		}
	}
	return m
}

// at is the i-th entry of a list; nil if there is none.
func at(top *yaml.Node, list string, i int) *yaml.Node {
	l := get(top, list)
	if l == nil || i < 0 || i >= len(l.Content) {
		return nil
	}
	if n := l.Content[i]; n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return l.Content[i]
}

func appendTo(top *yaml.Node, list string, entry *yaml.Node) {
	l := get(top, list)
	if l == nil {
		l = &yaml.Node{Kind: yaml.SequenceNode}
		top.Content = append(top.Content, text(list), l)
	}
	l.Content = append(l.Content, entry)
}
