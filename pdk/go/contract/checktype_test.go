package contract_test

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

func TestCheckType(t *testing.T) {
	t.Parallel()
	all := standard(t)
	request := all["dougong.network/v1"].Methods["request"]
	type good struct {
		URL    string            `json:"url"`
		Header map[string]string `json:"header,omitempty"`
		Data   pdk.Blob          `json:"data"`
		Method string            `json:"method"`
	}
	if err := request.Params.CheckType(good{}, true); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		name string
		v    any
		want string
	}{
		{"unknown field", struct {
			URL string `json:"url"`
			Uri string `json:"uri"`
		}{}, "uri: the contract has no such field"},
		{"wrong type", struct {
			URL []string `json:"url"`
		}{}, "url: the contract has string, the Go type is []string"},
		{"wrong type below", struct {
			URL    string           `json:"url"`
			Header map[string][]int `json:"header"`
		}{}, "header.*: the contract has boolean, number or string, the Go type is []int"},
		{"required", struct {
			Method string `json:"method"`
		}{}, "url: the contract requires it"},
		{"not an object", 5, "the contract has object, the Go type is int"},
	} {
		err := request.Params.CheckType(c.v, true)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	if err := all["dougong.storage/v1"].Methods["clearStorage"].Params.CheckType(good{}, false); err == nil {
		t.Error("a method without parameters takes a type")
	}
}
