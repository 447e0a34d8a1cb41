package track_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/plugins/geolocation/track"
)

const walk = `<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="0" lon="0"><ele>10</ele><time>2026-01-01T08:00:00Z</time></trkpt>
<trkpt lat="0" lon="0.001"><ele>20</ele><time>2026-01-01T08:01:40Z</time></trkpt>
<trkpt lat="0.001" lon="0.001"><ele>20</ele><time>2026-01-01T08:03:20Z</time></trkpt>
</trkseg></trk></gpx>`

func parse(t *testing.T, text string) *track.Track {
	t.Helper()
	tr, err := track.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestReplay(t *testing.T) {
	t.Parallel()
	tr := parse(t, walk)
	if tr.Duration() != 200*time.Second {
		t.Fatalf("duration %v", tr.Duration())
	}
	for name, c := range map[string]struct {
		elapsed                               time.Duration
		speed                                 float64
		loop                                  bool
		lat, lng, altitude, metres, direction float64
	}{
		"start":        {0, 1, false, 0, 0, 10, 1.11195, 90},
		"half a leg":   {50 * time.Second, 1, false, 0, 0.0005, 15, 1.11195, 90},
		"second leg":   {150 * time.Second, 1, false, 0.0005, 0.001, 20, 1.11195, 0},
		"after":        {time.Hour, 1, false, 0.001, 0.001, 20, 0, -1},
		"before":       {-time.Hour, 1, false, 0, 0, 10, 0, -1},
		"ten times":    {5 * time.Second, 10, false, 0, 0.0005, 15, 11.1195, 90},
		"slow motion":  {100 * time.Second, 0.5, false, 0, 0.0005, 15, 0.555975, 90},
		"second round": {250 * time.Second, 1, true, 0, 0.0005, 15, 1.11195, 90},
	} {
		got := tr.Replay(c.elapsed, c.speed, c.loop)
		for what, pair := range map[string][2]float64{
			"lat": {got.Lat, c.lat}, "lng": {got.Lng, c.lng}, "altitude": {got.Altitude, c.altitude}, "speed": {got.Speed, c.metres}, "direction": {got.Direction, c.direction},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-4 {
				t.Errorf("%s: %s is %v, want %v", name, what, pair[0], pair[1])
			}
		}
	}
}

func TestPointsWithoutTime(t *testing.T) {
	t.Parallel()
	tr := parse(t, `<gpx><rte><rtept lat="1" lon="1"/><rtept lat="1" lon="1"/><rtept lat="2" lon="1"/></rte></gpx>`)
	if tr.Duration() != 2*time.Second {
		t.Errorf("duration %v, want a second a point", tr.Duration())
	}
	if fix := tr.At(500 * time.Millisecond); fix.Speed != 0 || fix.Direction != -1 {
		t.Errorf("standing still: %+v", fix)
	}
	if one := parse(t, `<gpx><wpt lat="5" lon="6"/></gpx>`).Replay(time.Hour, 3, true); one.Lat != 5 || one.Lng != 6 {
		t.Errorf("a single point: %+v", one)
	}
}

func TestBadTracks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                    "it is empty",
		`not xml`:                             "not GPX",
		`<kml/>`:                              "not GPX",
		`<gpx/>`:                              "no points",
		`<gpx><wpt lat="x" lon="1"/></gpx>`:   "not GPX",
		`<gpx><wpt lat="91" lon="1"/></gpx>`:  "nowhere on earth",
		`<gpx><wpt lat="NaN" lon="1"/></gpx>`: "nowhere on earth",
		strings.Replace(walk, "08:01:40Z", "07:00:00Z", 1):   "point 2 of the track",
		strings.Replace(walk, "2026-01-01T08:01:40Z", "", 1): "point 2 of the track",
	} {
		if _, err := track.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%.60q) = %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(walk, int64(time.Second))
	f.Add(`<gpx><wpt lat="1" lon="2"/></gpx>`, int64(-1))
	f.Fuzz(func(t *testing.T, text string, at int64) {
		tr, err := track.Parse(text)
		if err != nil {
			return
		}
		if fix := tr.Replay(time.Duration(at), 2.5, true); math.IsNaN(fix.Lat) || math.Abs(fix.Lat) > 90 || math.Abs(fix.Lng) > 180 {
			t.Errorf("%q at %d is %+v", text, at, fix)
		}
	})
}
