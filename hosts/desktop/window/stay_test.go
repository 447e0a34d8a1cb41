package window

import (
	"encoding/json"
	"testing"
)

func TestStays(t *testing.T) {
	t.Parallel()
	o := Open{URL: "http://127.0.0.1:5000/?token=t#/window/a", Stay: Stay{Stays: true, Hosts: []string{"map.example", "*.tiles.example:*"}}}
	for _, c := range []struct {
		address    string
		goes, save bool
	}{
		{"http://127.0.0.1:5000/f/key/h5/index.html", true, false},
		{"http://127.0.0.1:5000", true, false},
		{"http://127.0.0.1:5001/", false, false},
		{"https://127.0.0.1:5000/", false, false},
		{"http://localhost:5000/", false, false},
		{"http://127.0.0.1:5000@evil.example/", false, false},
		{"http://127.0.0.1:5000.evil.example/", false, false},
		{"https://map.example/x?y", true, false},
		{"http://map.example/", false, false},
		{"https://map.example:444/", false, false},
		{"https://a.tiles.example:8443/", true, false},
		{"https://tiles.example/", false, false},
		{"https://a.map.example/", false, false},
		{"about:blank", true, false},
		{"about:srcdoc", true, false},
		{"blob:http://127.0.0.1:5000/8d5b", true, true},
		{"blob:http://127.0.0.1:50001/8d5b", false, false},
		{"blob:null/8d5b", false, false},
		{"data:text/html,x", false, false},
		{"file:///etc/passwd", false, false},
		{"javascript:1", false, false},
		{"mailto:a@b.example", false, false},
		{"webkit://gpu", false, false},
		{"http://[", false, false},
		{"", false, false},
	} {
		if got := o.mayGo(c.address); got != c.goes {
			t.Errorf("mayGo(%q) = %v, want %v", c.address, got, c.goes)
		}
		if got := o.maySave(c.address); got != c.save {
			t.Errorf("maySave(%q) = %v, want %v", c.address, got, c.save)
		}
	}
	free := Open{URL: o.URL}
	if !free.mayGo("https://anywhere.example/") || !free.maySave("https://anywhere.example/") {
		t.Error("a window that need not stay does")
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"http://a.example:8/secret?x#y": "http://a.example:8", "http://user:pass@a.example/": "http://a.example",
		"data:text/html,secret": "data:", "http://[": "an address that is none",
	} {
		if got := place(address); got != want {
			t.Errorf("place(%q) = %q, want %q", address, got, want)
		}
	}
}

// Another list comes over the pipe, and takes the place of the first one.
func TestStayAnew(t *testing.T) {
	t.Parallel()
	o := Open{URL: "http://127.0.0.1:5000/", Stay: Stay{Stays: true, Hosts: []string{"old.example"}}}
	for _, c := range []struct {
		stay                 Stay
		goesOld, goesAnother bool
	}{
		{Stay{Stays: true, Hosts: []string{"another.example"}}, false, true},
		{Stay{Stays: true}, false, false},
		{Stay{}, true, true},
	} {
		line, err := json.Marshal(Order{Stay: &c.stay})
		if err != nil {
			t.Fatal(err)
		}
		order, err := decode[Order](line)
		if err != nil || order.Stay == nil || !order.Stay.Equal(c.stay) {
			t.Fatalf("%s is %+v, %v", line, order, err)
		}
		o.Stay = *order.Stay
		if old, another := o.mayGo("https://old.example/"), o.mayGo("https://another.example/"); old != c.goesOld || another != c.goesAnother {
			t.Errorf("with %+v it goes to the old host: %v, to another: %v; want %v, %v", c.stay, old, another, c.goesOld, c.goesAnother)
		}
	}
}

// FuzzStays: an address that pages choose leads nowhere but to the host's own origin, and to the hosts that are listed.
func FuzzStays(f *testing.F) {
	f.Add("http://127.0.0.1:5000/x")
	f.Add("http://127.0.0.1:5000@evil.example")
	f.Add("blob:http://127.0.0.1:5000/")
	f.Add("https://map.example:443\\@evil")
	o := Open{URL: "http://127.0.0.1:5000/", Stay: Stay{Stays: true, Hosts: []string{"map.example"}}}
	f.Fuzz(func(t *testing.T, address string) {
		if o.maySave(address) && !o.mayGo(address) {
			t.Fatalf("%q may be saved and not gone to", address)
		}
		if !o.mayGo(address) {
			return
		}
		switch p := place(address); p {
		case o.own(), "https://map.example", "https://map.example:443", "https://MAP.example", "about:", "blob:":
		default:
			if len(p) < 8 || p[:8] != "https://" {
				t.Fatalf("%q leads to %q", address, p)
			}
		}
	})
}
