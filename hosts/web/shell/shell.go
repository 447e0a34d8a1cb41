// Package shell holds the web host's shell: the TypeScript program of the launcher, the capsule with its menu, and the
// dialogs that no mini-program may draw. The Go side embeds the built files.
package shell

import _ "embed"

//go:generate go run ../internal/shellbuild .

//go:embed dist/shell.js
var script []byte

//go:embed src/shell.css
var style []byte

//go:embed dist/theme.js
var themeScript []byte

//go:embed src/theme.css
var themeStyle []byte

//go:embed sdk/miniprogram.js
var sdk []byte

// SDK is the script that pages of the web inside <web-view> load to speak to their mini-program.
func SDK() []byte { return sdk }

// File is a file of the shell by name, with its content type.
func File(name string) (data []byte, contentType string, ok bool) {
	switch name {
	case "shell.js":
		return script, "text/javascript; charset=utf-8", true
	case "shell.css":
		return style, "text/css; charset=utf-8", true
	case "theme.js":
		return themeScript, "text/javascript; charset=utf-8", true
	case "theme.css":
		return themeStyle, "text/css; charset=utf-8", true
	default:
		return nil, "", false
	}
}
