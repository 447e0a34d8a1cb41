package wxs

import "testing"

func TestKeepEscapes(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`getRegExp('^-?\d+(\.\d+)?$')`: `getRegExp('^-?\\d+(\\.\\d+)?$')`,
		`getRegExp("\\d\bx", 'g')`:     `getRegExp("\\d\\bx", 'g')`,
		`var s = "a\nb\"c\u4e2d\b"`:    `var s = "a\nb\"c\u4e2d\b"`,
		`'\-' // it's '\d'`:            `'\\-' // it's '\d'`,
		`"plain"`:                      `"plain"`,
	} {
		if got := keepEscapes(src); got != want {
			t.Errorf("keepEscapes(%s) = %s, want %s", src, got, want)
		}
	}
}
