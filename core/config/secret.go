package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// SecretKey is the key of {$secret: name}, which stands for a secret's value in a plugin's configuration.
const SecretKey = "$secret"

// Mask stands for a secret wherever a configuration is shown.
const Mask = "***"

// SecretRef tells whether a value is a reference, and the secret's name.
func SecretRef(v any) (name string, ok bool) {
	m, isMap := v.(map[string]any)
	if !isMap || len(m) != 1 {
		return "", false
	}
	ref, there := m[SecretKey]
	name, _ = ref.(string)
	return name, there
}

// ReplaceSecrets copies a value with every reference replaced by what f says of its name.
func ReplaceSecrets(v any, f func(name string) (any, error)) (any, error) {
	if name, ok := SecretRef(v); ok {
		return f(name)
	}
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			r, err := ReplaceSecrets(value, f)
			if err != nil {
				return nil, err
			}
			out[key] = r
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			r, err := ReplaceSecrets(value, f)
			if err != nil {
				return nil, err
			}
			out[i] = r
		}
		return out, nil
	}
	return v, nil
}

// Shown is the plugin's configuration as it may be shown to people: secrets are masked.
func (p *Plugin) Shown() map[string]any {
	shown, _ := ReplaceSecrets(p.Config, func(string) (any, error) { return Mask, nil }) // f never fails
	out, _ := shown.(map[string]any)
	return out
}

// secrets checks a plugin's secrets and the references to them.
func (v *validator) secrets(here strict.Value, path string, p *Plugin) {
	for name, ref := range p.Secrets {
		where := here.Get("secrets").Get(name)
		switch kind, rest, _ := strings.Cut(ref, ":"); {
		case kind == "keyring":
			if service, account, _ := strings.Cut(rest, "/"); service == "" || account == "" {
				v.fail(where, path+".secrets."+name, "expected \"keyring:SERVICE/ACCOUNT\", found %q", ref)
			}
		case kind != "env" && kind != "file" || rest == "":
			v.fail(where, path+".secrets."+name, "expected \"env:NAME\", \"file:path\" or \"keyring:SERVICE/ACCOUNT\"; a secret itself does not belong in this file")
		}
	}
	_, err := ReplaceSecrets(p.Config, func(name string) (any, error) {
		if _, ok := p.Secrets[name]; !ok {
			return nil, fmt.Errorf("{%s: %s}: plugin %q has no secret of this name; give it under secrets%s",
				SecretKey, name, p.Name(), strict.NearMiss(name, slices.Sorted(maps.Keys(p.Secrets))))
		}
		return nil, nil
	})
	if err != nil {
		v.fail(here.Get("config"), path+".config", "%s", err)
	}
}
