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
	"strconv"
	"time"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
)

// ledger is what a house's issuing authorities issued and revoked.
type ledger struct {
	ListNumber int64             `json:"listNumber"`            // of the first issuing authority's newest list
	Lists      map[int]int64     `json:"listNumbers,omitempty"` // of those of the others
	Issued     []issued          `json:"issued"`
	Revoked    []cert.Revocation `json:"revoked"`
}

type issued struct {
	Serial   string      `json:"serial"`
	Holder   cert.Holder `json:"holder"`
	Key      string      `json:"key"`
	NotAfter time.Time   `json:"notAfter"`
	Renews   string      `json:"renews,omitempty"` // serial
	Issuer   int         `json:"issuer,omitempty"` // number; 0 is the first
}

// by is the number of the issuing authority.
func (i issued) by() int { return max(i.Issuer, 1) }

// next gives an issuing authority's next revocation list a number.
func (l *ledger) next(issuer int) int64 {
	if issuer == 1 {
		l.ListNumber++
		return l.ListNumber
	}
	if l.Lists == nil {
		l.Lists = map[int]int64{}
	}
	l.Lists[issuer]++
	return l.Lists[issuer]
}

// find gives the entry of a certificate.
func (l *ledger) find(serial string) (issued, bool) {
	at := slices.IndexFunc(l.Issued, func(i issued) bool { return i.Serial == serial })
	if at < 0 {
		return issued{}, false
	}
	return l.Issued[at], true
}

// revoked are the revoked certificates of one issuing authority.
func (l *ledger) revoked(issuer int) (out []cert.Revocation) {
	of := map[string]int{}
	for _, i := range l.Issued {
		of[i.Serial] = i.by()
	}
	for _, r := range l.Revoked {
		if of[r.Serial] == issuer {
			out = append(out, r)
		}
	}
	return out
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

func (a *Authority) issue(ctx context.Context, r *cert.Request, runs time.Duration, renews string) (*cert.Certificate, error) {
	if !slices.Contains(cert.Roles(), r.Holder.Role) {
		return nil, fmt.Errorf("issue: a request for the role %q; expected one of %v", r.Holder.Role, cert.Roles())
	}
	issuer, err := a.Issuing()
	if err != nil {
		return nil, fmt.Errorf("issue: %w", err)
	}
	by, err := Signer(ctx, a.token, issuerLabel(issuer.Number))
	if err != nil {
		return nil, err
	}
	l, err := a.ledger()
	if err != nil {
		return nil, err
	}
	begin := a.now().Truncate(time.Second)
	end := begin.Add(runs)
	if end.After(issuer.Certificate.NotAfter) {
		end = issuer.Certificate.NotAfter
	}
	c, err := cert.Issue(ctx, a.suite, issuer.Certificate, by, cert.Template{Holder: r.Holder, Key: r.Key, NotBefore: begin, NotAfter: end})
	if err != nil {
		return nil, err
	}
	l.Issued = append(l.Issued, issued{Serial: c.Serial, Holder: c.Holder, Key: c.Key.ID(), NotAfter: c.NotAfter, Renews: renews, Issuer: issuer.Number})
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
	was, ok := l.find(serial)
	if !ok {
		return nil, fmt.Errorf("revoke: this authority did not issue certificate %s", serial)
	}
	issuer, err := a.issuer(was.by())
	if err != nil {
		return nil, fmt.Errorf("revoke: %w", err)
	}
	if issuer.Revoked != nil {
		return nil, fmt.Errorf("revoke: certificate %s is of issuing authority %d, which is revoked: nothing that it certified is taken from log entry %s on, and its last list is out; take down what was published before (dougong trust takedown)",
			serial, issuer.Number, fromEntry(issuer.Revoked))
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
		if before := l.Revoked[old].DistrustFrom; before != nil && *before < *from {
			return nil, fmt.Errorf("revoke: certificate %s is not trusted from entry %d on already; that cannot be made later", serial, *before)
		}
		l.Revoked[old] = entry
	} else {
		l.Revoked = append(l.Revoked, entry)
	}
	if err := a.publishList(ctx, l, issuer); err != nil {
		return nil, err
	}
	if _, err := a.event(ctx, envelope.KeyEvent{Event: "revoke", Serial: serial, Key: was.Key, Reason: r.Note, DistrustFrom: from}); err != nil {
		return nil, err
	}
	return a.ListOf(issuer)
}

func fromEntry(r *cert.Revocation) string {
	if r.DistrustFrom == nil {
		return "of " + r.Time.UTC().Format(time.RFC3339)
	}
	return strconv.FormatInt(*r.DistrustFrom, 10)
}

// Refresh signs revocation lists again, so that they do not run out: those of the issuing authorities with these numbers, or all. What
// is revoked signs nothing any more.
func (a *Authority) Refresh(ctx context.Context, numbers ...int) error {
	return a.Exclusive(ctx, func() error {
		l, err := a.ledger()
		if err != nil {
			return err
		}
		all, err := a.Issuers()
		if err != nil {
			return err
		}
		var wrong []error // of one; the others' lists must not run out for it
		for _, i := range all {
			if i.Revoked != nil || len(numbers) > 0 && !slices.Contains(numbers, i.Number) {
				continue
			}
			if err := a.publishList(ctx, l, i); err != nil {
				wrong = append(wrong, fmt.Errorf("issuing authority %d: %w", i.Number, err))
			}
		}
		return errors.Join(wrong...)
	})
}

func (a *Authority) publishList(ctx context.Context, l *ledger, issuer *Issuer) error {
	by, err := Signer(ctx, a.token, issuerLabel(issuer.Number))
	if err != nil {
		return err
	}
	number := l.next(issuer.Number)
	begin := a.now().Truncate(time.Second)
	list, err := cert.Revoke(ctx, a.suite, issuer.Certificate, by, number, begin, begin.AddDate(0, 0, ListDays), l.revoked(issuer.Number))
	if err != nil {
		return err
	}
	if err := a.keep(l); err != nil { // the number first: two lists of one number must never be
		return err
	}
	return a.write(ListName(issuer.Number), list.PEM())
}

// Check tells whether a certificate is good now: its chain, its time, and that it is not revoked.
func (a *Authority) Check(ctx context.Context, c *cert.Certificate) error {
	lists, err := a.Lists()
	if err != nil {
		return err
	}
	issuers, err := a.Issuers()
	if err != nil {
		return err
	}
	var others []*cert.Certificate
	for _, i := range issuers {
		others = append(others, i.Certificate)
	}
	pool, err := cert.NewPool(a.suite, []*cert.Certificate{a.Root}, others, lists)
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

// event logs what happened to a certificate, signed by the authority that issues now.
func (a *Authority) event(ctx context.Context, e envelope.KeyEvent) (int64, error) {
	signed, err := a.signEvent(ctx, e)
	if err != nil {
		return 0, err
	}
	n, _, err := a.append(ctx, keyLeaf(e, signed.Digest()))
	return n, err
}

func (a *Authority) signEvent(ctx context.Context, e envelope.KeyEvent) (*envelope.Envelope, error) {
	s, err := envelope.NewKeyEvent(e)
	if err != nil {
		return nil, err
	}
	issuer, err := a.Issuing()
	if err != nil {
		return nil, err
	}
	by, err := Signer(ctx, a.token, issuerLabel(issuer.Number))
	if err != nil {
		return nil, err
	}
	return envelope.Sign(ctx, a.suite, s, by)
}
