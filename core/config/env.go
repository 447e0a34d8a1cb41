package config

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

const envPrefix = "DOUGONG_"

// setting is one value that the environment may override.
type setting struct {
	key  string // koanf key
	kind reflect.Type
}

// settings maps environment names to the single values of Config: DOUGONG_POLICY_TRACE. Lists and maps have none.
func settings() map[string]setting {
	out := map[string]setting{}
	collect(reflect.TypeFor[Config](), "", "", out)
	return out
}

func collect(t reflect.Type, name, key string, out map[string]setting) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("yaml")
		if tag == "-" || f.Tag.Get("env") == "-" {
			continue
		}
		n, k := name+strings.ToUpper(tag), key+tag
		switch f.Type.Kind() {
		case reflect.Struct:
			collect(f.Type, n+"_", k+delimiter, out)
		case reflect.String, reflect.Int, reflect.Bool, reflect.Int64:
			out[envPrefix+n] = setting{k, f.Type}
		}
	}
}

// EnvNames lists the environment variables that override a setting.
func EnvNames() []string {
	var names []string
	for name := range settings() {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// fromEnv turns a variable into a key and value; key "" means that it is not ours.
func fromEnv(known map[string]setting, name, value string) (string, any, error) {
	s, ok := known[name]
	if !ok {
		// Other parts use the prefix too, so only what is clearly misspelt is an error.
		if miss := strict.NearMiss(name, EnvNames()); strings.Contains(miss, "did you mean") && near(name) {
			return "", nil, fmt.Errorf("environment: %s is not a setting%s", name, miss)
		}
		return "", nil, nil
	}
	var v any = value
	var err error
	switch {
	case s.kind == reflect.TypeFor[time.Duration]():
		_, err = time.ParseDuration(value)
	case s.kind.Kind() == reflect.Int:
		v, err = strconv.Atoi(value)
	case s.kind.Kind() == reflect.Bool:
		v, err = strconv.ParseBool(value)
	}
	if err != nil {
		return "", nil, fmt.Errorf("environment: %s=%q: expected %s", name, value, s.kind)
	}
	return s.key, v, nil
}

// near tells whether a name is at most two slips away from a setting's.
func near(name string) bool {
	for _, known := range EnvNames() {
		if strict.Distance(name, known) <= 2 {
			return true
		}
	}
	return false
}
