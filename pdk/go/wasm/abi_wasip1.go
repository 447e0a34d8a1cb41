//go:build wasip1

package wasm

import (
	"context"
	"unsafe"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// reusable is the size up to which the host may use one buffer of dg_alloc for many calls; a larger one is used up by
// the call. The host relies on it.
const reusable = 64 << 10

var (
	plugin *pdk.Plugin
	input  []byte // the last buffer of dg_alloc
	output []byte // the last reply, kept until the next call

	last wire.Request // its names are those of the next one, mostly
	room []byte       // where the next requests go
)

// Serve sets the plugin that dg_call calls. It is called while the module is initialised.
func Serve(p *pdk.Plugin) { plugin = p }

//go:wasmexport dg_alloc
func alloc(size uint32) unsafe.Pointer {
	input = make([]byte, max(size, 1))
	return unsafe.Pointer(unsafe.SliceData(input))
}

//go:wasmexport dg_call
func dgCall(_ unsafe.Pointer, size uint32) uint64 {
	if int(size) > len(input) {
		output = wire.AppendReply(output[:0], pdk.Payload{}, pdk.Errorf(pdk.CodeInternal, "wire", "dg_call with more bytes than dg_alloc was asked for"))
		return location(output)
	}
	request := input[:size]
	if len(input) <= reusable {
		// The host writes the next call here while this one's payload may still be held by the plugin.
		request = keep(request)
	} else {
		input = nil
	}
	if cap(output) > reusable {
		output = nil
	}
	output = serve(plugin, host{}, &last, request, output[:0])
	return location(output)
}

// portion is the memory that short requests share: made at once it costs a fraction, and whoever keeps one keeps no more.
const portion = 4 << 10

// keep copies a request to where nothing overwrites it.
func keep(request []byte) []byte {
	if len(request) > portion/4 {
		return append([]byte(nil), request...)
	}
	if len(request) > cap(room)-len(room) {
		room = make([]byte, 0, portion)
	}
	at := len(room)
	room = append(room, request...)
	return room[at:len(room):len(room)]
}

func location(b []byte) uint64 {
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b))))<<32 | uint64(len(b))
}

//go:wasmimport dougong:host/v1 service
func hostService(request unsafe.Pointer, size uint32) uint32

//go:wasmimport dougong:host/v1 reply
func hostReply(into unsafe.Pointer, size uint32)

//go:wasmimport dougong:host/v1 emit
func hostEmit(event unsafe.Pointer, size uint32) uint32

//go:wasmimport dougong:host/v1 log
func hostLog(line unsafe.Pointer, size uint32)

// host is the imports as pdk.Host.
type host struct{}

// Service implements pdk.Host.
func (host) Service(_ context.Context, _ pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	if err := wire.CheckPayload(in); err != nil {
		return pdk.Payload{}, err
	}
	request := wire.AppendService(nil, name, in)
	return takeReply(hostService(unsafe.Pointer(unsafe.SliceData(request)), uint32(len(request))))
}

// Emit implements pdk.Host.
func (host) Emit(_ context.Context, info pdk.Info, event string, in pdk.Payload, final bool) error {
	if err := wire.CheckPayload(in); err != nil {
		return err
	}
	message := wire.AppendEvent(nil, info.Task, event, in, final)
	size := hostEmit(unsafe.Pointer(unsafe.SliceData(message)), uint32(len(message)))
	if size == 0 {
		return nil
	}
	_, err := takeReply(size)
	return err
}

// Log implements pdk.Host.
func (host) Log(_ context.Context, level, message string, fields map[string]string) {
	line := wire.AppendLog(nil, level, message, fields)
	hostLog(unsafe.Pointer(unsafe.SliceData(line)), uint32(len(line)))
}

// takeReply fetches the reply of the given size, which the host holds until then.
func takeReply(size uint32) (pdk.Payload, error) {
	reply := make([]byte, max(size, 1))
	hostReply(unsafe.Pointer(unsafe.SliceData(reply)), size)
	p, failure, err := wire.DecodeReply(reply[:size])
	if err != nil {
		return pdk.Payload{}, err
	}
	if failure != nil {
		return pdk.Payload{}, failure
	}
	return p, nil
}
