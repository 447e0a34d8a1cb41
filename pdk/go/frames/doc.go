// Package frames is frames/1, the fast path between host and process plugin: calls, host services, events and log lines
// multiplexed over one private unix socket. docs/frames.md shows every byte, for those who write it in another language.
//
// It knows the protocol and both of its ends, Host and Plugin, and nothing of processes, of gRPC or of what a plugin
// provides. It depends on the standard library (and pdk, pdk/go/wire) only.
//
// The host dials where the plugin listens, and both say hello:
//
//	h, err := frames.NewHost(conn, token, services) // host
//	payload, failure, err := h.Call(ctx, 1, false, &request)
//
//	p, err := frames.Accept(listener, token, trusted, calls) // plugin
//	err = p.Emit(ctx, 1, task, "progress", payload, false)
package frames

import (
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Feature is the name under which a plugin offers this protocol when it is asked to describe itself.
const Feature = "frames/1"

// SharedFeature is the name under which it offers to take shared memory for large bodies.
const SharedFeature = "frames.shared/1"

// SocketName is the name of the socket in the plugin's folder of sockets.
const SocketName = "frames"

// Limits of the protocol. A peer that goes past one of them is cut off.
const (
	// MaxFrame is the largest body of a frame, in bytes. A larger message is announced and sent in parts.
	MaxFrame = 256 << 10
	// MaxMessage is the largest message in parts: a payload and what surrounds it.
	MaxMessage = pdk.MaxPayload + 1<<20
	// MaxOpen is how many calls, and how many services, may be unanswered at a time.
	MaxOpen = 1024
	// Window is how many bytes of events and log lines of one call may be sent ahead of their consumer.
	Window = 64 << 10
	// MaxReason is the longest reason for closing, in bytes.
	MaxReason = 1024
)

// HelloTimeout is how long the other side may take to say hello.
const HelloTimeout = 5 * time.Second

const (
	// part is how much of a large message goes into one frame: little enough not to hold up small ones for long.
	part = 128 << 10
	// admitted is how many bytes of large messages are received at a time, over all calls. One is always let in.
	admitted = 128 << 20
)
