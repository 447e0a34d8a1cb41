package conformance

import (
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
)

// internalHint is for an error that nobody has foreseen, in a case that has no hint of its own.
const internalHint = "handle what went wrong in the method, or fail with a code of its contract; what the plugin printed about it is in the log"

// errorHint says how to mend what an unexpected error points to.
func errorHint(e *pdk.Error) string {
	switch {
	case strings.Contains(e.Message, "which its contract does not declare"):
		return "list the code under `errors` of the method in its contract, or fail with one that is listed"
	case e.Code == pdk.CodeInvalidResult && strings.Contains(e.Message, "UTF-8"):
		return "return text as UTF-8; bytes of any other kind are of the type bytes in the contract"
	case e.Code == pdk.CodeInvalidResult:
		return "make the answer fit `result` of the method in its contract; unknown fields are fine, missing and mistyped ones are not"
	case e.Code == pdk.CodeInvalidParams:
		return "the arguments fit the contract; read every field that it allows"
	case e.Code == pdk.CodeUnsupported:
		return "serve the method, under exactly this name, and list it in describe"
	case e.Code == pdk.CodeTimeout:
		return "answer before the deadline, or look for what blocks"
	case strings.Contains(e.Message, "malformed frames"):
		return "write frames as docs/frames.md says; the byte is counted from the start of what the plugin has written to the socket"
	case e.Code == pdk.CodeUnavailable:
		return "the plugin ended during the call; it must outlive every call, whatever the arguments"
	case e.Code == pdk.CodeDenied:
		return "say in plugin.yaml under `requires` what the plugin needs"
	case e.Code == pdk.CodeInternal:
		return internalHint
	case e.Code == pdk.CodeConfig:
		return "accept the configuration, or narrow `config` in plugin.yaml"
	}
	return ""
}

// startHint says how to mend a plugin that does not start.
func startHint(err error) string {
	text := err.Error()
	for _, h := range []struct{ part, hint string }{
		{"is not what its plugin.yaml says", "make id, version and capabilities the same in the code and in plugin.yaml"},
		{"which no contract describes", "write the contract of the capability into the folder contracts"},
		{"cannot be opened", "the file that plugin.yaml names under runtime has to be there, readable, and no link out of the folder"},
		{"contracts of plugin", "correct the file in the folder contracts; dougong contract check FILE looks at it alone"},
		{"is claimed by", "an API name belongs to one capability; choose names of your own"},
		{"ended during the handshake", "the program ended by itself: mend what it printed; it runs with an empty environment, in its own folder"},
		{"does not export", "export memory, dg_alloc and dg_call, as the kits do; build as a reactor, without _start"},
		{"it cannot be taken", "build the module again: the file is cut, or is something else"},
		{"configure", "accept an empty configuration if plugin.yaml's schema does, or give one in tests/conformance.yaml"},
		{"configuration", "give the configuration that the plugin needs in tests/conformance.yaml: `config: {…}`"},
		{"handshake", "print the handshake line to standard output within 15 s, and nothing else before it"},
		{"import", "import only wasi_snapshot_preview1 and dougong:host/v1"},
		{"its export", "export memory, dg_alloc and dg_call, as the kits do; build as a reactor, without _start"},
	} {
		if strings.Contains(text, h.part) {
			return h.hint
		}
	}
	return "docs/wire-protocol.md says what a host expects at the start"
}

// replaced says what the sign for text that could not be read points to, if it was found and not expected.
func replaced(expected, found string) string {
	if strings.Contains(found, "\uFFFD") && !strings.Contains(expected, "\uFFFD") {
		return "U+FFFD (\uFFFD) stands where the text was not UTF-8, or half of a surrogate pair: convert it before it is returned, or return bytes"
	}
	return ""
}
