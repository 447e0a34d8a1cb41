package dom

import (
	"html"
	"strings"
)

// richTags are the elements that rich-text shows; any other is left out with all that is in it.
var richTags = words("a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del div dl dt em " +
	"fieldset font footer h1 h2 h3 h4 h5 h6 header hr i img ins label legend li mark nav ol p pre q rt ruby s section small span strong " +
	"sub sup table tbody td tfoot th thead tr tt u ul html body head")

// voidTags have no content and no end.
var voidTags = words("area base br col embed hr img input link meta param source track wbr")

// rawTags have text that no tag can stand in but their own end.
var rawTags = words("script style textarea title xmp iframe noembed noframes")

func words(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

// entities are those that WeChat names for texts.
var entities = strings.NewReplacer("&nbsp;", "\u00a0", "&lt;", "<", "&gt;", ">", "&amp;", "&", "&apos;", "'", "&quot;", `"`, "&ensp;", "\u2002", "&emsp;", "\u2003")

func decodeEntities(s string) string { return entities.Replace(s) }

// richText is the text in a rich-text's nodes: HTML, or a tree of {name, children, text}.
func richText(v any) string {
	switch v := v.(type) {
	case string:
		return htmlText(v)
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, richTree(item))
		}
		return strings.Join(parts, " ")
	}
	return ""
}

func richTree(v any) string {
	node, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	name, named := node["name"].(string)
	if node["type"] == "text" || !named {
		text, _ := node["text"].(string)
		return decodeEntities(text)
	}
	if children, ok := node["children"].([]any); ok && richTags[strings.ToLower(name)] {
		return richText(children)
	}
	return ""
}

// htmlText is the text of HTML as rich-text shows it, with a space for each tag.
func htmlText(s string) string {
	var b strings.Builder
	hidden, depth := "", 0 // the element that is left out, and how many of its name are open
	for s != "" {
		text, rest, _ := strings.Cut(s, "<")
		if hidden == "" {
			b.WriteString(html.UnescapeString(text))
			b.WriteByte(' ')
		}
		name, end, after := htmlTag(rest)
		s = after
		switch {
		case name == "" || voidTags[name]:
		case hidden == "" && !end && rawTags[name]:
			s = afterEnd(s, name)
		case hidden == "" && !end && !richTags[name]:
			hidden, depth = name, 1
		case hidden == name && end:
			if depth--; depth == 0 {
				hidden = ""
			}
		case hidden == name:
			depth++
		}
	}
	return b.String()
}

// htmlTag reads a tag or a comment whose "<" has been read: its name in small letters, "" if it has none.
func htmlTag(s string) (name string, end bool, after string) {
	if comment, ok := strings.CutPrefix(s, "!--"); ok {
		_, after, _ = strings.Cut(comment, "-->")
		return "", false, after
	}
	tag, after, _ := strings.Cut(s, ">")
	tag, end = strings.CutPrefix(tag, "/")
	if i := strings.IndexAny(tag, " \t\r\n/"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(tag), end, after
}

// afterEnd is what follows the end of an element with raw text.
func afterEnd(s, name string) string {
	i := strings.Index(strings.ToLower(s), "</"+name)
	if i < 0 || i > len(s) {
		return ""
	}
	_, after, _ := strings.Cut(s[i:], ">")
	return after
}
