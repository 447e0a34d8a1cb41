package protocol_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

func TestPaySignCoversEveryField(t *testing.T) {
	t.Parallel()
	secret := []byte("secret")
	good := protocol.Pay{TimeStamp: "1", NonceStr: "n", Package: "prepay_id=p", SignType: protocol.SignType}
	good.PaySign = protocol.PaySign(secret, "app", &good)
	if !protocol.VerifyPaySign(secret, "app", &good) {
		t.Fatal("a good signature is refused")
	}
	for name, spoil := range map[string]func(p *protocol.Pay){
		"timeStamp": func(p *protocol.Pay) { p.TimeStamp = "2" },
		"nonceStr":  func(p *protocol.Pay) { p.NonceStr = "m" },
		"package":   func(p *protocol.Pay) { p.Package = "prepay_id=q" },
		"signType":  func(p *protocol.Pay) { p.SignType = "MD5" },
		"paySign":   func(p *protocol.Pay) { p.PaySign = strings.Repeat("0", 64) },
		"shifted":   func(p *protocol.Pay) { p.TimeStamp, p.NonceStr = "1n", "" },
	} {
		bad := good
		spoil(&bad)
		if protocol.VerifyPaySign(secret, "app", &bad) {
			t.Errorf("%s may be changed", name)
		}
	}
	if protocol.VerifyPaySign(secret, "other", &good) || protocol.VerifyPaySign([]byte("x"), "app", &good) {
		t.Error("another app's or another merchant's arguments are taken")
	}
}

func TestAnswerIsBoundToItsRequest(t *testing.T) {
	t.Parallel()
	key := protocol.SandboxKey()
	public := key.Public().(ed25519.PublicKey)
	sig := protocol.SignAnswer(key, "nonce", 200, []byte("body"))
	if !protocol.VerifyAnswer(public, "nonce", 200, []byte("body"), sig) {
		t.Fatal("a good answer is refused")
	}
	if protocol.VerifyAnswer(public, "other", 200, []byte("body"), sig) || protocol.VerifyAnswer(public, "nonce", 402, []byte("body"), sig) ||
		protocol.VerifyAnswer(public, "nonce", 200, []byte("Body"), sig) || protocol.VerifyAnswer(public, "nonce", 200, []byte("body"), "!") ||
		protocol.VerifyAnswer(nil, "nonce", 200, []byte("body"), sig) {
		t.Error("a changed or replayed answer is taken")
	}
}

func TestPrepayID(t *testing.T) {
	t.Parallel()
	for pkg, want := range map[string]string{
		"prepay_id=wx_1-A": "wx_1-A", "prepay_id=": "", "": "", "x=1": "", "prepay_id=../orders": "", "prepay_id=a?b": "",
		"prepay_id=" + strings.Repeat("a", 65): "",
	} {
		if got, ok := protocol.PrepayID(pkg); got != want || ok != (want != "") {
			t.Errorf("PrepayID(%q) = %q, %v; want %q", pkg, got, ok, want)
		}
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	public := protocol.SandboxKey().Public().(ed25519.PublicKey)
	if got, err := protocol.ParseKey(base64.StdEncoding.EncodeToString(public)); err != nil || !got.Equal(public) {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"", "!", "AAAA"} {
		if _, err := protocol.ParseKey(bad); err == nil {
			t.Errorf("ParseKey(%q) succeeded", bad)
		}
	}
}
