//go:build desktop

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/webview/webview_go"
)

// patchOf is a patch of about so many bytes, as JSON.
func patchOf(size int) string {
	const op = `[3,17,"price","¥12.50"],`
	return "[" + strings.Repeat(op, max(size/len(op), 1)) + "0]"
}

// patches by the name that the page asks for them with.
var patches = map[string]string{"small": patchOf(100), "large": patchOf(64 << 10)}

// page asks for each patch by each bridge again and again, one after the other, and parses it as the view client does.
const page = `<!doctype html><script>
async function rate(ask) {
  const end = performance.now() + 1500;
  let n = 0, start = performance.now();
  while (performance.now() < end) { if (!Array.isArray(await ask())) throw new Error("no patch"); n++; }
  return n * 1000 / (performance.now() - start);
}
addEventListener("load", () => {
  const socket = new WebSocket("ws://" + location.host + "/ws");
  let resolve;
  socket.onmessage = (e) => resolve(JSON.parse(e.data));
  const overSocket = (size) => new Promise((r) => { resolve = r; socket.send(size); });
  socket.onopen = async () => {
    const out = {};
    try {
      for (const size of ["small", "large"]) {
        await patch(size); await overSocket(size);
        out["bind-" + size] = await rate(() => patch(size));
        out["socket-" + size] = await rate(() => overSocket(size));
      }
      done(JSON.stringify(out));
    } catch (e) { done("failed: " + e); }
  };
});
</script>`

func measure() error {
	server := httptest.NewServer(http.HandlerFunc(serve))
	defer server.Close()
	w := webview.New(false)
	defer w.Destroy()
	result := errors.New("the page did not answer")
	err := errors.Join(
		w.Bind("patch", func(size string) rawJSON { return rawJSON(patches[size]) }),
		w.Bind("done", func(text string) {
			result = nil
			if strings.HasPrefix(text, "{") {
				fmt.Println(text)
			} else {
				result = errors.New(text)
			}
			w.Terminate()
		}),
	)
	if err != nil {
		return err
	}
	stop := time.AfterFunc(time.Minute, func() { w.Dispatch(w.Terminate) })
	defer stop.Stop()
	w.Navigate(server.URL)
	w.Run()
	return result
}

// rawJSON goes to the page as it is.
type rawJSON string

// MarshalJSON implements json.Marshaler.
func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/ws" {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(page))
		return
	}
	socket, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = socket.CloseNow() }()
	for ctx := context.Background(); ; {
		_, size, err := socket.Read(ctx)
		if err != nil {
			return
		}
		if err := socket.Write(ctx, websocket.MessageText, []byte(patches[string(size)])); err != nil {
			return
		}
	}
}
