package main

import (
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
)

const capability = "com.example.idnumber/v1"

// host runs the plugin in memory; its arguments and results go the same way as on a real host.
func host(t *testing.T) *pdktest.Host {
	t.Helper()
	today := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	return pdktest.New(t, newPlugin(func() time.Time { return today }))
}

func TestCheck(t *testing.T) {
	t.Parallel()
	h := host(t)
	for number, want := range map[string]Result{
		"11010519491231002X": {"110***********002X", "1949-12-31", "female"}, // the standard's own example
		"11010519491231002x": {"110***********002x", "1949-12-31", "female"},
		"440524188001010014": {}, // also the standard's, but born in 1880
		"110105194912310021": {},
		"110105194912310":    {},
		"1101051949123100２X": {},
	} {
		var got Result
		err := h.Call(capability, "checkIdNumber", Params{number}, &got)
		if got != want || (err == nil) != (want != Result{}) {
			t.Errorf("%s: %+v, %v; want %+v", number, got, err, want)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	h := host(t)
	for number, code := range map[string]int{
		"": codeMalformed, "11010519491231002Y": codeMalformed, "110105194912310020": codeCheckDigit,
		"440524188001010014": codeBirthday, "110105194902310015": codeCheckDigit,
	} {
		err := h.Call(capability, "checkIdNumber", Params{number}, nil)
		if e := pdk.AsError(err); e == nil || e.Code != code {
			t.Errorf("%q: %v, want code %d", number, err, code)
		}
	}
}

func TestMinYear(t *testing.T) {
	t.Parallel()
	h := host(t)
	if err := h.Configure(map[string]int{"min_year": 1800}); err != nil {
		t.Fatal(err)
	}
	var got Result
	if err := h.Call(capability, "checkIdNumber", Params{"440524188001010014"}, &got); err != nil || got.Sex != "male" || got.Birthday != "1880-01-01" {
		t.Errorf("%+v, %v", got, err)
	}
}

// FuzzCheck: whatever a mini-program passes, the plugin answers or refuses.
func FuzzCheck(f *testing.F) {
	f.Add("11010519491231002X")
	c := &checker{now: time.Now, minYear: defaultMinYear}
	f.Fuzz(func(t *testing.T, number string) {
		if out, err := c.check(nil, Params{number}); err == nil && len(out.Masked) != 18 {
			t.Errorf("%q: %+v", number, out)
		}
	})
}
