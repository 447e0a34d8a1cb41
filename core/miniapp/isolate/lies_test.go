//go:build linux

package isolate

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// say writes a frame as a child would.
func say(k kind, parts ...[]byte) {
	if err := writeFrame(os.Stdout, k, parts...); err != nil {
		os.Exit(1)
	}
}

func sayMessage(text string, parts ...string) {
	all := appendPart(nil, []byte(text))
	for _, p := range parts {
		all = appendPart(all, []byte(p))
	}
	say(kindMessage, all...)
}

// drain reads what the host sends, to its end.
func drain() { _, _ = io.Copy(io.Discard, os.Stdin) }

// lies are children that break the rules.
var lies = map[string]func(){
	"no frame":      func() { fmt.Println("hello, I am a child of good intentions") },
	"ends at once":  func() {},
	"never ready":   func() { say(kindPong); drain() },
	"unknown kind":  func() { say(kindReady); say(99); drain() },
	"a host's kind": func() { say(kindReady); say(kindJob, []byte("{}")); drain() },
	"no JSON":       func() { say(kindReady); sayMessage("{"); drain() },
	"deep JSON":     func() { say(kindReady); sayMessage(`{"log":` + strings.Repeat("[", 1e6)); drain() },
	"deep operation": func() {
		say(kindReady)
		sayMessage(`{"patch":{"page":1,"seq":1,"ops":[[2,1,"a",` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `]]}}`)
		drain()
	},
	"two at once":       func() { say(kindReady); sayMessage(`{"log":{},"error":{}}`); drain() },
	"nothing":           func() { say(kindReady); sayMessage(`{}`); drain() },
	"call without":      func() { say(kindReady); sayMessage(`{"call":{"id":1}}`); drain() },
	"payload of a log":  func() { say(kindReady); sayMessage(`{"log":{}}`, "{}"); drain() },
	"part cut off":      func() { say(kindReady); say(kindMessage, []byte{0, 0, 1, 0, '{'}); drain() },
	"credit":            func() { say(kindReady); say(kindTook, binary.BigEndian.AppendUint32(nil, 1<<31)); drain() },
	"prepared nothing":  func() { say(kindReady); say(kindPrepared); drain() },
	"short credit":      func() { say(kindReady); say(kindTook, []byte{1}); drain() },
	"bad last words":    func() { say(kindReady); say(kindDying, []byte("x")); drain() },
	"flood of calls":    func() { say(kindReady); flood(); drain() },
	"flood of waiting":  func() { say(kindReady); floodSync(); drain() },
	"frame of 4 GB":     func() { say(kindReady); _, _ = os.Stdout.Write([]byte{255, 255, 255, 255, 1}); drain() },
	"silence":           func() { say(kindReady); drain() },
	"deaf":              func() { say(kindReady); <-time.After(time.Hour) },
	"reads other files": readOthers,
}

func flood() {
	for i := range 10_000 {
		sayMessage(fmt.Sprintf(`{"call":{"id":%d,"capability":"never/v1"}}`, i+1), "{}")
	}
}

func floodSync() {
	for i := range 10_000 {
		sayMessage(fmt.Sprintf(`{"call":{"id":%d,"capability":"never/v1","sync":true}}`, i+1), "{}")
	}
}

// readOthers asks for files that are not the program's, and logs what comes.
func readOthers() {
	say(kindReady)
	r := bufio.NewReader(os.Stdin)
	for _, name := range []string{"readme.txt", "/etc/passwd", "../../../../etc/passwd", "", "\x00", strings.Repeat("a/", 1e5)} {
		say(kindRead, []byte(name))
		for {
			k, body, err := readFrame(r)
			if err != nil {
				os.Exit(1)
			}
			if k == kindFile {
				line, _ := json.Marshal(fmt.Sprintf("%.20q %d", name, len(body)))
				sayMessage(`{"log":{"level":"log","message":` + string(line) + `}}`)
				break
			}
		}
	}
	sayMessage(`{"closed":{}}`)
	drain()
}

// TestLies: a child that breaks the rules is ended with a report, and the host and others go on.
func TestLies(t *testing.T) {
	t.Parallel()
	neighbour := open(t, newPool(t, Options{}), page(t, answering))
	neighbour.says("ready")
	for how, want := range map[string]string{
		"no frame": "process-start", "ends at once": "process-start", "never ready": "process-start",
		"silence": "process-hang", "deaf": "process-hang", "reads other files": "",
	} {
		checkLie(t, how, want, neighbour)
	}
	for how := range lies {
		switch how {
		case "no frame", "ends at once", "never ready", "silence", "deaf", "reads other files":
		default:
			checkLie(t, how, "process-protocol", neighbour)
		}
	}
}

// never is a kernel that does not answer.
type never struct{}

func (never) APIs(string) []message.API { return nil }

func (never) Call(ctx context.Context, _ *capability.Call) (pdk.Payload, error) {
	<-ctx.Done()
	return pdk.Payload{}, ctx.Err()
}

func checkLie(t *testing.T, how, want string, neighbour *running) {
	t.Run(how, func(t *testing.T) {
		t.Parallel()
		o := Options{Idle: -1, env: []string{lieEnv + "=" + how}, Hang: patience}
		if want == "process-hang" {
			o.Hang, o.grace = 50*time.Millisecond, 50*time.Millisecond
		}
		pool := newPool(t, o)
		s := open(t, pool, page(t, answering), func(o *miniapp.Options) { o.Kernel = never{} })
		e := s.ends()
		got := ""
		if e != nil {
			got = e.ID
		}
		if got != want {
			t.Errorf("ended with %+v, want %q", e, want)
		}
		if how == "reads other files" {
			s.says(`"readme.txt" 15`)
			for _, name := range []string{`"/etc/passwd" 0`, `"../../../../etc/pass" 0`} {
				s.says(name)
			}
		}
		neighbour.answers()
	})
}
