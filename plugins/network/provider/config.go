package provider

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/dougong-dev/dougong/plugins/network/guard"
)

// Defaults of Config, which follow WeChat's where it has one.
const (
	DefaultTimeout      = 60 * time.Second
	DefaultMaxBody      = 20 << 20
	DefaultMaxDownload  = 200 << 20
	DefaultMaxFiles     = 500 << 20
	DefaultMaxMessage   = 8 << 20
	DefaultMaxRedirects = 10
	DefaultMaxTasks     = 64
	DefaultMaxSockets   = 20
)

// Config is what a person writes under the plugin's config in superapp.yaml. Zero means the default.
type Config struct {
	TimeoutMS        int      `json:"timeout_ms"`        // of a call that sets none
	MaxBodyMB        float64  `json:"max_body_mb"`       // answer of request and uploadFile
	MaxDownloadMB    float64  `json:"max_download_mb"`   // one downloaded file
	MaxFilesMB       float64  `json:"max_files_mb"`      // all files of a mini-program and user
	MaxMessageMB     float64  `json:"max_message_mb"`    // one WebSocket message received
	MaxRedirects     int      `json:"max_redirects"`     //
	MaxTasks         int      `json:"max_tasks"`         // requests, uploads and downloads at a time, of a mini-program and user
	MaxSockets       int      `json:"max_sockets"`       // open WebSockets of a mini-program and user
	PrivateAddresses []string `json:"private_addresses"` // private addresses and ranges that may be reached
	CA               string   `json:"ca"`                // further root certificates, PEM
	Proxy            string   `json:"proxy"`             // http:// or https:// proxy for all connections
	UserAgent        string   `json:"user_agent"`
}

// settings is Config, checked and with its defaults.
type settings struct {
	timeout                                    time.Duration
	maxBody, maxDownload, maxFiles, maxMessage int64
	maxRedirects, maxTasks, maxSockets         int
	userAgent                                  string
	guard                                      *guard.Guard
	roots                                      *x509.CertPool
	proxy                                      *url.URL
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
	s := &settings{
		timeout:      time.Duration(or(c.TimeoutMS, int(DefaultTimeout/time.Millisecond))) * time.Millisecond,
		maxBody:      size(c.MaxBodyMB, DefaultMaxBody),
		maxDownload:  size(c.MaxDownloadMB, DefaultMaxDownload),
		maxFiles:     size(c.MaxFilesMB, DefaultMaxFiles),
		maxMessage:   size(c.MaxMessageMB, DefaultMaxMessage),
		maxRedirects: or(c.MaxRedirects, DefaultMaxRedirects),
		maxTasks:     or(c.MaxTasks, DefaultMaxTasks),
		maxSockets:   or(c.MaxSockets, DefaultMaxSockets),
		userAgent:    c.UserAgent,
	}
	if s.userAgent == "" {
		s.userAgent = "Mozilla/5.0 Dougong/1 MiniProgram"
	}
	if s.timeout < 0 || s.maxBody < 0 || s.maxDownload < 0 || s.maxFiles < 0 || s.maxMessage < 0 || s.maxRedirects < 0 || s.maxTasks < 0 || s.maxSockets < 0 {
		return nil, fmt.Errorf("limits cannot be negative")
	}
	var err error
	if s.guard, err = guard.New(c.PrivateAddresses); err != nil {
		return nil, err
	}
	if err := s.trust(c.CA); err != nil {
		return nil, err
	}
	if c.Proxy != "" {
		if s.proxy, err = url.Parse(c.Proxy); err != nil || s.proxy.Host == "" {
			return nil, fmt.Errorf("proxy: %q is not an address like http://proxy.example.com:3128", c.Proxy)
		}
	}
	return s, nil
}

func (s *settings) trust(pem string) error {
	if pem == "" {
		return nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM([]byte(pem)) {
		return fmt.Errorf("ca: no certificate in PEM form found")
	}
	s.roots = roots
	return nil
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

func size(mb float64, otherwise int64) int64 {
	if mb == 0 {
		return otherwise
	}
	return int64(mb * (1 << 20))
}
