// Command radio is a plugin that tells which network the device is in, as its configuration says: a device's own knows better.
package main

import (
	"encoding/json"
	"sync/atomic"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

// network is what the configuration says; "" is a radio that does not answer.
var network atomic.Pointer[string]

type answer struct {
	NetworkType string `json:"networkType"`
}

var _ = serve.Register(pdk.New("com.acme.radio", "1.0.0").Provide("com.acme.radio/v1", pdk.Methods{
	"getNetworkType": pdk.Func(func(*pdk.Context, struct{}) (answer, error) {
		if is := network.Load(); is != nil && *is != "" {
			return answer{*is}, nil
		}
		return answer{}, pdk.Errorf(10001, "no-radio", "the radio does not answer")
	}),
}).OnConfigure(func(_ *pdk.Context, config []byte) error {
	var c struct{ Network string }
	if err := json.Unmarshal(config, &c); err != nil {
		return err
	}
	network.Store(&c.Network)
	return nil
}))

func main() { serve.Main() }
