// Package script turns JavaScript and TypeScript files into what the realm runs: strict CommonJS modules of ES2017.
//
// Files are transformed one by one, never bundled together: requires keep their names, subpackages stay apart, and a
// change costs one file. It must not know where requires lead.
package script

import (
	"path"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/evanw/esbuild/pkg/api"
)

// Result is a compiled module.
type Result struct {
	Code     string
	Map      string // source map, version 3
	Requires []Require
}

// Require is one require("…") or require.async("…") with a literal argument. Of require("./a/" + b) only the beginning is
// known; it is a Prefix.
type Require struct {
	Spec   string
	Prefix bool
	// Sync requires need the module at once, at least in one place: neither require.async(…) nor require(…, callback).
	Sync bool
}

// Offset finds a require in the source; -1 if it is written in a way that a search does not find. If one is enough to make
// it Sync, that one is found.
func (r Require) Offset(f *source.File) int { return find(f.Text, r.Spec, r.Sync) }

// loaders by ending; a project may mix them.
var loaders = map[string]api.Loader{".js": api.LoaderJS, ".cjs": api.LoaderJS, ".mjs": api.LoaderJS, ".ts": api.LoaderTS, ".json": api.LoaderJSON, ".sjs": api.LoaderJS}

// Sloppy begins a module that is to run as it was written, not in strict mode. The realm knows it.
const Sloppy = `"use sloppy";`

// module tells ECMAScript modules, which are strict whatever the project says.
var module = regexp.MustCompile(`(?m)^\s*(?:import|export)\b`)

// Compile compiles one module, strict unless sloppy is set: an ECMAScript module is strict in any case. It reports errors
// at their place in the source and then gives nil.
func Compile(f *source.File, sloppy bool, diags *source.Diagnostics) *Result {
	options := api.TransformOptions{
		Loader: loaders[path.Ext(f.Path)],
		Format: api.FormatCommonJS,
		Target: api.ES2017, // what the engine lacks beyond it: async generators and for await
		// Regular expressions stay literals, which the engine compiles once: it knows all of these, or the realm does.
		Supported: map[string]bool{
			"dynamic-import": false, "regexp-unicode-property-escapes": true, "regexp-lookbehind-assertions": true,
			"regexp-named-capture-groups": true, "regexp-dot-all-flag": true,
		},
		Platform:       api.PlatformNeutral,
		Banner:         `"use strict";`,
		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		Sourcefile:     f.Path,
		Charset:        api.CharsetUTF8,
		LegalComments:  api.LegalCommentsNone,
		TsconfigRaw:    `{"compilerOptions":{"experimentalDecorators":true}}`,
		LogLevel:       api.LogLevelSilent,
	}
	if strings.Contains(f.Text, "process.env.NODE_ENV") { // a table of defines costs as much as a small file
		options.Define = map[string]string{"process.env.NODE_ENV": `"production"`}
	}
	if sloppy && !module.MatchString(f.Text) {
		options.Banner = Sloppy
	}
	res := api.Transform(f.Text, options)
	for _, m := range res.Errors {
		report(f, m, diags)
	}
	if len(res.Errors) > 0 {
		return nil
	}
	out := &Result{Code: string(res.Code), Map: string(res.Map)}
	out.Requires = requires(out.Code)
	return out
}

// Check reports the syntax errors of a script that is to be kept as it is.
func Check(f *source.File, diags *source.Diagnostics) bool {
	res := api.Transform(f.Text, api.TransformOptions{Loader: api.LoaderJS, LogLevel: api.LogLevelSilent})
	for _, m := range res.Errors {
		report(f, m, diags)
	}
	return len(res.Errors) == 0
}

func report(f *source.File, m api.Message, diags *source.Diagnostics) {
	offset, hint := 0, ""
	if m.Location != nil {
		offset = f.Offset(m.Location.Line, m.Location.Column+1)
		hint = m.Location.Suggestion
	}
	for _, n := range m.Notes {
		if hint == "" {
			hint = n.Text
		}
	}
	diags.Error(f, offset, "js-syntax", hint, "%s", m.Text)
}

// requires lists the requires of compiled code, which the printer writes in one way only, so that a search is enough. One
// inside of a text costs a module too many and does no harm.
func requires(code string) []Require {
	var out []Require
	seen := map[string]int{}
	for at := 0; ; {
		i := strings.Index(code[at:], "require")
		if i < 0 {
			return out
		}
		member := at+i > 0 && isWord(code[at+i-1])
		at += i + len("require")
		r, ok := argument(code[at:])
		if member || !ok {
			continue
		}
		if first, again := seen[r.Spec]; again {
			out[first].Sync = out[first].Sync || r.Sync
			continue
		}
		seen[r.Spec] = len(out)
		out = append(out, r)
	}
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c == '.' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// argument reads what follows the name: ("a"), .async("a"), ("a" + b), (`a${b}`).
func argument(rest string) (Require, bool) {
	rest, async := strings.CutPrefix(rest, ".async")
	rest, ok := strings.CutPrefix(rest, "(")
	if !ok || rest == "" || rest[0] != '"' && rest[0] != '`' {
		return Require{}, false
	}
	end := strings.IndexAny(rest[1:], "\"`$\\\n") + 1
	if end < 2 {
		return Require{}, false
	}
	r := Require{Spec: rest[1:end]}
	switch behind := rest[end:]; {
	case rest[0] == '"' && behind[0] == '"':
		r.Prefix = strings.HasPrefix(behind, "\" +")
		r.Sync = !async && strings.HasPrefix(behind, "\")")
		return r, true
	case rest[0] == '`' && strings.HasPrefix(behind, "${"):
		r.Prefix = true
		return r, true
	}
	return r, false
}

// Redirect rewrites require("from") to require("to") in compiled code, for names that the realm would not find.
func Redirect(code, from, to string) string {
	for _, name := range []string{"require", "require.async"} {
		code = strings.ReplaceAll(code, name+`("`+from+`"`, name+`("`+to+`"`)
	}
	return code
}

// find finds the first mention of a module, or the first that is no argument of require.async.
func find(src, spec string, sync bool) int {
	for _, q := range []string{"'", `"`, "`"} {
		for at := 0; ; {
			i := strings.Index(src[at:], q+spec+q)
			if i < 0 {
				break
			}
			if at += i; !sync || !asyncBefore.MatchString(src[max(0, at-maxCall):at]) {
				return at
			}
			at++
		}
	}
	return -1
}

// asyncBefore is what stands before the argument of require.async, within maxCall bytes.
var asyncBefore = regexp.MustCompile(`\.\s*async\s*\(\s*$`)

const maxCall = 40
