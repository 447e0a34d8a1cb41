package provider

import (
	"errors"
	"math"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/geolocation/coord"
)

// Capability is the contract that the provider keeps.
const Capability = "dougong.geolocation/v1"

// Error codes of the contract.
const (
	codeUnavailable = 20001
	codeNotStarted  = 20002
)

// Provider serves the capability. It runs as a single instance, one call at a time, and so needs no lock.
type Provider struct {
	now      func() time.Time
	settings *settings
	watchers map[watcher]*watch
	started  uint64
}

// New makes a provider that reads the time from now.
func New(now func() time.Time) *Provider {
	return &Provider{now: now, settings: &settings{interval: DefaultInterval}, watchers: map[watcher]*watch{}}
}

// Configure replaces the sources. A replay begins anew.
func (p *Provider) Configure(_ *pdk.Context, config []byte) error {
	s, err := parse(config, p.now())
	if err != nil {
		return pdk.Errorf(pdk.CodeConfig, "config", "geolocation configuration: %s", err)
	}
	p.settings = s
	return nil
}

// Methods is the capability's method table.
func (p *Provider) Methods() pdk.Methods {
	return pdk.Methods{
		"getLocation":                   pdk.Func(p.getLocation),
		"getFuzzyLocation":              pdk.Func(p.getFuzzyLocation),
		"startLocationUpdate":           pdk.Func(p.startUpdate),
		"startLocationUpdateBackground": pdk.Func(p.startUpdate),
		"stopLocationUpdate":            pdk.Func(p.stopUpdate),
		tick:                            pdk.Func(p.tick),
	}
}

type locationParam struct {
	Type     string `json:"type"`
	Altitude any    `json:"altitude"` // programs pass true, "true" or "1"
}

// location is an answer as WeChat gives it.
type location struct {
	Latitude           float64 `json:"latitude"`
	Longitude          float64 `json:"longitude"`
	Speed              float64 `json:"speed"`
	Accuracy           float64 `json:"accuracy"`
	Altitude           float64 `json:"altitude"`
	VerticalAccuracy   float64 `json:"verticalAccuracy"`
	HorizontalAccuracy float64 `json:"horizontalAccuracy"`
	Direction          float64 `json:"direction"`
}

func (p *Provider) getLocation(ctx *pdk.Context, in locationParam) (location, error) {
	return p.locate(ctx, in)
}

func (p *Provider) locate(ctx *pdk.Context, in locationParam) (location, error) {
	at, err := p.find(ctx)
	if err != nil {
		return location{}, err
	}
	point, err := at.in(in.Type)
	if err != nil {
		return location{}, err
	}
	out := location{Latitude: point.Lat, Longitude: point.Lng, Speed: at.Speed, Accuracy: at.accuracy, HorizontalAccuracy: at.accuracy, Direction: at.Direction}
	if truth(in.Altitude) {
		out.Altitude, out.VerticalAccuracy = at.Altitude, at.accuracy
	}
	return out, nil
}

func truth(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return v != "" && v != "false" && v != "0"
	}
	return false
}

// find asks the sources in turn.
func (p *Provider) find(ctx *pdk.Context) (fix, error) {
	if len(p.settings.sources) == 0 {
		return fix{}, pdk.Errorf(codeUnavailable, "unavailable", "no source of locations is configured; give plugin dougong.geolocation a config with sources")
	}
	var all error
	for _, s := range p.settings.sources {
		at, err := s.locate(ctx, p.now())
		if err == nil {
			return at, nil
		}
		all = errors.Join(all, err)
	}
	ctx.Log(pdk.LevelWarn, "no source tells the location", "error", all)
	return fix{}, pdk.Errorf(codeUnavailable, "unavailable", "%s", all)
}

// in gives the position in a coordinate system of the contract.
func (f fix) in(kind string) (coord.Point, error) {
	switch kind {
	case "", "wgs84":
		return f.Point, nil
	case "gcj02":
		return coord.ToGCJ02(f.Point), nil
	}
	return coord.Point{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "type: expected wgs84 or gcj02, found %q", kind)
}

type fuzzy struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// grid is the width of the squares that a fuzzy location tells apart: 0.05° is some 5 km.
const grid = 0.05

// getFuzzyLocation answers the middle of a square: asking again tells nothing more, as noise would.
func (p *Provider) getFuzzyLocation(ctx *pdk.Context, in struct {
	Type string `json:"type"`
}) (fuzzy, error) {
	at, err := p.locate(ctx, locationParam{Type: in.Type})
	if err != nil {
		return fuzzy{}, err
	}
	return fuzzy{middle(at.Latitude, 90), middle(at.Longitude, 180)}, nil
}

func middle(v, limit float64) float64 {
	m := (math.Floor(v/grid) + 0.5) * grid
	return math.Max(-limit, math.Min(limit, math.Round(m*1e6)/1e6))
}
