package authority

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// ledger is what an authority issued and revoked.
type ledger struct {
	ListNumber int64             `json:"listNumber"`
	Issued     []issued          `json:"issued"`
	Revoked    []cert.Revocation `json:"revoked"`
}

type issued struct {
	Serial   string      `json:"serial"`
	Holder   cert.Holder `json:"holder"`
	Key      string      `json:"key"`
	NotAfter time.Time   `json:"notAfter"`
	Renews   string      `json:"renews,omitempty"` // serial
}

func (a *Authority) ledger() (*ledger, error) {
	l := &ledger{}
	data, err := os.ReadFile(filepath.Join(a.dir, ledgerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	if err := strict.Decode(data, 256<<20, l); err != nil {
		return nil, fmt.Errorf("authority: %s: %w", ledgerFile, err)
	}
	return l, nil
}

func (a *Authority) keep(l *ledger) error {
	data, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		return err
	}
	return a.write(ledgerFile, data)
}

// Issue gives a certificate to who asked, for at most as long as the issuing authority itself runs.
func (a *Authority) Issue(ctx context.Context, r *cert.Request, runs time.Duration) (c *cert.Certificate, err error) {
	err = a.Exclusive(ctx, func() error {
		c, err = a.issue(ctx, r, runs, "")
		return err
	})
	return c, err
}

// Renew gives a new certificate to the holder of an old one that is not revoked. The request may bring a new key; who the
// holder is and may say must not change.
func (a *Authority) Renew(ctx context.Context, old *cert.Certificate, r *cert.Request, runs time.Duration) (c *cert.Certificate, err error) {
	err = a.Exclusive(ctx, func() error {
		c, err = a.renew(ctx, old, r, runs)
		return err
	})
	return c, err
}

func (a *Authority) renew(ctx context.Context, old *cert.Certificate, r *cert.Request, runs time.Duration) (*cert.Certificate, error) {
	l, err := a.ledger()
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(l.Issued, func(i issued) bool { return i.Serial == old.Serial }) {
		return nil, fmt.Errorf("renew: this authority did not issue certificate %s", old.Serial)
	}
	if slices.ContainsFunc(l.Revoked, func(x cert.Revocation) bool { return x.Serial == old.Serial }) {
		return nil, fmt.Errorf("renew: certificate %s: %w; let the holder ask for a new one", old.Serial, cert.ErrRevoked)
	}
	was, is := fmt.Sprint(old.Holder), fmt.Sprint(r.Holder)
	if was != is {
		return nil, fmt.Errorf("renew: the request is of %s, the certificate of %s", is, was)
	}
	return a.issue(ctx, r, runs, old.Serial)
}

func (a *Authority) issue(ctx context.Context, r *cert.Request, runs time.Duration, renews string) (*cert.Certificate, error) {
	if !slices.Contains(cert.Roles(), r.Holder.Role) {
		return nil, fmt.Errorf("issue: a request for the role %q; expected one of %v", r.Holder.Role, cert.Roles())
	}
	by, err := Signer(ctx, a.token, issuingCA)
	if err != nil {
		return nil, err
	}
	l, err := a.ledger()
	if err != nil {
		return nil, err
	}
	begin := a.now().Truncate(time.Second)
	end := begin.Add(runs)
	if end.After(a.Issuing.NotAfter) {
		end = a.Issuing.NotAfter
	}
	c, err := cert.Issue(ctx, a.suite, a.Issuing, by, cert.Template{Holder: r.Holder, Key: r.Key, NotBefore: begin, NotAfter: end})
	if err != nil {
		return nil, err
	}
	l.Issued = append(l.Issued, issued{Serial: c.Serial, Holder: c.Holder, Key: c.Key.ID(), NotAfter: c.NotAfter, Renews: renews})
	if err := a.keep(l); err != nil {
		return nil, err
	}
	event := envelope.KeyEvent{Event: "issue", Serial: c.Serial, Key: c.Key.ID()}
	if renews != "" {
		event.Event = "renew"
	}
	if _, err := a.event(ctx, event); err != nil {
		return nil, err
	}
	return c, a.write(filepath.Join(issuedDir, c.Serial+".pem"), c.PEM())
}

// Revocation is why and since when a certificate is not trusted any more.
type Revocation struct {
	Reason int // RFC 5280, section 5.3.1: 1 is a stolen key
	// DistrustFrom is the first log entry that is not believed any more. nil is the next one: what is logged stays good.
	DistrustFrom *int64
	Note         string
}

// Revoke puts a certificate on the revocation list and the revocation into the log.
func (a *Authority) Revoke(ctx context.Context, serial string, r Revocation) (list *cert.List, err error) {
	err = a.Exclusive(ctx, func() error {
		list, err = a.revoke(ctx, serial, r)
		return err
	})
	return list, err
}

func (a *Authority) revoke(ctx context.Context, serial string, r Revocation) (*cert.List, error) {
	l, err := a.ledger()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(l.Issued, func(i issued) bool { return i.Serial == serial })
	if at < 0 {
		return nil, fmt.Errorf("revoke: this authority did not issue certificate %s", serial)
	}
	from := r.DistrustFrom
	if from == nil {
		n, err := a.size(ctx)
		if err != nil {
			return nil, fmt.Errorf("revoke: %w", err)
		}
		from = &n
	}
	entry := cert.Revocation{Serial: serial, Time: a.now().Truncate(time.Second), Reason: r.Reason, DistrustFrom: from}
	if old := slices.IndexFunc(l.Revoked, func(x cert.Revocation) bool { return x.Serial == serial }); old >= 0 {
		if was := l.Revoked[old].DistrustFrom; was != nil && *was < *from {
			return nil, fmt.Errorf("revoke: certificate %s is not trusted from entry %d on already; that cannot be made later", serial, *was)
		}
		l.Revoked[old] = entry
	} else {
		l.Revoked = append(l.Revoked, entry)
	}
	if err := a.publishList(ctx, l); err != nil {
		return nil, err
	}
	if _, err := a.event(ctx, envelope.KeyEvent{Event: "revoke", Serial: serial, Key: l.Issued[at].Key, Reason: r.Note, DistrustFrom: from}); err != nil {
		return nil, err
	}
	return a.List()
}

// Refresh signs the revocation list again, so that it does not run out.
func (a *Authority) Refresh(ctx context.Context) error {
	return a.Exclusive(ctx, func() error {
		l, err := a.ledger()
		if err != nil {
			return err
		}
		return a.publishList(ctx, l)
	})
}

func (a *Authority) publishList(ctx context.Context, l *ledger) error {
	by, err := Signer(ctx, a.token, issuingCA)
	if err != nil {
		return err
	}
	l.ListNumber++
	begin := a.now().Truncate(time.Second)
	list, err := cert.Revoke(ctx, a.suite, a.Issuing, by, l.ListNumber, begin, begin.AddDate(0, 0, ListDays), l.Revoked)
	if err != nil {
		return err
	}
	if err := a.keep(l); err != nil { // the number first: two lists of one number must never be
		return err
	}
	return a.write(ListFile, list.PEM())
}

// List is the newest revocation list.
func (a *Authority) List() (*cert.List, error) {
	data, err := a.read(ListFile)
	if err != nil {
		return nil, err
	}
	return cert.ParseListPEM(data)
}

// Lists are the revocation lists of the issuing authority and of the root.
func (a *Authority) Lists() ([]*cert.List, error) {
	first, err := a.List()
	if err != nil {
		return nil, err
	}
	data, err := a.read(RootListFile)
	if err != nil {
		return nil, err
	}
	second, err := cert.ParseListPEM(data)
	if err != nil {
		return nil, err
	}
	return []*cert.List{first, second}, nil
}

// Check tells whether a certificate is good now: its chain, its time, and that it is not revoked.
func (a *Authority) Check(ctx context.Context, c *cert.Certificate) error {
	lists, err := a.Lists()
	if err != nil {
		return err
	}
	pool, err := cert.NewPool(a.suite, []*cert.Certificate{a.Root}, []*cert.Certificate{a.Issuing}, lists)
	if err != nil {
		return err
	}
	next, err := a.size(ctx)
	if err != nil {
		return err
	}
	_, err = pool.Verify(c, cert.At{Time: a.now(), Index: &next}, a.now(), 0)
	return err
}

// event logs what happened to a certificate, signed by the issuing authority.
func (a *Authority) event(ctx context.Context, e envelope.KeyEvent) (int64, error) {
	s, err := envelope.NewKeyEvent(e)
	if err != nil {
		return 0, err
	}
	by, err := Signer(ctx, a.token, issuingCA)
	if err != nil {
		return 0, err
	}
	signed, err := envelope.Sign(ctx, a.suite, s, by)
	if err != nil {
		return 0, err
	}
	n, _, err := a.append(ctx, translog.Leaf{Kind: translog.KeyEvent, Subject: "certificate/" + e.Serial, Digest: signed.Digest()})
	return n, err
}
