package uniclass

import (
	"regexp"
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	t.Parallel()
	tests := []struct{ pattern, want, fails string }{
		{pattern: `a\.b`, want: `a\.b`},
		{pattern: `\p{ASCII}`, want: `[\u0000-\u007f]`},
		{pattern: `[^\p{ASCII}x]`, want: `[^\u0000-\u007fx]`},
		{pattern: `\P{ASCII}`, want: `[\u0080-\ud7ff\ue000-\u{10ffff}]`},
		{pattern: `\\p{L}`, want: `\\p{L}`},
		{pattern: `[\]\p{ASCII}]`, want: `[\]\u0000-\u007f]`},
		{pattern: `\p{Script=Han`, fails: "no }"},
		{pattern: `\p{Nope}`, fails: `\p{Nope} is not known`},
		{pattern: `\p{Script}`, fails: "not known"},
		{pattern: `\p{sc=Nope}`, fails: "not known"},
		{pattern: `\p`, want: `\p`},
		{pattern: `\`, want: `\`},
	}
	for _, tt := range tests {
		got, err := Expand(tt.pattern)
		if tt.fails != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fails) {
				t.Errorf("Expand(%s): %v, want an error with %q", tt.pattern, err, tt.fails)
			}
			continue
		}
		if err != nil || got != tt.want {
			t.Errorf("Expand(%s) = %s, %v, want %s", tt.pattern, got, err, tt.want)
		}
	}
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{`[\p{L}\P{N}]+`, `\p{`, `\P{Script_Extensions=Han}`, `[[\]\p{Emoji}`, "\xff\\\xff", `\p{L}\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		out, err := Expand(pattern)
		if err == nil && !Found(pattern) && out != pattern {
			t.Errorf("Expand(%q) = %q though there is no class", pattern, out)
		}
		if err == nil && Found(out) && !strings.Contains(pattern, `\\`) && !regexp.MustCompile(`\\\\[pP]\{`).MatchString(out) {
			t.Errorf("Expand(%q) = %q has a class left", pattern, out)
		}
	})
}
