package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/dougong-dev/dougong/registry/store"
)

// Webhook is an address that an organisation is told at.
type Webhook struct {
	ID      int64     `json:"id"`
	URL     string    `json:"url"`
	Created time.Time `json:"created"`
	Secret  string    `json:"secret,omitempty" doc:"Key of the signatures; shown once, when the webhook is made"`
}

// Delivery is one message to a webhook.
type Delivery struct {
	ID       int64               `json:"id"`
	Webhook  int64               `json:"webhook"`
	URL      string              `json:"url"`
	State    store.DeliveryState `json:"state" enum:"due,done,dead"`
	Attempts int                 `json:"attempts"`
	Created  time.Time           `json:"created"`
	Next     *time.Time          `json:"next,omitempty" doc:"When it is tried again"`
	Status   int                 `json:"status,omitempty" doc:"HTTP status of the last attempt"`
	Error    string              `json:"error,omitempty"`
	Message  json.RawMessage     `json:"message"`
}

// webhooks registers them.
func (s *server) webhooks() {
	add(s, op(http.MethodPost, "/v1/orgs/{org}/webhooks", "add-webhook", "Be told of what happens in an organisation", "webhooks"), func(ctx context.Context, in *struct {
		OrgPath
		Body struct {
			URL string `json:"url" maxLength:"2000"`
		}
	}) (*struct{ Body Webhook }, error) {
		h, err := s.Desk.AddWebhook(ctx, identity(ctx), in.Org, in.Body.URL)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Webhook }{Webhook{h.ID, h.URL, h.Created, h.Secret}}, nil
	})
	add(s, op(http.MethodGet, "/v1/orgs/{org}/webhooks", "list-webhooks", "List webhooks", "webhooks"), func(ctx context.Context, in *OrgPath) (*struct{ Body []Webhook }, error) {
		list, err := s.Desk.Webhooks(ctx, identity(ctx), in.Org)
		out := []Webhook{}
		for _, h := range list {
			out = append(out, Webhook{ID: h.ID, URL: h.URL, Created: h.Created})
		}
		return &struct{ Body []Webhook }{out}, err
	})
	type one struct {
		OrgPath
		ID int64 `path:"id"`
	}
	add(s, op(http.MethodDelete, "/v1/orgs/{org}/webhooks/{id}", "drop-webhook", "End a webhook", "webhooks"), func(ctx context.Context, in *one) (*struct{}, error) {
		return nil, s.Desk.DropWebhook(ctx, identity(ctx), in.Org, in.ID)
	})
	add(s, op(http.MethodGet, "/v1/orgs/{org}/deliveries", "list-deliveries", "List the last messages to webhooks", "webhooks"), func(ctx context.Context, in *OrgPath) (*struct{ Body []Delivery }, error) {
		list, err := s.Desk.Deliveries(ctx, identity(ctx), in.Org)
		out := []Delivery{}
		for _, d := range list {
			one := Delivery{ID: d.ID, Webhook: d.Webhook, URL: d.URL, State: d.State, Attempts: d.Attempts, Created: d.Created, Status: d.Status, Error: d.Error, Message: d.Body}
			if d.State == store.DeliveryDue {
				one.Next = &d.Due
			}
			out = append(out, one)
		}
		return &struct{ Body []Delivery }{out}, err
	})
	add(s, op(http.MethodPost, "/v1/orgs/{org}/deliveries/{id}/redeliver", "redeliver", "Send a message once more", "webhooks"), func(ctx context.Context, in *one) (*struct{}, error) {
		return nil, s.Desk.Redeliver(ctx, identity(ctx), in.Org, in.ID)
	})
}
