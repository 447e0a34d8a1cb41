package attack

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// maxReport bounds what an attacker reports, in bytes.
const maxReport = 1 << 20

// Trap is a host that no H5 app may reach: it notes who asks, and datagrams. It redirects wherever it is told to.
type Trap struct {
	*httptest.Server
	// Datagrams is where those go that it notes.
	Datagrams net.PacketConn
	// Connected is closed by the first connection.
	Connected chan struct{}

	mu   sync.Mutex
	came []string
}

// NewTrap starts a trap that ends with the test.
func NewTrap(t *testing.T) *Trap {
	t.Helper()
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return newTrap(t, httptest.NewUnstartedServer(nil), packets)
}

func newTrap(t *testing.T, server *httptest.Server, packets net.PacketConn) *Trap {
	t.Helper()
	s := &Trap{Server: server, Datagrams: packets, Connected: make(chan struct{})}
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Note(r.Host + r.URL.Path)
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if r.URL.Path == "/granted" {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, grantedPage) // as below
			return
		}
		_, _ = io.WriteString(w, "REACHED") // whoever asked may be gone
	})
	var once sync.Once
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.Note("a connection")
			once.Do(func() { close(s.Connected) })
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	var heard sync.WaitGroup
	heard.Go(func() {
		buf := make([]byte, 1500)
		for {
			if _, _, err := packets.ReadFrom(buf); err != nil {
				return
			}
			s.Note("a datagram")
		}
	})
	t.Cleanup(func() {
		_ = packets.Close() // it ends the one who reads
		heard.Wait()
	})
	return s
}

// Note adds to what came.
func (s *Trap) Note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.came = append(s.came, what)
}

// Visits are the different things that came, sorted.
func (s *Trap) Visits() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(s.came)))
}

// Listed is a host that an attacker may ask: it redirects wherever it is told to, and takes the attacker's reports.
type Listed struct {
	*httptest.Server
	// Reports are what attackers say of themselves, as their titles do.
	Reports chan string
}

// NewListed starts a listed host that ends with the test.
func NewListed(t *testing.T) *Listed {
	t.Helper()
	l := &Listed{Reports: make(chan string, 64)}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/report" {
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
			return
		}
		text, err := io.ReadAll(io.LimitReader(r.Body, maxReport))
		if err != nil {
			return // the host ends
		}
		select {
		case l.Reports <- string(text):
		default: // nobody listens: the test reads titles
		}
	}))
	t.Cleanup(l.Close)
	return l
}

// pairs bounds how often a port is looked for that is free for connections and for datagrams.
const pairs = 20

// NewTrapAt is NewTrap for an address of the trap's own. Port 0 is one that is free.
func NewTrapAt(t *testing.T, address string) *Trap {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	tries := 1
	if port == "0" {
		tries = pairs
	}
	listener, packets, err := pair(address, tries, net.ListenPacket)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	_ = server.Listener.Close()
	server.Listener = listener
	return newTrap(t, server, packets)
}

// pair listens for connections and for datagrams at one port. Who has one of them may not have the other: then it tries again.
func pair(address string, tries int, forPackets func(network, address string) (net.PacketConn, error)) (net.Listener, net.PacketConn, error) {
	for {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return nil, nil, err
		}
		packets, err := forPackets("udp", listener.Addr().String())
		if err == nil {
			return listener, packets, nil
		}
		_ = listener.Close() // nobody has come
		if tries--; tries == 0 {
			return nil, nil, err
		}
	}
}
