//go:build linux

package e2e

import (
	"net"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/dougong-dev/dougong/hosts/internal/attack"
)

// nowhere is the address of every name that names answers.
var nowhere = [4]byte{10, 66, 0, 1}

// names is the only name server there is: it notes who is looked up, and says that everybody is the trap.
type names struct {
	*attack.Trap // what came to a name that was looked up

	mu    sync.Mutex
	asked []string
}

func newNames(t *testing.T) *names {
	t.Helper()
	packets, err := net.ListenPacket("udp", "127.0.0.1:53")
	if err != nil {
		t.Fatal(err)
	}
	n := &names{Trap: attack.NewTrapAt(t, net.IP(nowhere[:]).String()+":80")}
	var served sync.WaitGroup
	served.Go(func() {
		buf := make([]byte, 1500)
		for {
			size, from, err := packets.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer := n.answer(buf[:size]); answer != nil {
				_, _ = packets.WriteTo(answer, from)
			}
		}
	})
	t.Cleanup(func() {
		_ = packets.Close() // it ends the one who reads
		served.Wait()
	})
	return n
}

// answer is what is said to a question; nil to what is none.
func (n *names) answer(packet []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(packet) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	n.mu.Lock()
	n.asked = append(n.asked, strings.ToLower(strings.TrimSuffix(q.Name.String(), ".")))
	n.mu.Unlock()
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	if q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}, Body: &dnsmessage.AResource{A: nowhere}}}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}

// control has another program look a name up: it must be seen, and is forgotten then.
func (n *names) control(t *testing.T) {
	t.Helper()
	const name = "control.leak.test"
	out, err := exec.Command("getent", "ahostsv4", name).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), net.IP(nowhere[:]).String()) {
		t.Fatalf("%s is at %q, %v", name, out, err)
	}
	if asked := n.lookedUp(); !slices.Equal(asked, []string{name}) {
		t.Fatalf("%q were looked up, want %s alone", asked, name)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = nil
}

// lookedUp are the different names that were asked for, sorted.
func (n *names) lookedUp() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(n.asked)))
}
