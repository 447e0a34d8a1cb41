package web

import (
	"bytes"
	"html/template"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// maxMarkdown bounds what is rendered, in bytes.
const maxMarkdown = 512 << 10

// markdown renders what a vendor wrote. HTML in it is dropped by the renderer, and whatever comes out is cleaned once more:
// of the two, each would do. Pictures from elsewhere are not shown, so that nobody learns who reads a page.
func markdown(text string) template.HTML {
	// Alignment as an attribute: style is cleaned away.
	table := extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))
	md := goldmark.New(goldmark.WithExtensions(table, extension.Linkify, extension.Strikethrough))
	var b bytes.Buffer
	if err := md.Convert([]byte(text[:min(len(text), maxMarkdown)]), &b); err != nil {
		return template.HTML("<pre>" + template.HTMLEscapeString(text) + "</pre>") //nolint:gosec // escaped
	}
	return template.HTML(cleaner().Sanitize(lower(b.String()))) //nolint:gosec // cleaned
}

var heading = regexp.MustCompile(`<(/?)h([1-6])([ >])`)

// lower moves headings two levels down: the page has its own above them.
func lower(html string) string {
	return heading.ReplaceAllStringFunc(html, func(tag string) string {
		m := heading.FindStringSubmatch(tag)
		level := min(m[2][0]+2, '6')
		return "<" + m[1] + "h" + string(rune(level)) + m[3]
	})
}

func cleaner() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowStandardURLs()
	p.AllowURLSchemes("https", "http", "mailto")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AllowAttrs("href").OnElements("a")
	p.AllowElements("p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|center|right)$`)).OnElements("th", "td")
	return p
}
