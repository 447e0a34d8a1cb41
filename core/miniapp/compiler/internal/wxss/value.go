package wxss

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/tdewolff/parse/v2/css"
)

// values copies declarations, media conditions and the like: rpx lengths become vw, url() becomes absolute, white space
// is a single space.
func (s *sheet) values(b *strings.Builder, toks []token) {
	toks = trim(toks)
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		switch t.kind {
		case css.DimensionToken:
			b.WriteString(RPX(t.text))
		case css.URLToken:
			b.WriteString(s.url(t.text))
		case css.WhitespaceToken:
			if i > 0 && (toks[i-1].kind == css.ColonToken || toks[i-1].kind == css.CommaToken) && s.depth > 0 {
				continue
			}
			b.WriteByte(' ')
		case css.CommentToken:
			if i+1 < len(toks) && toks[i+1].kind != css.WhitespaceToken {
				b.WriteString("/**/")
			}
		case css.FunctionToken:
			b.WriteString(t.text)
			if strings.EqualFold(t.text, "url(") && i+1 < len(toks) && toks[i+1].kind == css.StringToken {
				i++
				b.WriteString(strings.TrimSuffix(strings.TrimPrefix(s.url("url("+toks[i].text+")"), "url("), ")"))
			}
		case css.BadStringToken, css.BadURLToken:
			s.diags.Error(s.file, t.at, "wxss-unclosed-quote", "close it on the same line", "a text in quotes or url() is not closed")
		default:
			b.WriteString(t.text)
		}
	}
}

// RPX turns a dimension in rpx into vw; others stay. The screen is 750rpx wide.
func RPX(dim string) string {
	n := len(dim) - 3
	if n < 1 || !strings.EqualFold(dim[n:], "rpx") {
		return dim
	}
	f, err := strconv.ParseFloat(dim[:n], 64)
	if err != nil {
		return dim
	}
	return strconv.FormatFloat(math.Round(f/7.5*1e6)/1e6, 'f', -1, 64) + "vw"
}

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

func isForeign(ref string) bool { return strings.HasPrefix(ref, "//") || scheme.MatchString(ref) }

// url makes the address of a file of the package absolute; addresses with a scheme stay.
func (s *sheet) url(text string) string {
	ref := unquoteURL(text)
	if ref == "" || ref[0] == '#' || isForeign(ref) {
		return text
	}
	file, query := ref, ""
	if i := strings.IndexAny(ref, "?#"); i >= 0 {
		file, query = ref[:i], ref[i:]
	}
	return `url("` + quote.Replace("/"+source.Resolve(s.file.Path, file)+query) + `")`
}

var quote = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\a `)

// unquoteURL gives the address in url(…), "…" or '…'.
func unquoteURL(text string) string {
	if len(text) >= 4 && strings.EqualFold(text[:4], "url(") {
		text = strings.TrimSuffix(text[4:], ")")
	}
	text = strings.TrimSpace(text)
	if n := len(text); n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
		text = text[1 : n-1]
	}
	return text
}
