package generate

import (
	"fmt"
	"strconv"
	"strings"
)

// words splits a name into its words of ASCII letters and digits: at case changes and at every other character. What is
// outside of ASCII becomes a word of its code point, so that different names stay different.
func words(name string) []string {
	var out []string
	var word []byte
	end := func() {
		if len(word) > 0 {
			out = append(out, string(word))
		}
		word = nil
	}
	for _, r := range name {
		switch {
		case r > 127:
			end()
			out = append(out, fmt.Sprintf("u%04x", r))
		case r >= 'A' && r <= 'Z':
			if n := len(word); n > 0 && (word[n-1] < 'A' || word[n-1] > 'Z') {
				end()
			}
			word = append(word, byte(r))
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			word = append(word, byte(r))
		default:
			end()
		}
	}
	end()
	if len(out) == 0 {
		out = []string{"value"}
	}
	if c := out[0][0]; c >= '0' && c <= '9' {
		out[0] = "n" + out[0]
	}
	return out
}

// pascal is a name as types and exported fields are spelt: "EnableHttpDNS".
func pascal(name string) string {
	var b strings.Builder
	for _, w := range words(name) {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}

// camel is a name as fields are spelt in JavaScript's family: "enableHttpDNS".
func camel(name string) string {
	p := pascal(name)
	i := 0
	for i < len(p) && p[i] >= 'A' && p[i] <= 'Z' {
		i++
	}
	if i > 1 && i < len(p) {
		i-- // the last capital begins the next word
	}
	return strings.ToLower(p[:i]) + p[i:]
}

// snake is a name as C, Rust and Python spell it: "enable_http_dns".
func snake(name string) string { return strings.ToLower(strings.Join(words(name), "_")) }

// upper is a constant's name: "ENABLE_HTTP_DNS".
func upper(name string) string { return strings.ToUpper(strings.Join(words(name), "_")) }

// namer gives each thing of one scope a name of its own.
type namer struct {
	used     map[string]bool
	reserved map[string]bool
}

// newNamer makes a scope in which the words of reserved, separated by spaces, are taken.
func newNamer(reserved string) *namer {
	n := &namer{used: map[string]bool{}, reserved: map[string]bool{}}
	for _, w := range strings.Fields(reserved) {
		n.reserved[w] = true
	}
	return n
}

// pick returns name, or if it is taken, name with what makes it free: "_" behind a keyword, a number behind a name that is
// there already.
func (n *namer) pick(name string) string {
	if n.reserved[name] {
		name += "_"
	}
	free := name
	for i := 2; n.used[free] || n.reserved[free]; i++ {
		free = name + strconv.Itoa(i)
	}
	n.used[free] = true
	return free
}

// line makes text fit for a comment of one line: no line ends of any kind, no control characters, and none that change
// the direction of text.
func line(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r < ' ', r >= 0x7f && r <= 0xa0, r == 0x2028, r == 0x2029:
			return ' '
		case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff, r == 0xfffd:
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// block makes text fit for a comment between /* and */.
func block(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(line(text), "*/", "* /"), "/*", "/ *")
}
