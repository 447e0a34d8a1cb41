package h5

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// suspects are the places of a page where a frame may be made of text, or a frame, what is one by another name, or a link begin.
// The names stand literally in HTML, so they are found wherever a parser may be there: a script of the page can change that by
// what it writes.
var suspects = regexp.MustCompile(`(?i)srcdoc[\t\n\f\r ]*=|<link|<(?:i?frame|object|embed)(?:[\t\n\f\r />]|$)`)

// connecting are the relations of a link by which a browser connects to a host, or looks up its name, and asks no policy.
var connecting = []string{"preconnect", "dns-prefetch", "prefetch", "prerender", "compression-dictionary"}

// scrub takes from a page the frames made of text and the links that connect, all objects, and all frames if it may have none;
// every other byte stays. Within scripts the names go too: a page could not use them.
func scrub(page []byte, frames bool) []byte {
	var out []byte
	at := 0
	for _, place := range suspects.FindAllIndex(page, -1) {
		start, end, word := place[0], place[0]+len("srcdoc"), "srcnot"
		if page[start] == '<' {
			start++
			if page[start]|0x20 == 'l' {
				if !linkConnects(page[start-1:]) {
					continue
				}
				end, word = start+len("link"), "meta"
			} else {
				if frames && page[start]|0x20 != 'o' && page[start]|0x20 != 'e' {
					continue
				}
				end, word = start, "no-"
			}
		}
		out = append(append(out, page[at:start]...), word...)
		at = end
	}
	return append(out, page[at:]...)
}

// linkConnects tells whether a tag, from its beginning on, is a link that connects. One that has no end here gets it from what a
// script writes, and may be anything.
func linkConnects(text []byte) bool {
	tokens := html.NewTokenizer(bytes.NewReader(text))
	switch tokens.Next() {
	case html.StartTagToken, html.SelfClosingTagToken:
	default:
		return true
	}
	name, more := tokens.TagName()
	if string(name) != "link" {
		return false
	}
	for more {
		var key, value []byte
		key, value, more = tokens.TagAttr()
		if string(key) != "rel" {
			continue
		}
		for token := range strings.FieldsFuncSeq(strings.ToLower(string(value)), isSpace) {
			if slices.Contains(connecting, token) {
				return true
			}
		}
	}
	return false
}

func isSpace(r rune) bool { return strings.ContainsRune("\t\n\f\r ", r) }
