package orgs

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/hooks"
	"github.com/dougong-dev/dougong/registry/store"
)

// maxWebhooks bounds the webhooks of an organisation.
const maxWebhooks = 20

// AddWebhook makes an address be told of what happens in an organisation; the first message greets it. The webhook's secret is
// shown this once.
func (d *Desk) AddWebhook(ctx context.Context, who accounts.Identity, org, address string) (*store.Webhook, error) {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return nil, err
	}
	if err := d.Hooks.CheckURL(address); err != nil {
		return nil, fault.New(fault.Invalid, "%w", err).Next("use an https address that is reachable from this registry, or ask its operator to allow yours (--webhook-allow)")
	}
	h := &store.Webhook{Org: o.ID, URL: address, Secret: hooks.NewSecret(), Created: d.Now()}
	return h, d.Store.Update(ctx, func(tx store.Tx) error {
		have, err := tx.Webhooks(ctx, o.ID)
		if err != nil {
			return err
		}
		if len(have) >= maxWebhooks {
			return fault.New(fault.Quota, "organisation %q has %d webhooks, the limit is %d", org, len(have), maxWebhooks)
		}
		if err := tx.AddWebhook(ctx, h); err != nil {
			return err
		}
		hello, err := json.Marshal(map[string]any{"event": "ping", "organisation": org, "actor": who.Name(), "time": h.Created})
		if err != nil {
			return err
		}
		if err := tx.AddDelivery(ctx, h.ID, hello, h.Created); err != nil {
			return err
		}
		return d.record(ctx, tx, who, "webhook.add", org, strconv.FormatInt(h.ID, 10), map[string]any{"url": address})
	})
}

// Webhooks lists an organisation's webhooks, without their secrets.
func (d *Desk) Webhooks(ctx context.Context, who accounts.Identity, org string) ([]store.Webhook, error) {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return nil, err
	}
	list, err := d.Store.Webhooks(ctx, o.ID)
	for i := range list {
		list[i].Secret = ""
	}
	return list, err
}

// DropWebhook ends a webhook; what was not delivered is forgotten.
func (d *Desk) DropWebhook(ctx context.Context, who accounts.Identity, org string, id int64) error {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return err
	}
	return d.Store.Update(ctx, func(tx store.Tx) error {
		if err := tx.DropWebhook(ctx, o.ID, id); err != nil {
			return fault.New(fault.NotFound, "organisation %q has no webhook %d", org, id)
		}
		return d.record(ctx, tx, who, "webhook.drop", org, strconv.FormatInt(id, 10), nil)
	})
}

// Deliveries lists the last messages to an organisation's webhooks.
func (d *Desk) Deliveries(ctx context.Context, who accounts.Identity, org string) ([]store.Delivery, error) {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return nil, err
	}
	return d.Store.Deliveries(ctx, o.ID, 100)
}

// Redeliver sends a message once more.
func (d *Desk) Redeliver(ctx context.Context, who accounts.Identity, org string, id int64) error {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return err
	}
	return d.Store.Update(ctx, func(tx store.Tx) error {
		if err := tx.Redeliver(ctx, o.ID, id, d.Now()); err != nil {
			return fault.New(fault.NotFound, "organisation %q has no delivery %d", org, id)
		}
		return nil
	})
}
