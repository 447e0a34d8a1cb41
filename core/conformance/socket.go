package conformance

import (
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
