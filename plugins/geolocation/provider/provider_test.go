package provider_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
	"github.com/dougong-dev/dougong/plugins/geolocation/provider"
)

type args map[string]any

type location struct {
	Latitude, Longitude, Altitude, Accuracy, Speed, Direction float64
}

// rig is a provider with a clock of its own.
type rig struct {
	*pdktest.Host
	t      *testing.T
	now    time.Time
	plugin *pdk.Plugin
}

// replace puts a fresh instance in the plugin's place.
func (r *rig) replace() {
	p := provider.New(func() time.Time { return r.now })
	r.plugin.Capabilities[provider.Capability], r.plugin.Configure = p.Methods(), p.Configure
}

func start(t *testing.T, config any) *rig {
	t.Helper()
	r := &rig{t: t, now: time.Unix(1_750_000_000, 0)}
	r.plugin = pdk.New("dougong.geolocation", "1.0.0")
	r.replace()
	r.Host = pdktest.New(t, r.plugin)
	if config != nil {
		if err := r.Configure(config); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func (r *rig) locate(method string, in args) location {
	r.t.Helper()
	var out location
	if err := r.Call(provider.Capability, method, in, &out); err != nil {
		r.t.Fatalf("%s(%v): %v", method, in, err)
	}
	return out
}

func (r *rig) fails(method string, in args, code int, part string) {
	r.t.Helper()
	err := r.Call(provider.Capability, method, in, nil)
	if e := pdk.AsError(err); e == nil || e.Code != code || !strings.Contains(e.Message, part) {
		r.t.Errorf("%s(%v): %v, want code %d with %q", method, in, err, code, part)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

var shenzhen = args{"sources": []args{{"fixed": args{"latitude": 22.543847, "longitude": 113.912316, "altitude": 12, "accuracy": 5}}}}

func TestFixedPoint(t *testing.T) {
	t.Parallel()
	r := start(t, shenzhen)
	got := r.locate("getLocation", nil)
	if got != (location{22.543847, 113.912316, 0, 5, -1, -1}) {
		t.Errorf("wgs84: %+v", got)
	}
	got = r.locate("getLocation", args{"type": "gcj02", "altitude": "true"})
	if !near(got.Latitude, 22.5407961) || !near(got.Longitude, 113.9171765) || got.Altitude != 12 {
		t.Errorf("gcj02 with altitude: %+v", got)
	}
	got = r.locate("getFuzzyLocation", nil)
	if got.Latitude != 22.525 || got.Longitude != 113.925 {
		t.Errorf("fuzzy: %+v", got)
	}
	r.fails("getLocation", args{"type": "mars"}, pdk.CodeInvalidParams, "type: expected wgs84 or gcj02")
}

func TestFixedPointGivenInGCJ02(t *testing.T) {
	t.Parallel()
	r := start(t, args{"sources": []args{{"fixed": args{"latitude": 22.5407961, "longitude": 113.9171765, "system": "gcj02"}}}})
	if got := r.locate("getLocation", nil); !near(got.Latitude, 22.543847) || !near(got.Longitude, 113.912316) {
		t.Errorf("%+v", got)
	}
}

const gpx = `<gpx><trk><trkseg>
<trkpt lat="0" lon="0"><time>2026-01-01T00:00:00Z</time></trkpt>
<trkpt lat="0" lon="0.01"><time>2026-01-01T00:01:40Z</time></trkpt>
</trkseg></trk></gpx>`

func TestReplay(t *testing.T) {
	t.Parallel()
	r := start(t, args{"sources": []args{{"gpx": args{"track": gpx, "speed": 2}}}})
	r.now = r.now.Add(25 * time.Second)
	if got := r.locate("getLocation", nil); !near(got.Longitude, 0.005) || !near(got.Direction, 90) || math.Abs(got.Speed-22.239) > 0.01 {
		t.Errorf("after 25 s at double speed: %+v", got)
	}
	r.now = r.now.Add(time.Hour)
	if got := r.locate("getLocation", nil); !near(got.Longitude, 0.01) {
		t.Errorf("at the end: %+v", got)
	}
}

func TestAddressLookup(t *testing.T) {
	t.Parallel()
	r := start(t, args{"sources": []args{{"ip": args{"url": "https://geo.example.com/me", "latitude": "data.lat", "longitude": "data.lng", "keep_seconds": 60}}}})
	asked, body, status := 0, `{"data":{"lat":"31.5","lng":-120.25}}`, 200
	r.HTTP = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		asked++
		if q.URL.String() != "https://geo.example.com/me" && q.URL.Path != "/me" {
			t.Errorf("asked %s", q.URL)
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
	for range 2 {
		if got := r.locate("getLocation", nil); got.Latitude != 31.5 || got.Longitude != -120.25 || got.Accuracy != 5000 {
			t.Errorf("%+v", got)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times within the time that an answer is good for", asked)
	}
	r.now = r.now.Add(2 * time.Minute)
	for _, c := range []struct {
		status int
		body   string
		want   string
	}{
		{500, `{}`, "the service answered 500"}, {200, `<html>`, "not JSON"}, {200, `{"data":1}`, `no field "data.lat"`},
		{200, `{"data":{"lat":100,"lng":0}}`, `field "data.lat"`}, {200, `{"data":{"lat":null}}`, `field "data.lat"`},
	} {
		status, body = c.status, c.body
		r.fails("getLocation", nil, 20001, c.want)
	}
}

func TestSourcesAreAskedInTurn(t *testing.T) {
	t.Parallel()
	r := start(t, args{"sources": []args{{"ip": args{"url": "https://geo.example.com/me"}}, {"fixed": args{"latitude": 1, "longitude": 2}}}})
	if got := r.locate("getLocation", nil); got.Latitude != 1 || got.Longitude != 2 {
		t.Errorf("%+v", got)
	}
	start(t, nil).fails("getLocation", nil, 20001, "no source of locations is configured")
	start(t, args{}).fails("startLocationUpdate", nil, 20001, "no source")
}

func TestUpdates(t *testing.T) {
	t.Parallel()
	r := start(t, args{"interval_ms": 500, "sources": []args{{"gpx": args{"track": gpx}}}})
	call := func(method string) {
		t.Helper()
		if err := r.Call(provider.Capability, method, args{"type": "wgs84"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	r.fails("stopLocationUpdate", nil, 20002, "not running")
	call("startLocationUpdate")
	call("startLocationUpdate") // replaces the first series, whose timer comes to nothing
	if timers := r.Timers(); len(timers) != 2 {
		t.Fatalf("timers: %v", timers)
	}
	for i := range 3 {
		if timers := r.Timers(); i > 0 && (len(timers) != 1 || timers[0] != 500*time.Millisecond) {
			t.Fatalf("timers before event %d: %v", i, timers)
		}
		r.now = r.now.Add(10 * time.Second)
		if err := r.Fire(); err != nil {
			t.Fatal(err)
		}
	}
	events := r.Events()
	if len(events) != 3 || events[2].Name != "locationChange" || events[2].Info.App != "app.test" {
		t.Fatalf("events: %+v", events)
	}
	var last location
	if err := events[2].Decode(&last); err != nil || !near(last.Longitude, 0.003) {
		t.Errorf("after 30 s: %+v %v", last, err)
	}
	call("stopLocationUpdate")
	if err := r.Fire(); err != nil || len(r.Events()) != 3 || len(r.Timers()) != 0 {
		t.Errorf("after stop: %v, %d events, timers %v", err, len(r.Events()), r.Timers())
	}
}

// A timer of a series that was stopped must not drive the series that was started after it.
func TestUpdatesStoppedAndStarted(t *testing.T) {
	t.Parallel()
	r := start(t, shenzhen)
	for _, method := range []string{"startLocationUpdate", "stopLocationUpdate", "startLocationUpdate"} {
		if err := r.Call(provider.Capability, method, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Fire(); err != nil || len(r.Events()) != 1 || len(r.Timers()) != 1 {
		t.Errorf("%v: %d events, %d timers; want one of each", err, len(r.Events()), len(r.Timers()))
	}
}

// The host may replace the module's instance at any time; a series goes on in the next one.
func TestUpdatesOutliveTheInstance(t *testing.T) {
	t.Parallel()
	r := start(t, shenzhen)
	if err := r.Call(provider.Capability, "startLocationUpdate", args{"type": "gcj02"}, nil); err != nil {
		t.Fatal(err)
	}
	r.replace()
	if err := r.Configure(shenzhen); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.Fire(); err != nil {
			t.Fatal(err)
		}
	}
	var last location
	events := r.Events()
	if len(events) != 2 || events[1].Decode(&last) != nil || !near(last.Latitude, 22.5407961) {
		t.Errorf("events %+v", events)
	}
	if err := r.Call(provider.Capability, "stopLocationUpdate", nil, nil); err != nil {
		t.Error(err)
	}
	if err := r.Fire(); err != nil || len(r.Events()) != 2 || len(r.Timers()) != 0 {
		t.Errorf("after stop: %v, %d events, timers %v", err, len(r.Events()), r.Timers())
	}
	r.fails("stopLocationUpdate", nil, 20002, "not running")
}

func TestUpdateFailureIsToldOnce(t *testing.T) {
	t.Parallel()
	r := start(t, shenzhen)
	if err := r.Call(provider.Capability, "startLocationUpdate", nil, nil); err != nil {
		t.Fatal(err)
	}
	_ = r.Configure(args{})
	for range 3 {
		_ = r.Fire()
	}
	_ = r.Configure(shenzhen)
	_ = r.Fire()
	var names []string
	for _, e := range r.Events() {
		names = append(names, e.Name)
	}
	if got := strings.Join(names, " "); got != "locationChangeError locationChange" {
		t.Errorf("events: %s", got)
	}
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	r := start(t, shenzhen)
	for want, config := range map[string]any{
		"unknown field":      args{"source": 1},
		"expected one of":    args{"sources": []args{{}}},
		"nowhere on earth":   args{"sources": []args{{"fixed": args{"latitude": 91}}}},
		"not GPX":            args{"sources": []args{{"gpx": args{"track": "x"}}}},
		"url is missing":     args{"sources": []args{{"ip": args{}}}},
		"expected wgs84":     args{"sources": []args{{"fixed": args{"system": "bd09"}}}},
		"sources[1]: gpx: s": args{"sources": []args{{"fixed": args{}}, {"gpx": args{"track": gpx, "speed": -1}}}},
	} {
		err := r.Configure(config)
		if e := pdk.AsError(err); e == nil || e.Code != pdk.CodeConfig || !strings.Contains(e.Message, want) {
			t.Errorf("configure %v: %v, want %q", config, err, want)
		}
	}
	r.locate("getLocation", nil) // the good configuration is still in force
}
