// Package selector reads the selectors of selectComponent, createSelectorQuery and test scripts, and matches one element
// against them. It is a leaf: walking a tree is its users' part.
package selector

import (
	"fmt"
	"strings"
)

// Combinator stands between two compound selectors.
type Combinator byte

// The combinators.
const (
	None       Combinator = 0
	Descendant Combinator = ' '
	Child      Combinator = '>'
	Into       Combinator = 'S' // ">>>": into the shadow trees below
)

// Compound is what one element must have: "view#id.a.b".
type Compound struct {
	Tag, ID string
	Classes []string
	Attrs   []AttrTest
	Link    Combinator // to the compound before
}

// AttrTest is [name] (Any) or [name=value].
type AttrTest struct {
	Name, Value string
	Any         bool
}

// Parse parses the selectors that selectComponent and createSelectorQuery know: tags, #id, .class, [attr],
// [attr=value], descendants, ">", ">>>" and lists.
func Parse(text string) ([][]Compound, error) {
	var out [][]Compound
	for part := range strings.SplitSeq(text, ",") {
		chain, err := parseChain(part)
		if err != nil {
			return nil, fmt.Errorf("selector %q: %w", text, err)
		}
		out = append(out, chain)
	}
	return out, nil
}

func parseChain(text string) ([]Compound, error) {
	text = strings.ReplaceAll(text, ">>>", " \x01 ")
	text = strings.ReplaceAll(text, ">", " > ")
	var out []Compound
	link := None
	for token := range strings.FieldsSeq(text) {
		switch token {
		case ">":
			link = Child
			continue
		case "\x01":
			link = Into
			continue
		}
		c, err := parseCompound(token)
		if err != nil {
			return nil, err
		}
		if len(out) > 0 {
			c.Link = link
			if link == None {
				c.Link = Descendant
			}
		} else if link != None {
			return nil, fmt.Errorf("it begins with a combinator")
		}
		out = append(out, c)
		link = None
	}
	if len(out) == 0 || link != None {
		return nil, fmt.Errorf("a part is empty")
	}
	return out, nil
}

func parseCompound(token string) (Compound, error) {
	c := Compound{}
	for len(token) > 0 {
		end := len(token)
		if i := strings.IndexAny(token[1:], ".#["); i >= 0 {
			end = i + 1
		}
		piece := token[:end]
		switch piece[0] {
		case '#':
			c.ID = piece[1:]
		case '.':
			c.Classes = append(c.Classes, piece[1:])
		case '[':
			test, ok := parseAttrTest(piece)
			if !ok {
				return c, fmt.Errorf("%q is not closed", piece)
			}
			c.Attrs = append(c.Attrs, test)
		case '*':
		default:
			if strings.ContainsAny(piece, ":()+~=\"'") {
				return c, fmt.Errorf("%q is not supported; use tags, #id, .class, [attr], \">\" and \">>>\"", piece)
			}
			c.Tag = piece
		}
		if len(piece) == 1 && piece != "*" && piece[0] != '[' && c.Tag == "" {
			return c, fmt.Errorf("a name is missing behind %q", piece)
		}
		token = token[end:]
	}
	return c, nil
}

func parseAttrTest(piece string) (AttrTest, bool) {
	inner, ok := strings.CutSuffix(piece[1:], "]")
	if !ok {
		return AttrTest{}, false
	}
	name, v, hasValue := strings.Cut(inner, "=")
	return AttrTest{Name: name, Value: strings.Trim(v, `"'`), Any: !hasValue}, name != ""
}

// Element is what a compound is matched against.
type Element interface {
	Tag() string
	IDAttr() string
	HasClass(name string) bool
	// Has tells whether the element has an attribute; with a value if want is not nil.
	Has(attr string, want *string) bool
}

// Match tells whether the element is what the compound describes.
func (c *Compound) Match(e Element) bool {
	if c.Tag != "" && c.Tag != e.Tag() || c.ID != "" && c.ID != e.IDAttr() {
		return false
	}
	for _, class := range c.Classes {
		if !e.HasClass(class) {
			return false
		}
	}
	for i := range c.Attrs {
		a := &c.Attrs[i]
		want := &a.Value
		if a.Any {
			want = nil
		}
		if !e.Has(a.Name, want) {
			return false
		}
	}
	return true
}
