package wxss

import (
	"strings"

	"github.com/tdewolff/parse/v2/css"
)

// selector rewrites a selector list: classes get the scope's prefix, tags the prefix of the client's elements, ":host"
// the host's class. A selector of a component that names no class would reach the whole page by its tags, ids, attributes
// and "*": these are bound to the component's own elements, which carry ScopeAttribute then. Everything else stays.
func (s *sheet) selector(b *strings.Builder, toks []token) {
	for i, part := range splitList(trim(toks)) {
		s.deep(part)
		if i > 0 {
			b.WriteByte(',')
		}
		r := selectorRewriter{sheet: s, b: b, toks: part, bind: s.scope != "" && s.depth == s.media && !namesClass(part)}
		r.run()
	}
}

// deep warns of combinators that other frameworks' compilers know, and no browser: it drops the whole rule, as in WeChat.
func (s *sheet) deep(toks []token) {
	open := 0
	for i, t := range toks {
		switch t.kind {
		case css.FunctionToken, css.LeftParenthesisToken, css.LeftBracketToken:
			open++
		case css.RightParenthesisToken, css.RightBracketToken:
			open--
		}
		if open > 1 || open == 1 && t.kind != css.FunctionToken {
			continue
		}
		if text := strings.ToLower(join(toks[i:min(i+3, len(toks))])); strings.HasPrefix(text, ">>>") || strings.HasPrefix(text, "/deep/") ||
			strings.HasPrefix(text, "::v-deep") || strings.HasPrefix(text, ":deep(") {
			s.diags.Warn(s.file, t.at, "wxss-deep", `let the component take classes (externalClasses), or say "styleIsolation": "shared" in its json`,
				"%q is no CSS: the rule has no effect", clip(join(toks)))
			return
		}
	}
}

// ScopeAttribute names the component that an element stands in the template of.
const ScopeAttribute = "dg-s"

// splitList cuts a selector list at its outer commas.
func splitList(toks []token) [][]token {
	var out [][]token
	start, open := 0, 0
	for i, t := range toks {
		switch t.kind {
		case css.FunctionToken, css.LeftParenthesisToken, css.LeftBracketToken:
			open++
		case css.RightParenthesisToken, css.RightBracketToken:
			open--
		case css.CommaToken:
			if open == 0 {
				out = append(out, toks[start:i])
				start = i + 1
			}
		}
	}
	return append(out, toks[start:])
}

// namesClass tells whether a selector has a class, or the host, outside of parentheses.
func namesClass(toks []token) bool {
	open := 0
	for i, t := range toks {
		switch {
		case t.kind == css.FunctionToken && i > 0 && toks[i-1].kind == css.ColonToken && strings.EqualFold(t.text, "host("):
			return true
		case t.kind == css.FunctionToken || t.kind == css.LeftParenthesisToken || t.kind == css.LeftBracketToken:
			open++
		case t.kind == css.RightParenthesisToken || t.kind == css.RightBracketToken:
			open--
		case open > 0 || i == 0 || t.kind != css.IdentToken:
		case toks[i-1].kind == css.DelimToken && toks[i-1].text == "." || toks[i-1].kind == css.ColonToken && strings.EqualFold(t.text, "host"):
			return true
		}
	}
	return false
}

type selectorRewriter struct {
	*sheet
	b     *strings.Builder
	toks  []token
	i     int
	plain []bool // per open parenthesis: its content is no selector
	attr  int    // open brackets
	lone  bool   // the brackets begin a compound selector
	bind  bool   // to the component
}

// selectorFunctions take selectors as arguments.
var selectorFunctions = map[string]bool{"not(": true, "is(": true, "where(": true, "has(": true, "matches(": true, "-webkit-any(": true, "host(": true, "host-context(": true, "slotted(": true}

func (r *selectorRewriter) run() {
	for ; r.i < len(r.toks); r.i++ {
		t := r.toks[r.i]
		switch t.kind {
		case css.LeftBracketToken:
			r.lone = r.attr == 0 && r.startsCompound()
			r.attr++
		case css.RightBracketToken:
			r.attr--
			if r.attr == 0 && r.lone {
				r.b.WriteString(t.text)
				r.lone = false
				r.bound()
				continue
			}
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
		if t.text != "page" {
			r.bound()
		}
	case r.startsCompound() && (t.kind == css.HashToken || t.kind == css.DelimToken && t.text == "*"):
		r.b.WriteString(t.text)
		r.bound()
	case t.kind == css.ColonToken && r.host():
	default:
		r.b.WriteString(t.text)
	}
}

// bound binds the compound selector that has just begun.
func (r *selectorRewriter) bound() {
	if r.bind && len(r.plain) == 0 {
		r.b.WriteString(`:where([` + ScopeAttribute + `="` + r.scope + `"])`)
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
	component := `dg-host:where([dg-is="` + tag + `"])`
	if strings.Contains(tag, "-") {
		return component
	}
	return ":is(" + tag + "," + component + ")" // an element of rich text, or a component of that name
}
