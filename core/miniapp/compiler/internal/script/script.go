// Package script turns JavaScript and TypeScript files into what the realm runs: strict CommonJS modules of ES2017. A file
// that is one already stays as it is.
//
// Files are transformed one by one, never bundled together: requires keep their names, subpackages stay apart, and a
// change costs one file. It must not know where requires lead.
package script

import (
	"path"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/script/verbatim"
	"github.com/evanw/esbuild/pkg/api"
)

// Result is a compiled module.
type Result struct {
	Code     string
	Map      string // source map, version 3; "" if the code is the source
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

// environment is what bundlers put the kind of build in place of.
const environment = "process.env.NODE_ENV"

// Sloppy begins a module that is to run as it was written, not in strict mode. The realm knows it.
const Sloppy = `"use sloppy";`

// Compile compiles one module, strict unless sloppy is set: an ECMAScript module is strict in any case. It reports errors
// at their place in the source and then gives nil.
func Compile(f *source.File, sloppy bool, diags *source.Diagnostics) *Result {
	esm := isModule(f.Text)
	if !esm && !sloppy && path.Ext(f.Path) == ".js" {
		if res := keep(f.Text); res != nil {
			return res
		}
	}
	return translate(f, sloppy && !esm, diags)
}

func translate(f *source.File, sloppy bool, diags *source.Diagnostics) *Result {
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
	if strings.Contains(f.Text, environment) { // a table of defines costs as much as a small file
		options.Define = map[string]string{environment: `"production"`}
	}
	if sloppy {
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
	if verbatim.Fits(f.Text) {
		return true
	}
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
		if m.Location.Suggestion != "" { // the text alone, such as ")"
			hint = "write " + m.Location.Suggestion + " here"
		}
	}
	for _, n := range m.Notes {
		if hint == "" {
			hint = n.Text
		}
	}
	diags.Error(f, offset, "js-syntax", hint, "%s", m.Text)
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
