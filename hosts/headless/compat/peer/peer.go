// Package peer is the other end of the network cases: it answers requests, takes files, and echoes sockets.
//
//	server, err := peer.Start()
//
// It must not know who asks.
package peer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// maxBody bounds what is read of a request.
const maxBody = 1 << 20

// Server is a running peer. It listens on the loopback address: HTTP by TCP, and a UDP socket of the same port that echoes.
type Server struct {
	URL  string
	http *http.Server
	udp  *net.UDPConn
	ends sync.WaitGroup
}

// Start starts a peer on a free port.
func Start() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the peer: %w", err)
	}
	at := l.Addr().(*net.TCPAddr)
	udp, err := net.ListenUDP("udp", &net.UDPAddr{IP: at.IP, Port: at.Port})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the peer: %w", err), l.Close())
	}
	s := &Server{URL: "http://" + at.String(), udp: udp, http: &http.Server{Handler: handler(), ReadHeaderTimeout: 10 * time.Second}}
	s.ends.Go(func() { _ = s.http.Serve(l) })
	s.ends.Go(func() { echoDatagrams(udp) })
	return s, nil
}

// Close ends the peer and its connections.
func (s *Server) Close() {
	_, _ = s.http.Close(), s.udp.Close() // what they were doing is of no interest any more
	s.ends.Wait()
}

// echoDatagrams sends back what it receives, until it is closed.
func echoDatagrams(c *net.UDPConn) {
	buffer := make([]byte, 64<<10)
	for {
		n, from, err := c.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		_, _ = c.WriteToUDPAddrPort(buffer[:n], from) // who asked may be gone
	}
}

// handler answers at /echo, /status, /upload, /file, /slow, /socket, /chunks and /crowd.
func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	mux.HandleFunc("/upload", upload)
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "a file of the peer")
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/socket", socket)
	mux.HandleFunc("/chunks", chunks)
	mux.Handle("/crowd", &crowd{})
	return mux
}

// crowd tells how many ask at a time: each answer, after a moment, says how many the largest crowd was.
type crowd struct {
	mu       sync.Mutex
	now, max int
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.now++
	c.max = max(c.max, c.now)
	c.mu.Unlock()
	select {
	case <-r.Context().Done():
	case <-time.After(60 * time.Millisecond):
	}
	c.mu.Lock()
	c.now--
	most := c.max
	c.mu.Unlock()
	_, _ = fmt.Fprint(w, most)
}

// chunks answers in pieces, with cookies and a header of unusual case.
func chunks(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Set-Cookie", "a=1; Path=/")
	w.Header().Add("Set-Cookie", "b=2; Path=/")
	w.Header()["x-lower"] = []string{"v"}
	for _, piece := range []string{"one", "two", "three"} {
		_, _ = io.WriteString(w, piece)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(30 * time.Millisecond): // so that they do not arrive as one
		}
	}
}

// echo tells what it was asked.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Peer", "dougong")
	_ = json.NewEncoder(w).Encode(map[string]string{
		"method": r.Method, "query": r.URL.RawQuery, "body": string(body), "word": r.Header.Get("X-Word"),
	})
}

// upload tells which file came with which fields.
func upload(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseMultipartForm(maxBody); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	file, _, err := r.FormFile("paper")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(file)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = fmt.Fprintf(w, "%s %s", r.FormValue("note"), data)
}

// socket sends back what it gets, until it gets "bye".
func socket(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer func() { _ = c.CloseNow() }()
	for {
		kind, data, err := c.Read(r.Context())
		if err != nil {
			return
		}
		if string(data) == "bye" {
			_ = c.Close(4001, "bye")
			return
		}
		if err := c.Write(r.Context(), kind, data); err != nil {
			return
		}
	}
}
