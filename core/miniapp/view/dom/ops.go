package dom

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// args reads the arguments of one operation; the first mistake stays.
type args struct {
	op  view.Op
	in  []any
	i   int
	err error
}

func (a *args) next() any {
	if a.i >= len(a.in) {
		a.fail("argument %d is missing", a.i)
		return nil
	}
	a.i++
	return a.in[a.i-1]
}

func (a *args) fail(format string, v ...any) {
	if a.err == nil {
		a.err = fmt.Errorf("op %d: %s", a.op, fmt.Sprintf(format, v...))
	}
}

func (a *args) int() int {
	v := a.next()
	n, ok := integer(v)
	if !ok {
		a.fail("argument %d must be an integer, got %v", a.i-1, v)
	}
	return n
}

func (a *args) string() string {
	v := a.next()
	s, ok := v.(string)
	if !ok {
		a.fail("argument %d must be a string, got %T", a.i-1, v)
	}
	return s
}

func (a *args) list() []any {
	if a.i >= len(a.in) {
		return nil
	}
	v := a.next()
	l, ok := v.([]any)
	if !ok && v != nil {
		a.fail("argument %d must be an array, got %T", a.i-1, v)
	}
	return l
}

func (t *Tree) applyOp(v any) error {
	in, ok := v.([]any)
	if !ok || len(in) == 0 {
		return fmt.Errorf("an operation must be an array, got %T", v)
	}
	n, ok := integer(in[0])
	if !ok {
		return fmt.Errorf("an operation begins with its number, got %v", in[0])
	}
	a := &args{op: view.Op(n), in: in, i: 1}
	switch a.op {
	case view.OpFragment:
		return t.define(a)
	case view.OpClone:
		id := a.int()
		f, known := t.fragments[id]
		first, anchor, before, holes := a.int(), a.int(), a.int(), a.list()
		if a.err == nil && !known {
			return fmt.Errorf("there is no fragment %d", id)
		}
		return a.then(func() error { return t.clone(f, first, anchor, before, holes) })
	case view.OpAttr:
		id, name, val := a.int(), a.string(), a.next()
		return a.then(func() error {
			n, err := t.node(id, Element)
			if err == nil {
				n.set(name, plain(val))
			}
			return err
		})
	case view.OpText:
		id, text := a.int(), a.string()
		return a.then(func() error {
			n, err := t.node(id, Text)
			if err == nil {
				n.Text = text
			}
			return err
		})
	case view.OpRemove:
		return t.removeAll(a)
	case view.OpMove:
		id, before := a.int(), a.int()
		return a.then(func() error { return t.move(id, before) })
	case view.OpStyle:
		return t.style(a)
	case view.OpReset:
		t.reset()
		return nil
	case view.OpScript:
		id := a.int()
		return a.then(func() error {
			_, err := t.node(id, Element)
			return err
		})
	case view.OpInvoke:
		c := Call{Node: a.int(), Method: a.string(), Args: plain(a.next()), Call: a.int()}
		return a.then(func() error {
			_, err := t.node(c.Node, Element)
			t.Calls = append(t.Calls, c)
			return err
		})
	}
	return fmt.Errorf("there is no operation %d", n)
}

func (a *args) then(do func() error) error {
	if a.err != nil {
		return a.err
	}
	return do()
}

func (t *Tree) define(a *args) error {
	id, v := a.int(), a.next()
	return a.then(func() error {
		if _, known := t.fragments[id]; known {
			return fmt.Errorf("fragment %d is defined already", id)
		}
		f, err := parseFragment(v)
		if err == nil {
			t.fragments[id] = f
		}
		return err
	})
}

func (t *Tree) removeAll(a *args) error {
	for a.i < len(a.in) {
		id := a.int()
		if err := a.then(func() error { return t.remove(id) }); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tree) style(a *args) error {
	s := Style{Key: a.string(), CSS: a.string()}
	for _, f := range a.list() {
		if text, ok := f.(string); ok {
			s.Fonts = append(s.Fonts, text)
		}
	}
	return a.then(func() error {
		for _, have := range t.Styles {
			if have.Key == s.Key {
				return fmt.Errorf("style %q came twice", s.Key)
			}
		}
		t.Styles = append(t.Styles, s)
		return nil
	})
}

// integer reads a number as Go or as JSON has it.
func integer(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case view.Op:
		return int(v), true
	case float64:
		return int(v), v == float64(int(v))
	}
	return 0, false
}

// plain is a value as encoding/json would decode it.
func plain(v any) any {
	switch v := v.(type) {
	case *value.Array, *value.Object, value.Bytes, value.Func:
		return value.ToGo(v)
	case int:
		return float64(v)
	}
	return v
}
