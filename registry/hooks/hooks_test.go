package hooks_test

import (
	"errors"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/registry/hooks"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAddresses(t *testing.T) {
	t.Parallel()
	house := hooks.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}}
	for _, c := range []struct {
		address string
		policy  hooks.Policy
		says    string // empty: it is good
	}{
		{"https://ci.acme.com/hook?x=1", hooks.Policy{}, ""},
		{"https://1.1.1.1/", hooks.Policy{}, ""},
		{"https://[2606:4700::1111]/", hooks.Policy{}, ""},
		{"http://ci.acme.com/hook", hooks.Policy{}, "expected https"},
		{"http://ci.acme.com/hook", house, ""},
		{"ftp://ci.acme.com/hook", house, "expected https"},
		{"https://ann:secret@ci.acme.com/", hooks.Policy{}, "password"},
		{"https://ci.acme.com/#top", hooks.Policy{}, "fragment"},
		{"https:///x", hooks.Policy{}, "no address"},
		{"https://:443/x", hooks.Policy{}, "no address"},
		{"ci.acme.com", hooks.Policy{}, "no address"},
		{"https://x/" + strings.Repeat("a", 3000), hooks.Policy{}, "no address"},
		{"https://127.0.0.1/", hooks.Policy{}, "inside the house"},
		{"https://127.9.9.9/", hooks.Policy{}, "inside the house"},
		{"https://[::1]/", hooks.Policy{}, "inside the house"},
		{"https://[::ffff:127.0.0.1]/", hooks.Policy{}, "inside the house"},
		{"https://[::ffff:10.0.0.1]/", hooks.Policy{}, "inside the house"},
		{"https://[64:ff9b::7f00:1]/", hooks.Policy{}, "inside the house"},
		{"https://[2002:7f00:1::]/", hooks.Policy{}, "inside the house"},
		{"https://[fe80::1%25eth0]/", hooks.Policy{}, "inside the house"},
		{"https://[fd12::1]/", hooks.Policy{}, "inside the house"},
		{"https://[fd12::1]/", house, ""},
		{"https://0.0.0.0/", hooks.Policy{}, "inside the house"},
		{"https://10.0.0.1/", hooks.Policy{}, "inside the house"},
		{"https://10.1.2.3/", house, ""},
		{"https://10.2.0.1/", house, "inside the house"},
		{"https://172.16.0.1/", hooks.Policy{}, "inside the house"},
		{"https://192.168.1.1/", hooks.Policy{}, "inside the house"},
		{"https://169.254.169.254/latest/meta-data", hooks.Policy{}, "inside the house"},
		{"https://100.100.100.200/", hooks.Policy{}, "inside the house"},
		{"https://224.0.0.1/", hooks.Policy{}, "inside the house"},
		{"https://255.255.255.255/", hooks.Policy{}, "inside the house"},
	} {
		err := c.policy.CheckURL(c.address)
		if got := errors.Join(err); c.says == "" && got != nil || c.says != "" && (got == nil || !strings.Contains(got.Error(), c.says)) {
			t.Errorf("CheckURL(%.60q) allowing %v = %v, want %q", c.address, c.policy.Allow, err, c.says)
		}
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	// The example of the specification of Standard Webhooks.
	const secret, id, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", `{"test": 2432232314}`
	const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	at := time.Unix(1614265330, 0)
	for _, c := range []struct {
		name, id, stamp, signature, body string
		now                              time.Time
		good                             bool
	}{
		{"as it was sent", id, "1614265330", signature, body, at, true},
		{"one signature of several", id, "1614265330", "v1,AAAA v2,x " + signature, body, at.Add(time.Minute), true},
		{"other body", id, "1614265330", signature, body + " ", at, false},
		{"other id", "msg_1", "1614265330", signature, body, at, false},
		{"other time", id, strconv.FormatInt(at.Unix()+1, 10), signature, body, at, false},
		{"no time", id, "", signature, body, at, false},
		{"no signature", id, "1614265330", "", body, at, false},
		{"sent again later", id, "1614265330", signature, body, at.Add(6 * time.Minute), false},
		{"from the future", id, "1614265330", signature, body, at.Add(-6 * time.Minute), false},
	} {
		h := http.Header{}
		h.Set(hooks.HeaderID, c.id)
		h.Set(hooks.HeaderTimestamp, c.stamp)
		h.Set(hooks.HeaderSignature, c.signature)
		got, err := hooks.Verify(secret, h, []byte(c.body), c.now)
		if (err == nil) != c.good || c.good && got != id || !c.good && !errors.Is(err, hooks.ErrSignature) {
			t.Errorf("%s: id %q, %v", c.name, got, err)
		}
	}
	if _, err := hooks.Verify("whsec_", http.Header{hooks.HeaderTimestamp: {"1614265330"}}, nil, at); err == nil {
		t.Error("an empty secret verifies")
	}
}
