package script

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// ClientScriptsName is the global under which ClientScripts leaves its modules.
const ClientScriptsName = "__dgScripts"

// browserAbsent are names that a browser has and template scripts have not. This makes the dialect the same wherever a
// script runs; what keeps it in is the frame's sandbox and content security policy.
const browserAbsent = wxsAbsent + ", top, parent, frames, opener, location, navigator, history, localStorage, sessionStorage, indexedDB, caches, " +
	"fetch, XMLHttpRequest, WebSocket, EventSource, Worker, SharedWorker, BroadcastChannel, MessageChannel, postMessage, customElements, " +
	"requestAnimationFrame, cancelAnimationFrame, alert, confirm, prompt, open, close, Image, Audio, MutationObserver, " + ClientScriptsName

// ClientScripts is one script with all template scripts of a program, for a client that runs them: an object of functions
// by path, to be called as the realm calls its own. Modules that do not compile are left out, and those of subpackages that
// are files of their own: the client has its scripts from the start, so the realm runs what may come later. nil if there are
// none.
func ClientScripts(p *program.Program) []byte {
	var b bytes.Buffer
	for _, path := range p.App.TemplateScripts {
		if p.App.Apart(path) {
			continue
		}
		code, err := p.WXS(path)
		if err != nil {
			continue
		}
		module := "function (require, module, exports, getDate, getRegExp, __wxsCtor) {\"use strict\";\n" + string(code) + "\n}"
		if _, err := goja.Parse(path, "("+module+")", parser.WithDisableSourceMaps); err != nil {
			continue
		}
		key, err := json.Marshal(path)
		if err != nil {
			continue
		}
		fmt.Fprintf(&b, "%s: %s,\n", key, module)
	}
	if b.Len() == 0 {
		return nil
	}
	return fmt.Appendf(nil, "%s = (function (%s) {return {\n%s};})();\n", ClientScriptsName, browserAbsent, b.Bytes())
}
