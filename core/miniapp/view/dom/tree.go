package dom

import (
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// Kind of a node.
type Kind uint8

// The kinds of nodes. Anchors are places where content may come and go; they are not seen.
const (
	Element Kind = iota
	Text
	Anchor
)

// Node is a node of the tree.
type Node struct {
	ID       int
	Kind     Kind
	Name     string // Element: its tag, "*" for a component's host, "page" for the root
	Text     string // Text: its content
	Attrs    map[string]any
	Listens  []string // event types bound on the element, as in the fragment
	Parent   *Node
	Children []*Node

	held *list // Anchor: what it holds
}

// list is the ordered clones of an anchor.
type list struct {
	anchor *Node
	clones []*clone
}

// clone is an instance of a fragment.
type clone struct {
	id, size int
	roots    []*Node
	in       *list
}

// Style is a style sheet of the page.
type Style struct {
	Key, CSS string
	Fonts    []string
}

// Call is a method call on a built-in component, as OpInvoke asked for it.
type Call struct {
	Node   int
	Method string
	Args   any
	Call   int
}

// Tree is the page as a client has it.
type Tree struct {
	Root   *Node // the page; its last child is the anchor 0
	Styles []Style
	Calls  []Call // in order of arrival; whoever handles them may empty it

	seq       int
	fragments map[int]*fragment
	nodes     map[int]*Node
	clones    map[int]*clone
}

// New returns an empty page.
func New() *Tree {
	t := &Tree{}
	t.reset()
	return t
}

func (t *Tree) reset() {
	t.Root = &Node{Kind: Element, Name: "page"}
	anchor := &Node{Kind: Anchor, Parent: t.Root}
	anchor.held = &list{anchor: anchor}
	t.Root.Children = []*Node{anchor}
	t.Styles = nil
	t.fragments, t.nodes, t.clones = map[int]*fragment{}, map[int]*Node{0: anchor}, map[int]*clone{}
}

// Node finds a node by id.
func (t *Tree) Node(id int) (*Node, bool) {
	n, ok := t.nodes[id]
	return n, ok && id != 0
}

// Len is how many nodes there are, anchors not counted.
func (t *Tree) Len() int {
	n := 0
	for _, node := range t.nodes {
		if node.Kind != Anchor {
			n++
		}
	}
	return n
}

// Apply applies a patch. It fails, naming the operation, if the patch does not follow the one before or does not fit the
// tree; the tree is not to be used afterwards, except with a patch that begins with a reset.
func (t *Tree) Apply(p view.Patch) error {
	resets := len(p.Ops) > 0 && isReset(p.Ops[0])
	if t.seq != 0 && p.Seq != t.seq+1 && !resets {
		return fmt.Errorf("patch %d follows patch %d: one is missing or came twice", p.Seq, t.seq)
	}
	t.seq = p.Seq
	for i, op := range p.Ops {
		if err := t.applyOp(op); err != nil {
			return fmt.Errorf("patch %d, operation %d: %w", p.Seq, i, err)
		}
	}
	return nil
}

func isReset(op any) bool {
	args, ok := op.([]any)
	if !ok || len(args) == 0 {
		return false
	}
	n, ok := integer(args[0])
	return ok && view.Op(n) == view.OpReset
}

func (t *Tree) node(id int, kind Kind) (*Node, error) {
	n, ok := t.nodes[id]
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no node %d", id)
	case n.Kind != kind:
		return nil, fmt.Errorf("node %d is a %s, not a %s", id, n.Kind, kind)
	}
	return n, nil
}

// String names the kind.
func (k Kind) String() string { return [...]string{"element", "text", "anchor"}[k] }

// clone adds an instance of a fragment.
func (t *Tree) clone(f *fragment, id, anchorID, before int, holes []any) error {
	anchor, err := t.node(anchorID, Anchor)
	if err != nil {
		return err
	}
	if id <= 0 {
		return fmt.Errorf("a clone has the id %d", id)
	}
	c := &clone{id: id, size: f.size, in: anchor.held}
	at, next, err := t.place(anchor.held, before)
	if err != nil {
		return err
	}
	b := builder{tree: t, id: id, holes: holes}
	if c.roots, err = b.build(f.roots, anchor.Parent); err != nil {
		return err
	}
	if len(b.holes) > 0 {
		return fmt.Errorf("clone %d got %d values too many", id, len(b.holes))
	}
	t.clones[id] = c
	anchor.held.clones = slices.Insert(anchor.held.clones, at, c)
	insert(anchor.Parent, next, c.roots)
	return nil
}

// place finds the position in a list before the clone with the id before, and the node that stands there.
func (t *Tree) place(l *list, before int) (int, *Node, error) {
	if before == 0 {
		return len(l.clones), l.anchor, nil
	}
	next, ok := t.clones[before]
	if !ok || next.in != l {
		return 0, nil, fmt.Errorf("there is no clone %d at anchor %d", before, l.anchor.ID)
	}
	i := slices.Index(l.clones, next)
	for _, c := range l.clones[i:] {
		if n := c.first(); n != nil {
			return i, n, nil
		}
	}
	return i, l.anchor, nil
}

// first is the first node of a clone in the document: clones that an anchor at its root holds stand before the anchor.
func (c *clone) first() *Node {
	if len(c.roots) == 0 {
		return nil
	}
	root := c.roots[0]
	if root.Kind == Anchor {
		for _, held := range root.held.clones {
			if n := held.first(); n != nil {
				return n
			}
		}
	}
	return root
}

// all lists the nodes of a clone that are siblings in the document.
func (c *clone) all(out []*Node) []*Node {
	for _, root := range c.roots {
		if root.Kind == Anchor {
			for _, held := range root.held.clones {
				out = held.all(out)
			}
		}
		out = append(out, root)
	}
	return out
}

func insert(parent *Node, next *Node, nodes []*Node) {
	i := len(parent.Children) - 1
	for i >= 0 && parent.Children[i] != next {
		i--
	}
	parent.Children = slices.Insert(parent.Children, max(i, 0), nodes...)
}

func takeOut(parent *Node, nodes []*Node) {
	if len(nodes) == 0 {
		return
	}
	i := slices.Index(parent.Children, nodes[0])
	parent.Children = slices.Delete(parent.Children, i, i+len(nodes))
}

func (t *Tree) remove(id int) error {
	c, ok := t.clones[id]
	if !ok {
		return fmt.Errorf("there is no clone %d", id)
	}
	takeOut(c.in.anchor.Parent, c.all(nil))
	i := slices.Index(c.in.clones, c)
	c.in.clones = slices.Delete(c.in.clones, i, i+1)
	t.forget(c)
	return nil
}

func (t *Tree) forget(c *clone) {
	delete(t.clones, c.id)
	for id := c.id; id < c.id+c.size; id++ {
		if n := t.nodes[id]; n.Kind == Anchor {
			for _, held := range n.held.clones {
				t.forget(held)
			}
		}
		delete(t.nodes, id)
	}
}

func (t *Tree) move(id, before int) error {
	c, ok := t.clones[id]
	if !ok {
		return fmt.Errorf("there is no clone %d", id)
	}
	if id == before {
		return fmt.Errorf("clone %d moves before itself", id)
	}
	l, nodes := c.in, c.all(nil)
	takeOut(l.anchor.Parent, nodes)
	i := slices.Index(l.clones, c)
	l.clones = slices.Delete(l.clones, i, i+1)
	at, next, err := t.place(l, before)
	if err != nil {
		return err
	}
	l.clones = slices.Insert(l.clones, at, c)
	insert(l.anchor.Parent, next, nodes)
	return nil
}
