// Package track replays a recorded walk or ride, a GPX file, as positions over time.
//
// It knows neither where the file comes from nor who asks.
package track

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/plugins/geolocation/coord"
)

// MaxSize is the largest GPX text that is read, in bytes.
const MaxSize = 4 << 20

// Fix is a position at a time of the replay.
type Fix struct {
	coord.Point
	Altitude  float64
	Speed     float64 // m/s; -1 if unknown
	Direction float64 // degrees clockwise from north; -1 if unknown
}

// Track is a recorded path. It is not changed once parsed.
type Track struct {
	fixes []coord.Point
	ele   []float64
	at    []time.Duration // since the first fix, never decreasing
}

// step is the time between fixes that carry none: a fix a second is what receivers record.
const step = time.Second

type gpxPoint struct {
	Lat  float64 `xml:"lat,attr"`
	Lng  float64 `xml:"lon,attr"`
	Ele  float64 `xml:"ele"`
	Time string  `xml:"time"`
}

type gpxFile struct {
	XMLName xml.Name   `xml:"gpx"`
	Track   []gpxPoint `xml:"trk>trkseg>trkpt"`
	Route   []gpxPoint `xml:"rte>rtept"`
	Way     []gpxPoint `xml:"wpt"`
}

// Parse reads GPX 1.0 or 1.1: its track, else its route, else its way points.
func Parse(text string) (*Track, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("the track has %d bytes, at most %d are read", len(text), MaxSize)
	}
	var file gpxFile
	if err := xml.NewDecoder(strings.NewReader(text)).Decode(&file); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return nil, fmt.Errorf("the track is not GPX: %w", err)
	}
	points := file.Track
	if len(points) == 0 {
		points = file.Route
	}
	if len(points) == 0 {
		points = file.Way
	}
	return fromPoints(points)
}

func fromPoints(points []gpxPoint) (*Track, error) {
	if len(points) == 0 {
		return nil, errors.New("the track has no points (trkpt, rtept or wpt)")
	}
	t := &Track{}
	start, timed := parseTime(points[0].Time)
	for i, p := range points {
		if !(math.Abs(p.Lat) <= 90 && math.Abs(p.Lng) <= 180) || math.IsNaN(p.Ele) || math.IsInf(p.Ele, 0) {
			return nil, fmt.Errorf("point %d of the track is at %v, %v, which is nowhere on earth", i+1, p.Lat, p.Lng)
		}
		at := time.Duration(i) * step
		if now, ok := parseTime(p.Time); timed {
			if at = now.Sub(start); !ok || i > 0 && at < t.at[i-1] {
				return nil, fmt.Errorf("point %d of the track has the time %q; times must be given for all points or none, and not run backwards", i+1, p.Time)
			}
		}
		t.fixes, t.ele, t.at = append(t.fixes, coord.Point{Lat: p.Lat, Lng: p.Lng}), append(t.ele, p.Ele), append(t.at, at)
	}
	return t, nil
}

func parseTime(s string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
	return at, err == nil
}

// Duration is how long the recording lasted.
func (t *Track) Duration() time.Duration { return t.at[len(t.at)-1] }

// At returns the position at a time since the recording's beginning, in a straight line between the fixes. Before the
// beginning and after the end it stands still.
func (t *Track) At(at time.Duration) Fix {
	next := sort.Search(len(t.at), func(i int) bool { return t.at[i] > at })
	if next == 0 || next == len(t.at) {
		i := min(next, len(t.at)-1)
		return Fix{Point: t.fixes[i], Altitude: t.ele[i], Speed: 0, Direction: -1}
	}
	a, b := t.fixes[next-1], t.fixes[next]
	span := t.at[next] - t.at[next-1]
	part := float64(at-t.at[next-1]) / float64(span)
	fix := Fix{
		Point:     coord.Point{Lat: a.Lat + (b.Lat-a.Lat)*part, Lng: a.Lng + (b.Lng-a.Lng)*part},
		Altitude:  t.ele[next-1] + (t.ele[next]-t.ele[next-1])*part,
		Speed:     coord.Distance(a, b) / span.Seconds(),
		Direction: -1,
	}
	if a != b {
		fix.Direction = coord.Bearing(a, b)
	}
	return fix
}

// Replay returns the position after a replay ran for elapsed at the given speed, from the beginning again and again if
// loop is set.
func (t *Track) Replay(elapsed time.Duration, speed float64, loop bool) Fix {
	at := float64(elapsed) * speed
	total := float64(t.Duration())
	if loop && total > 0 {
		at = math.Mod(at, total)
	}
	fix := t.At(time.Duration(math.Min(at, total)))
	if fix.Speed > 0 {
		fix.Speed *= speed
	}
	return fix
}
