package plugins_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/conformance"
	cases "github.com/dougong-dev/dougong/pdk/conformance"
	"github.com/dougong-dev/dougong/plugins/payment/gateway"
	"github.com/dougong-dev/dougong/plugins/payment/merchant"
)

// TestConformance holds the first-party plugins against the cases of their contracts.
func TestConformance(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it builds all plugins
	}
	if err := build(); err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(t.TempDir(), "cache")
	for id, settings := range map[string]string{
		"dougong.account": "", "dougong.file": "", "dougong.storage": "", "dougong.securestorage": "", "dougong.trace": "", "dougong.notification": "",
		"dougong.network":     `config: {private_addresses: ["127.0.0.1"]}`,
		"dougong.geolocation": fixedPoint,
		"dougong.pay.sandbox": `config: {gateway: "${gateway}"}`,
		"dougong.pay.confirm": `config: {gateway: "${gateway}"}`,
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			o := conformance.Options{Dir: filepath.Join(built, id), CacheDir: cache, Settings: &cases.Settings{}}
			if strings.HasPrefix(id, "dougong.pay.") {
				o.Fixtures = orders(t)
				settings = strings.ReplaceAll(settings, "${gateway}", fmt.Sprint(o.Fixtures["gateway"]))
			}
			if settings != "" {
				s, err := cases.ParseSettings(id, []byte(settings))
				if err != nil {
					t.Fatal(err)
				}
				o.Settings = s
			}
			hold(t, o)
		})
	}
}

// fixedPoint is where the Shenzhen Talent Park is, in both systems of coordinates.
const fixedPoint = `
config: {interval_ms: 200, sources: [{fixed: {latitude: 22.543847, longitude: 113.912316}}]}
fixtures:
  wgs84: {latitude: 22.543847, longitude: 113.912316}
  gcj02: {latitude: 22.540799, longitude: 113.917220}
`

func hold(t *testing.T, o conformance.Options) {
	r, err := conformance.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("DOUGONG_CONFORMANCE_REPORTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, r.Plugin.ID+".json"), r.Canonical(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !r.OK() || r.Skipped > 0 {
		var b strings.Builder
		_ = r.WriteText(&b, true)
		t.Error(b.String())
	}
}

// orders runs a gateway and prepares the orders that the cases of payment pay.
func orders(t *testing.T) map[string]any {
	t.Helper()
	pay, err := gateway.Open(filepath.Join(t.TempDir(), "pay.db"), gateway.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.StripPrefix("/pay", pay))
	t.Cleanup(func() { server.Close(); _ = pay.Close() })
	address := server.URL + "/pay"
	order := func(id string, total int64) json.RawMessage {
		args, err := merchant.New(address).Prepare(t.Context(), id, "檀木梳", total)
		if err != nil {
			t.Fatal(err)
		}
		return args
	}
	var forged merchant.Parameters
	if err := json.Unmarshal(order("5", 100), &forged); err != nil {
		t.Fatal(err)
	}
	forged.PaySign = strings.Repeat("0", len(forged.PaySign))
	return map[string]any{
		"gateway": address, "amount": 19800, "order": order("1", 19800), "order_twice": order("2", 500), "order_canceled": order("3", 100),
		"order_declined": order("4", 900_000_000), "order_forged": forged,
	}
}
