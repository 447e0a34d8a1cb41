package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// Theme is the file that the look is written in.
type Theme interface {
	// Change is the file with single settings changed, in the order given, everything else as it was written. It must be a valid
	// configuration, and the files that it names must be there or among files, which are new ones by their names in the file.
	// Save has it written, with those of files that it names; else it is only tried.
	Change(changes []Setting, files map[string][]byte, save bool) (ThemeState, error)
}

// Setting is one value of the look: "ui.capsule.width". A nil value removes it, so that the default holds.
type Setting struct {
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// ThemeState is the look that a file gives.
type ThemeState struct {
	File  string `json:"file"`
	Text  string `json:"text"`
	Brand Brand  `json:"brand"`
	// Files are the files that the look names, as they are written there, by the places of their names.
	Files map[string]string `json:"files"`
}

// ThemeChange asks for settings to be tried, or saved.
type ThemeChange struct {
	Changes []Setting `json:"changes"`
	// Files are new ones, by the names that Changes give them: "pictures/NAME".
	Files map[string][]byte `json:"files,omitempty"`
	Save  bool              `json:"save"`
}

// themeOnly admits whoever holds the token, where there is a theme to be changed: never in a host that others use.
func (s *Server) themeOnly(next func(http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.config.Theme == nil {
			http.NotFound(w, r)
			return
		}
		if _, ok := s.guard.login(r); !ok {
			s.lockedOut(w)
			return
		}
		if !sameOrigin(r, r.Method != http.MethodGet) {
			http.Error(w, "foreign origin", http.StatusForbidden)
			return
		}
		next(w, r)
	}
}

const themeHTML = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Theme · Dougong</title>
<link rel="icon" href="/api/icon/_brand">
<link rel="stylesheet" href="/shell/theme.css">
<body><script src="/shell/theme.js"></script></body>
</html>
`

func (s *Server) themePage(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "frame-src 'self'",
		"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	}, "; "))
	fmt.Fprint(w, themeHTML)
}

const (
	// maxThemeFile bounds a file that is given to the theme editor, in bytes.
	maxThemeFile = 4 << 20
	// maxTheme bounds a request of the theme editor: it has all the files that are not saved yet.
	maxTheme = 32 << 20
)

// themeFile is how a file is called that was given to the theme editor.
var themeFile = regexp.MustCompile(`^pictures/[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.[a-z0-9]{2,5}$`)

func checkFiles(files map[string][]byte) error {
	for name, data := range files {
		if !themeFile.MatchString(name) {
			return fmt.Errorf("%.120q is no name for a file of the look; expected one such as \"pictures/more.svg\"", name)
		}
		if len(data) == 0 || len(data) > maxThemeFile {
			return fmt.Errorf("%s has %d bytes; expected 1 to %d", name, len(data), maxThemeFile)
		}
	}
	return nil
}

func (s *Server) theme(w http.ResponseWriter, _ *http.Request) { s.changeTheme(w, ThemeChange{}) }

func (s *Server) setTheme(w http.ResponseWriter, r *http.Request) {
	var change ThemeChange
	if !readJSONUpTo(w, r, &change, maxTheme) {
		return
	}
	if err := checkFiles(change.Files); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	s.changeTheme(w, change)
}

func (s *Server) changeTheme(w http.ResponseWriter, c ThemeChange) {
	state, err := s.config.Theme.Change(c.Changes, c.Files, c.Save)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	s.tried.Store(&state.Brand.Pictures)
	writeJSON(w, state)
	if c.Save {
		s.Restyled()
	}
}

// Restyled tells every shell that the look has changed.
func (s *Server) Restyled() { s.shells.all(ToShell{Apps: true}) }
