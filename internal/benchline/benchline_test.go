package benchline_test

import (
	"testing"
	"time"

	"github.com/dougong-dev/dougong/internal/benchline"
)

func TestLine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		line benchline.Line
		want string
	}{
		{
			"within a ratio",
			benchline.Line{Name: "call", Value: 812, Unit: "ns", Peer: "bare", Ratio: 2.612, AtMost: 3},
			"BENCH name=call value=812 unit=ns peer=bare ratio=2.61 budget=<=3 verdict=ok",
		},
		{
			"short of a ratio",
			benchline.Line{Name: "call", Value: 812, Unit: "ns", Peer: "bare", Ratio: 9, AtLeast: 10},
			"BENCH name=call value=812 unit=ns peer=bare ratio=9 budget=>=10 verdict=short",
		},
		{
			"a bound on the value",
			benchline.Line{Name: "patch", Value: 201, Unit: "bytes", AtMost: 200},
			"BENCH name=patch value=201 unit=bytes peer=- ratio=- budget=<=200 verdict=short",
		},
		{
			"no budget",
			benchline.Line{Name: "start", Value: 25, Unit: "ms"},
			"BENCH name=start value=25 unit=ms peer=- ratio=- budget=- verdict=info",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.line.String(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestTimed(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, tt := range []struct {
		name             string
		took, references []time.Duration
		want             string
	}{
		{"one round", []time.Duration{45 * ms}, []time.Duration{15 * ms}, "value=45 unit=ms peer=reference-loop ratio=3 budget=<=4 verdict=ok"},
		{"between two references", []time.Duration{45 * ms}, []time.Duration{10 * ms, 20 * ms}, "value=45 unit=ms peer=reference-loop ratio=3 budget=<=4 verdict=ok"},
		{
			"a machine that is busy for a round", []time.Duration{30 * ms, 400 * ms, 60 * ms}, []time.Duration{10 * ms, 10 * ms, 20 * ms, 20 * ms},
			"value=60 unit=ms peer=reference-loop ratio=3 budget=<=4 verdict=ok",
		},
		{"too slow", []time.Duration{90 * ms, 50 * ms}, []time.Duration{10 * ms, 10 * ms}, "value=90 unit=ms peer=reference-loop ratio=9 budget=<=4 verdict=short"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, want := benchline.Timed("open", tt.took, tt.references, 40*ms).String(), "BENCH name=open "+tt.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
	if benchline.Reference() <= 0 {
		t.Error("the reference loop takes no time")
	}
}
