package install

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
)

func TestDue(t *testing.T) {
	t.Parallel()
	day := func(clock string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", "2026-03-10 "+clock)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, c := range map[string]struct {
		now, last, at string
		every, jitter time.Duration
		share         float64
		want          time.Time
	}{
		"six hours after the last":     {"10:00", "09:00", "", 6 * time.Hour, 0, 0, day("15:00")},
		"overdue is now":               {"10:00", "01:00", "", 6 * time.Hour, 0, 0, day("10:00")},
		"spread":                       {"10:00", "10:00", "", time.Hour, 20 * time.Minute, 0.5, day("11:10")},
		"tonight":                      {"10:00", "09:00", "22:00-05:00", time.Hour, 0, 0, day("22:00")},
		"tonight, spread":              {"10:00", "09:00", "22:00-23:00", time.Hour, 4 * time.Hour, 1, day("22:30")},
		"within the window":            {"22:10", "21:30", "22:00-05:00", time.Hour, time.Hour, 1, day("22:30")},
		"after midnight in the window": {"03:00", "01:00", "22:00-05:00", time.Hour, 0, 0, day("03:00")},
		"tomorrow":                     {"12:00", "11:30", "02:00-05:00", time.Hour, 0, 0, day("02:00").AddDate(0, 0, 1)},
	} {
		got := due(day(c.now), day(c.last), config.Update{Every: c.every, Jitter: c.jitter, At: c.at}, c.share)
		if !got.Equal(c.want) {
			t.Errorf("%s: due at %s, want %s", name, got, c.want)
		}
	}
}

// TestUpdaterWaits: it asks when it is due, not while something is in the way, and goes on once that has gone.
func TestUpdaterWaits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	now := time.Unix(1_800_000_000, 0)
	m := Open(Options{Dir: t.TempDir()})
	var waits []time.Duration
	network, asked := "4g", 0
	u := &Updater{
		Manager: m, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
		Settings: func() config.Update { return config.Update{Every: time.Hour} },
		Ready: func(context.Context) string {
			if network != "wifi" {
				return "wi-fi"
			}
			return ""
		},
		Update: func(context.Context) (*Change, error) { asked++; return &Change{Warnings: []string{"careful"}}, nil },
		Wait: func(_ context.Context, until time.Time) error {
			waits = append(waits, until.Sub(now))
			now = until
			switch len(waits) {
			case 3:
				network = "wifi"
			case 5:
				cancel()
				return ctx.Err()
			}
			return nil
		},
	}
	u.Run(ctx)
	want := []time.Duration{0, time.Minute, time.Minute, time.Hour, time.Hour}
	for i, w := range want {
		if waits[i] != w {
			t.Errorf("waits are %v, want %v", waits, want)
			break
		}
	}
	s, err := m.Status()
	if err != nil || asked != 2 || s.Waiting != "" || len(s.Warnings) != 1 || !s.Next.Equal(s.Checked.Add(time.Hour)) {
		t.Errorf("asked %d times, status %+v, %v", asked, s, err)
	}
}
