package dom

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// fragment is a static piece of template.
type fragment struct {
	roots []template
	size  int
}

// template is one node of a fragment.
type template struct {
	kind     Kind
	text     string
	hole     bool // Text: the content is the next hole
	tag      string
	attrs    map[string]any
	listens  []string
	holes    []string
	children []template
}

// maxDepth bounds the nesting of a fragment.
const maxDepth = 2000

func parseFragment(v any) (*fragment, error) {
	if raw, ok := v.(json.RawMessage); ok {
		v = nil
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, fmt.Errorf("fragment: %w", err)
		}
	}
	f := &fragment{}
	var err error
	f.roots, err = f.templates(v, 0)
	return f, err
}

func (f *fragment) templates(v any, depth int) ([]template, error) {
	items, ok := v.([]any)
	if !ok || depth > maxDepth {
		return nil, fmt.Errorf("fragment: nodes must be an array nested at most %d deep, got %T", maxDepth, v)
	}
	out := make([]template, len(items))
	for i, item := range items {
		t, err := f.template(item, depth)
		if err != nil {
			return nil, err
		}
		out[i] = t
	}
	return out, nil
}

func (f *fragment) template(v any, depth int) (template, error) {
	f.size++
	switch v := v.(type) {
	case string:
		return template{kind: Text, text: v}, nil
	case float64:
		if v == 0 {
			return template{kind: Anchor}, nil
		}
	case map[string]any:
		if v["h"] == float64(1) {
			return template{kind: Text, hole: true}, nil
		}
	case []any:
		return f.element(v, depth)
	}
	return template{}, fmt.Errorf("fragment: %v is no node", v)
}

func (f *fragment) element(v []any, depth int) (t template, err error) {
	if len(v) == 0 || len(v) > 6 {
		return t, fmt.Errorf("fragment: an element has 1 to 6 parts, got %d", len(v))
	}
	var ok bool
	if t.tag, ok = v[0].(string); !ok || t.tag == "" {
		return t, fmt.Errorf("fragment: an element begins with its tag, got %v", v[0])
	}
	if len(v) > 1 && v[1] != nil {
		if t.attrs, ok = v[1].(map[string]any); !ok {
			return t, fmt.Errorf("fragment: <%s>: attributes must be an object, got %T", t.tag, v[1])
		}
	}
	if len(v) > 2 && v[2] != nil {
		if t.children, err = f.templates(v[2], depth+1); err != nil {
			return t, err
		}
	}
	if len(v) > 3 && v[3] != nil {
		if t.listens, err = stringsOf(v[3]); err != nil {
			return t, err
		}
	}
	if len(v) > 4 && v[4] != nil {
		t.holes, err = stringsOf(v[4])
	}
	return t, err
}

func stringsOf(v any) ([]string, error) {
	items, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("expected an array of strings, got %T", v)
	}
	out := make([]string, len(items))
	for i, item := range items {
		if out[i], ok = item.(string); !ok {
			return nil, fmt.Errorf("expected a string, got %T", item)
		}
	}
	return out, nil
}

// builder makes the nodes of one clone.
type builder struct {
	tree  *Tree
	id    int
	holes []any
}

func (b *builder) build(templates []template, parent *Node) ([]*Node, error) {
	out := make([]*Node, len(templates))
	for i := range templates {
		n, err := b.node(&templates[i], parent)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

func (b *builder) node(t *template, parent *Node) (*Node, error) {
	n := &Node{ID: b.id, Kind: t.kind, Name: t.tag, Text: t.text, Parent: parent, Listens: t.listens}
	if _, taken := b.tree.nodes[n.ID]; taken {
		return nil, fmt.Errorf("node %d exists already", n.ID)
	}
	b.tree.nodes[n.ID] = n
	b.id++
	switch t.kind {
	case Anchor:
		n.held = &list{anchor: n}
	case Text:
		if t.hole {
			v, err := b.next("text")
			if err != nil {
				return nil, err
			}
			n.Text, _ = v.(string)
		}
	case Element:
		n.Attrs = maps.Clone(t.attrs)
		maps.DeleteFunc(n.Attrs, func(name string, _ any) bool { return view.ScriptOnly(name) })
		for _, name := range t.holes {
			v, err := b.next(name)
			if err != nil {
				return nil, err
			}
			n.set(name, v)
		}
		children, err := b.build(t.children, n)
		if err != nil {
			return nil, err
		}
		n.Children = children
	}
	return n, nil
}

func (b *builder) next(name string) (any, error) {
	if len(b.holes) == 0 {
		return nil, fmt.Errorf("the clone has no value for %s", name)
	}
	v := b.holes[0]
	b.holes = b.holes[1:]
	return plain(v), nil
}

// set sets an attribute; nil removes it.
func (n *Node) set(name string, v any) {
	if view.ScriptOnly(name) {
		return
	}
	if v == nil {
		delete(n.Attrs, name)
		return
	}
	if n.Attrs == nil {
		n.Attrs = map[string]any{}
	}
	n.Attrs[name] = v
}
