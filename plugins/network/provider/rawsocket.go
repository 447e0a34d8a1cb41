package provider

import (
	"context"
	"net/netip"

	"github.com/dougong-dev/dougong/pdk/go"
)

// raw is what TCP and UDP sockets share: the task that they are, and how it ends. Their methods are called one after another.
type raw struct {
	ctx     *pdk.Context    // of the call that made it; takes the task's events
	running context.Context //nolint:containedctx // the task's life
	ready   *ready
}

// newRaw registers a socket as a task. done has to be called at its end.
func (p *Provider) newRaw(ctx *pdk.Context, method string) (s raw, job *task, done func(), err error) {
	r, err := p.configured()
	if err != nil {
		return raw{}, nil, nil, err
	}
	switch {
	case ctx.Task == 0:
		return raw{}, nil, nil, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "%s needs a caller that takes events", method)
	case r.proxy != nil:
		return raw{}, nil, nil, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "the network plugin's proxy carries HTTP only: there are no other sockets")
	}
	job, running, done, err := p.tasks.start(ctx, context.WithoutCancel(ctx), sockets, r.maxSockets)
	return raw{ctx: ctx, running: running, ready: r}, job, done, err
}

// peerInfo is one end of a connection.
type peerInfo struct {
	Address string `json:"address"`
	Port    int    `json:"port"`
	Family  string `json:"family"`
	Size    *int   `json:"size,omitempty"`
}

type rawMessage struct {
	Message    pdk.Blob `json:"message"`
	RemoteInfo peerInfo `json:"remoteInfo"`
	LocalInfo  peerInfo `json:"localInfo"`
}

func infoOf(addr netip.AddrPort) peerInfo {
	ip := addr.Addr().Unmap()
	family := "IPv6"
	if ip.Is4() {
		family = "IPv4"
	}
	return peerInfo{Address: ip.WithZone("").String(), Port: int(addr.Port()), Family: family}
}

func messageOf(data []byte, from, to netip.AddrPort) rawMessage {
	size := len(data)
	m := rawMessage{Message: pdk.Blob(append([]byte{}, data...)), RemoteInfo: infoOf(from), LocalInfo: infoOf(to)}
	m.RemoteInfo.Size = &size
	return m
}

// fail tells what went wrong in the background.
func (s *raw) fail(what string, err error) {
	e := pdk.AsError(classify(s.running, err))
	_ = s.ctx.Emit("error", socketError{ErrMsg: what + ":fail " + e.Message, Errno: e.Code})
}

// end tells that the socket is gone.
func (s *raw) end() { _ = s.ctx.End("close", struct{}{}) }

// bytesOf are the bytes of a message: of text its UTF-8, of bytes the part that is meant. They are the socket's own.
func bytesOf(data pdk.Any, offset, length *int) ([]byte, error) {
	if data.Blob == nil {
		text, ok := data.Text()
		if !ok {
			return nil, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "expected string or bytes to send")
		}
		return []byte(text), nil
	}
	from, to := 0, len(data.Blob)
	if offset != nil {
		from = *offset
	}
	if length != nil {
		to = from + *length
	}
	if from < 0 || to < from || to > len(data.Blob) {
		return nil, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "offset %d and length %d are not within the message of %d bytes", from, to-from, len(data.Blob))
	}
	return append([]byte{}, data.Blob[from:to]...), nil
}

var errNotConnected = pdk.Errorf(codeNetwork, "network", "socket is not connected")
