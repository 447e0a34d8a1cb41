package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// server is the web as cases know it: ${server}. README.md of pdk/conformance lists its pages.
type server struct {
	http *http.Server
	base string // "http://127.0.0.1:port"
	port int
	udp  *net.UDPConn // echoes, on the same port
	done chan error
	ends sync.WaitGroup // of udp
}

func startServer(ctx context.Context) (*server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the server for the cases: %w", err)
	}
	s := &server{base: "http://" + l.Addr().String(), port: l.Addr().(*net.TCPAddr).Port, done: make(chan error, 1)}
	if s.udp, err = net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: s.port}); err != nil {
		return nil, errors.Join(fmt.Errorf("start the server for the cases: %w", err), l.Close())
	}
	s.ends.Go(func() { echoDatagrams(s.udp) })
	s.http = &http.Server{Handler: pages(), ReadHeaderTimeout: 10 * time.Second}
	go func() { s.done <- s.http.Serve(l) }()
	return s, nil
}

func (s *server) close() error {
	err := errors.Join(s.http.Close(), s.udp.Close())
	s.ends.Wait()
	if e := <-s.done; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

func pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(w http.ResponseWriter, _ *http.Request) { say(w, "text/plain; charset=utf-8", "hello, 豆工") })
	mux.HandleFunc("/json", func(w http.ResponseWriter, _ *http.Request) {
		say(w, "application/json", `{"text":"豆工","list":[1,2.5,null]}`)
	})
	mux.HandleFunc("/echo", echoPage)
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		code, err := strconv.Atoi(r.PathValue("code"))
		if err != nil || code < 200 || code > 599 {
			code = http.StatusBadRequest
		}
		w.WriteHeader(code)
	})
	mux.HandleFunc("/bytes/{size}", func(w http.ResponseWriter, r *http.Request) {
		size, err := strconv.Atoi(r.PathValue("size"))
		if err != nil || size < 0 || size > maxBody {
			size = 0
		}
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(i % 251)
		}
		say(w, "application/octet-stream", string(data))
	})
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	})
	mux.HandleFunc("/cookies", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "a=1; Path=/")
		w.Header().Add("Set-Cookie", "b=2; Path=/")
		say(w, "text/plain", "set")
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/upload", uploadPage)
	mux.HandleFunc("/ws", echoSocket)
	return mux
}

func say(w http.ResponseWriter, kind, text string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = io.WriteString(w, text) // a client that has gone is none of our business
}

// echoPage answers with what was asked, as JSON.
func echoPage(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	headers := map[string]any{}
	for name := range r.Header {
		headers[strings.ToLower(name)] = r.Header.Get(name)
	}
	text, err := marshal(map[string]any{"method": r.Method, "query": r.URL.RawQuery, "headers": headers, "body": string(body)})
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	say(w, "application/json", text)
}

// uploadPage answers with the names and sizes of what a form holds.
func uploadPage(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(maxBody); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fields, files := map[string]any{}, map[string]any{}
	for name, values := range r.MultipartForm.Value {
		fields[name] = values[0]
	}
	for name, list := range r.MultipartForm.File {
		files[name] = map[string]any{"name": list[0].Filename, "size": list[0].Size}
	}
	text, err := marshal(map[string]any{"fields": fields, "files": files})
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	say(w, "application/json", text)
}
