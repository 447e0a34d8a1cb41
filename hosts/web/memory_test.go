package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// change tells the host what a shell of the current user does.
func (h *host) change(body string) (int, string) {
	h.Helper()
	request, err := http.NewRequest("POST", h.base+"/api/memory", strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	request.Header.Set("Origin", h.base)
	response, err := h.client.Do(request)
	if err != nil {
		h.Fatal(err)
	}
	defer response.Body.Close() // read only
	text, err := io.ReadAll(response.Body)
	if err != nil {
		h.Fatal(err)
	}
	return response.StatusCode, string(text)
}

const ann = `{"userName": "Ann", "telNumber": "1", "detailInfo": "Road"}`

// Each change changes what it names, and nothing else; what cannot be kept is refused and changes nothing.
func TestMemory(t *testing.T) {
	h := startHost(t, nil)
	long := strings.Repeat("x", 1001)
	want := Memory{Recent: []string{}, Favourites: []string{}}
	for _, c := range []struct {
		name, body, refused string
		change              func(m *Memory)
	}{
		{"used", `{"used": "a"}`, "", func(m *Memory) { m.Recent = []string{"a"} }},
		{"another one", `{"used": "b"}`, "", func(m *Memory) { m.Recent = []string{"b", "a"} }},
		{"the first again", `{"used": "a"}`, "", func(m *Memory) { m.Recent = []string{"a", "b"} }},
		{"favourite", `{"favourite": {"app": "b", "on": true}}`, "", func(m *Memory) { m.Favourites = []string{"b"} }},
		{"another favourite", `{"favourite": {"app": "a", "on": true}}`, "", func(m *Memory) { m.Favourites = []string{"b", "a"} }},
		{"no favourite any more", `{"favourite": {"app": "b"}}`, "", func(m *Memory) { m.Favourites = []string{"a"} }},
		{"consent", `{"privacy": 2}`, "", func(m *Memory) { m.Privacy = 2 }},
		{"language", `{"language": "zh-CN"}`, "", func(m *Memory) { m.Language = "zh-CN" }},
		{"address", `{"address": ` + ann + `}`, "", func(m *Memory) {
			m.Addresses = []message.Address{{UserName: "Ann", TelNumber: "1", DetailInfo: "Road"}}
		}},
		{"the same address", `{"address": ` + ann + `}`, "", func(*Memory) {}},
		{"contact", `{"contact": {"displayName": "Bo", "phoneNumber": "2", "phoneNumberList": ["2"]}}`, "", func(m *Memory) {
			m.Contacts = []message.ChosenContact{{DisplayName: "Bo", PhoneNumber: "2", PhoneNumberList: []string{"2"}}}
		}},
		{"place", `{"place": {"name": "Here", "address": "", "latitude": -90, "longitude": 180}}`, "", func(m *Memory) {
			m.Places = []message.Place{{Name: "Here", Latitude: -90, Longitude: 180}}
		}},
		{"the browser's language", `{"language": ""}`, "", func(m *Memory) { m.Language = "" }},

		{"no version", `{"privacy": -1}`, "privacy: expected a version from 0, found -1", nil},
		{"unknown key", `{"usd": "a"}`, `unknown field "usd"`, nil},
		{"a long id", `{"used": "` + long + `"}`, "used: expected at most 256 bytes, found 1001", nil},
		{"no favourite", `{"favourite": {"on": true}}`, "favourite.app: expected a mini-program's id of 1 to 256 bytes, found 0 bytes", nil},
		{"no language", `{"language": "<b>"}`, `language: expected a language such as "en" or "zh-CN", or "" for the browser's, found "<b>"`, nil},
		{"nobody's address", `{"address": {"telNumber": "1", "detailInfo": "x"}}`, "address.userName: expected a text, found none", nil},
		{"a long address", `{"address": {"userName": "A", "telNumber": "1", "detailInfo": "` + long + `"}}`, "address.detailInfo: expected at most 1000 bytes, found 1001", nil},
		{"a contact without number", `{"contact": {"displayName": "Bo"}}`, "contact.phoneNumber: expected a text, found none", nil},
		{"a number too long", `{"contact": {"phoneNumber": "1", "phoneNumberList": ["1", "` + long + `"]}}`, "contact.phoneNumberList[1]: expected at most 1000 bytes, found 1001", nil},
		{"many numbers", `{"contact": {"phoneNumber": "1", "phoneNumberList": [` + strings.Repeat(`"1",`, 20) + `"1"]}}`, "contact.phoneNumberList: expected at most 20 numbers, found 21", nil},
		{"no such latitude", `{"place": {"latitude": 90.1}}`, "place.latitude: expected -90 to 90, found 90.1", nil},
		{"no such longitude", `{"place": {"longitude": -181}}`, "place.longitude: expected -180 to 180, found -181", nil},
		{"one good, one bad", `{"used": "c", "language": "?"}`, "language: expected", nil},
	} {
		code, text := h.change(c.body)
		if c.refused == "" {
			c.change(&want)
			if kept := (Memory{}); code != http.StatusOK || json.Unmarshal([]byte(text), &kept) != nil || !reflect.DeepEqual(kept, want) {
				t.Errorf("%s: %d, %s; want %+v", c.name, code, text, want)
			}
		} else if code != http.StatusBadRequest || !strings.Contains(text, c.refused) {
			t.Errorf("%s: %d %q, want 400 and %q", c.name, code, text, c.refused)
		}
		if got := h.server.memory("local"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: kept is %+v, want %+v", c.name, got, want)
		}
	}
	if got := h.server.memory("guest"); len(got.Recent) != 0 || got.Privacy != 0 || len(got.Addresses) != 0 {
		t.Errorf("another user has %+v", got)
	}
	foreign := http.Header{"Origin": {"http://evil.example"}}
	if got := h.do("POST", "/api/memory", foreign, `{}`).StatusCode; got != http.StatusForbidden {
		t.Errorf("foreign origin: %d", got)
	}
}

// What a browser had kept itself comes behind what the host keeps, and what cannot be read of it is left out.
func TestFormerMemory(t *testing.T) {
	h := startHost(t, nil)
	if code, text := h.change(`{"address": ` + ann + `}`); code != http.StatusOK {
		t.Fatal(code, text)
	}
	former := `{"former": {"language": "ar", "addresses": [7, {"userName": "Bo", "telNumber": "2", "detailInfo": "Way"}, {"userName": 1}, ` + ann + `],
		"contacts": [{"displayName": "no number"}], "places": [{"latitude": 900}, {"name": "There", "latitude": 1, "longitude": 2}]}}`
	want := Memory{Recent: []string{}, Favourites: []string{}, Language: "ar",
		Addresses: []message.Address{{UserName: "Ann", TelNumber: "1", DetailInfo: "Road"}, {UserName: "Bo", TelNumber: "2", DetailInfo: "Way"}},
		Places:    []message.Place{{Name: "There", Latitude: 1, Longitude: 2}}}
	for range 2 { // another browser of the user has the same
		if code, text := h.change(former); code != http.StatusOK {
			t.Fatal(code, text)
		}
		if got := h.server.memory("local"); !reflect.DeepEqual(got, want) {
			t.Fatalf("kept is %+v, want %+v", got, want)
		}
	}
	if code, _ := h.change(`{"former": {"language": "en"}}`); code != http.StatusOK || h.server.memory("local").Language != "ar" {
		t.Errorf("%d, %+v; want the language that was chosen since", code, h.server.memory("local"))
	}
	if code, _ := h.change(`{"language": "", "former": {"language": "<b>"}}`); code != http.StatusOK || h.server.memory("local").Language != "" {
		t.Errorf("%d, %+v; want no language", code, h.server.memory("local"))
	}
}

// However many addresses a user gives, the last ten are kept.
func TestMemoryIsBounded(t *testing.T) {
	h := startHost(t, nil)
	for i := range 13 {
		if code, text := h.change(fmt.Sprintf(`{"address": {"userName": "%d", "telNumber": "1", "detailInfo": "x"}, "used": "app-%d"}`, i, i)); code != http.StatusOK {
			t.Fatal(code, text)
		}
	}
	if m := h.server.memory("local"); len(m.Addresses) != maxGiven || m.Addresses[0].UserName != "12" || len(m.Recent) != 13 {
		t.Errorf("%+v", m)
	}
}

// All windows of a user hear of a change, those of others do not; one that connects hears what is kept.
func TestMemoryReachesAllWindows(t *testing.T) {
	h := startHost(t, nil)
	h.change(`{"language": "ar"}`)
	one, two, stranger := h.window(), h.window(), shellOf(t, h.server, "guest")
	for name, next := range map[string]func() ToShell{"one": one, "two": two} {
		if m := next(); m.Memory == nil || m.Memory.Language != "ar" {
			t.Errorf("%s connects and hears %+v", name, m)
		}
	}
	h.change(`{"language": "he"}`)
	for name, next := range map[string]func() ToShell{"one": one, "two": two} {
		if m := next(); m.Memory == nil || m.Memory.Language != "he" {
			t.Errorf("%s hears %+v", name, m)
		}
	}
	h.server.shells.send("guest", ToShell{Apps: true})
	if m := stranger(); !m.Apps {
		t.Errorf("another user hears %+v", m)
	}
}

// window connects to the host as a shell does, and returns how to wait for its next message.
func (h *host) window() func() ToShell {
	h.Helper()
	socket, _, err := websocket.Dial(h.Context(), "ws"+strings.TrimPrefix(h.base, "http")+"/api/shell", &websocket.DialOptions{ //nolint:bodyclose // the library's
		HTTPClient: h.client, HTTPHeader: http.Header{"Origin": {h.base}},
	})
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = socket.CloseNow() })
	return func() (m ToShell) {
		h.Helper()
		_, data, err := socket.Read(h.Context())
		if err == nil {
			err = json.Unmarshal(data, &m)
		}
		if err != nil {
			h.Fatal(err)
		}
		return m
	}
}

// The frames that come after the user has chosen a language are in it, of mini-programs that were open before, too.
func TestLanguageReachesOpenMiniPrograms(t *testing.T) {
	h := startHost(t, nil)
	h.open("shop")
	x := h.server.sessionOf("local", "shop")
	language := func() string {
		x.mu.Lock()
		defer x.mu.Unlock()
		return x.phone.Language
	}
	before := language()
	for _, c := range []struct{ body, want string }{{`{"used": "shop"}`, before}, {`{"language": "zh-TW"}`, "zh_TW"}, {`{"language": ""}`, "zh_TW"}} {
		if code, text := h.change(c.body); code != http.StatusOK || language() != c.want {
			t.Errorf("%s: %d %s, %q; want %q", c.body, code, text, language(), c.want)
		}
	}
}

// FuzzMemoryChange: whatever a shell says is refused, or leaves a memory that is in bounds and stays as it is when it is read again.
func FuzzMemoryChange(f *testing.F) {
	for _, s := range []string{
		`{"used": "a", "privacy": 1, "language": "en", "favourite": {"app": "a", "on": true}}`, `{"address": ` + ann + `}`,
		`{"former": {"language": "xx", "addresses": [null, {}], "contacts": [[]], "places": [{"latitude": 1e999}]}}`, `{"place": null}`,
	} {
		f.Add([]byte(s), []byte(s))
	}
	f.Fuzz(func(t *testing.T, one, two []byte) {
		m := Memory{}
		for _, data := range [][]byte{one, two, one} {
			var c MemoryChange
			if json.Unmarshal(data, &c) != nil || c.check() != nil {
				continue
			}
			m = m.with(c)
		}
		m = m.tidy()
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var again Memory
		if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again.tidy(), m) {
			t.Errorf("%s is read as %+v, %v; want %+v", text, again.tidy(), err, m)
		}
		if len(m.Addresses) > maxGiven || len(m.Contacts) > maxGiven || len(m.Places) > maxGiven || len(m.Recent) > maxRecent || len(m.Language) > 64 {
			t.Errorf("too much is kept: %s", text)
		}
	})
}

// Who takes their consent back has nothing left open, in any window; other users' mini-programs go on.
func TestConsentIsTakenBack(t *testing.T) {
	h := startHost(t, nil)
	tell := func(privacy string) {
		t.Helper()
		if code, text := h.change(`{"privacy": ` + privacy + `}`); code != http.StatusOK {
			t.Fatalf("privacy %s: %d %s", privacy, code, text)
		}
	}
	tell("2")
	h.open("shop")
	x := h.server.sessionOf("local", "shop")
	if x == nil {
		t.Fatal("the mini-program is not open")
	}
	tell("2")
	tell("3")
	if h.server.sessionOf("local", "shop") != x {
		t.Fatal("who agrees has lost what was open")
	}
	tell("0")
	<-x.life.Done()
	if h.server.sessionOf("local", "shop") != nil {
		t.Error("it is open still")
	}
	// Another window of the user has not heard of it yet: what it says of favourites is no consent.
	if code, text := h.change(`{"used": "shop"}`); code != http.StatusOK {
		t.Fatalf("favourites: %d %s", code, text)
	}
	if m := h.server.memory("local"); m.Privacy != 0 || len(m.Recent) != 1 {
		t.Errorf("%+v is remembered, want what was used, and no consent", m)
	}
}

// someTheme is a file that takes every change but one.
type someTheme struct{ saved bool }

func (s *someTheme) Change(changes []Setting, _ map[string][]byte, save bool) (ThemeState, error) {
	for _, c := range changes {
		if c.Path == "name" {
			return ThemeState{}, errors.New("not part of the look")
		}
	}
	s.saved = s.saved || save
	return ThemeState{File: "superapp.yaml"}, nil
}

// The theme editor is there only where it was asked for, and only for who has the token.
func TestThemeIsGuarded(t *testing.T) {
	without := startHost(t, nil)
	for _, path := range []string{"/theme", "/api/theme"} {
		if got := without.do("GET", path, nil, "").StatusCode; got != http.StatusNotFound {
			t.Errorf("%s of a host that only runs: %d", path, got)
		}
	}
	theme := &someTheme{}
	h := startHost(t, func(c *Config) { c.Theme = theme })
	own, foreign := http.Header{"Origin": {h.base}}, http.Header{"Origin": {"http://evil.example"}}
	for _, c := range []struct {
		name, method, path string
		header             http.Header
		body               string
		want               int
	}{
		{"page", "GET", "/theme", nil, "", http.StatusOK},
		{"tried", "POST", "/api/theme", own, `{"changes": [{"path": "ui.mode", "value": "dark"}], "save": false}`, http.StatusOK},
		{"refused", "POST", "/api/theme", own, `{"changes": [{"path": "name", "value": "x"}], "save": true}`, http.StatusUnprocessableEntity},
		{"malformed", "POST", "/api/theme", own, `{`, http.StatusBadRequest},
		{"foreign", "POST", "/api/theme", foreign, `{"changes": [], "save": true}`, http.StatusForbidden},
	} {
		if got := h.do(c.method, c.path, c.header.Clone(), c.body).StatusCode; got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if theme.saved {
		t.Error("it was saved")
	}
	h.client.Jar = nil
	if got := h.do("GET", "/theme", nil, "").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("without a login: %d", got)
	}
	if got := h.do("GET", "/?preview", nil, "").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("preview without a login: %d", got)
	}
}
