package template

import (
	"encoding/json"
	"fmt"
)

// maxNodeDepth bounds the recursion over nodes.
const maxNodeDepth = 1000

// Decode reads a File that the compiler wrote, checks it and links its expressions. The File may then be shared.
func Decode(data []byte) (*File, error) {
	f := &File{}
	if err := json.Unmarshal(data, f); err != nil {
		return nil, fmt.Errorf("compiled template: %w", err)
	}
	if f.Version != Version {
		return nil, fmt.Errorf("compiled template %q has IR version %d, this host reads version %d: build the mini-program again with this version", f.Path, f.Version, Version)
	}
	if err := f.Link(); err != nil {
		return nil, fmt.Errorf("compiled template %q: %w", f.Path, err)
	}
	return f, nil
}

// Link checks the file and links all its expressions.
func (f *File) Link() error {
	if err := linkNodes(f.Nodes, 0); err != nil {
		return err
	}
	for name, nodes := range f.Templates {
		if err := linkNodes(nodes, 0); err != nil {
			return fmt.Errorf("template %q: %w", name, err)
		}
	}
	return nil
}

func linkNodes(nodes []*Node, depth int) error {
	if depth > maxNodeDepth {
		return fmt.Errorf("elements nested deeper than %d levels", maxNodeDepth)
	}
	for _, n := range nodes {
		if n == nil {
			return fmt.Errorf("a node is missing")
		}
		if err := n.link(depth); err != nil {
			return fmt.Errorf("line %d column %d: %w", n.Pos[1], n.Pos[2], err)
		}
	}
	return nil
}

func (n *Node) link(depth int) error {
	if err := n.check(); err != nil {
		return err
	}
	for _, e := range []*Expr{n.SlotOf, n.Value, n.Scope, n.List} {
		if err := linkOptional(e); err != nil {
			return err
		}
	}
	for _, attrs := range [][]Attr{n.Attrs, n.Data, n.Marks, n.Models, n.Change, n.Generic, n.Props, n.SlotValues} {
		for _, a := range attrs {
			if err := a.Value.Link(); err != nil {
				return fmt.Errorf("attribute %q: %w", a.Name, err)
			}
		}
	}
	for _, ev := range n.Events {
		if err := ev.Handler.Link(); err != nil {
			return fmt.Errorf("event %q: %w", ev.Type, err)
		}
	}
	for _, b := range n.Branches {
		if err := linkOptional(b.Cond); err != nil {
			return err
		}
		if err := linkNodes(b.Children, depth+1); err != nil {
			return err
		}
	}
	return linkNodes(n.Children, depth+1)
}

// check tells whether the parts that a node of this kind must have are there.
func (n *Node) check() error {
	switch n.Kind {
	case Element:
		if n.Tag == "" {
			return fmt.Errorf("element without a tag")
		}
	case Text, Use:
		if n.Value == nil {
			return fmt.Errorf("node %q without a value", n.Kind)
		}
	case For:
		if n.List == nil {
			return fmt.Errorf("loop without a list")
		}
	case If:
		if len(n.Branches) == 0 {
			return fmt.Errorf("condition without branches")
		}
	case Block, Slot:
	default:
		return fmt.Errorf("unknown node kind %q", n.Kind)
	}
	return nil
}

func linkOptional(e *Expr) error {
	if e == nil {
		return nil
	}
	return e.Link()
}
