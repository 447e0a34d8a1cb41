package provider

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/dougong-dev/dougong/pdk/go"
)

type socketParam struct {
	URL               string   `json:"url"`
	Header            fields   `json:"header"`
	Protocols         []string `json:"protocols"`
	PerMessageDeflate bool     `json:"perMessageDeflate"`
	Timeout           float64  `json:"timeout"`
}

type (
	socketOpen struct {
		Header  map[string]string `json:"header"`
		Profile *profile          `json:"profile,omitempty"`
	}
	socketMessage struct {
		Data any `json:"data"` // string or pdk.Blob
	}
	socketError struct {
		ErrMsg string `json:"errMsg"`
		Errno  int    `json:"errno"`
	}
	socketEnd struct {
		Code   int    `json:"code"`
		Reason string `json:"reason"`
	}
)

// Close codes of RFC 6455 that are never sent: no code was given; the connection broke.
const (
	noStatus = 1005
	abnormal = 1006
)

// socket is one connection. Until it is open, conn is nil.
type socket struct {
	mu     sync.Mutex
	conn   *websocket.Conn
	closed *socketEnd // what this side closed with
}

// connectSocket starts to connect and returns; open, or error and close, follow as events.
func (p *Provider) connectSocket(ctx *pdk.Context, in socketParam) (struct{}, error) {
	r, err := p.configured()
	if err != nil {
		return struct{}{}, err
	}
	u, err := address(in.URL, "wss", "ws")
	if err != nil {
		return struct{}{}, err
	}
	header, err := in.Header.header(r.userAgent)
	if err != nil {
		return struct{}{}, err
	}
	if ctx.Task == 0 {
		return struct{}{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "connectSocket needs a caller that takes events")
	}
	job, running, done, err := p.tasks.start(ctx, context.WithoutCancel(ctx), sockets, r.maxSockets)
	if err != nil {
		return struct{}{}, err
	}
	s := &socket{}
	p.tasks.attach(job, s)
	options := &websocket.DialOptions{HTTPHeader: header, Subprotocols: in.Protocols, CompressionMode: websocket.CompressionDisabled}
	if in.PerMessageDeflate {
		options.CompressionMode = websocket.CompressionContextTakeover
	}
	options.HTTPClient = p.client(ctx, r, "socket", true, p.jar(ctx, header))
	go func() {
		defer done()
		s.run(running, ctx, r, u.String(), options, in.Timeout)
	}()
	return struct{}{}, nil
}

// run is a socket's life: connect, read until it ends, tell.
func (s *socket) run(running context.Context, ctx *pdk.Context, r *ready, url string, options *websocket.DialOptions, timeout float64) {
	end, err := s.live(running, ctx, r, url, options, timeout)
	if err != nil {
		e := pdk.AsError(classify(running, err))
		_ = ctx.Emit("error", socketError{ErrMsg: e.Message, Errno: e.Code})
	}
	_ = ctx.End("close", end)
}

func (s *socket) live(running context.Context, ctx *pdk.Context, r *ready, url string, options *websocket.DialOptions, timeout float64) (socketEnd, error) {
	conn, header, err := s.dial(running, r, url, options, timeout)
	if err != nil {
		if s.ended() != nil {
			return *s.ended(), nil
		}
		return socketEnd{Code: abnormal, Reason: "abnormal closure"}, err
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(r.maxMessage)
	if err := ctx.Emit("open", socketOpen{Header: header}); err != nil {
		return socketEnd{Code: abnormal}, err
	}
	for {
		kind, data, err := conn.Read(running)
		if err != nil {
			return s.finish(running, err)
		}
		message := socketMessage{Data: string(data)}
		if kind == websocket.MessageBinary {
			message.Data = pdk.Blob(data)
		}
		if err := ctx.Emit("message", message); err != nil {
			return socketEnd{Code: abnormal}, err
		}
	}
}

func (s *socket) dial(running context.Context, r *ready, url string, options *websocket.DialOptions, timeout float64) (*websocket.Conn, map[string]string, error) {
	limit := r.timeout
	if timeout > 0 {
		limit = time.Duration(min(timeout, 1e9) * float64(time.Millisecond))
	}
	dialing, stop := context.WithTimeoutCause(running, limit, errTimeout)
	defer stop()
	conn, resp, err := websocket.Dial(dialing, url, options) //nolint:bodyclose // the package closes it
	if err != nil {
		return nil, nil, classify(dialing, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed != nil {
		_ = conn.CloseNow()
		return nil, nil, errAborted
	}
	s.conn = conn
	return conn, answerOf(resp).Header, nil
}

// finish says how an open connection ended: closed by the peer, by this side, or broken.
func (s *socket) finish(running context.Context, err error) (socketEnd, error) {
	var frame websocket.CloseError
	if mine := s.ended(); mine != nil {
		return *mine, nil
	}
	if errors.As(err, &frame) {
		return socketEnd{Code: int(frame.Code), Reason: frame.Reason}, nil
	}
	if errors.Is(err, websocket.ErrMessageTooBig) {
		err = pdk.Errorf(codeTooLarge, "too-large", "a message is larger than the limit of the network plugin's configuration (max_message_mb)")
	}
	return socketEnd{Code: abnormal, Reason: "abnormal closure"}, classify(running, err)
}

func (s *socket) ended() *socketEnd {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

type sendParam struct {
	Data pdk.Any `json:"data"`
}

func (p *Provider) socketSend(ctx *pdk.Context, in sendParam) (struct{}, error) {
	s := p.tasks.socket(taskKey(ctx))
	var conn *websocket.Conn
	if s != nil && s.ended() == nil {
		s.mu.Lock()
		conn = s.conn
		s.mu.Unlock()
	}
	if conn == nil {
		return struct{}{}, pdk.Errorf(codeNetwork, "network", "WebSocket is not connected")
	}
	kind, data := websocket.MessageBinary, []byte(in.Data.Blob)
	if in.Data.Blob == nil {
		text, ok := in.Data.Text()
		if !ok {
			return struct{}{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "data: expected string or bytes")
		}
		kind, data = websocket.MessageText, []byte(text)
	}
	return struct{}{}, classify(ctx, conn.Write(ctx, kind, data))
}

type closeParam struct {
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}

func (p *Provider) socketClose(ctx *pdk.Context, in closeParam) (struct{}, error) {
	id := taskKey(ctx)
	s := p.tasks.socket(id)
	if s == nil {
		return struct{}{}, nil
	}
	if in.Code == 0 {
		in.Code = 1000
	}
	if in.Code == noStatus || in.Code == abnormal || in.Code < 1000 || in.Code > 4999 {
		return struct{}{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "code: %d is not one that can be sent; use 1000 or 3000 to 4999", in.Code)
	}
	s.mu.Lock()
	first := s.closed == nil
	if first {
		s.closed = &socketEnd{Code: in.Code, Reason: in.Reason}
	}
	conn := s.conn
	s.mu.Unlock()
	if first && conn != nil {
		_ = conn.Close(websocket.StatusCode(in.Code), in.Reason) // a peer that does not answer is cut off
	}
	if first {
		p.tasks.abort(id) // ends the dialing, or the reading of what the peer still sent
	}
	return struct{}{}, nil
}
