package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/wire"
)

// closeChanged ends a frame's connection for the sake of the next one.
const closeChanged websocket.StatusCode = 4000

// Close codes of a frame's connection; the client does not come back after one of these.
const (
	closeReplaced websocket.StatusCode = 4001
	closeEnded    websocket.StatusCode = 4004
)

// Bounds of what a frame may send.
const (
	// maxFrameMessage lets the pixels of a large canvas through: 1500×2000 of them, in base64.
	maxFrameMessage = 16 << 20
	maxOffsets      = 64
	maxFrameRate    = 400 // messages a second, on average
	maxFrameBurst   = 1200
	writeTimeout    = 20 * time.Second
)

// frameConn is one WebSocket of a frame.
type frameConn struct {
	socket *websocket.Conn
	cancel context.CancelCauseFunc
	// silent is closed once nothing more is written: then another connection may take the queue.
	silent chan struct{}
}

// closing says how a connection is to be closed.
type closing struct {
	code   websocket.StatusCode
	reason string
}

func (c closing) Error() string { return fmt.Sprintf("close %d: %s", c.code, c.reason) }

func (c *frameConn) end(code websocket.StatusCode, reason string) { c.cancel(closing{code, reason}) }

func (s *Server) frameSocket(w http.ResponseWriter, r *http.Request) {
	if !opaqueOrigin(r, true) {
		http.Error(w, "foreign origin: only a mini-program's sandboxed frame may connect here", http.StatusForbidden)
		return
	}
	f, ok := s.frame(r.PathValue("key"))
	if !ok || !f.spend(r.URL.Query().Get("key")) {
		http.Error(w, "the key is not valid or was used before", http.StatusForbidden)
		return
	}
	// The origin was checked above; the library's own check knows no opaque origins.
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, CompressionMode: websocket.CompressionContextTakeover, CompressionThreshold: 1024,
	})
	if err != nil {
		return
	}
	socket.SetReadLimit(maxFrameMessage)
	ctx, cancel := context.WithCancelCause(s.life)
	c := &frameConn{socket: socket, cancel: cancel, silent: make(chan struct{})}
	defer cancel(nil)
	defer socket.CloseNow() //nolint:errcheck // closed below in the good case
	if !f.session.attach(c) {
		close(c.silent)
		socket.Close(closeEnded, "the mini-program was closed") //nolint:errcheck // nothing left to do
		return
	}
	s.runFrame(ctx, c, f)
}

// runFrame reads and writes until either fails or somebody ends the connection. Reading has a context of its own: the
// library drops a connection whose read is canceled, and the close frame must go out first.
func (s *Server) runFrame(ctx context.Context, c *frameConn, f *frame) {
	session := f.session
	session.mu.Lock()
	scripts, phone := session.scripts, session.phone
	session.mu.Unlock()
	hello := wire.Hello{
		Version: view.ProtocolVersion, Resume: f.renew(), Name: phone.nameOf(session.app), StatusBar: phone.StatusBar,
		Width: phone.Width, Height: phone.Height, Language: phone.Language,
		Texts: s.brand().UI.TextsIn(phone.lang()), MapTiles: s.config.Backend.Brand().MapTiles, Scripts: scripts,
	}
	reading, stopReading := context.WithCancel(context.Background())
	read, written := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(written)
		c.cancel(writeFrame(ctx, c.socket, session, hello))
	}()
	go func() {
		defer close(read)
		c.cancel(readFrame(reading, c.socket, session))
	}()
	<-ctx.Done()
	var how closing
	if !errors.As(context.Cause(ctx), &how) {
		how = closing{websocket.StatusGoingAway, "the host stops"}
	}
	<-written
	close(c.silent)
	session.detach(c)
	c.socket.Close(how.code, how.reason) //nolint:errcheck // the browser may be gone
	stopReading()
	<-read
}

func writeFrame(ctx context.Context, socket *websocket.Conn, session *session, hello wire.Hello) error {
	data, err := json.Marshal(wire.ToFrame{Hello: &hello})
	if err != nil {
		return err
	}
	if err := writeMessage(ctx, socket, data); err != nil {
		return err
	}
	session.resume()
	for {
		items, stale, err := session.out.take(ctx)
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := writeMessage(ctx, socket, item); err != nil {
				return err
			}
		}
		if stale {
			session.resume()
		}
	}
}

func writeMessage(ctx context.Context, socket *websocket.Conn, data []byte) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	return socket.Write(ctx, websocket.MessageText, data)
}

// readFrame takes a frame's messages until one is not as it must be. The result is a closing, or the read's error.
func readFrame(ctx context.Context, socket *websocket.Conn, session *session) error {
	bucket := newBucket(maxFrameRate, maxFrameBurst)
	for {
		kind, data, err := socket.Read(ctx)
		if err != nil {
			return err
		}
		if kind != websocket.MessageText {
			return closing{websocket.StatusUnsupportedData, "binary messages are not understood"}
		}
		if !bucket.take(time.Now()) {
			return closing{websocket.StatusPolicyViolation, fmt.Sprintf("more than %d messages a second", maxFrameRate)}
		}
		m, err := parseFrameMessage(data)
		if err != nil {
			return closing{websocket.StatusPolicyViolation, closeReason(err)}
		}
		session.fromFrame(m)
	}
}

// parseFrameMessage reads one message of a frame: exactly one of the kinds it may send.
func parseFrameMessage(data []byte) (wire.FromFrame, error) {
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(data, &kinds); err != nil {
		return wire.FromFrame{}, fmt.Errorf("not a JSON object: %w", err)
	}
	if len(kinds) != 1 {
		return wire.FromFrame{}, fmt.Errorf("a message has exactly one kind, this one has %d", len(kinds))
	}
	for kind := range kinds {
		switch kind {
		case "event", "answer", "route", "resize", "script":
		default:
			return wire.FromFrame{}, fmt.Errorf("a frame may not send %.40q", kind)
		}
	}
	var m wire.FromFrame
	if err := json.Unmarshal(data, &m); err != nil {
		return wire.FromFrame{}, fmt.Errorf("malformed message: %w", err)
	}
	return m, checkFrameMessage(m)
}

func checkFrameMessage(m wire.FromFrame) error {
	switch {
	case m.Event == nil && m.Answer == nil && m.Route == nil && m.Resize == nil && m.Script == nil:
		return errors.New("a message's kind is null")
	case m.Resize != nil && (m.Resize.Width < 1 || m.Resize.Width > 1<<14 || m.Resize.Height < 1 || m.Resize.Height > 1<<14 || m.Resize.StatusBar < 0 || m.Resize.StatusBar > 1<<10):
		return fmt.Errorf("resize to %dx%d is out of range", m.Resize.Width, m.Resize.Height)
	case m.Event != nil && (m.Event.Type == "" || len(m.Event.Type) > 64 || m.Event.Node < 0):
		return errors.New("an event needs a type of at most 64 bytes and a node id that is not negative")
	case m.Event != nil && len(m.Event.Touches)+len(m.Event.ChangedTouches) > 40:
		return errors.New("an event has at most 40 touches")
	case m.Event != nil && len(m.Event.Scripted) > maxOffsets:
		return fmt.Errorf("an event has at most %d nodes whose scripts ran", maxOffsets)
	case m.Script != nil && (m.Script.Name == "" || len(m.Script.Name) > 256 || m.Script.Node < 0):
		return errors.New("a script's call needs a name of at most 256 bytes and a node id that is not negative")
	case m.Event != nil && len(m.Event.Offsets) > maxOffsets:
		return fmt.Errorf("an event has at most %d offsets", maxOffsets)
	default:
		return nil
	}
}

// closeReason cuts an error to what a close frame can carry: 123 bytes.
func closeReason(err error) string {
	text := strings.ToValidUTF8(err.Error(), "?")
	if len(text) > 120 {
		text = strings.ToValidUTF8(text[:117], "") + "…"
	}
	return text
}

func (s *session) fromFrame(m wire.FromFrame) {
	switch {
	case m.Event != nil:
		if !s.scrolled(m.Event) {
			s.post(message.ToActor{Event: m.Event})
		}
	case m.Answer != nil:
		s.answer(*m.Answer)
	case m.Route != nil:
		s.post(message.ToActor{Route: m.Route})
	case m.Script != nil:
		s.post(message.ToActor{Script: m.Script})
	case m.Resize != nil:
		s.resize(*m.Resize)
	}
}

// bucket is a token bucket.
type bucket struct {
	rate, burst, level float64
	last               time.Time
}

func newBucket(rate, burst float64) *bucket { return &bucket{rate: rate, burst: burst, level: burst} }

func (b *bucket) take(now time.Time) bool {
	if !b.last.IsZero() {
		b.level = min(b.burst, b.level+b.rate*now.Sub(b.last).Seconds())
	}
	b.last = now
	if b.level < 1 {
		return false
	}
	b.level--
	return true
}
