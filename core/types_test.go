package core

import (
	"testing"

	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// TestTypesFitTheContracts holds the types by which the kernel itself speaks to providers against their contracts.
func TestTypesFitTheContracts(t *testing.T) {
	t.Parallel()
	list, err := contract.Load(contracts.Files)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*contract.Contract{}
	for _, c := range list {
		all[c.Capability] = c
	}
	network, storage, trace := all[networkCapability].Methods, all[storageCapability].Methods, all[traceCapability].Methods
	for _, c := range []struct {
		name   string
		schema *contract.Schema
		v      any
		all    bool
	}{
		{"request", network["request"].Params, netRequest{}, true},
		{"request's answer", network["request"].Result, netAnswer{}, true},
		{"append", trace["append"].Params, traceRecords{}, true},
		{"read", trace["read"].Params, traceRead{}, true},
		{"read's answer", trace["read"].Result, traceNext{}, true},
		{"kvGet", storage["kvGet"].Params, pdk.KVGet{}, true},
		{"kvSet", storage["kvSet"].Params, pdk.KVSet{}, true},
		{"kvDelete", storage["kvDelete"].Params, pdk.KVDelete{}, true},
		{"kvList", storage["kvList"].Params, pdk.KVList{}, true},
		{"check", all[guardCapability].Methods["check"].Params, question{}, true},
		{"check's answer", all[guardCapability].Methods["check"].Result, verdict{}, true},
		{"observe", all[observerCapability].Methods["observe"].Params, observed{}, true},
		{"kvList's answer", storage["kvList"].Result, pdk.KVKeys{}, true},
	} {
		if err := c.schema.CheckType(c.v, c.all); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
