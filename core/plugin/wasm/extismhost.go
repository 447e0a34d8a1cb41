package wasm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/plugin/wasm/internal/extism"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/tetratelabs/wazero/api"
)

// maxLogText is how much of a guest's text is looked at; the log cuts it further.
const maxLogText = 32 << 10

// extismFunctions are the host's part of the kernel, by name. Arguments and result are on the stack.
var extismFunctions = map[string]func(g *extismGuest, stack []uint64){
	extism.FaultName:   (*extismGuest).fault,
	"config_get":       (*extismGuest).configGet,
	"var_get":          (*extismGuest).varGet,
	"var_set":          (*extismGuest).varSet,
	"http_request":     (*extismGuest).httpRequest,
	"http_status_code": func(g *extismGuest, stack []uint64) { stack[0] = api.EncodeI32(int32(g.status)) },
	"http_headers":     func(g *extismGuest, stack []uint64) { stack[0] = g.put(g.headers) },
	"log_trace":        extismLog(pdk.LevelDebug),
	"log_debug":        extismLog(pdk.LevelDebug),
	"log_info":         extismLog(pdk.LevelInfo),
	"log_warn":         extismLog(pdk.LevelWarn),
	"log_error":        extismLog(pdk.LevelError),
	"get_log_level":    func(_ *extismGuest, stack []uint64) { stack[0] = 0 }, // trace: the host's own log decides
}

// fault ends a call in which the guest went out of bounds. If it had got no memory before, that is why.
func (g *extismGuest) fault(stack []uint64) {
	why, at, size := extism.Fault(stack[0]), stack[1], stack[2]
	memory := g.view()
	if n := memory.Refused(); n > 0 && at < extism.DataStart {
		panic(g.noMemory(n))
	}
	panic(g.inst.lie("it %s %d bytes at %#x, outside of what it may reach of the kernel's %d bytes of memory", why, size, at, len(memory)))
}

func (g *extismGuest) noMemory(size uint64) error {
	m := g.abi.plugin.manifest
	return g.refuse(pdk.Errorf(pdk.CodeUnavailable, "crashed", "plugin %q ran out of memory in %s: it asked for %d more bytes and has used %d of %d; its instance was replaced; raise limits.memory_mb",
		m.ID, g.inst.info.Method, size, g.size(), m.Limits.MemoryMB<<20))
}

// refuse ends the call with an error that is nobody's lie.
func (g *extismGuest) refuse(err error) error {
	g.refusal = pdk.AsError(err)
	return g.refusal
}

// block is the content of a guest's block; what is no block ends the call.
func (g *extismGuest) block(function string, at uint64) []byte {
	memory := g.view()
	data, ok := memory.Block(at)
	if !ok {
		panic(g.inst.lie("it called %s with %#x, where no block begins in the kernel's %d bytes of memory", function, at, len(memory)))
	}
	return data
}

// put makes a block with data in it and returns its address; 0 for none.
func (g *extismGuest) put(data []byte) uint64 {
	if len(data) == 0 {
		return 0
	}
	stack := []uint64{uint64(len(data))}
	if err := g.alloc.CallWithStack(g.inst.leash, stack); err != nil {
		panic(err)
	}
	into, ok := g.view().Block(stack[0])
	if stack[0] == 0 {
		panic(g.noMemory(uint64(len(data))))
	}
	if !ok || len(into) != len(data) {
		panic(g.inst.lie("it damaged the kernel's list of blocks: %d new bytes at %#x have size %d", len(data), stack[0], len(into)))
	}
	copy(into, data)
	return stack[0]
}

// drop frees blocks that kits leave to the host.
func (g *extismGuest) drop(blocks ...uint64) {
	for _, at := range blocks {
		if err := g.free.CallWithStack(g.inst.leash, []uint64{at}); err != nil {
			panic(err)
		}
	}
}

func (g *extismGuest) configGet(stack []uint64) {
	name := g.block("config_get", stack[0])
	stack[0] = g.put([]byte(g.config[string(name)]))
}

func (g *extismGuest) owner() varOwner {
	return varOwner{g.inst.info.App, g.inst.info.User}
}

func (g *extismGuest) varGet(stack []uint64) {
	name := g.block("var_get", stack[0])
	stack[0] = g.put(g.abi.vars.get(g.owner(), string(name)))
}

func (g *extismGuest) varSet(stack []uint64) {
	name := string(g.block("var_set", stack[0]))
	if stack[1] == 0 {
		g.abi.vars.remove(g.owner(), name)
	} else if err := g.abi.vars.set(g.owner(), name, g.block("var_set", stack[1])); err != nil {
		panic(g.refuse(fmt.Errorf("plugin %q: %w", g.abi.plugin.manifest.ID, err)))
	}
	g.drop(stack[0], stack[1])
}

func extismLog(level string) func(*extismGuest, []uint64) {
	return func(g *extismGuest, stack []uint64) {
		text := g.block("log_"+level, stack[0])
		g.abi.plugin.services.Log(g.abi.plugin.manifest.ID, level, strings.ToValidUTF8(string(text[:min(len(text), maxLogText)]), "\uFFFD"), nil)
		g.drop(stack[0])
	}
}

// extismRequest is what a plugin asks http_request for.
type extismRequest struct {
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
	Header  map[string]string `json:"header"` // the name in older kits
}

// httpRequest is the host's http service, with what the manifest and the operator grant.
func (g *extismGuest) httpRequest(stack []uint64) {
	var q extismRequest
	if err := json.Unmarshal(g.block("http_request", stack[0]), &q); err != nil {
		panic(g.inst.lie("it called http_request with a request that is not valid JSON: %s", err))
	}
	request := pdk.HTTPRequest{URL: q.URL, Method: strings.ToUpper(q.Method), Headers: map[string][]string{}}
	for _, headers := range []map[string]string{q.Header, q.Headers} {
		for name, value := range headers {
			request.Headers[name] = []string{value}
		}
	}
	if stack[1] != 0 {
		request.Body = bytes.Clone(g.block("http_request", stack[1]))
	}
	response, err := g.fetch(request)
	if err != nil {
		panic(g.refuse(err))
	}
	g.status, g.headers = response.Status, joinHeaders(response.Headers)
	stack[0] = g.put(response.Body)
}

func (g *extismGuest) fetch(q pdk.HTTPRequest) (r pdk.HTTPResponse, err error) {
	in, err := pdk.Encode(q)
	if err != nil {
		return r, err
	}
	ctx, cancel := g.inst.leash.service()
	defer cancel()
	p := g.abi.plugin
	out, err := p.services.Service(ctx, p.manifest.ID, *g.inst.info, pdk.ServiceHTTPRequest, in)
	if err != nil {
		return r, err
	}
	err = pdk.Decode(out, &r)
	return r, err
}

// joinHeaders is the headers as plugins expect them: names in small letters, several values in one.
func joinHeaders(headers map[string][]string) []byte {
	out := make(map[string]string, len(headers))
	for name, values := range headers {
		out[strings.ToLower(name)] = strings.Join(values, ",")
	}
	text, err := json.Marshal(out)
	if err != nil {
		return []byte("{}") // strings cannot fail
	}
	return text
}
