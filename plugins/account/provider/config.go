package provider

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Modes of Config.
const (
	ModeSandbox = "sandbox" // codes signed with a key that everybody knows
	ModeSigned  = "signed"  // codes signed with the secret account_key
	ModeIssuer  = "issuer"  // codes of the enterprise's own service
)

// Defaults of Config.
const (
	DefaultCodeSeconds  = 300
	DefaultSessionHours = 72
)

// Config is the plugin's configuration.
type Config struct {
	Mode         string             `json:"mode"`
	Issuer       string             `json:"issuer"`
	CodeSeconds  int64              `json:"code_seconds"`
	SessionHours float64            `json:"session_hours"`
	Profiles     map[string]Profile `json:"profiles"`
}

// Profile is what the operator wrote about a user.
type Profile struct {
	NickName  string `json:"nickName"`
	AvatarURL string `json:"avatarUrl"`
	Gender    int    `json:"gender"`
	Country   string `json:"country"`
	Province  string `json:"province"`
	City      string `json:"city"`
}

func parse(text []byte) (*Config, error) {
	c := &Config{}
	if len(text) > 0 {
		if err := json.Unmarshal(text, c); err != nil {
			return nil, err
		}
	}
	if c.Mode == "" {
		c.Mode = ModeSandbox
	}
	if c.CodeSeconds == 0 {
		c.CodeSeconds = DefaultCodeSeconds
	}
	if c.SessionHours == 0 {
		c.SessionHours = DefaultSessionHours
	}
	switch {
	case c.Mode != ModeSandbox && c.Mode != ModeSigned && c.Mode != ModeIssuer:
		return nil, fmt.Errorf("mode: expected sandbox, signed or issuer, found %q", c.Mode)
	case c.CodeSeconds < 1 || c.SessionHours < 0:
		return nil, fmt.Errorf("code_seconds and session_hours: expected positive numbers")
	case c.Mode == ModeIssuer && !address(c.Issuer):
		return nil, fmt.Errorf("issuer: mode issuer needs the http(s) address of the service, found %q", c.Issuer)
	case c.Mode != ModeIssuer && c.Issuer != "":
		return nil, fmt.Errorf("issuer: mode %s asks no service; write mode: issuer, or leave issuer out", c.Mode)
	}
	return c, nil
}

func address(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func (c *Config) session() time.Duration { return time.Duration(c.SessionHours * float64(time.Hour)) }

// Configure takes a configuration. It may be called again.
func (p *Provider) Configure(ctx *pdk.Context, text []byte) error {
	c, err := parse(text)
	if err != nil {
		return pdk.Errorf(pdk.CodeConfig, "config", "account configuration: %s", err)
	}
	if c.Mode == ModeSandbox {
		ctx.Log(pdk.LevelWarn, "login codes are signed with the sandbox's key, which everybody knows; set mode and account_key before real users come")
	}
	p.config.Store(c)
	return nil
}
