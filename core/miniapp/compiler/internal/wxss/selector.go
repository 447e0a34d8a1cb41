package wxss

import (
	"strings"

	"github.com/tdewolff/parse/v2/css"
)

// selector rewrites a selector list: classes get the scope's prefix, tags the prefix of the client's elements, ":host"
// the host's class. Everything else, such as ids, attributes and pseudo classes, stays.
func (s *sheet) selector(b *strings.Builder, toks []token) {
	r := selectorRewriter{sheet: s, b: b, toks: trim(toks)}
	r.run()
}

type selectorRewriter struct {
	*sheet
	b     *strings.Builder
	toks  []token
	i     int
	plain []bool // per open parenthesis: its content is no selector
	attr  int    // open brackets
}

// selectorFunctions take selectors as arguments.
var selectorFunctions = map[string]bool{"not(": true, "is(": true, "where(": true, "has(": true, "matches(": true, "-webkit-any(": true, "host(": true, "host-context(": true, "slotted(": true}

func (r *selectorRewriter) run() {
	for ; r.i < len(r.toks); r.i++ {
		t := r.toks[r.i]
		switch t.kind {
		case css.LeftBracketToken:
			r.attr++
		case css.RightBracketToken:
			r.attr--
		case css.FunctionToken:
			r.plain = append(r.plain, r.inPlain() || !selectorFunctions[strings.ToLower(t.text)])
		case css.LeftParenthesisToken:
			r.plain = append(r.plain, r.inPlain())
		case css.RightParenthesisToken:
			if n := len(r.plain); n > 0 {
				r.plain = r.plain[:n-1]
			}
		}
		r.token(t)
	}
}

func (r *selectorRewriter) inPlain() bool { return len(r.plain) > 0 && r.plain[len(r.plain)-1] }

func (r *selectorRewriter) prev() css.TokenType {
	if r.i == 0 {
		return css.ErrorToken
	}
	return r.toks[r.i-1].kind
}

func (r *selectorRewriter) token(t token) {
	switch {
	case t.kind == css.WhitespaceToken:
		r.b.WriteByte(' ')
	case t.kind == css.CommentToken:
	case r.attr > 0 || r.inPlain():
		r.b.WriteString(t.text)
	case t.kind == css.IdentToken && r.prev() == css.DelimToken && r.toks[r.i-1].text == ".":
		r.class(t.text)
	case t.kind == css.IdentToken && r.startsCompound():
		r.b.WriteString(tagSelector(t.text))
	case t.kind == css.ColonToken && r.host():
	default:
		r.b.WriteString(t.text)
	}
}

// startsCompound tells whether a word at this place is a tag, and not the rest of a pseudo class.
func (r *selectorRewriter) startsCompound() bool {
	switch r.prev() {
	case css.ErrorToken, css.WhitespaceToken, css.CommaToken, css.FunctionToken, css.LeftParenthesisToken, css.CommentToken:
		return true
	case css.DelimToken:
		text := r.toks[r.i-1].text
		return text == ">" || text == "+" || text == "~" || text == "&"
	}
	return false
}

func (r *selectorRewriter) class(name string) {
	if r.scope != "" {
		r.b.WriteString(r.scope + "--")
	}
	r.b.WriteString(name)
}

// host rewrites ":host" and ":host(…)"; it reports whether the colon at this place was one.
func (r *selectorRewriter) host() bool {
	if r.i+1 >= len(r.toks) || r.prev() == css.ColonToken {
		return false
	}
	next := r.toks[r.i+1]
	name := "dg-page"
	if r.scope != "" {
		name = "." + r.scope + "--host"
	}
	switch {
	case next.kind == css.IdentToken && strings.EqualFold(next.text, "host"):
		r.b.WriteString(name)
		r.i++
		return true
	case next.kind == css.FunctionToken && strings.EqualFold(next.text, "host("):
		r.b.WriteString(name + ":is(")
		r.i++
		r.plain = append(r.plain, false)
		return true
	}
	return false
}

// builtin are the tags that the client shows as elements of its own, <dg-view> for <view>.
var builtin = func() map[string]bool {
	m := map[string]bool{}
	for _, t := range strings.Fields(`view text image button input textarea scroll-view swiper swiper-item icon navigator form
		label radio radio-group checkbox checkbox-group switch slider picker picker-view picker-view-column progress rich-text
		canvas video audio map camera web-view cover-view cover-image movable-area movable-view live-player live-pusher editor
		match-media page-container root-portal share-element keyboard-accessory open-data official-account ad ad-custom
		functional-page-navigator page-meta navigation-bar list-view grid-view sticky-header sticky-section block slot span
		native-component channel-live channel-video voip-room selection snapshot`) {
		m[t] = true
	}
	return m
}()

// Builtin tells whether a tag is one of the platform's own.
func Builtin(tag string) bool { return builtin[tag] }

func tagSelector(tag string) string {
	if tag == "page" {
		return "dg-page"
	}
	plain := strings.TrimPrefix(tag, "wx-")
	if builtin[plain] {
		return "dg-" + plain
	}
	return tag
}
