package process

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/frames"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	goplugin "github.com/hashicorp/go-plugin"
)

// FramesKey names the variable by which the host offers the fast path (package frames): it holds the token.
const FramesKey = "DOUGONG_FRAMES"

// fastPath is the connection of frames/1, if the host offered one and has taken it up.
type fastPath struct {
	listener net.Listener
	token    frames.Token
	conn     atomic.Pointer[frames.Plugin]
}

// listenFrames listens for the fast path if the host offers it. If that does not work there is gRPC: nil.
func listenFrames() *fastPath {
	offer := os.Getenv(FramesKey)
	_ = os.Unsetenv(FramesKey) // not for children
	dir := os.Getenv(goplugin.EnvUnixSocketDir)
	if offer == "" || dir == "" {
		return nil
	}
	token, err := frames.ParseToken(offer)
	if err != nil {
		return nil
	}
	l, err := net.Listen("unix", filepath.Join(dir, frames.SocketName))
	if err != nil {
		return nil
	}
	return &fastPath{listener: l, token: token}
}

// serve carries out the calls that come by the fast path.
func (f *fastPath) serve(s *server) {
	conn, err := frames.Accept(f.listener, f.token, trusted, s)
	if err == nil {
		f.conn.Store(conn)
	}
}

// get returns the connection as long as it can be used, else nil. f may be nil.
func (f *fastPath) get() *frames.Plugin {
	if f == nil {
		return nil
	}
	if conn := f.conn.Load(); conn != nil && conn.Err() == nil {
		return conn
	}
	return nil
}

var _ frames.Calls = (*server)(nil)

// Do implements frames.Calls.
func (s *server) Do(ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
	if q.Op != wire.OpCall {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "operation %d does not go by frames", q.Op)
	}
	if err := frames.GivenUp(ctx); err != nil { // before it began: the host will not ask for it again
		return pdk.Payload{}, err
	}
	c := &bound{host: host{s.host, call}}
	c.Bind(ctx, &q.Info, &c.host)
	return s.plugin.Dispatch(&c.Context, q.Payload)
}

// bound is a call's context with what it is bound to, in one piece of memory.
type bound struct {
	pdk.Context
	host host
}

// framesError says what a frames error was about.
func framesError(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return pdk.Errorf(pdk.CodeTimeout, "timeout", "%s: the call's deadline passed", what)
	case errors.Is(err, context.Canceled):
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "%s: the caller gave up", what)
	}
	return pdk.AsError(err)
}
