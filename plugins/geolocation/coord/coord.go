// Package coord converts between WGS-84, which satellites give, and GCJ-02, the coordinate system that maps of mainland
// China have to use. GCJ-02 shifts a position by some hundred metres, in a way that depends on the position.
//
// It is pure arithmetic and knows nothing else.
package coord

import "math"

// Point is a position in degrees.
type Point struct{ Lat, Lng float64 }

// The Krasovsky 1940 ellipsoid, which GCJ-02 is defined on.
const (
	semiMajor    = 6378245.0
	eccentricity = 0.00669342162296594323 // squared
)

// InChina reports whether GCJ-02 shifts a position. The rule is a rectangle, as in every published implementation: it
// takes in some of the neighbours, and map services apply it all the same.
func InChina(p Point) bool {
	return p.Lng >= 72.004 && p.Lng <= 137.8347 && p.Lat >= 0.8293 && p.Lat <= 55.8271
}

// ToGCJ02 converts WGS-84 to GCJ-02.
func ToGCJ02(p Point) Point {
	if !InChina(p) {
		return p
	}
	d := shift(p)
	return Point{p.Lat + d.Lat, p.Lng + d.Lng}
}

// ToWGS84 converts GCJ-02 to WGS-84. There is no closed form; the shift changes so slowly with the position that a few
// rounds of correction reach the precision of the numbers.
func ToWGS84(p Point) Point {
	if !InChina(p) {
		return p
	}
	guess := p
	for range 10 {
		back := ToGCJ02(guess)
		dLat, dLng := back.Lat-p.Lat, back.Lng-p.Lng
		guess.Lat -= dLat
		guess.Lng -= dLng
		if math.Abs(dLat) < 1e-10 && math.Abs(dLng) < 1e-10 {
			break
		}
	}
	return guess
}

// shift is what GCJ-02 adds to a position, in degrees.
func shift(p Point) Point {
	x, y := p.Lng-105, p.Lat-35
	rad := p.Lat / 180 * math.Pi
	sin := math.Sin(rad)
	w := 1 - eccentricity*sin*sin
	meridian := semiMajor * (1 - eccentricity) / (w * math.Sqrt(w))
	parallel := semiMajor / math.Sqrt(w) * math.Cos(rad)
	return Point{Lat: north(x, y) * 180 / (meridian * math.Pi), Lng: east(x, y) * 180 / (parallel * math.Pi)}
}

// north and east are the shift in metres at x, y degrees from 105°E 35°N.
func north(x, y float64) float64 {
	return -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) +
		waves(20, 6*x, 20, 2*x) + waves(20, y, 40, y/3) + waves(160, y/12, 320, y/30)
}

func east(x, y float64) float64 {
	return 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) +
		waves(20, 6*x, 20, 2*x) + waves(20, x, 40, x/3) + waves(150, x/12, 300, x/30)
}

func waves(a, x, b, y float64) float64 {
	return (a*math.Sin(x*math.Pi) + b*math.Sin(y*math.Pi)) * 2 / 3
}

// Distance is the length of the great circle between two positions, in metres.
func Distance(a, b Point) float64 {
	const radius = 6371008.8
	lat1, lat2 := a.Lat*math.Pi/180, b.Lat*math.Pi/180
	s, t := math.Sin((lat2-lat1)/2), math.Sin((b.Lng-a.Lng)*math.Pi/360)
	return 2 * radius * math.Asin(math.Sqrt(math.Min(1, s*s+math.Cos(lat1)*math.Cos(lat2)*t*t)))
}

// Bearing is the initial direction from a to b, in degrees clockwise from north.
func Bearing(a, b Point) float64 {
	lat1, lat2, d := a.Lat*math.Pi/180, b.Lat*math.Pi/180, (b.Lng-a.Lng)*math.Pi/180
	y := math.Sin(d) * math.Cos(lat2)
	x := math.Cos(lat1)*math.Sin(lat2) - math.Sin(lat1)*math.Cos(lat2)*math.Cos(d)
	return math.Mod(math.Atan2(y, x)*180/math.Pi+360, 360)
}
