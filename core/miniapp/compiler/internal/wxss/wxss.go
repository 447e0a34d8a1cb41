// Package wxss turns WXSS (and FTSS, which is the same) into CSS.
//
// It works on tokens, so that whatever CSS it does not know passes through unharmed. It must not know templates: class
// names are prefixed here and in the renderer by the same rule (program.Style).
package wxss

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/tdewolff/parse/v2/css"
)

// Reader reads a file of the project by its path from the project's root.
type Reader func(path string) (text []byte, ok bool)

// Result is a compiled style.
type Result struct {
	CSS     string
	Fonts   []string
	Imports []string // files inlined, for rebuilding
	Missing []string // files asked for and not found
}

// Limits of one style.
const (
	maxInlined = 8 << 20 // bytes of all inlined files together
	maxNesting = 64      // blocks inside blocks
)

// Compile compiles a style file with everything it imports. scope is the prefix of class names; "" leaves them alone.
func Compile(name string, text []byte, scope string, read Reader, diags *source.Diagnostics) *Result {
	c := &compiler{scope: scope, read: read, diags: diags, out: &Result{}}
	var b strings.Builder
	c.file(source.New(name, text), &b)
	c.out.CSS = strings.TrimSpace(b.String())
	return c.out
}

type compiler struct {
	scope  string
	read   Reader
	diags  *source.Diagnostics
	out    *Result
	active []string
	total  int
}

// sheet rewrites the tokens of one file.
type sheet struct {
	*compiler
	file  *source.File
	toks  []token
	i     int
	depth int
	media int // how many of the blocks around are conditions, not rules
}

func (c *compiler) file(f *source.File, b *strings.Builder) {
	c.active = append(c.active, f.Path)
	s := &sheet{compiler: c, file: f, toks: tokenize(f.Text)}
	s.rules(b, false)
	c.active = c.active[:len(c.active)-1]
}

// rules rewrites rules up to the end, or up to the "}" that closes the block they are in.
func (s *sheet) rules(b *strings.Builder, inBlock bool) {
	for {
		t, ok := s.peek()
		switch {
		case !ok:
			return
		case t.kind == css.WhitespaceToken || t.kind == css.CommentToken || t.kind == css.SemicolonToken || t.kind == css.CDOToken || t.kind == css.CDCToken:
			s.i++
		case t.kind == css.RightBraceToken:
			if inBlock {
				return
			}
			s.diags.Error(s.file, t.at, "wxss-unexpected-close", `remove it, or add the "{"`, `"}" closes nothing`)
			s.i++
		case t.kind == css.AtKeywordToken:
			s.atRule(b)
		default:
			s.rule(b)
		}
	}
}

func (s *sheet) rule(b *strings.Builder) {
	start := s.toks[s.i]
	sel := s.prelude()
	if t, ok := s.peek(); !ok || t.kind != css.LeftBraceToken {
		s.diags.Error(s.file, start.at, "wxss-rule", `a rule is written as: selector { property: value; }`, "expected \"{\" after %q", clip(join(sel)))
		return
	}
	s.selector(b, sel)
	s.block(b, func(b *strings.Builder) { s.declarations(b) })
	b.WriteByte('\n')
}

// block copies "{", its content and "}".
func (s *sheet) block(b *strings.Builder, content func(b *strings.Builder)) {
	open := s.toks[s.i]
	s.i++
	if s.depth++; s.depth > maxNesting {
		s.diags.Error(s.file, open.at, "wxss-too-deep", "", "blocks nested deeper than %d levels", maxNesting)
		s.i = len(s.toks)
	}
	b.WriteByte('{')
	content(b)
	b.WriteByte('}')
	s.depth--
	if t, ok := s.peek(); ok && t.kind == css.RightBraceToken {
		s.i++
		return
	}
	if s.depth < maxNesting {
		s.diags.Error(s.file, open.at, "wxss-unclosed-block", `add "}"`, `"{" is not closed`)
	}
}

// declarations rewrites what is between the braces of a rule: declarations, and rules nested in it.
func (s *sheet) declarations(b *strings.Builder) {
	for {
		t, ok := s.peek()
		switch {
		case !ok || t.kind == css.RightBraceToken:
			return
		case t.kind == css.WhitespaceToken || t.kind == css.CommentToken:
			s.i++
			continue
		case t.kind == css.SemicolonToken:
			s.i++
			continue
		case t.kind == css.AtKeywordToken:
			s.atRule(b)
			continue
		}
		toks := s.prelude()
		next, more := s.peek()
		switch {
		case more && next.kind == css.LeftBraceToken && isCustomProperty(toks):
			toks = append(toks[:len(toks):len(toks)], s.braces()...)
			s.values(b, toks)
			b.WriteByte(';')
		case more && next.kind == css.LeftBraceToken:
			s.selector(b, toks)
			s.block(b, s.declarations)
		default:
			s.values(b, toks)
			if more && next.kind == css.SemicolonToken {
				b.WriteByte(';')
			}
		}
	}
}

func isCustomProperty(toks []token) bool {
	return len(toks) > 0 && toks[0].kind == css.CustomPropertyNameToken
}

// braces takes a balanced {…} as plain tokens.
func (s *sheet) braces() []token {
	start, nested := s.i, 0
	for ; s.i < len(s.toks); s.i++ {
		switch s.toks[s.i].kind {
		case css.LeftBraceToken:
			nested++
		case css.RightBraceToken:
			if nested--; nested == 0 {
				s.i++
				return s.toks[start:s.i]
			}
		}
	}
	return s.toks[start:s.i]
}

func (s *sheet) atRule(b *strings.Builder) {
	at := s.toks[s.i]
	s.i++
	name := strings.ToLower(at.text)
	pre := s.prelude()
	t, ok := s.peek()
	hasBlock := ok && t.kind == css.LeftBraceToken
	switch {
	case name == "@import":
		s.importRule(b, at, pre)
	case name == "@charset":
	case !hasBlock:
		b.WriteString(at.text + " ")
		s.values(b, pre)
		b.WriteString(";\n")
	case name == "@font-face":
		var font strings.Builder
		font.WriteString("@font-face")
		s.block(&font, s.declarations)
		s.out.Fonts = append(s.out.Fonts, font.String())
	default:
		b.WriteString(at.text)
		if len(pre) > 0 {
			b.WriteByte(' ')
		}
		s.values(b, pre)
		s.block(b, s.bodyOf(name))
		b.WriteByte('\n')
	}
}

// bodyOf says what the block of an at-rule holds.
func (s *sheet) bodyOf(name string) func(*strings.Builder) {
	switch {
	case strings.HasSuffix(name, "keyframes"):
		return s.keyframes
	case s.depth > 0 || name == "@media" || name == "@supports" || name == "@layer" || name == "@container" || name == "@document" || name == "@scope" || name == "@starting-style":
		return s.mixed
	}
	return s.declarations
}

// mixed rewrites the block of a conditional rule: rules at the top level, declarations too inside of a rule.
func (s *sheet) mixed(b *strings.Builder) {
	if s.depth > s.media+1 {
		s.declarations(b)
		return
	}
	s.media++
	s.rules(b, true)
	s.media--
}

// keyframes copies frames: "from", "to" and percentages are no tags.
func (s *sheet) keyframes(b *strings.Builder) {
	for {
		t, ok := s.peek()
		if !ok || t.kind == css.RightBraceToken {
			return
		}
		if t.kind == css.WhitespaceToken || t.kind == css.CommentToken || t.kind == css.SemicolonToken {
			s.i++
			continue
		}
		frame := s.prelude()
		if next, ok := s.peek(); !ok || next.kind != css.LeftBraceToken {
			s.diags.Error(s.file, t.at, "wxss-rule", "", "expected \"{\" after %q", clip(join(frame)))
			return
		}
		s.values(b, frame)
		s.block(b, s.declarations)
	}
}
