package value

import (
	"fmt"
	"strconv"
	"strings"
)

// Limits of a setData path. An index far behind the end of an array would fill memory with holes.
const (
	// MaxPathLength is the longest path in bytes.
	MaxPathLength = 4096
	// MaxIndexGap is how far behind the end of an array Set may write.
	MaxIndexGap = 1 << 16
)

// ParsePath parses the key of a setData call: names separated by dots, indices in brackets, "list[0].name". Names come
// out as string, indices as int. Superfluous dots are passed over. A backslash takes the following ".", "[", "]" or "\" literally.
func ParsePath(path string) ([]any, error) {
	if isPlainName(path) {
		return []any{path}, nil
	}
	if len(path) > MaxPathLength {
		return nil, fmt.Errorf("setData path of %d bytes: the limit is %d", len(path), MaxPathLength)
	}
	p := pathParser{src: path}
	return p.parse()
}

func isPlainName(path string) bool {
	return path != "" && len(path) <= MaxPathLength && !strings.ContainsAny(path, `.[]\`)
}

type pathParser struct {
	src string
	i   int
	out []any
}

// parse reads as WeChat does: a dot only ends a name, so that "list.[0].name" (which Taro writes) and "a..b" are fine.
func (p *pathParser) parse() ([]any, error) {
	for p.i < len(p.src) {
		if err := p.segment(); err != nil {
			return nil, fmt.Errorf("setData path %q: %w at character %d", p.src, err, p.i+1)
		}
	}
	if len(p.out) == 0 {
		return nil, fmt.Errorf("setData path %q: a name is missing at character %d", p.src, p.i+1)
	}
	return p.out, nil
}

func (p *pathParser) segment() error {
	switch {
	case p.src[p.i] == '.':
		p.i++
		return nil
	case p.src[p.i] == '[' && len(p.out) == 0:
		return fmt.Errorf("it must begin with a name, not with \"[\"")
	case p.src[p.i] == '[':
		return p.index()
	}
	return p.name()
}

func (p *pathParser) index() error {
	end := strings.IndexByte(p.src[p.i:], ']')
	if end < 0 {
		return fmt.Errorf("\"[\" without \"]\"")
	}
	text := p.src[p.i+1 : p.i+end]
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return fmt.Errorf("an index must be a natural number, got %q", text)
	}
	p.out = append(p.out, int(n))
	p.i += end + 1
	return nil
}

func (p *pathParser) name() error {
	var b []byte
	for ; p.i < len(p.src); p.i++ {
		c := p.src[p.i]
		if c == '.' || c == '[' {
			break
		}
		if c == ']' {
			return fmt.Errorf("\"]\" without \"[\"")
		}
		if c == '\\' && p.i+1 < len(p.src) && strings.IndexByte(`.[]\`, p.src[p.i+1]) >= 0 {
			p.i++
			c = p.src[p.i]
		}
		b = append(b, c)
	}
	p.out = append(p.out, string(b))
	return nil
}

// FormatPath prints a parsed path for messages.
func FormatPath(path []any) string {
	var b strings.Builder
	for i, step := range path {
		switch step := step.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(step) + "]")
		case string:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}

// Lookup follows a path from root; what is not there is undefined.
func Lookup(root Value, path []any) Value {
	for _, step := range path {
		switch step := step.(type) {
		case int:
			if root = Index(root, step); root == nil {
				return nil
			}
		case string:
			if root = Member(root, step); root == nil {
				return nil
			}
		default:
			return nil
		}
	}
	return root
}

// Set writes v at path as setData does: on the way, whatever is not an array under an index is replaced by a new array,
// and whatever is not an object under a name by a new object.
func Set(root *Object, path []any, v Value) error {
	if len(path) == 0 {
		return fmt.Errorf("setData: empty path")
	}
	name, ok := path[0].(string)
	if !ok {
		return fmt.Errorf("setData path %q: it must begin with a name", FormatPath(path))
	}
	if len(path) == 1 {
		root.Set(name, v)
		return nil
	}
	old, _ := root.Get(name)
	next, err := setBelow(old, path[1:], v)
	if err != nil {
		return fmt.Errorf("setData path %q: %w", FormatPath(path), err)
	}
	if !identical(old, next) {
		root.Set(name, next)
	}
	return nil
}

// setBelow writes below node and returns node, or what replaces it.
func setBelow(node Value, path []any, v Value) (Value, error) {
	switch step := path[0].(type) {
	case int:
		a, ok := node.(*Array)
		if !ok {
			a = &Array{}
		}
		return a, setElement(a, step, path, v)
	case string:
		if a, ok := node.(*Array); ok && isIndexKey(step) && len(step) < 9 {
			n, _ := strconv.Atoi(step)
			return a, setElement(a, n, path, v)
		}
		o, ok := node.(*Object)
		if !ok {
			o = &Object{}
		}
		if len(path) == 1 {
			o.Set(step, v)
			return o, nil
		}
		old, _ := o.Get(step)
		next, err := setBelow(old, path[1:], v)
		if err == nil && !identical(old, next) {
			o.Set(step, next)
		}
		return o, err
	}
	return nil, fmt.Errorf("a step must be a name or an index, got %T", path[0])
}

func setElement(a *Array, i int, path []any, v Value) error {
	if i < 0 || i > len(a.Items)+MaxIndexGap {
		return fmt.Errorf("index %d of an array of %d elements is too far away", i, len(a.Items))
	}
	if len(path) > 1 {
		next, err := setBelow(a.At(i), path[1:], v)
		if err != nil {
			return err
		}
		v = next
	}
	for len(a.Items) <= i {
		a.Items = append(a.Items, nil)
	}
	a.Items[i] = v
	return nil
}
