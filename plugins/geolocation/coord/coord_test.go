package coord_test

import (
	"math"
	"testing"

	"github.com/dougong-dev/dougong/plugins/geolocation/coord"
)

func near(a, b coord.Point, metres float64) bool { return coord.Distance(a, b) <= metres }

// Published pairs; implementations differ in the ellipsoid's axis (6378245 or 6378137 m), which is under a centimetre.
func TestKnownPoints(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ wgs, gcj coord.Point }{
		"shanghai": {coord.Point{Lat: 31.1774276, Lng: 121.5272106}, coord.Point{Lat: 31.17530398364597, Lng: 121.531541859215}},
		"shenzhen": {coord.Point{Lat: 22.543847, Lng: 113.912316}, coord.Point{Lat: 22.540796131694766, Lng: 113.9171764808363}},
		"beijing":  {coord.Point{Lat: 39.911954, Lng: 116.377817}, coord.Point{Lat: 39.91334545536069, Lng: 116.38404722455657}},
		"new york": {coord.Point{Lat: 40.7128, Lng: -74.006}, coord.Point{Lat: 40.7128, Lng: -74.006}},
		"sydney":   {coord.Point{Lat: -33.8688, Lng: 151.2093}, coord.Point{Lat: -33.8688, Lng: 151.2093}},
	} {
		if got := coord.ToGCJ02(c.wgs); !near(got, c.gcj, 0.02) {
			t.Errorf("%s: ToGCJ02(%v) = %v, want %v (off by %.3f m)", name, c.wgs, got, c.gcj, coord.Distance(got, c.gcj))
		}
		if got := coord.ToWGS84(c.gcj); !near(got, c.wgs, 0.02) {
			t.Errorf("%s: ToWGS84(%v) = %v, want %v", name, c.gcj, got, c.wgs)
		}
	}
}

func TestThereAndBack(t *testing.T) {
	t.Parallel()
	for lat := 18.0; lat < 54; lat += 1.7 {
		for lng := 74.0; lng < 135; lng += 2.3 {
			p := coord.Point{Lat: lat, Lng: lng}
			if back := coord.ToWGS84(coord.ToGCJ02(p)); !near(back, p, 1e-3) {
				t.Errorf("%v comes back as %v", p, back)
			}
			if d := coord.Distance(p, coord.ToGCJ02(p)); d > 1500 {
				t.Errorf("%v is shifted by %.0f m", p, d)
			}
		}
	}
}

func TestEdgeOfTheRectangle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p    coord.Point
		want bool
	}{
		{coord.Point{Lat: 30, Lng: 72.004}, true}, {coord.Point{Lat: 30, Lng: 72.003}, false},
		{coord.Point{Lat: 30, Lng: 137.8347}, true}, {coord.Point{Lat: 30, Lng: 137.835}, false},
		{coord.Point{Lat: 0.8293, Lng: 100}, true}, {coord.Point{Lat: 0.829, Lng: 100}, false},
		{coord.Point{Lat: 55.8271, Lng: 100}, true}, {coord.Point{Lat: 55.8272, Lng: 100}, false},
	} {
		if got := coord.InChina(c.p); got != c.want {
			t.Errorf("InChina(%v) = %v", c.p, got)
		}
	}
}

func TestDistanceAndBearing(t *testing.T) {
	t.Parallel()
	a, b := coord.Point{Lat: 0, Lng: 0}, coord.Point{Lat: 0, Lng: 1}
	if d := coord.Distance(a, b); math.Abs(d-111195) > 1 {
		t.Errorf("a degree at the equator is %.1f m", d)
	}
	for want, to := range map[float64]coord.Point{90: b, 270: {Lat: 0, Lng: -1}, 0: {Lat: 1, Lng: 0}, 180: {Lat: -1, Lng: 0}} {
		if got := coord.Bearing(a, to); math.Abs(got-want) > 1e-9 {
			t.Errorf("bearing to %v = %v, want %v", to, got, want)
		}
	}
}
