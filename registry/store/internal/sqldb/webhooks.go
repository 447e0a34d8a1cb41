package sqldb

import (
	"context"
	"time"

	"github.com/dougong-dev/dougong/registry/store"
)

// Webhooks implements store.Reader.
func (r *reader) Webhooks(ctx context.Context, org int64) ([]store.Webhook, error) {
	return list(ctx, r.q, func(row row, w *store.Webhook) error {
		var created int64
		err := row.Scan(&w.ID, &w.Org, &w.URL, &w.Secret, &created)
		w.Created = timeOf(created)
		return err
	}, `SELECT id, org, url, secret, created FROM webhooks WHERE org = ? ORDER BY id`, org)
}

// HasDeliveries implements store.Reader.
func (r *reader) HasDeliveries(ctx context.Context, now time.Time) (bool, error) {
	var n int64
	err := r.q.row(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM deliveries WHERE state = 'due' AND due <= ? LIMIT 1) x`, millis(now)).Scan(&n)
	return n > 0, err
}

const deliveryQuery = `SELECT d.id, d.webhook, h.url, h.secret, d.body, d.state, d.attempts, d.created, d.due, d.settled, d.status, d.error
	FROM deliveries d JOIN webhooks h ON h.id = d.webhook `

func scanDelivery(r row, d *store.Delivery) error {
	var created, due, settled int64
	err := r.Scan(&d.ID, &d.Webhook, &d.URL, &d.Secret, &d.Body, &d.State, &d.Attempts, &created, &due, &settled, &d.Status, &d.Error)
	d.Created, d.Due, d.Settled = timeOf(created), timeOf(due), timeOf(settled)
	return err
}

// Deliveries implements store.Reader.
func (r *reader) Deliveries(ctx context.Context, org int64, limit int) ([]store.Delivery, error) {
	out, err := list(ctx, r.q, scanDelivery, deliveryQuery+`WHERE h.org = ? ORDER BY d.id DESC LIMIT ?`, org, limit)
	for i := range out {
		out[i].Secret = ""
	}
	return out, err
}

// AddWebhook implements store.Tx.
func (w *writer) AddWebhook(ctx context.Context, h *store.Webhook) error {
	return w.add(ctx, &h.ID, `INSERT INTO webhooks (org, url, secret, created) VALUES (?, ?, ?, ?)`, h.Org, h.URL, h.Secret, millis(h.Created))
}

// DropWebhook implements store.Tx.
func (w *writer) DropWebhook(ctx context.Context, org, id int64) error {
	if err := w.run(ctx, `DELETE FROM deliveries WHERE webhook IN (SELECT id FROM webhooks WHERE org = ? AND id = ?)`, org, id); err != nil {
		return err
	}
	return w.change(ctx, "webhook", `DELETE FROM webhooks WHERE org = ? AND id = ?`, org, id)
}

// AddDelivery implements store.Tx.
func (w *writer) AddDelivery(ctx context.Context, webhook int64, body []byte, due time.Time) error {
	return w.run(ctx, `INSERT INTO deliveries (webhook, body, attempts, due, created) VALUES (?, ?, 0, ?, ?)`, webhook, body, millis(due), millis(due))
}

// TakeDeliveries implements store.Tx.
func (w *writer) TakeDeliveries(ctx context.Context, now, until time.Time, limit int) ([]store.Delivery, error) {
	due, err := list(ctx, w.q, scanDelivery, deliveryQuery+`WHERE d.state = 'due' AND d.due <= ? ORDER BY d.due, d.id LIMIT ?`, millis(now), limit)
	if err != nil {
		return nil, err
	}
	taken := due[:0]
	for _, d := range due {
		// The old count in the condition: of two replicas that saw the same row, one changes it.
		res, err := w.q.exec(ctx, `UPDATE deliveries SET attempts = attempts + 1, due = ? WHERE id = ? AND state = 'due' AND due = ? AND attempts = ?`,
			millis(until), d.ID, millis(d.Due), d.Attempts)
		if err != nil {
			return nil, err
		}
		if n, err := res.RowsAffected(); err != nil {
			return nil, err
		} else if n == 1 {
			d.Attempts++
			taken = append(taken, d)
		}
	}
	return taken, nil
}

// SettleDelivery implements store.Tx.
func (w *writer) SettleDelivery(ctx context.Context, d *store.Delivery) error {
	return w.run(ctx, `UPDATE deliveries SET state = ?, due = ?, settled = ?, status = ?, error = ? WHERE id = ? AND state = 'due' AND attempts = ?`,
		d.State, millis(d.Due), millis(d.Settled), d.Status, d.Error, d.ID, d.Attempts)
}

// Redeliver implements store.Tx.
func (w *writer) Redeliver(ctx context.Context, org, id int64, now time.Time) error {
	return w.change(ctx, "delivery", `UPDATE deliveries SET state = 'due', attempts = 0, due = ? WHERE id = ? AND webhook IN (SELECT id FROM webhooks WHERE org = ?)`, millis(now), id, org)
}

// DropDeliveriesBefore implements store.Tx.
func (w *writer) DropDeliveriesBefore(ctx context.Context, t time.Time) error {
	return w.run(ctx, `DELETE FROM deliveries WHERE state <> 'due' AND settled < ?`, millis(t))
}
