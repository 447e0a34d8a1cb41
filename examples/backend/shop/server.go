package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

// maxOrder is the largest order body, in bytes.
const maxOrder = 64 << 10

// maxCount is how many pieces of one article an order may ask for.
const maxCount = 99

// Payments prepares the payment of an order at a payment gateway.
type Payments interface {
	// Prepare registers an order of total fen and returns the parameters of wx.requestPayment.
	Prepare(ctx context.Context, orderID, title string, total int64) (json.RawMessage, error)
}

// Server is the shop's HTTP API.
type Server struct {
	catalogue *Catalogue
	payments  Payments
	newID     func() string
}

// NewServer makes the API. newID gives each order its number.
func NewServer(catalogue *Catalogue, payments Payments, newID func() string) *Server {
	return &Server{catalogue: catalogue, payments: payments, newID: newID}
}

// Handler routes the API:
//
//	GET  /api/goods        {categories, goods}
//	GET  /api/goods/{id}   one article with specs and detail
//	POST /api/orders       {items: [{id, count}], store} → {orderId, total, payment}
//	GET  /img/{file}       pictures
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/goods", s.listGoods)
	mux.HandleFunc("GET /api/goods/{id}", s.oneGoods)
	mux.HandleFunc("POST /api/orders", s.createOrder)
	pictures, err := fs.Sub(images, "images")
	if err == nil {
		mux.Handle("GET /img/", http.StripPrefix("/img/", http.FileServerFS(pictures)))
	}
	return mux
}

func (s *Server) listGoods(w http.ResponseWriter, r *http.Request) {
	list := Catalogue{Categories: s.catalogue.Categories}
	category := r.URL.Query().Get("category")
	for _, g := range s.catalogue.Goods {
		if category == "" || g.Category == category {
			g.Specs, g.Detail = nil, nil
			list.Goods = append(list.Goods, g)
		}
	}
	reply(w, http.StatusOK, list)
}

func (s *Server) oneGoods(w http.ResponseWriter, r *http.Request) {
	goods, ok := s.catalogue.Find(r.PathValue("id"))
	if !ok {
		fail(w, http.StatusNotFound, fmt.Errorf("没有编号为 %q 的商品", r.PathValue("id")))
		return
	}
	reply(w, http.StatusOK, goods)
}

// order is the body of POST /api/orders.
type order struct {
	Items []struct {
		ID    string `json:"id"`
		Count int    `json:"count"`
	} `json:"items"`
	Store string `json:"store"`
}

func (s *Server) createOrder(w http.ResponseWriter, r *http.Request) {
	var in order
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder)).Decode(&in); err != nil {
		fail(w, http.StatusBadRequest, fmt.Errorf("订单不是 JSON：%w", err))
		return
	}
	total, title, err := s.price(in)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	id := s.newID()
	payment, err := s.payments.Prepare(r.Context(), id, title, total)
	if err != nil {
		fail(w, http.StatusBadGateway, fmt.Errorf("支付网关：%w", err))
		return
	}
	reply(w, http.StatusCreated, map[string]any{"orderId": id, "total": total, "payment": payment})
}

// price adds an order up from the catalogue: what the client thinks it costs does not count.
func (s *Server) price(in order) (total int64, title string, err error) {
	if len(in.Items) == 0 {
		return 0, "", errors.New("订单里没有商品")
	}
	var names []string
	for i, item := range in.Items {
		goods, ok := s.catalogue.Find(item.ID)
		if !ok {
			return 0, "", fmt.Errorf("items[%d]：没有编号为 %q 的商品", i, item.ID)
		}
		if item.Count < 1 || item.Count > maxCount {
			return 0, "", fmt.Errorf("items[%d]：数量须在 1 到 %d 之间，得到 %d", i, maxCount, item.Count)
		}
		total += goods.Price * int64(item.Count)
		names = append(names, goods.Name)
	}
	return total, strings.Join(names, "、"), nil
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone: nothing left to tell it
}

func fail(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"message": err.Error()})
}
