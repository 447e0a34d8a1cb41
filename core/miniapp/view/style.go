package view

import (
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// styleText is a style value as CSS text: rpx become vw, an object is a list of declarations, an array is joined.
// Undefined stays undefined, so that the attribute is removed.
func styleText(v value.Value) value.Value {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return rpxToVW(v)
	case *value.Array:
		var b strings.Builder
		for _, item := range v.Items {
			if s, ok := styleText(item).(string); ok && s != "" {
				b.WriteString(strings.TrimSuffix(s, ";"))
				b.WriteByte(';')
			}
		}
		return b.String()
	case *value.Object:
		var b strings.Builder
		for name, field := range v.All() {
			if value.IsNullish(field) || field == "" {
				continue
			}
			b.WriteString(kebabCase(name))
			b.WriteByte(':')
			b.WriteString(rpxToVW(value.ToString(field)))
			b.WriteByte(';')
		}
		return b.String()
	}
	return rpxToVW(value.Text(v))
}

func kebabCase(s string) string {
	if strings.HasPrefix(s, "--") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			b.WriteByte('-')
			b.WriteByte(c + 'a' - 'A')
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// rpxToVW rewrites lengths: the screen is 750rpx wide, so n rpx are n/7.5 vw.
func rpxToVW(css string) string {
	at := strings.Index(css, "rpx")
	if at < 0 {
		return css
	}
	var b strings.Builder
	for at >= 0 {
		start := at
		for start > 0 && (css[start-1] >= '0' && css[start-1] <= '9' || css[start-1] == '.') {
			start--
		}
		n, err := strconv.ParseFloat(css[start:at], 64)
		if err != nil || at+3 < len(css) && isNameByte(css[at+3]) || start > 0 && isNameByte(css[start-1]) && css[start-1] != '-' {
			b.WriteString(css[:at+3])
		} else {
			b.WriteString(css[:start])
			b.WriteString(strconv.FormatFloat(n/7.5, 'f', -1, 64))
			b.WriteString("vw")
		}
		css = css[at+3:]
		at = strings.Index(css, "rpx")
	}
	b.WriteString(css)
	return b.String()
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}
