package script

import (
	"path"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// relation is one entry of Component({relations}).
type relation struct {
	key                       string
	kind                      string    // parent, child, ancestor, descendant
	path                      string    // of the component on the other side
	target                    *behavior // instead of path: any component with this behavior
	linked, changed, unlinked goja.Callable
}

// opposite is the kind that the other side must declare.
var opposite = map[string]string{"parent": "child", "child": "parent", "ancestor": "descendant", "descendant": "ancestor"}

// takeRelations reads relations; from is the module that wrote them, whose folder relative keys start from.
func (b *builder) takeRelations(o *goja.Object, from string) {
	if o == nil {
		return
	}
	for _, key := range o.Keys() {
		decl, ok := o.Get(key).(*goja.Object)
		if !ok {
			continue
		}
		rel := &relation{
			key: key, kind: textOf(decl, "type"), path: relationPath(from, key),
			linked:  b.realm.callableOf(decl, "linked"),
			changed: b.realm.callableOf(decl, "linkChanged"),
		}
		rel.unlinked = b.realm.callableOf(decl, "unlinked")
		if t, ok := b.realm.ownerOf(decl.Get("target")).(*behavior); ok {
			rel.target = t
		} else if t := textOf(decl, "target"); t != "" {
			rel.path = relationPath(from, t)
		}
		if opposite[rel.kind] == "" {
			b.realm.warn("relation \"" + key + "\" of " + b.path + " has the unknown type \"" + rel.kind + "\"")
			continue
		}
		b.relations = append(b.relations, rel)
	}
}

func relationPath(from, key string) string {
	if strings.HasPrefix(key, "/") {
		return strings.TrimPrefix(path.Clean(key), "/")
	}
	return path.Join(dirOf(from), key)
}

// meets tells whether the relation is about other.
func (rel *relation) meets(other *Instance) bool {
	if rel.target != nil {
		return other.def.behaviors[rel.target]
	}
	return rel.path == other.def.path
}

// link finds the parent or ancestor of a component that has just been attached, and tells both sides.
func (in *Instance) link() {
	for _, rel := range in.def.relations {
		if rel.kind != "parent" && rel.kind != "ancestor" {
			continue
		}
		if up, back := in.partner(rel); up != nil {
			in.tie(rel, up)
			up.tie(back, in)
			up.unsorted = true
			up.tell(back.linked, "linked", in)
			in.tell(rel.linked, "linked", up)
		}
	}
}

// partner looks upwards, in the template that this component stands in, for the nearest component that rel is about and
// that names this one in turn. A parent is the very next component; whatever stands between is no component.
func (in *Instance) partner(rel *relation) (*Instance, *relation) {
	for up := in.around(); up != nil; up = up.around() {
		if rel.meets(up) {
			for _, back := range up.def.relations {
				if back.kind == opposite[rel.kind] && back.meets(in) {
					return up, back
				}
			}
		}
		if rel.kind == "parent" {
			return nil, nil
		}
	}
	return nil, nil
}

func (in *Instance) tie(rel *relation, other *Instance) {
	if in.links == nil {
		in.links = map[*relation][]*Instance{}
	}
	in.links[rel] = append(in.links[rel], other)
}

// unlink dissolves the relations of a component that leaves.
func (in *Instance) unlink() {
	for rel, others := range in.links {
		for _, other := range others {
			if back := other.forget(in); back != nil {
				other.tell(back.unlinked, "unlinked", in)
				in.tell(rel.unlinked, "unlinked", other)
			}
		}
	}
	in.links = nil
}

// forget drops a linked component and says under which relation it was.
func (in *Instance) forget(other *Instance) *relation {
	for rel, list := range in.links {
		if i := slices.Index(list, other); i >= 0 {
			in.links[rel] = slices.Delete(list, i, i+1)
			return rel
		}
	}
	return nil
}

// relink tells the parent side that a child has moved.
func (in *Instance) relink() {
	for rel, others := range in.links {
		if rel.kind != "parent" && rel.kind != "ancestor" {
			continue
		}
		for _, up := range others {
			up.unsorted = true
			for back, list := range up.links {
				if slices.Contains(list, in) {
					up.tell(back.changed, "linkChanged", in)
				}
			}
			in.tell(rel.changed, "linkChanged", up)
		}
	}
}

func (in *Instance) tell(fn goja.Callable, what string, other *Instance) {
	if fn != nil {
		in.run(what, fn, other.object())
	}
}

// related is getRelationNodes(key).
func (in *Instance) related(key string) goja.Value {
	in.sortLinks()
	for _, rel := range in.def.relations {
		if rel.key != key {
			continue
		}
		out := []any{}
		for _, other := range in.links[rel] {
			out = append(out, other.object())
		}
		return in.realm.vm.NewArray(out...)
	}
	return goja.Null()
}

// sortLinks brings linked components into document order. It waits until somebody asks, because it walks the tree.
func (in *Instance) sortLinks() {
	if !in.unsorted {
		return
	}
	in.unsorted = false
	place := map[*view.Component]int{}
	for i, c := range in.comp.Descendants() {
		place[c] = i
	}
	for _, list := range in.links {
		slices.SortStableFunc(list, func(a, b *Instance) int { return place[a.comp] - place[b.comp] })
	}
}
