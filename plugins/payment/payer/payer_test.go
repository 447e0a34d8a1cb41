package payer_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
	"github.com/dougong-dev/dougong/plugins/payment/gateway"
	"github.com/dougong-dev/dougong/plugins/payment/merchant"
	"github.com/dougong-dev/dougong/plugins/payment/payer"
	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// shop is a gateway that runs, a merchant, and a plugin that reaches the gateway through the host.
type shop struct {
	*pdktest.Host
	t        *testing.T
	gateway  *gateway.Gateway
	merchant *merchant.Client
	orders   int
	down     bool // the host cannot reach the gateway
}

func open(t *testing.T, flow payer.Flow, config map[string]any) *shop {
	t.Helper()
	g, err := gateway.Open(filepath.Join(t.TempDir(), "pay.db"), gateway.Options{Inject: true, Balance: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.StripPrefix("/pay", g))
	t.Cleanup(func() {
		server.Close()
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	p := payer.New(flow)
	s := &shop{t: t, gateway: g, merchant: merchant.New(server.URL + "/pay")}
	s.Host = pdktest.New(t, pdk.New("dougong.pay.test", "1.0.0").Provide(payer.Capability, p.Methods()).OnConfigure(p.Configure))
	s.HTTP = s.forward(server.URL)
	s.Answer = func(pdk.Confirm) int { return 0 }
	if config == nil {
		config = map[string]any{}
	}
	config["timeout_ms"] = 300
	if err := s.Configure(config); err != nil {
		t.Fatal(err)
	}
	return s
}

// forward is the host's network: what it cannot deliver within the time becomes an answer that nobody has signed.
func (s *shop) forward(base string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), 500*time.Millisecond)
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, r.Method, base+r.URL.RequestURI(), r.Body)
		req.Header = r.Header
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			w.WriteHeader(http.StatusGatewayTimeout)
			return
		}
		defer resp.Body.Close()
		for name, values := range resp.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	})
}

// order registers an order and returns signed arguments.
func (s *shop) order(amount int64) payer.Arguments {
	s.t.Helper()
	s.orders++
	text, err := s.merchant.Prepare(s.t.Context(), "o-"+string(rune('a'+s.orders)), "檀木梳", amount)
	if err != nil {
		s.t.Fatal(err)
	}
	var args payer.Arguments
	if err := json.Unmarshal(text, &args); err != nil {
		s.t.Fatal(err)
	}
	return args
}

func (s *shop) pay(args payer.Arguments) (payer.Result, error) {
	var out payer.Result
	err := s.Call(payer.Capability, "requestPayment", args, &out)
	return out, err
}

func (s *shop) fails(args payer.Arguments, code int, part string) {
	s.t.Helper()
	out, err := s.pay(args)
	if e := pdk.AsError(err); e == nil || e.Code != code || !strings.Contains(e.Message, part) {
		s.t.Errorf("got %+v, %v; want code %d with %q", out, err, code, part)
	}
}

// spent checks what is gone from the user's balance.
func (s *shop) spent(want int64) {
	s.t.Helper()
	left, err := s.gateway.Balance("local", protocol.Balance)
	if err != nil || 100_000-left != want {
		s.t.Errorf("spent %d, %v; want %d", 100_000-left, err, want)
	}
}

func TestPay(t *testing.T) {
	t.Parallel()
	s := open(t, payer.OneTap, nil)
	args := s.order(19800)
	out, err := s.pay(args)
	if err != nil || out.Amount != 19800 || out.Currency != "CNY" || !strings.HasPrefix(out.TransactionID, "tx") {
		t.Fatalf("%+v %v", out, err)
	}
	if asked := s.Asked(); len(asked) != 1 || asked[0].Title != "向斗拱示例商户付款" || asked[0].Content != "¥198.00\n檀木梳" {
		t.Errorf("the user was asked %+v", asked)
	}
	again, err := s.pay(args)
	if err != nil || again != out || len(s.Asked()) != 1 {
		t.Errorf("the same call again: %+v %v, asked %d times", again, err, len(s.Asked()))
	}
	s.spent(19800)

	id, _ := protocol.PrepayID(args.Package)
	other := s.merchant.Sign(id)
	s.fails(payer.Arguments(other), 70002, "already_paid")
	s.spent(19800)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := open(t, payer.OneTap, nil)
	args := s.order(100)
	forged := args
	forged.PaySign = strings.Repeat("0", 64)
	s.fails(forged, 70003, "bad_sign")
	replayed := args
	replayed.Package = s.order(200).Package
	s.fails(replayed, 70003, "bad_sign")
	md5 := args
	md5.SignType = "MD5"
	s.fails(md5, 70003, "signType")
	unknown := args
	unknown.Package = "prepay_id=none"
	s.fails(unknown, 70002, "unknown_order")
	malformed := args
	malformed.Package = "../v1/orders"
	s.fails(malformed, pdk.CodeInvalidParams, "prepay_id=")
	s.fails(s.order(100_001), 70004, "insufficient_funds")
	s.fails(s.order(gateway.InjectFunds), 70004, "insufficient_funds")
	s.spent(0)
}

func TestCancel(t *testing.T) {
	t.Parallel()
	s := open(t, payer.OneTap, map[string]any{"free_below": 1000})
	for _, button := range []int{1, -1} {
		s.Answer = func(pdk.Confirm) int { return button }
		s.fails(s.order(5000), 70001, "cancel")
	}
	s.spent(0)
	if _, err := s.pay(s.order(1000)); err != nil || len(s.Asked()) != 2 {
		t.Errorf("a small amount: %v, asked %d times", err, len(s.Asked()))
	}
	s.spent(1000)
}

// However the answer to the payment gets lost, the outcome is found out and the money is taken once.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, amount := range map[string]int64{
		"cut": gateway.InjectLost, "error": gateway.InjectError, "forged": gateway.InjectForged, "pending": gateway.InjectPending, "hang": gateway.InjectHang,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, payer.OneTap, nil)
			out, err := s.pay(s.order(amount))
			if err != nil || out.Amount != amount || !strings.HasPrefix(out.TransactionID, "tx") || out.TransactionID == "forged" {
				t.Errorf("%+v %v", out, err)
			}
			s.spent(amount)
		})
	}
}

func TestGatewayDown(t *testing.T) {
	t.Parallel()
	s := open(t, payer.OneTap, nil)
	args := s.order(100)
	s.down = true
	s.fails(args, 70005, "cannot be reached")
	s.down = false
	s.Answer = func(pdk.Confirm) int { s.down = true; return 0 } // it goes down after the user has confirmed
	s.fails(args, 70006, "not known")
}

// A gateway with another key can say what it likes.
func TestAnotherGateway(t *testing.T) {
	t.Parallel()
	s := open(t, payer.OneTap, map[string]any{"gateway_key": "MCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAA="})
	s.fails(s.order(100), 70005, "not signed by the gateway")
}

func TestAsksInTheUsersLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, language string
		flow           payer.Flow
		want           string
	}{
		{"one tap, Chinese", "zh-CN", payer.OneTap, "向斗拱示例商户付款:确认支付,取消"},
		{"one tap, English", "en-GB", payer.OneTap, "Pay 斗拱示例商户:Pay,Cancel"},
		{"numbers, Chinese", "zh-HK", payer.Numbers, "向斗拱示例商户付款:余额支付,银行卡支付,取消 安全确认:N,N,N,取消 支付 ¥50.00 请点按数字 N 完成支付"},
		{"numbers, English", "en", payer.Numbers, "Pay 斗拱示例商户:From the balance,By bank card,Cancel Security check:N,N,N,Cancel Paying ¥50.00 Tap the number N to finish"},
		{"numbers, French", "fr", payer.Numbers, "Pay 斗拱示例商户:From the balance,By bank card,Cancel Security check:N,N,N,Cancel Paying ¥50.00 Tap the number N to finish"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, c.flow, nil)
			s.Language = c.language
			s.Answer = func(q pdk.Confirm) int {
				for i, label := range q.Buttons {
					if number.MatchString(label) && strings.Contains(q.Content, " "+label+" ") {
						return i
					}
				}
				return 0
			}
			if _, err := s.pay(s.order(5000)); err != nil {
				t.Fatal(err)
			}
			var said []string
			for i, q := range s.Asked() {
				for k, label := range q.Buttons {
					q.Buttons[k] = number.ReplaceAllString(label, "${1}N$2")
				}
				text := q.Title + ":" + strings.Join(q.Buttons, ",")
				if i == 1 {
					text += " " + number.ReplaceAllString(strings.ReplaceAll(q.Content, "\n", " "), "${1}N$2")
				}
				said = append(said, text)
			}
			if got := strings.Join(said, " "); got != c.want {
				t.Errorf("asked %s\nwant  %s", got, c.want)
			}
		})
	}
}

// number is a whole number that is no part of a sum.
var number = regexp.MustCompile(`(^| )[0-9]+( |$)`)

func TestNumbers(t *testing.T) {
	t.Parallel()
	s := open(t, payer.Numbers, nil)
	wrong := 0
	s.Answer = func(q pdk.Confirm) int {
		if len(q.Buttons) == 3 {
			return 1 // by card
		}
		for i, label := range q.Buttons {
			if named := strings.Contains(q.Content, "数字 "+label+" "); named == (wrong == 0) {
				wrong = max(wrong-1, 0)
				return i
			}
		}
		return -1
	}
	if out, err := s.pay(s.order(5000)); err != nil || out.Amount != 5000 {
		t.Fatalf("%+v %v", out, err)
	}
	s.spent(0)
	if left, _ := s.gateway.Balance("local", protocol.Card); left != 95_000 {
		t.Errorf("the card has %d left", left)
	}
	wrong = 2
	if _, err := s.pay(s.order(1000)); err != nil {
		t.Errorf("wrong twice, then right: %v", err)
	}
	wrong = 100
	s.fails(s.order(1000), 70004, "wrong_answer")
	if left, _ := s.gateway.Balance("local", protocol.Card); left != 94_000 {
		t.Errorf("the card has %d left", left)
	}
	s.Answer = func(q pdk.Confirm) int { return len(q.Buttons) - 1 }
	s.fails(s.order(1000), 70001, "cancel")
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	s := open(t, payer.OneTap, nil)
	for want, config := range map[string]map[string]any{
		"unknown field": {"x": 1},
		"gateway:":      {"gateway": "pay.example.com"},
		"gateway_key":   {"gateway_key": "AAAA"},
		"be negative":   {"tries": -1},
	} {
		if e := pdk.AsError(s.Configure(config)); e == nil || e.Code != pdk.CodeConfig || !strings.Contains(e.Message, want) {
			t.Errorf("configure %v: %v, want %q", config, e, want)
		}
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		amount   int64
		currency string
	}{"¥198.05": {19805, "CNY"}, "JPY 500": {500, "JPY"}, "CHF 0.01": {1, "chf"}} {
		if got := payer.Money(c.amount, c.currency); got != want {
			t.Errorf("Money(%d, %s) = %q, want %q", c.amount, c.currency, got, want)
		}
	}
}
