package web

import (
	"encoding/json"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// TestPhoneTellsTheNetwork: preloadRule's "network: wifi" is obeyed only if the mini-program hears what the browser is in.
func TestPhoneTellsTheNetwork(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{"wifi": "wifi", "4g": "4g", "none": "none", "": "", "pigeon": ""} {
		var info struct{ NetworkType string }
		ui := config.Default().UI
		if err := json.Unmarshal(Phone{Network: said}.clamp().system(&ui, false), &info); err != nil || info.NetworkType != want {
			t.Errorf("the network %q comes as %q, %v; want %q", said, info.NetworkType, err, want)
		}
	}
}
