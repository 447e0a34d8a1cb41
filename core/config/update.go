package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Defaults of Update.
const (
	DefaultUpdateJitter = 5 * time.Minute
	DefaultUpdateHealth = 10 * time.Second
	DefaultChannel      = ChannelStable
)

// Channels.
const (
	ChannelStable  = "stable"  // releases
	ChannelPreview = "preview" // pre-releases as well
)

// Update says how what is installed (dougong install) is kept up to date.
type Update struct {
	// Every is how often a running host looks for updates and installs them; 0: never by itself.
	Every time.Duration `yaml:"every"`
	// At is when it may do so, by the host's clock: "02:00-05:00"; "" is always.
	At string `yaml:"at"`
	// Jitter spreads the hosts of a house: each waits up to that much longer.
	Jitter time.Duration `yaml:"jitter"`
	// WifiOnly has it wait while the network is neither Wi-Fi nor a wire, or cannot be told.
	WifiOnly bool `yaml:"wifi_only"`
	// Channel is ChannelStable or ChannelPreview.
	Channel string `yaml:"channel"`
	// Versions are constraints by id, of plugins and mini-programs: "^1.2". One of a plugin's entry counts as well.
	Versions map[string]string `yaml:"versions"`
	// Sources are asked before the registry: folders of .dgo files, mirrors, addresses; relative to the file.
	Sources []string `yaml:"sources"`
	// Health is how long a version that was swapped in has to run before it is believed to be good.
	Health time.Duration `yaml:"health"`
}

// Window reads At: minutes of the day. Without one both are 0. It reaches over midnight if to is before from.
func (u *Update) Window() (from, to int, err error) {
	if u.At == "" {
		return 0, 0, nil
	}
	a, b, found := strings.Cut(u.At, "-")
	if found {
		if from, err = minute(a); err == nil {
			to, err = minute(b)
		}
	}
	if !found || err != nil || from == to {
		return 0, 0, fmt.Errorf("expected two times of the day such as \"02:00-05:00\", found %q", u.At)
	}
	return from, to, nil
}

func minute(text string) (int, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	return t.Hour()*60 + t.Minute(), err
}

// minEvery keeps a house's hosts from being a load on its registry.
const minEvery = time.Second

func (v *validator) update(at strict.Value, u Update) {
	if u.Every != 0 && u.Every < minEvery {
		v.fail(at.Get("every"), "update.every", "expected a time from %s on, or 0 for never, found %s", minEvery, u.Every)
	}
	if u.Jitter < 0 {
		v.fail(at.Get("jitter"), "update.jitter", "expected a time, found %s", u.Jitter)
	}
	if u.Health <= 0 {
		v.fail(at.Get("health"), "update.health", "expected a time above 0, found %s", u.Health)
	}
	v.word(at.Get("channel"), "update.channel", u.Channel, ChannelStable, ChannelPreview)
	if _, _, err := u.Window(); err != nil {
		v.fail(at.Get("at"), "update.at", "%v", err)
	}
	for id := range u.Versions {
		if !idForm.MatchString(id) {
			v.fail(at.Get("versions").Get(id), "update.versions", "expected an id such as \"com.example.locator\", found %q", id)
		}
	}
	for i, s := range u.Sources {
		if s == "" {
			v.fail(item(at.Get("sources").Items(), i), "update.sources", "expected a folder, a file or an address, found nothing")
		}
	}
}
