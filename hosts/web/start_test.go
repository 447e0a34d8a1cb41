package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// gated is a scripted backend whose Open waits for what the test sends through the gate.
type gated struct {
	*scripted
	entered chan struct{}
	gate    chan error
}

func (b *gated) Open(ctx context.Context, o OpenOptions) (Session, error) {
	b.entered <- struct{}{}
	if err := <-b.gate; err != nil {
		return nil, err
	}
	return b.scripted.Open(ctx, o)
}

func newGated(t *testing.T) (*Server, *gated) {
	t.Helper()
	b := &gated{scripted: &scripted{granted: map[string]bool{}}, entered: make(chan struct{}, 8), gate: make(chan error, 8)}
	s, err := New(Config{Backend: b, Grace: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, b
}

type openResult struct {
	session *session
	fresh   bool
	err     error
}

// opening opens the shop on another goroutine.
func opening(ctx context.Context, s *Server) <-chan openResult {
	result := make(chan openResult, 1)
	go func() {
		x, fresh, err := s.openSession(ctx, App{ID: "shop", Name: "Shop"}, "local", OpenRequest{App: "shop"})
		result <- openResult{x, fresh, err}
	}()
	return result
}

func await[T any](t *testing.T, c <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(10 * time.Second):
		t.Fatalf("waited in vain for %s", what)
	}
	return v
}

func TestCloseDuringStart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		end  func(*Server, *session) (ended <-chan struct{})
	}{
		{"the server", func(s *Server, _ *session) <-chan struct{} {
			go s.Close()
			return s.life.Done()
		}},
		{"the session", func(_ *Server, x *session) <-chan struct{} {
			x.close()
			return x.done
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, b := newGated(t)
			result := opening(t.Context(), s)
			await(t, b.entered, "the start")
			await(t, test.end(s, only(t, s)), "the end")
			b.gate <- nil
			if r := await(t, result, "the answer"); !errors.Is(r.err, errEnded) {
				t.Errorf("the opener got %v, want %v", r.err, errEnded)
			}
			select {
			case <-b.last().done:
			default:
				t.Error("nobody closed the actor that came too late")
			}
		})
	}
}

// only is the one session of a server.
func only(t *testing.T, s *Server) *session {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.sessions {
		return x
	}
	t.Fatal("no session is open")
	return nil
}

func TestServerCloseWaitsForStart(t *testing.T) {
	t.Parallel()
	s, b := newGated(t)
	result := opening(t.Context(), s)
	await(t, b.entered, "the start")
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		s.Close()
	}()
	await(t, s.life.Done(), "the end")
	select {
	case <-closed:
		t.Error("the server closed while the backend was still starting a mini-program")
	default:
	}
	b.gate <- nil
	await(t, closed, "Close")
	await(t, result, "the answer")
	if _, _, err := s.openSession(t.Context(), App{ID: "shop"}, "local", OpenRequest{}); !errors.Is(err, errStopping) {
		t.Errorf("open after Close: %v, want %v", err, errStopping)
	}
	if err := s.Reload(t.Context(), "shop"); !errors.Is(err, errStopping) {
		t.Errorf("reload after Close: %v, want %v", err, errStopping)
	}
}

func TestSecondOpenerWaits(t *testing.T) {
	t.Parallel()
	broken := errors.New("the bundle is broken")
	tests := []struct {
		name   string
		starts []error // how each start ends
		first  error
		second error
	}{
		{"for the same session", []error{nil}, nil, nil},
		{"and learns why it failed", []error{broken}, broken, broken},
		{"and starts it itself if the first went away", []error{context.Canceled, nil}, context.Canceled, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, b := newGated(t)
			first := opening(t.Context(), s)
			await(t, b.entered, "the first start")
			x := only(t, s)
			second := make(chan openResult, 1)
			go func() {
				open, err := x.awaitStart(t.Context())
				if open || err != nil {
					second <- openResult{x, false, err}
					return
				}
				second <- <-opening(t.Context(), s)
			}()
			select {
			case r := <-second:
				t.Fatalf("the second opener did not wait: %+v", r)
			default:
			}
			for _, err := range test.starts {
				b.gate <- err
			}
			r1, r2 := await(t, first, "the first answer"), await(t, second, "the second answer")
			if !errors.Is(r1.err, test.first) || !errors.Is(r2.err, test.second) {
				t.Errorf("got %v and %v, want %v and %v", r1.err, r2.err, test.first, test.second)
			}
			s.mu.Lock()
			open := len(s.sessions)
			s.mu.Unlock()
			if want := map[bool]int{true: 1, false: 0}[test.second == nil]; open != want {
				t.Errorf("%d sessions are open, want %d", open, want)
			}
		})
	}
}

func TestOpenersRace(t *testing.T) {
	t.Parallel()
	s, b := newGated(t)
	var results []<-chan openResult
	for range 6 {
		results = append(results, opening(t.Context(), s))
	}
	b.gate <- nil
	opened := map[*session]int{}
	fresh := 0
	for _, result := range results {
		r := await(t, result, "an answer")
		if r.err != nil {
			t.Fatal(r.err)
		}
		opened[r.session]++
		if r.fresh {
			fresh++
		}
	}
	if len(opened) != 1 || fresh != 1 {
		t.Errorf("six openers got %d sessions, %d of them fresh; want one", len(opened), fresh)
	}
}

func TestNoFrameForEndedSession(t *testing.T) {
	t.Parallel()
	s, b := newGated(t)
	b.gate <- nil
	r := await(t, opening(t.Context(), s), "the session")
	r.session.close()
	recorder := httptest.NewRecorder()
	s.writeOpened(recorder, r.session)
	if recorder.Code != http.StatusGone || len(s.frames) != 0 {
		t.Errorf("got %d and %d frames, want 410 and none", recorder.Code, len(s.frames))
	}
}

func TestFiredGraceTimer(t *testing.T) {
	t.Parallel()
	s, b := newGated(t)
	b.gate <- nil
	x := await(t, opening(t.Context(), s), "the session").session
	grace := func() *time.Timer {
		x.mu.Lock()
		defer x.mu.Unlock()
		return x.grace
	}
	conn := &frameConn{cancel: func(error) {}, silent: make(chan struct{})}
	fired := grace()
	if !x.attach(conn) {
		t.Fatal("the frame may not attach")
	}
	if x.expire(&fired) {
		t.Error("a timer that fired before the frame attached closes the session under it")
	}
	x.detach(conn)
	if x.expire(&fired) {
		t.Error("the old timer ends the new grace period")
	}
	if current := grace(); !x.expire(&current) {
		t.Error("the present timer closes nothing")
	}
	if x.attach(conn) {
		t.Error("a frame attached to a session that is being closed")
	}
}

func TestGraceAgainstAttach(t *testing.T) {
	t.Parallel()
	s, b := newGated(t)
	s.config.Grace = time.Nanosecond
	for range 200 {
		b.gate <- nil
		r := await(t, opening(t.Context(), s), "the session")
		await(t, b.entered, "the start")
		if r.err != nil {
			t.Fatal(r.err)
		}
		conn := &frameConn{cancel: func(error) {}, silent: make(chan struct{})}
		if !r.session.attach(conn) {
			await(t, r.session.done, "the end of the session that nobody looked at")
			continue
		}
		select {
		case <-b.last().done:
			t.Fatal("a session with a frame was closed")
		default:
		}
		r.session.detach(conn)
		await(t, r.session.done, "the end of the grace period")
	}
}

func TestPort80(t *testing.T) {
	t.Parallel()
	tests := []struct {
		ip      string
		hosts   []string
		allowed string
		refused string
	}{
		{"127.0.0.1", nil, "127.0.0.1 127.0.0.1:80 localhost LOCALHOST localhost:80 [::1] [::1]:80", "evil.example 127.0.0.1:81 ::1"},
		{"192.0.2.7", nil, "192.0.2.7 192.0.2.7:80 localhost", "192.0.2.8 192.0.2.7:8080"},
		{"2001:db8::7", nil, "[2001:db8::7] [2001:db8::7]:80", "2001:db8::7 [2001:db8::8]"},
		{"0.0.0.0", []string{"Shop.example:80", "other.example:8080"}, "shop.example shop.example:80 other.example:8080", "0.0.0.0 other.example"},
	}
	for _, test := range tests {
		t.Run(test.ip, func(t *testing.T) {
			t.Parallel()
			g := newGuard(test.hosts)
			addr := &net.TCPAddr{IP: net.ParseIP(test.ip), Port: 80}
			g.allow(addr)
			for _, host := range strings.Fields(test.allowed) {
				r := &http.Request{Host: host, Header: header("Origin", "http://"+host)}
				if !g.hostAllowed(r) || !sameOrigin(r, true) {
					t.Errorf("%q is refused", host)
				}
			}
			for _, host := range strings.Fields(test.refused) {
				if g.hostAllowed(&http.Request{Host: host}) {
					t.Errorf("%q is allowed", host)
				}
			}
		})
	}
	g := newGuard(nil)
	g.allow(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080})
	if g.hostAllowed(&http.Request{Host: "localhost"}) {
		t.Error("a name without a port is allowed although the host does not listen on port 80")
	}
}
