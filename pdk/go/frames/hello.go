package frames

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"os"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Token is what host and plugin recognise each other by on a connection. It serves once.
type Token [32]byte

// The body of a hello: "frames/1" and half of the token. The host shows the first half, the plugin the second, so that
// neither learns what it has to show from the other.
const helloSize = 8 + 16

// NewToken makes a token.
func NewToken() Token {
	var t Token
	_, _ = rand.Read(t[:]) // never fails
	return t
}

// ParseToken reads what String wrote.
func ParseToken(s string) (Token, error) {
	var t Token
	if b, err := hex.DecodeString(s); err != nil || copy(t[:], b) != len(t) || len(b) != len(t) {
		return t, pdk.Errorf(pdk.CodeInternal, "frames", "the token has %d characters, expected %d hex digits", len(s), 2*len(t))
	}
	return t, nil
}

// String gives the token as hex digits.
func (t Token) String() string { return hex.EncodeToString(t[:]) }

func (t Token) half(s Side) []byte {
	if s == HostSide {
		return t[:len(t)/2]
	}
	return t[len(t)/2:]
}

func (t Token) appendHello(dst []byte, s Side, flags byte) []byte {
	dst = appendHeader(dst, header{size: helloSize, kind: kindHello, flags: flags})
	return append(append(dst, Feature...), t.half(s)...)
}

// greet exchanges hellos. The host speaks first; the plugin says nothing to a stranger. With its hello the host may offer
// memory to share, and the plugin's says whether it has taken it.
func greet(conn net.Conn, t Token, me Side, offer *os.File) (*area, error) {
	if err := conn.SetDeadline(time.Now().Add(HelloTimeout)); err != nil {
		return nil, err
	}
	var a *area
	var err error
	if me == HostSide {
		a, err = t.meetPlugin(conn, offer)
	} else {
		a, err = t.meetHost(conn)
	}
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		a.leave()
		return nil, err
	}
	return a, nil
}

// meetPlugin is the host's greeting. The area is to be left also if it fails.
func (t Token) meetPlugin(conn net.Conn, offer *os.File) (*area, error) {
	a, err := t.offer(conn, offer)
	if err != nil {
		return a, err
	}
	taken, gift, err := readHello(conn, t, PluginSide)
	if gift != nil {
		_ = gift.Close()
	}
	if err != nil {
		return a, err
	}
	if taken && a == nil {
		return nil, violation(5, "a hello that takes shared memory, which was not offered")
	}
	if !taken {
		a.leave()
		a = nil
	}
	return a, nil
}

// offer says the host's hello, with memory to share if there is any.
func (t Token) offer(conn net.Conn, shared *os.File) (a *area, err error) {
	if _, ok := conn.(*net.UnixConn); ok && shared != nil {
		a, _ = mapArea(int(shared.Fd()), HostSide) // without it there is the socket
	}
	if a != nil {
		return a, writeWith(conn, t.appendHello(nil, HostSide, flagShared), shared)
	}
	_, err = conn.Write(t.appendHello(nil, HostSide, 0))
	return nil, err
}

// meetHost is the plugin's greeting.
func (t Token) meetHost(conn net.Conn) (*area, error) {
	offered, shared, err := readHello(conn, t, HostSide)
	if shared != nil {
		defer func() { _ = shared.Close() }()
	}
	if err != nil {
		return nil, err
	}
	var a *area
	flags := byte(0)
	if offered && shared != nil {
		if a, _ = mapArea(int(shared.Fd()), PluginSide); a != nil { // without it there is the socket
			flags = flagShared
		}
	}
	_, err = conn.Write(t.appendHello(nil, PluginSide, flags))
	return a, err
}

// readHello reads the hello of one side, and no byte more. It returns whether that has the flag for shared memory, and the file
// that came along.
func readHello(conn net.Conn, t Token, of Side) (flag bool, shared *os.File, err error) {
	var b [headerSize + helloSize]byte
	if shared, err = readFull(conn, b[:]); err != nil {
		return false, shared, err
	}
	h, err := parseHeader(b[:headerSize], 0, of)
	if err != nil {
		return false, shared, err
	}
	if h.kind != kindHello || h.id != 0 {
		return false, shared, violation(4, "a %s frame with id %d, expected hello with id 0", h.kind, h.id)
	}
	body := b[headerSize:]
	if got := body[:len(Feature)]; string(got) != Feature {
		return false, shared, violation(headerSize, "protocol %q, expected %q", got, Feature)
	}
	if subtle.ConstantTimeCompare(body[len(Feature):], t.half(of)) != 1 {
		return false, shared, violation(uint64(headerSize+len(Feature)), "the hello does not show the %s's half of the token", of)
	}
	return h.flags&flagShared != 0, shared, nil
}

func readFull(conn net.Conn, b []byte) (shared *os.File, err error) {
	for n := 0; n < len(b); {
		m, fd, err := readWith(conn, b[n:])
		if fd >= 0 {
			if shared != nil {
				_ = shared.Close()
			}
			shared = os.NewFile(uintptr(fd), "shared memory")
		}
		if err != nil {
			return shared, pdk.Errorf(pdk.CodeUnavailable, "frames", "the hello ended after %d of %d bytes: %s", n, len(b), err)
		}
		n += m
	}
	return shared, nil
}
