package shop_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/examples/backend/shop"
)

// payments records what was prepared, or fails.
type payments struct {
	orderID, title string
	total          int64
	err            error
}

func (p *payments) Prepare(_ context.Context, orderID, title string, total int64) (json.RawMessage, error) {
	p.orderID, p.title, p.total = orderID, title, total
	return json.RawMessage(`{"package":"prepay_id=1"}`), p.err
}

func serve(t *testing.T, p *payments, method, target, body string) (int, string) {
	t.Helper()
	catalogue, err := shop.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	handler := shop.NewServer(catalogue, p, func() string { return "o-1" }).Handler()
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, httptest.NewRequest(method, target, strings.NewReader(body)))
	text, err := io.ReadAll(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	return rec.Code, string(text)
}

func TestServer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, target, body string
		status                     int
		contains                   string
	}{
		{"all goods", "GET", "/api/goods", "", http.StatusOK, `"id":"luban"`},
		{"one category", "GET", "/api/goods?category=tea", "", http.StatusOK, `"id":"teatray"`},
		{"one article", "GET", "/api/goods/comb", "", http.StatusOK, `"specs"`},
		{"unknown article", "GET", "/api/goods/none", "", http.StatusNotFound, "none"},
		{"order", "POST", "/api/orders", `{"items":[{"id":"comb","count":2}]}`, http.StatusCreated, `"total":19800`},
		{"empty order", "POST", "/api/orders", `{"items":[]}`, http.StatusBadRequest, "没有商品"},
		{"negative count", "POST", "/api/orders", `{"items":[{"id":"comb","count":-1}]}`, http.StatusBadRequest, "items[0]"},
		{"unknown item", "POST", "/api/orders", `{"items":[{"id":"x","count":1}]}`, http.StatusBadRequest, "items[0]"},
		{"not JSON", "POST", "/api/orders", `{`, http.StatusBadRequest, "不是 JSON"},
		{"picture", "GET", "/img/comb.png", "", http.StatusOK, "PNG"},
		{"no such picture", "GET", "/img/none.png", "", http.StatusNotFound, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, body := serve(t, &payments{}, tt.method, tt.target, tt.body)
			if status != tt.status || !strings.Contains(body, tt.contains) {
				t.Errorf("%s %s: status %d, want %d; body %.200q should contain %q", tt.method, tt.target, status, tt.status, body, tt.contains)
			}
		})
	}
}

func TestOrderIsPricedByTheServer(t *testing.T) {
	t.Parallel()
	var p payments
	serve(t, &p, "POST", "/api/orders", `{"items":[{"id":"comb","count":1,"price":1},{"id":"spoon","count":3}],"total":2}`)
	if want := int64(9900 + 3*4900); p.total != want || p.orderID != "o-1" || p.title != "檀木梳、荔枝木勺叉" {
		t.Errorf("prepared %+v, want total %d", p, want)
	}
}

func TestGatewayDown(t *testing.T) {
	t.Parallel()
	status, body := serve(t, &payments{err: errors.New("refused")}, "POST", "/api/orders", `{"items":[{"id":"comb","count":1}]}`)
	if status != http.StatusBadGateway || !strings.Contains(body, "refused") {
		t.Errorf("status %d, body %s", status, body)
	}
}
