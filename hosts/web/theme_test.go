package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// Files that are given to the theme editor have plain names in one folder, and bounds.
func TestThemeFiles(t *testing.T) {
	theme := &someTheme{}
	h := startHost(t, func(c *Config) { c.Theme = theme })
	own := http.Header{"Origin": {h.base}}
	for _, c := range []struct {
		name, file string
		size, want int
	}{
		{"good", "pictures/more.svg", 10, http.StatusOK},
		{"capitals and dashes", "pictures/My-Icon_2.png", 10, http.StatusOK},
		{"at the limit", "pictures/a.png", maxThemeFile, http.StatusOK},
		{"larger", "pictures/a.png", maxThemeFile + 1, http.StatusUnprocessableEntity},
		{"empty", "pictures/a.png", 0, http.StatusUnprocessableEntity},
		{"elsewhere", "superapp.yaml", 10, http.StatusUnprocessableEntity},
		{"above", "../a.png", 10, http.StatusUnprocessableEntity},
		{"above within", "pictures/../a.png", 10, http.StatusUnprocessableEntity},
		{"below", "pictures/x/a.png", 10, http.StatusUnprocessableEntity},
		{"absolute", "/etc/a.png", 10, http.StatusUnprocessableEntity},
		{"hidden", "pictures/.a.png", 10, http.StatusUnprocessableEntity},
		{"no ending", "pictures/a", 10, http.StatusUnprocessableEntity},
		{"backslash", `pictures\a.png`, 10, http.StatusUnprocessableEntity},
		{"new line", "pictures/a.png\n", 10, http.StatusUnprocessableEntity},
	} {
		body, err := json.Marshal(map[string]any{"changes": []Setting{}, "files": map[string]string{c.file: base64.StdEncoding.EncodeToString(make([]byte, c.size))}})
		if err != nil {
			t.Fatal(err)
		}
		if got := h.do("POST", "/api/theme", own.Clone(), string(body)).StatusCode; got != c.want {
			t.Errorf("%s: %q of %d bytes: %d, want %d", c.name, c.file, c.size, got, c.want)
		}
	}
	if got := h.do("POST", "/api/theme", own.Clone(), `{"files": {"pictures/a.png": "`+strings.Repeat("A", maxTheme)+`"}}`).StatusCode; got != http.StatusBadRequest {
		t.Errorf("a request that is too large: %d", got)
	}
}
