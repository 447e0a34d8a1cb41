package provider

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/geolocation/coord"
	"github.com/dougong-dev/dougong/plugins/geolocation/track"
)

// fix is a position in WGS-84.
type fix struct {
	track.Fix
	accuracy float64 // metres
}

// source tells where the device is.
type source interface {
	locate(ctx *pdk.Context, now time.Time) (fix, error)
}

// fixed is a point that does not move.
type fixed struct{ at fix }

func (s fixed) locate(*pdk.Context, time.Time) (fix, error) { return s.at, nil }

// replay is a recorded track, running since the plugin was configured.
type replay struct {
	track    *track.Track
	begin    time.Time
	speed    float64
	loop     bool
	accuracy float64
}

func (s replay) locate(_ *pdk.Context, now time.Time) (fix, error) {
	return fix{s.track.Replay(now.Sub(s.begin), s.speed, s.loop), s.accuracy}, nil
}

// lookup asks a web service where the host's network address is. Its answer is JSON; lat and lng are paths in it.
type lookup struct {
	url, lat, lng string
	gcj02         bool
	accuracy      float64
	keep          time.Duration

	last fix
	at   time.Time
}

func (s *lookup) locate(ctx *pdk.Context, now time.Time) (fix, error) {
	if !s.at.IsZero() && now.Sub(s.at) < s.keep {
		return s.last, nil
	}
	answer, err := ctx.HTTP().Do(pdk.HTTPRequest{URL: s.url, Headers: map[string][]string{"Accept": {"application/json"}}})
	if err != nil {
		return fix{}, fmt.Errorf("address lookup: %w", err)
	}
	if answer.Status != 200 {
		return fix{}, fmt.Errorf("address lookup: the service answered %d", answer.Status)
	}
	var body any
	if err := json.Unmarshal(answer.Body, &body); err != nil {
		return fix{}, fmt.Errorf("address lookup: the answer is not JSON: %w", err)
	}
	p := coord.Point{}
	if p.Lat, err = number(body, s.lat, 90); err != nil {
		return fix{}, err
	}
	if p.Lng, err = number(body, s.lng, 180); err != nil {
		return fix{}, err
	}
	if s.gcj02 {
		p = coord.ToWGS84(p)
	}
	s.last, s.at = fix{track.Fix{Point: p, Speed: -1, Direction: -1}, s.accuracy}, now
	return s.last, nil
}

// number finds a coordinate in an answer by its path, such as "data.location.lat". Some services write it as text.
func number(body any, path string, limit float64) (float64, error) {
	v := body
	for _, name := range strings.Split(path, ".") {
		object, ok := v.(map[string]any)
		if !ok {
			return 0, fmt.Errorf("address lookup: the answer has no field %q", path)
		}
		v = object[name]
	}
	n, ok := v.(float64)
	if text, isText := v.(string); isText {
		ok = json.Unmarshal([]byte(text), &n) == nil
	}
	if !ok || math.Abs(n) > limit {
		return 0, fmt.Errorf("address lookup: field %q of the answer is %v, expected a number up to %v", path, v, limit)
	}
	return n, nil
}
