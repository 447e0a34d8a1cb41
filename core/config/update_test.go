package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
)

func TestUpdateSection(t *testing.T) {
	t.Parallel()
	c, err := config.Parse("superapp.yaml", []byte("update: {every: 6h, at: 22:30-05:00, wifi_only: true, versions: {com.acme.pay: ^1.2}, sources: [mirror]}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	from, to, err := c.Update.Window()
	if c.Update.Every != 6*time.Hour || from != 22*60+30 || to != 5*60 || err != nil || !c.Update.WifiOnly || c.Update.Channel != config.ChannelStable || c.Update.Health != config.DefaultUpdateHealth {
		t.Errorf("read %+v", c.Update)
	}
	for text, want := range map[string]string{
		"every: 1ms":           `update.yaml:1:17: update.every: expected a time from 1s on`,
		"at: late":             `expected two times of the day such as "02:00-05:00", found "late"`,
		"at: 02:00-02:00":      "expected two times of the day",
		"at: 02:00-25:00":      "expected two times of the day",
		"channel: preveiw":     `did you mean "preview"`,
		"jitter: -1s":          "update.jitter",
		"health: 0s":           "update.health",
		`versions: {a/b: "1"}`: `expected an id`,
		`sources: [""]`:        "found nothing",
		"wifi: true":           "wifi",
	} {
		_, err := config.Parse("update.yaml", []byte("update: {"+text+"}\n"), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", text, err, want)
		}
	}
}
