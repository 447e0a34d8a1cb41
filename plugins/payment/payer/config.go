package payer

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// Defaults of Config.
const (
	DefaultGateway   = "http://127.0.0.1:7710/pay"
	DefaultTimeoutMS = 8000
	DefaultTries     = 3
)

// Config is what a person writes under the plugin's config in superapp.yaml.
type Config struct {
	Gateway    string `json:"gateway"`     // base address
	GatewayKey string `json:"gateway_key"` // its Ed25519 public key in base64; default: the sandbox's
	TimeoutMS  int    `json:"timeout_ms"`  // of one request
	Tries      int    `json:"tries"`       // how often a payment whose answer is lost is asked for
	// FreeBelow is the amount, in the currency's smallest unit, up to which the user is not asked again.
	FreeBelow int64 `json:"free_below"`
}

type settings struct {
	Config
	key ed25519.PublicKey
}

func parse(config []byte) (*settings, error) {
	var c Config
	if len(config) > 0 {
		d := json.NewDecoder(bytes.NewReader(config))
		d.DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			return nil, err
		}
	}
	if c.Gateway == "" {
		c.Gateway = DefaultGateway
	}
	c.Gateway = strings.TrimRight(c.Gateway, "/")
	if !strings.HasPrefix(c.Gateway, "https://") && !strings.HasPrefix(c.Gateway, "http://") {
		return nil, fmt.Errorf("gateway: %q is not an address such as https://pay.example.com", c.Gateway)
	}
	if c.TimeoutMS == 0 {
		c.TimeoutMS = DefaultTimeoutMS
	}
	if c.Tries == 0 {
		c.Tries = DefaultTries
	}
	if c.TimeoutMS < 0 || c.Tries < 0 || c.FreeBelow < 0 {
		return nil, fmt.Errorf("timeout_ms, tries and free_below cannot be negative")
	}
	s := &settings{Config: c, key: protocol.SandboxKey().Public().(ed25519.PublicKey)}
	if c.GatewayKey != "" {
		key, err := protocol.ParseKey(c.GatewayKey)
		if err != nil {
			return nil, fmt.Errorf("gateway_key: %w", err)
		}
		s.key = key
	}
	return s, nil
}
