package install_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/install"
)

var digest = strings.Repeat("ab", 32)

const good = `{"format":1,"current":{"number":3,"made":5,"items":[{"kind":"plugin","id":"com.acme.pay","version":"1.2.0","sha256":"DIGEST","size":10,"source":"x"}]},
"previous":{"number":2,"made":4,"items":[],"proven":true},"bad":[{"id":"com.acme.pay","version":"1.3.0","sha256":"DIGEST","reason":"did not start","at":6}]}`

func TestLedgerIsReadStrictly(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(good, "DIGEST", digest)
	l, err := install.ParseLedger([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if item := l.Current.Find("com.acme.pay"); item == nil || item.Version != "1.2.0" || l.Current.Find("com.acme.p") != nil {
		t.Errorf("found %+v", item)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown key":      {`"made":5`, `"mades":5`, "unknown field"},
		"another format":   {`"format":1`, `"format":2`, "this host knows 1"},
		"something behind": {`"at":6}]}`, `"at":6}]} x`, "after it"},
		"a path for an id": {`"id":"com.acme.pay","version":"1.2.0"`, `"id":"../pay","version":"1.2.0"`, "expected an id"},
		"a path for a sum": {`"sha256":"` + digest + `","size"`, `"sha256":"../../etc","size"`, "SHA-256"},
		"capital digits":   {`"sha256":"` + digest + `","size"`, `"sha256":"` + strings.ToUpper(digest) + `","size"`, "SHA-256"},
		"no version":       {`"version":"1.2.0"`, `"version":"new"`, "expected a version"},
		"unknown kind":     {`"kind":"plugin"`, `"kind":"theme"`, "expected kind"},
		"numbers turned":   {`"number":2`, `"number":3`, "expected a lower one"},
		"a bad id":         {`"bad":[{"id":"com.acme.pay"`, `"bad":[{"id":"a/b"`, "bad[0]"},
		"cut off":          {`"at":6}]}`, ``, "EOF"},
		"less than none":   {`"size":10`, `"size":-1`, "size"},
	} {
		broken := strings.Replace(text, c.old, c.new, 1)
		if broken == text {
			t.Fatalf("%s: nothing was replaced", name)
		}
		if _, err := install.ParseLedger([]byte(broken)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}

func FuzzLedger(f *testing.F) {
	f.Add([]byte(strings.ReplaceAll(good, "DIGEST", digest)))
	f.Add([]byte(`{"format":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := install.ParseLedger(data)
		if err != nil {
			return
		}
		again, err := install.ParseLedger(l.Bytes())
		if err != nil || !bytes.Equal(again.Bytes(), l.Bytes()) {
			t.Errorf("what was read cannot be read again: %v", err)
		}
	})
}
