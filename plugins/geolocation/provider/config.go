package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/dougong-dev/dougong/plugins/geolocation/coord"
	"github.com/dougong-dev/dougong/plugins/geolocation/track"
)

// Defaults of Config.
const (
	DefaultAccuracy   = 30.0   // metres, of a fixed point and a track
	DefaultIPAccuracy = 5000.0 // metres: an address tells a town
	DefaultIPKeep     = 10 * time.Minute
	DefaultInterval   = time.Second
	MinInterval       = 200 * time.Millisecond
)

// Config is what a person writes under the plugin's config in superapp.yaml.
type Config struct {
	// Sources are asked in turn until one answers.
	Sources []Source `json:"sources"`
	// IntervalMS is the time between two locationChange events.
	IntervalMS int `json:"interval_ms"`
}

// Source is one of its fields.
type Source struct {
	Fixed *Fixed `json:"fixed"`
	GPX   *GPX   `json:"gpx"`
	IP    *IP    `json:"ip"`
}

// Fixed is a point that does not move.
type Fixed struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Altitude  float64 `json:"altitude"`
	Accuracy  float64 `json:"accuracy"`
	System    string  `json:"system"` // "wgs84" (default) or "gcj02"
}

// GPX is the replay of a recorded track.
type GPX struct {
	Track    string  `json:"track"` // the GPX text itself
	Speed    float64 `json:"speed"` // 2 runs twice as fast; default 1
	Loop     bool    `json:"loop"`
	Accuracy float64 `json:"accuracy"`
}

// IP is a lookup by network address.
type IP struct {
	URL         string  `json:"url"`
	Latitude    string  `json:"latitude"`  // path in the answer; default "latitude"
	Longitude   string  `json:"longitude"` // default "longitude"
	System      string  `json:"system"`
	Accuracy    float64 `json:"accuracy"`
	KeepSeconds float64 `json:"keep_seconds"` // how long an answer is good for
}

// settings is Config, checked and with its defaults.
type settings struct {
	sources  []source
	interval time.Duration
}

func parse(config []byte, now time.Time) (*settings, error) {
	var c Config
	if len(config) > 0 {
		d := json.NewDecoder(bytes.NewReader(config))
		d.DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			return nil, err
		}
	}
	s := &settings{interval: max(time.Duration(or(float64(c.IntervalMS), float64(DefaultInterval/time.Millisecond)))*time.Millisecond, MinInterval)}
	for i, one := range c.Sources {
		made, err := one.source(now)
		if err != nil {
			return nil, fmt.Errorf("sources[%d]: %w", i, err)
		}
		s.sources = append(s.sources, made)
	}
	return s, nil
}

func (c Source) source(now time.Time) (source, error) {
	switch {
	case c.Fixed != nil && c.GPX == nil && c.IP == nil:
		return c.Fixed.source()
	case c.GPX != nil && c.Fixed == nil && c.IP == nil:
		return c.GPX.source(now)
	case c.IP != nil && c.Fixed == nil && c.GPX == nil:
		return c.IP.source()
	}
	return nil, fmt.Errorf("expected one of fixed, gpx and ip")
}

func (c Fixed) source() (source, error) {
	if math.Abs(c.Latitude) > 90 || math.Abs(c.Longitude) > 180 || c.Accuracy < 0 {
		return nil, fmt.Errorf("fixed: %v, %v is nowhere on earth", c.Latitude, c.Longitude)
	}
	gcj, err := system(c.System)
	if err != nil {
		return nil, err
	}
	p := coord.Point{Lat: c.Latitude, Lng: c.Longitude}
	if gcj {
		p = coord.ToWGS84(p)
	}
	return fixed{fix{track.Fix{Point: p, Altitude: c.Altitude, Speed: -1, Direction: -1}, or(c.Accuracy, DefaultAccuracy)}}, nil
}

func (c GPX) source(now time.Time) (source, error) {
	t, err := track.Parse(c.Track)
	if err != nil {
		return nil, fmt.Errorf("gpx: %w", err)
	}
	if c.Speed < 0 || c.Accuracy < 0 {
		return nil, fmt.Errorf("gpx: speed and accuracy cannot be negative")
	}
	return replay{track: t, begin: now, speed: or(c.Speed, 1), loop: c.Loop, accuracy: or(c.Accuracy, DefaultAccuracy)}, nil
}

func (c IP) source() (source, error) {
	gcj, err := system(c.System)
	if err != nil {
		return nil, err
	}
	if c.URL == "" {
		return nil, fmt.Errorf("ip: url is missing: the service to ask, such as https://geo.example.com/me")
	}
	l := &lookup{url: c.URL, lat: c.Latitude, lng: c.Longitude, gcj02: gcj, accuracy: or(c.Accuracy, DefaultIPAccuracy),
		keep: time.Duration(or(c.KeepSeconds, DefaultIPKeep.Seconds()) * float64(time.Second))}
	if l.lat == "" {
		l.lat = "latitude"
	}
	if l.lng == "" {
		l.lng = "longitude"
	}
	return l, nil
}

func system(name string) (gcj02 bool, err error) {
	switch name {
	case "", "wgs84":
		return false, nil
	case "gcj02":
		return true, nil
	}
	return false, fmt.Errorf("system: expected wgs84 or gcj02, found %q", name)
}

func or(n, otherwise float64) float64 {
	if n == 0 {
		return otherwise
	}
	return n
}
