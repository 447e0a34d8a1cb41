package frames

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"net"
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

func (t Token) appendHello(dst []byte, s Side) []byte {
	dst = appendHeader(dst, header{size: helloSize, kind: kindHello})
	return append(append(dst, Feature...), t.half(s)...)
}

// greet exchanges hellos. The host speaks first; the plugin says nothing to a stranger.
func greet(conn net.Conn, t Token, me Side) error {
	if err := conn.SetDeadline(time.Now().Add(HelloTimeout)); err != nil {
		return err
	}
	if me == HostSide {
		if _, err := conn.Write(t.appendHello(nil, me)); err != nil {
			return err
		}
	}
	if err := readHello(conn, t, !me); err != nil {
		return err
	}
	if me == PluginSide {
		if _, err := conn.Write(t.appendHello(nil, me)); err != nil {
			return err
		}
	}
	return conn.SetDeadline(time.Time{})
}

// readHello reads the hello of one side, and no byte more.
func readHello(conn net.Conn, t Token, of Side) error {
	var b [headerSize + helloSize]byte
	if err := readFull(conn, b[:]); err != nil {
		return err
	}
	h, err := parseHeader(b[:headerSize], 0, of)
	if err != nil {
		return err
	}
	if h.kind != kindHello || h.id != 0 {
		return violation(4, "a %s frame with id %d, expected hello with id 0", h.kind, h.id)
	}
	body := b[headerSize:]
	if got := body[:len(Feature)]; string(got) != Feature {
		return violation(headerSize, "protocol %q, expected %q", got, Feature)
	}
	if subtle.ConstantTimeCompare(body[len(Feature):], t.half(of)) != 1 {
		return violation(uint64(headerSize+len(Feature)), "the hello does not show the %s's half of the token", of)
	}
	return nil
}

func readFull(conn net.Conn, b []byte) error {
	for n := 0; n < len(b); {
		m, err := conn.Read(b[n:])
		if err != nil {
			return pdk.Errorf(pdk.CodeUnavailable, "frames", "the hello ended after %d of %d bytes: %s", n, len(b), err)
		}
		n += m
	}
	return nil
}
