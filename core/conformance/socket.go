package conformance

import (
	"net"
	"net/http"

	"github.com/coder/websocket"
)

// maxMessage is the largest message of a WebSocket that is echoed.
const maxMessage = 8 << 20

// echoSocket sends back what it receives, until the other side closes.
func echoSocket(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = c.CloseNow() }() // closed by the other side as a rule
	c.SetReadLimit(maxMessage)
	for {
		kind, data, err := c.Read(r.Context())
		if err != nil || c.Write(r.Context(), kind, data) != nil {
			return
		}
	}
}

// maxDatagram is more than a datagram holds.
const maxDatagram = 64 << 10

// echoDatagrams sends back what it receives, until it is closed.
func echoDatagrams(c net.PacketConn) {
	buffer := make([]byte, maxDatagram)
	for {
		n, from, err := c.ReadFrom(buffer)
		if err != nil {
			return
		}
		_, _ = c.WriteTo(buffer[:n], from) // who asked may be gone
	}
}
