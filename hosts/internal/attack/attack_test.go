package attack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, a := range All() {
		if a.Name == "" || a.Try == "" || a.Want == "" || seen[a.Name] {
			t.Errorf("attack %q is there twice, or is not whole", a.Name)
		}
		seen[a.Name] = true
	}
	if len(seen) < 206 {
		t.Errorf("%d attacks; none may be lost", len(seen))
	}
	for name := range inWebKit {
		if !seen[name] {
			t.Errorf("WebKit answers %q, which is no attack", name)
		}
	}
	if sent := Sent(); seen[sent.Name] || sent.Want == "" {
		t.Errorf("%+v is among the others, or is not whole", sent)
	}
	framed := Framed()
	if len(framed) < 30 {
		t.Errorf("%d attacks by frames", len(framed))
	}
	for _, a := range framed {
		if !seen[a.Name] {
			t.Errorf("%q is not among all", a.Name)
		}
	}
}

func TestInWebKit(t *testing.T) {
	t.Parallel()
	before := All()
	for i, a := range InWebKit(before) {
		want := before[i].Want
		if other, ok := inWebKit[a.Name]; ok {
			want = other
		}
		if a.Name != before[i].Name || a.Try != before[i].Try || a.Want != want {
			t.Errorf("%+v, want what %q says in WebKit", a, want)
		}
	}
	if !slices.Equal(before, All()) {
		t.Error("the table has changed")
	}
}

func TestStops(t *testing.T) {
	t.Parallel()
	all := Stops()
	if len(all) != len(stops) || all[0] != fmt.Sprintf("stays %d", len(departures)+1) {
		t.Errorf("%q for %q", all, stops)
	}
	want := slices.Clone(all)
	if want = slices.Delete(want, 2, 3); !slices.Equal(StopsInWebKit(), want) {
		t.Errorf("in WebKit %q, want %q", StopsInWebKit(), want)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	out, listed := NewTrap(t), NewListed(t)
	for _, stays := range []bool{false, true} {
		files := Files("h5.x", `, "csp": {}`, append(All(), Sent()), Places{Out: out, Listed: listed, Stays: stays})
		if !json.Valid([]byte(files["manifest.json"])) {
			t.Errorf("manifest.json is no JSON: %s", files["manifest.json"])
		}
		for _, name := range []string{"attack.js", "early.js", "written.js", "ran.js"} {
			for _, e := range api.Transform(files[name], api.TransformOptions{}).Errors {
				t.Errorf("%s:%d: %s", name, e.Location.Line, e.Text)
			}
		}
		script := files["attack.js"]
		for _, place := range []string{"@OUT@", "@LISTED@", "@STUN@", "@PEER@", "@TRIES@", "@DEPARTURES@", "@STAY@"} {
			for name, text := range files {
				if strings.Contains(text, place) {
					t.Errorf("%s still has %s", name, place)
				}
			}
		}
		for _, want := range []string{out.URL, listed.URL, out.Datagrams.LocalAddr().String(), Departures()[0]} {
			if !strings.Contains(script, want) {
				t.Errorf("the attacker is not told %s", want)
			}
		}
		from := map[bool]int{true: 1, false: len(Departures()) + 1}[stays]
		if !strings.Contains(script, fmt.Sprintf("if (next < %d) return", from)) {
			t.Errorf("stays: %v, which the script does not know", stays)
		}
	}
}

func TestResult(t *testing.T) {
	t.Parallel()
	tried := []Attack{{"a", "1", "refused"}, {"b", "2", "nothing"}, {"c", "3", "null"}}
	got, err := Result(`done {"a": "refused late", "b": "WENT"}`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`b: "WENT", want "nothing"`, `c: "not tried", want "null"`}
	if succeeded := Succeeded(tried, got); !slices.Equal(succeeded, want) {
		t.Errorf("succeeded: %q, want %q", succeeded, want)
	}
	for _, bad := range []string{"", "leaving 1", "done ", "done [1]"} {
		if _, err := Result(bad); err == nil {
			t.Errorf("Result(%q) has no error", bad)
		}
	}
}

// A trap notes requests, connections and datagrams; a listed host redirects, and takes reports.
func TestHosts(t *testing.T) {
	t.Parallel()
	out, listed := NewTrapAt(t, "127.0.0.1:0"), NewListed(t)
	if came := out.Visits(); len(came) > 0 {
		t.Errorf("%q before anybody came", came)
	}
	r, err := http.Post(listed.URL+"/report", "text/plain", strings.NewReader("done {}"))
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if said := <-listed.Reports; said != "done {}" {
		t.Errorf("reported %q", said)
	}
	if r, err = http.Get(listed.URL + "/redirect?to=" + out.URL + "/secret"); err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	<-out.Connected
	c, err := net.Dial("udp", out.Datagrams.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	host := strings.TrimPrefix(out.URL, "http://")
	want := []string{host + "/secret", "a connection", "a datagram"}
	for !slices.Equal(out.Visits(), want) {
		if _, err := c.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
}

// A port that is free for connections alone is not the last one that is tried, but there is a last one.
func TestPair(t *testing.T) {
	t.Parallel()
	asked := 0
	taken := func(network, address string) (net.PacketConn, error) {
		if asked++; asked < 3 {
			return nil, syscall.EADDRINUSE
		}
		return net.ListenPacket(network, address)
	}
	if _, _, err := pair("127.0.0.1:0", 2, taken); !errors.Is(err, syscall.EADDRINUSE) || asked != 2 {
		t.Errorf("asked %d times: %v, want 2 times and %v", asked, err, syscall.EADDRINUSE)
	}
	asked = 0
	listener, packets, err := pair("127.0.0.1:0", 3, taken)
	if err != nil || asked != 3 {
		t.Fatalf("asked %d times: %v, want 3 times and nothing", asked, err)
	}
	if listener.Addr().String() != packets.LocalAddr().String() {
		t.Errorf("connections at %v, datagrams at %v", listener.Addr(), packets.LocalAddr())
	}
	if err := errors.Join(listener.Close(), packets.Close()); err != nil {
		t.Error(err)
	}
}
