package authority

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
)

// NextIssuer asks the root for the next issuing authority, which shall run for some years. Its key is made in the token; asked once
// more, before the answer is installed, it is the same. Of algorithm "" it is as that of the newest.
func (a *Authority) NextIssuer(ctx context.Context, algorithm gm.Algorithm, years int) (*IssuerRequest, error) {
	all, err := a.Issuers()
	if err != nil {
		return nil, err
	}
	last := all[len(all)-1]
	number := last.Number + 1
	if number > maxIssuers {
		return nil, fmt.Errorf("issuing authority %d: a house has at most %d", number, maxIssuers)
	}
	if algorithm == "" {
		algorithm = gm.Algorithm(last.Certificate.Key.Type)
	}
	if _, err = a.token.Find(ctx, issuerLabel(number)); errors.Is(err, ErrNoKey) {
		_, err = a.token.Generate(ctx, issuerLabel(number), algorithm)
	}
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", issuerLabel(number), err)
	}
	by, err := Signer(ctx, a.token, issuerLabel(number))
	if err != nil {
		return nil, err
	}
	organisation := a.Root.Holder.Organisation
	q, err := cert.NewRequest(ctx, a.suite, cert.Holder{Name: fmt.Sprintf("%s issuing %d", organisation, number), Organisation: organisation, Role: cert.Issuer}, by)
	if err != nil {
		return nil, err
	}
	return a.ask(&IssuerRequest{Number: number, Issue: q.DER, Years: years})
}

// EndIssuer asks the root to revoke an issuing authority: nothing that hangs on it is believed from a log entry on, and its newest
// list is its last. r.DistrustFrom nil is the next entry.
func (a *Authority) EndIssuer(ctx context.Context, number int, r Revocation) (*IssuerRequest, error) {
	i, err := a.issuer(number)
	if err != nil {
		return nil, err
	}
	last, err := a.ListOf(i)
	if err != nil {
		return nil, err
	}
	from := r.DistrustFrom
	if from == nil {
		n, err := a.size(ctx)
		if err != nil {
			return nil, err
		}
		from = &n
	}
	return a.ask(&IssuerRequest{Number: number, Revoke: &IssuerRevocation{Certificate: i.Certificate.DER, Reason: r.Reason, DistrustFrom: *from, Last: last.DER, Note: r.Note}})
}

// ask completes a request, and reads it as the root will.
func (a *Authority) ask(r *IssuerRequest) (*IssuerRequest, error) {
	list, err := a.readList(RootListFile)
	if err != nil {
		return nil, err
	}
	r.Format, r.List = requestFormat, list.DER
	return ParseIssuerRequest(r.Bytes())
}

// InstallIssuer takes the root's answer in: the issuing authority is in force, or revoked, from now on. Done again after a crash it goes
// on where it stopped, and the log says it once. What stops it after the answer is in force, a log that is away, say, is logged by
// whatever changes the folder next.
func (a *Authority) InstallIssuer(ctx context.Context, r *IssuerAnswer) (i *Issuer, err error) {
	err = a.exclusive(ctx, func() error {
		settled, wrong := a.settle(ctx)
		known, err := a.readList(RootListFile)
		if err != nil {
			return err
		}
		if bytes.Equal(known.DER, r.List) && slices.Contains(settled, known.Number) {
			return wrong // it is this answer that was stopped
		}
		return a.install(ctx, r)
	})
	if err != nil {
		return nil, err
	}
	return a.issuer(r.Number)
}

func (a *Authority) install(ctx context.Context, r *IssuerAnswer) error {
	list, err := a.nextRootList(r)
	if err != nil {
		return fmt.Errorf("install: %w", err)
	}
	var i *Issuer
	own := envelope.KeyEvent{Event: eventMade, Reason: r.Note}
	if len(r.Certificate) > 0 {
		i, err = a.prepareCertificate(ctx, r, list)
	} else {
		i, err = a.installLast(r, list)
		own.Event = eventRevoked
	}
	if err == nil {
		err = a.haveLasts(list)
	}
	if err == nil {
		own.Serial, own.Key, own.DistrustFrom = i.Certificate.Serial, i.Certificate.Key.ID(), list.Revoked[i.Certificate.Serial].DistrustFrom
		err = a.oweInstalled(own, list)
	}
	if err == nil && len(r.Certificate) > 0 {
		err = a.write(issuerName(r.Number), i.Certificate.PEM())
	}
	if err == nil {
		err = a.write(RootListFile, list.PEM())
	}
	if err != nil {
		return fmt.Errorf("install issuing authority %d: %w", r.Number, err)
	}
	_, err = a.settle(ctx)
	return unlogged(err, fmt.Sprintf("issuing authority %d: what the root signed is in force", r.Number))
}

// unlogged says of what is done that the log is owed it.
func unlogged(err error, done string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNoted):
		return fmt.Errorf("%s; %w", done, err)
	}
	return fmt.Errorf("%s, and could not be logged yet: %w", done, err)
}

// oweInstalled keeps what the log is owed by an answer: its own event, and each revocation that comes with its list and was not known. The
// answer that has asked for that one is older than this list, and is not installed any more.
func (a *Authority) oweInstalled(own envelope.KeyEvent, list *cert.List) error {
	known, err := a.readList(RootListFile)
	if err != nil {
		return err
	}
	all, err := a.Issuers()
	if err != nil {
		return err
	}
	var out []*unsettled
	for _, i := range all {
		serial := i.Certificate.Serial
		is, ok := list.Revoked[serial]
		if was, knew := known.Revoked[serial]; !ok || knew && fromEntry(&was) == fromEntry(&is) || serial == own.Serial {
			continue
		}
		event := envelope.KeyEvent{Event: eventRevoked, Serial: serial, Key: i.Certificate.Key.ID(), DistrustFrom: is.DistrustFrom}
		out = append(out, &unsettled{RootList: list.Number, Event: event})
	}
	return a.alsoOwe(known.Number, append(out, &unsettled{RootList: list.Number, Event: own}))
}

// nextRootList reads the answer's list: the root's, newer than the one that is known, and nothing is taken back in it.
func (a *Authority) nextRootList(r *IssuerAnswer) (*cert.List, error) {
	known, err := a.readList(RootListFile)
	if err != nil {
		return nil, err
	}
	list, err := cert.ParseList(r.List)
	if err == nil {
		err = list.SignedBy(a.suite, a.Root)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer's list of the root: %w", err)
	case list.Number <= known.Number:
		return nil, fmt.Errorf("the answer has the root's list %d, and list %d is known: it is of an older ceremony, or was installed before", list.Number, known.Number)
	}
	for serial, was := range known.Revoked {
		is, ok := list.Revoked[serial]
		if !ok || is.DistrustFrom == nil || was.DistrustFrom != nil && *is.DistrustFrom > *was.DistrustFrom {
			return nil, fmt.Errorf("the root's list %d takes back that certificate %s is revoked", list.Number, serial)
		}
	}
	return list, nil
}

// prepareCertificate checks the new authority's certificate, and signs its list.
func (a *Authority) prepareCertificate(ctx context.Context, r *IssuerAnswer, list *cert.List) (*Issuer, error) {
	c, err := cert.Parse(r.Certificate)
	if err == nil {
		err = cert.IssuedBy(a.suite, c, a.Root)
	}
	if err != nil {
		return nil, err
	}
	all, err := a.Issuers()
	if err != nil {
		return nil, err
	}
	last := all[len(all)-1]
	again := last.Number == r.Number && last.Certificate.Serial == c.Serial
	by, err := Signer(ctx, a.token, issuerLabel(r.Number))
	if err != nil {
		return nil, err
	}
	_, revoked := list.Revoked[c.Serial]
	switch {
	case c.Holder.Role != cert.Issuer || revoked:
		return nil, fmt.Errorf("certificate %s has the role %q, or is revoked", c.Serial, c.Holder.Role)
	case by.Key() != c.Key:
		return nil, fmt.Errorf("the certificate is of key %s, and %q is key %s: the answer is to another request", c.Key.ID(), issuerLabel(r.Number), by.Key().ID())
	case !again && r.Number != last.Number+1:
		return nil, fmt.Errorf("the next one is number %d", last.Number+1)
	}
	i := &Issuer{Number: r.Number, Certificate: c}
	l, err := a.ledger()
	if err != nil {
		return nil, err
	}
	return i, a.publishList(ctx, l, i) // first: an authority without a list is not believed
}

// haveLasts sees that the last list of each authority that the root's list revokes is here before that list is in force: nothing
// could be said of such an authority any more. Answers may come in another order than they were made in.
func (a *Authority) haveLasts(list *cert.List) error {
	all, err := a.Issuers()
	if err != nil {
		return err
	}
	for _, i := range all {
		entry, ok := list.Revoked[i.Certificate.Serial]
		if !ok || entry.Final == nil {
			continue
		}
		if last, err := a.readList(LastListName(i.Number)); err == nil && entry.Final.Is(last) {
			continue
		}
		newest, err := a.readList(ListName(i.Number))
		if err != nil || !entry.Final.Is(newest) {
			return fmt.Errorf("the root's list %d revokes issuing authority %d, too, whose last list is not here: install the answer that revokes it first, or ask to revoke it again",
				list.Number, i.Number)
		}
		if err := a.write(LastListName(i.Number), newest.PEM()); err != nil {
			return err
		}
	}
	return nil
}

// installLast keeps the last list of an authority that is revoked.
func (a *Authority) installLast(r *IssuerAnswer, list *cert.List) (*Issuer, error) {
	i, err := a.issuer(r.Number)
	if err != nil {
		return nil, err
	}
	last, err := cert.ParseList(r.Last)
	if err == nil {
		err = last.SignedBy(a.suite, i.Certificate)
	}
	if err != nil {
		return nil, err
	}
	entry, ok := list.Revoked[i.Certificate.Serial]
	if !ok || entry.DistrustFrom == nil || entry.Final == nil || !entry.Final.Is(last) {
		return nil, errors.New("the root's list does not revoke it from a log entry on, or names another last list than the answer's")
	}
	if i.Revoked != nil && i.Revoked.Final != nil && !i.Revoked.Final.Is(last) {
		return nil, fmt.Errorf("its last list is number %d since it was revoked, and the answer names another", i.Revoked.Final.Number)
	}
	if i.Revoked == nil {
		now, err := a.ListOf(i)
		if err != nil {
			return nil, err
		}
		for serial, was := range now.Revoked {
			if is, ok := last.Revoked[serial]; !ok || was.DistrustFrom != nil && (is.DistrustFrom == nil || *is.DistrustFrom > *was.DistrustFrom) {
				return nil, fmt.Errorf("certificate %s was revoked after the request was made, and its last list does not say so: make the request again, with --distrust-from %d", serial, *entry.DistrustFrom)
			}
		}
	}
	return i, a.write(LastListName(r.Number), last.PEM())
}
