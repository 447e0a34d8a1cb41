package provider

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

const (
	tcpPiece  = 64 << 10        // how much is read at a time
	tcpLinger = 5 * time.Second // how long what was written before close may take
)

type endpointParam struct {
	Address string  `json:"address"`
	Port    int     `json:"port"`
	Timeout float64 `json:"timeout"`
}

func (e endpointParam) String() string { return net.JoinHostPort(e.Address, strconv.Itoa(e.Port)) }

// tcpSocket is one TCP connection, from before it is made.
type tcpSocket struct {
	raw
	dials chan endpointParam // takes one

	mu      sync.Mutex
	dialed  bool
	conn    net.Conn // once connected
	queue   [][]byte // written, not sent
	queued  int64
	closing bool
	wake    chan struct{} // something to send, or closing
}

func (p *Provider) createTCPSocket(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	raw, job, done, err := p.newRaw(ctx, "createTCPSocket")
	if err != nil {
		return struct{}{}, err
	}
	s := &tcpSocket{raw: raw, dials: make(chan endpointParam, 1), wake: make(chan struct{}, 1)}
	p.tasks.attach(job, s)
	go func() {
		defer done()
		s.live()
	}()
	return struct{}{}, nil
}

// live is a socket's life: wait for an address, connect, read until it ends, tell.
func (s *tcpSocket) live() {
	defer s.end()
	select {
	case <-s.running.Done():
	case to := <-s.dials:
		conn, err := s.dial(to)
		if err != nil {
			if !s.over() {
				s.fail("connect", err)
			}
			return
		}
		defer context.AfterFunc(s.running, func() { _ = conn.Close() })()
		if s.ctx.Emit("connect", struct{}{}) == nil {
			s.talk(conn)
		}
		_ = conn.Close()
	}
}

func (s *tcpSocket) dial(to endpointParam) (net.Conn, error) {
	limit := s.ready.timeout
	if to.Timeout > 0 {
		limit = time.Duration(min(to.Timeout, 1e9) * float64(time.Millisecond))
	}
	dialing, stop := context.WithTimeoutCause(s.running, limit, errTimeout)
	defer stop()
	dialer := &net.Dialer{Control: s.ready.guard.Control, KeepAlive: 30 * time.Second}
	conn, err := dialer.DialContext(dialing, "tcp", to.String())
	if err != nil {
		return nil, classify(dialing, err)
	}
	s.mu.Lock()
	s.conn = conn
	s.mu.Unlock()
	return conn, nil
}

// talk sends and receives until one side closes.
func (s *tcpSocket) talk(conn net.Conn) {
	var sender sync.WaitGroup
	sender.Go(func() { s.send(conn) })
	err := s.receive(conn)
	if !s.over() && !errors.Is(err, io.EOF) {
		s.fail("read", err)
	}
	s.shut() // what waits is still sent to a peer that sends no more
	sender.Wait()
}

func (s *tcpSocket) receive(conn net.Conn) error {
	remote, local := addressOf(conn.RemoteAddr()), addressOf(conn.LocalAddr())
	buffer := make([]byte, tcpPiece)
	for {
		n, err := conn.Read(buffer)
		if n > 0 {
			if err := s.ctx.Emit("message", messageOf(buffer[:n], remote, local)); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
}

func addressOf(a net.Addr) netip.AddrPort {
	addr, _ := netip.ParseAddrPort(a.String()) // a TCP address always is one
	return addr
}

// send sends what is written, in order, and closes the connection at the end.
func (s *tcpSocket) send(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	for {
		batch, last := s.take()
		for _, piece := range batch {
			if _, err := conn.Write(piece); err != nil {
				if !s.over() {
					s.fail("write", err)
				}
				return
			}
		}
		if last {
			return
		}
		select {
		case <-s.wake:
		case <-s.running.Done():
			return
		}
	}
}

// take is what waits to be sent, and whether nothing comes after it.
func (s *tcpSocket) take() (batch [][]byte, last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch, s.queue, s.queued = s.queue, nil, 0
	return batch, s.closing
}

// over tells whether this side has closed the socket, or the plugin stops.
func (s *tcpSocket) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing || s.running.Err() != nil
}

// shut takes no more to send. It reports whether there is a connection, which ends by itself then.
func (s *tcpSocket) shut() (connected bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	if s.conn != nil {
		_ = s.conn.SetWriteDeadline(time.Now().Add(tcpLinger)) // a peer that does not read is cut off
	}
	s.signal()
	return s.conn != nil
}

func (s *tcpSocket) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (p *Provider) tcpConnect(ctx *pdk.Context, in endpointParam) (struct{}, error) {
	s, ok := p.tasks.attached(taskKey(ctx)).(*tcpSocket)
	if !ok {
		return struct{}{}, errNotConnected
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dialed {
		return struct{}{}, pdk.Errorf(codeNetwork, "network", "socket is connected already")
	}
	s.dialed = true
	s.dials <- in
	return struct{}{}, nil
}

type tcpWrite struct {
	Data pdk.Any `json:"data"`
}

func (p *Provider) tcpSend(ctx *pdk.Context, in tcpWrite) (struct{}, error) {
	data, err := bytesOf(in.Data, nil, nil)
	if err != nil {
		return struct{}{}, err
	}
	s, ok := p.tasks.attached(taskKey(ctx)).(*tcpSocket)
	if !ok {
		return struct{}{}, errNotConnected
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.conn == nil || s.closing:
		return struct{}{}, errNotConnected
	case s.queued+int64(len(data)) > s.ready.maxMessage:
		return struct{}{}, pdk.Errorf(codeTooLarge, "too-large", "the peer does not read: %d bytes wait to be sent, no more than max_message_mb may", s.queued)
	}
	s.queue, s.queued = append(s.queue, data), s.queued+int64(len(data))
	s.signal()
	return struct{}{}, nil
}

func (p *Provider) tcpClose(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	id := taskKey(ctx)
	if s, ok := p.tasks.attached(id).(*tcpSocket); ok && !s.shut() {
		p.tasks.abort(id)
	}
	return struct{}{}, nil
}
