package catalog

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, index, query string }{
		{"Payment SDK", "payment sdk", "payment sdk"},
		{"支付宝", "支 付 支付 宝 付宝", "支付 付宝"},
		{"微", "微", "微"},
		{"微信pay支付", "微 信 微信 pay 支 付 支付", "微信 pay 支付"},
		{"com.acme.face-id", "com acme face id", "com acme face id"},
		{"requestPayment", "requestpayment request payment", "requestpayment"},
		{"ＡＢＣ　１２", "abc 12", "abc 12"},
		{`"; DROP TABLE`, "drop table", "drop table"},
		{"a a A", "a", "a"},
		{"\xff\xfe", "", ""},
		{"ひらがな", "ひ ら ひら が らが な がな", "ひら らが がな"},
	} {
		if got := strings.Join(Words(c.text), " "); got != c.index {
			t.Errorf("Words(%q) = %q, want %q", c.text, got, c.index)
		}
		if got := strings.Join(QueryWords(c.text), " "); got != c.query {
			t.Errorf("QueryWords(%q) = %q, want %q", c.text, got, c.query)
		}
	}
	if n := len(QueryWords(strings.Repeat("支付宝微信", 100))); n > MaxQueryWords {
		t.Errorf("a long query has %d words", n)
	}
}

func FuzzWords(f *testing.F) {
	f.Add("支付 pay\xff")
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range append(Words(text), QueryWords(text)...) {
			if w == "" || !utf8.ValidString(w) || len(w) > maxWord {
				t.Fatalf("word %q of %q", w, text)
			}
			for _, r := range w {
				if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
					t.Fatalf("word %q of %q holds %q", w, text, r)
				}
			}
		}
	})
}
