package config

import (
	"net"
	"net/url"
	"strconv"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// watchers checks guards and observers.
func (v *validator) watchers(file strict.Value, c *Config) {
	for i, g := range c.Guards {
		here := item(file.Get("guards").Items(), i)
		path := "guards[" + strconv.Itoa(i) + "]"
		v.known(here.Get("plugin"), path+".plugin", g.Plugin, c)
		if len(g.Capabilities) == 0 {
			v.fail(here, path+".capabilities", "a guard needs the list of capabilities that it watches, such as [dougong.network/v1]")
		}
		v.capabilities(here.Get("capabilities"), path+".capabilities", g.Capabilities)
		v.word(here.Get("on_failure"), path+".on_failure", g.OnFailure, "", OnFailureRefuse, OnFailureAllow)
		if g.Timeout < 0 {
			v.fail(here.Get("timeout"), path+".timeout", "expected a time above 0, found %s", g.Timeout)
		}
	}
	for i, o := range c.Observers {
		here := item(file.Get("observers").Items(), i)
		path := "observers[" + strconv.Itoa(i) + "]"
		v.known(here.Get("plugin"), path+".plugin", o.Plugin, c)
		v.capabilities(here.Get("capabilities"), path+".capabilities", o.Capabilities)
	}
}

func (v *validator) capabilities(at strict.Value, path string, list []string) {
	for i, name := range list {
		if !capabilityForm.MatchString(name) {
			v.fail(item(at.Items(), i), path, "expected a capability such as \"dougong.payment/v1\", found %q", name)
		}
	}
}

// outside checks the addresses under which others reach the host, or it reaches them, for its own sake.
func (v *validator) outside(file strict.Value, c *Config) {
	if c.Metrics.Listen != "" {
		if _, _, err := net.SplitHostPort(c.Metrics.Listen); err != nil {
			v.fail(file.Get("metrics").Get("listen"), "metrics.listen", "expected an address such as \"127.0.0.1:9464\", found %q", c.Metrics.Listen)
		}
	}
	if c.Telemetry.OTLP != "" {
		u, err := url.Parse(c.Telemetry.OTLP)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			v.fail(file.Get("telemetry").Get("otlp"), "telemetry.otlp", "expected the address of an OTLP/HTTP receiver such as \"http://127.0.0.1:4318\", found %q", c.Telemetry.OTLP)
		}
	}
	if c.Telemetry.Sample < 0 || c.Telemetry.Sample > 1 {
		v.fail(file.Get("telemetry").Get("sample"), "telemetry.sample", "expected a share from 0 to 1, found %g", c.Telemetry.Sample)
	}
}
