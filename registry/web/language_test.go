package web

import (
	"net/http/httptest"
	"testing"
)

func TestLanguage(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"": "en", " ": "en", "zh-CN,en;q=0.5": "zh", "fr, ZH": "zh", "EN-gb": "en", "z": "en", "\u212a": "en" /* K in lower case is shorter */, "\u212a,zh": "zh", "\xff": "en",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", header)
		if got := language(httptest.NewRecorder(), r, false); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}
