package provider

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
	"golang.org/x/net/ipv4"
)

const (
	udpLargest = 64 << 10 // a datagram is never larger
	udpWaiting = 256      // datagrams that may wait to be sent
	udpPeers   = 1024     // peers that are remembered
)

// udpSocket is one UDP socket, from before it is bound. It hears those that it has sent something to, and nobody else: a
// mini-program does not become a server on the host's network.
type udpSocket struct {
	raw
	out chan datagram

	mu        sync.Mutex
	conn      *net.UDPConn // once bound
	to        *endpointParam
	peers     map[netip.Addr]bool
	broadcast bool // it hears whoever answers
}

type datagram struct {
	to        endpointParam
	data      []byte
	broadcast bool
}

func (p *Provider) createUDPSocket(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	raw, job, done, err := p.newRaw(ctx, "createUDPSocket")
	if err != nil {
		return struct{}{}, err
	}
	s := &udpSocket{raw: raw, out: make(chan datagram, udpWaiting), peers: map[netip.Addr]bool{}}
	p.tasks.attach(job, s)
	go func() {
		defer done()
		defer s.end()
		s.send()
	}()
	return struct{}{}, nil
}

// send sends what is to be sent, in order, until the socket is closed.
func (s *udpSocket) send() {
	defer s.shut()
	for {
		select {
		case <-s.running.Done():
			return
		case d := <-s.out:
			if err := s.sendOne(d); err != nil && s.running.Err() == nil {
				s.fail("send", err)
			}
		}
	}
}

// shut closes the socket; its reader ends by that.
func (s *udpSocket) shut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		_ = s.conn.Close() // nothing is lost with a UDP socket
	}
}

func (s *udpSocket) sendOne(d datagram) error {
	addr, err := s.resolve(d.to.Address)
	if err != nil {
		return err
	}
	if err := s.ready.guard.Check(addr); err != nil {
		return err
	}
	s.mu.Lock()
	if len(s.peers) >= udpPeers {
		clear(s.peers)
	}
	s.peers[addr] = true
	s.broadcast = s.broadcast || d.broadcast
	conn := s.conn
	s.mu.Unlock()
	_, err = conn.WriteToUDPAddrPort(d.data, netip.AddrPortFrom(addr, uint16(d.to.Port))) //nolint:gosec // the contract bounds it
	return err
}

func (s *udpSocket) resolve(host string) (netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().WithZone(""), nil
	}
	limited, stop := context.WithTimeoutCause(s.running, s.ready.timeout, errTimeout)
	defer stop()
	addrs, err := net.DefaultResolver.LookupNetIP(limited, "ip", host)
	if err != nil {
		return netip.Addr{}, classify(limited, err)
	}
	return addrs[0].Unmap(), nil
}

// hears tells whether datagrams of an address are passed on.
func (s *udpSocket) hears(addr netip.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peers[addr] || s.broadcast && s.ready.guard.Check(addr) == nil
}

func (s *udpSocket) receive(conn *net.UDPConn) {
	local := addressOf(conn.LocalAddr())
	buffer := make([]byte, udpLargest)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				s.fail("read", err)
			}
			return
		}
		if s.hears(from.Addr().Unmap().WithZone("")) && s.ctx.Emit("message", messageOf(buffer[:n], from, local)) != nil {
			return
		}
	}
}

type udpPort struct {
	Port int `json:"port"`
}

func (p *Provider) udpBind(ctx *pdk.Context, in udpPort) (udpPort, error) {
	s, ok := p.tasks.attached(taskKey(ctx)).(*udpSocket)
	if !ok {
		return udpPort{}, errClosed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		return udpPort{}, pdk.Errorf(codeNetwork, "network", "socket is bound already")
	}
	if s.running.Err() != nil {
		return udpPort{}, errClosed
	}
	conn, err := net.ListenUDP("udp", &net.UDPAddr{Port: in.Port})
	if err != nil {
		return udpPort{}, classify(ctx, err)
	}
	s.conn = conn
	p.tasks.wait.Go(func() {
		_ = s.ctx.Emit("listening", struct{}{})
		s.receive(conn)
	})
	return udpPort{Port: int(addressOf(conn.LocalAddr()).Port())}, nil
}

var errClosed = pdk.Errorf(codeNetwork, "network", "socket is closed")

type udpMessage struct {
	endpointParam
	Message      pdk.Any `json:"message"`
	Offset       *int    `json:"offset"`
	Length       *int    `json:"length"`
	SetBroadcast bool    `json:"setBroadcast"`
}

func (p *Provider) udpSend(ctx *pdk.Context, in udpMessage) (struct{}, error) {
	return struct{}{}, p.udpPut(ctx, in, &in.endpointParam)
}

func (p *Provider) udpWrite(ctx *pdk.Context, in udpMessage) (struct{}, error) {
	return struct{}{}, p.udpPut(ctx, in, nil)
}

// udpPut puts a datagram into the queue, for to or for where connect has said.
func (p *Provider) udpPut(ctx *pdk.Context, in udpMessage, to *endpointParam) error {
	data, err := bytesOf(in.Message, in.Offset, in.Length)
	if err != nil {
		return err
	}
	s, ok := p.tasks.attached(taskKey(ctx)).(*udpSocket)
	if !ok {
		return errClosed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if to == nil {
		to = s.to
	}
	switch {
	case s.conn == nil:
		return pdk.Errorf(codeNetwork, "network", "socket is not bound")
	case to == nil:
		return errNotConnected
	}
	select {
	case s.out <- datagram{to: *to, data: data, broadcast: in.SetBroadcast}:
		return nil
	default:
		return pdk.Errorf(codeTooManyTasks, "too-many-tasks", "%d datagrams wait to be sent", udpWaiting)
	}
}

func (p *Provider) udpConnect(ctx *pdk.Context, in endpointParam) (struct{}, error) {
	s, ok := p.tasks.attached(taskKey(ctx)).(*udpSocket)
	if !ok {
		return struct{}{}, errClosed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = &in
	return struct{}{}, nil
}

type udpTTL struct {
	TTL int `json:"ttl"`
}

func (p *Provider) udpTTL(ctx *pdk.Context, in udpTTL) (struct{}, error) {
	s, ok := p.tasks.attached(taskKey(ctx)).(*udpSocket)
	if !ok {
		return struct{}{}, errClosed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return struct{}{}, pdk.Errorf(codeNetwork, "network", "socket is not bound")
	}
	return struct{}{}, classify(ctx, ipv4.NewPacketConn(s.conn).SetTTL(in.TTL))
}

func (p *Provider) udpClose(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	p.tasks.abort(taskKey(ctx))
	return struct{}{}, nil
}
