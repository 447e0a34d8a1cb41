package authority

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

// Ceremony is what the founding of a house's trust decides.
type Ceremony struct {
	Organisation string
	Algorithm    gm.Algorithm // of certificates and metadata, gm.SM2 if empty
	RootKeys     int          // holders of the root metadata, DefaultRootKeys if 0
	Threshold    int          // of them, the majority if 0
	Origin       string       // the log's name, "<organisation>/log" if empty
	Require      []trust.Requirement
	Witnesses    []translog.Witness
	WitnessCount int // how many of them must co-sign
	// Crypto is the cryptographic policy of all hosts; nil allows everything that is known.
	Crypto *gm.Policy
}

// Defaults of a Ceremony and of how long things run.
const (
	DefaultRootKeys = 3
	RootYears       = 10
	IssuerYears     = 5
	ListDays        = cert.ListDays
	DefaultDays     = 365
)

// RootLabel is the label of the key of the certificates' root.
const RootLabel = "ca-root"

// Labels of the other keys in the token. The root's are for an offline machine: after the ceremony they can be taken away.
const (
	issuingCA  = "ca-issuing"
	logEd25519 = "log-ed25519"
	logSM2     = "log-sm2"
)

// logLabels are the log's keys, which all sign each head.
var logLabels = []struct {
	label     string
	algorithm gm.Algorithm
}{{logEd25519, gm.Ed25519}, {logSM2, gm.SM2}}

func rootLabel(i int) string { return fmt.Sprintf("root-%d", i+1) }

// Authority is a house's trust in one folder.
type Authority struct {
	suite  *gm.Suite
	dir    string
	token  Token
	now    func() time.Time
	log    *Log // nil if a keeper has it
	keeper Keeper
	before func(step string) error // see about

	Root *cert.Certificate
}

// Names in the folder.
const (
	RootFile     = "root.json"   // for hosts to pin
	RootCAFile   = "ca-root.pem" //
	issuerFile   = "ca-issuing.pem"
	ledgerFile   = "ledger.json"
	ListFile     = "revoked.crl" // revocation list of the first issuing authority
	RootListFile = "ca-root.crl" // revocation list of the root
	takedowns    = "takedown.json"
	issuedDir    = "issued"
	logDir       = "log"
	lockFile     = "lock"
)

// Init holds the ceremony in an empty folder.
func Init(ctx context.Context, suite *gm.Suite, dir string, token Token, c Ceremony, now func() time.Time) (*Authority, error) {
	if err := c.fill(); err != nil {
		return nil, fmt.Errorf("ceremony: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, RootFile)); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("ceremony: %s holds a root of trust already", dir)
	}
	a := &Authority{suite: suite, dir: dir, token: token, now: now}
	steps := []struct {
		what string
		do   func(context.Context, Ceremony) error
	}{{"keys", a.makeKeys}, {"certificates", a.makeCertificates}, {"log", a.makeLog}, {"root metadata", a.makeRoot}}
	for _, s := range steps {
		if err := s.do(ctx, c); err != nil {
			return nil, fmt.Errorf("ceremony, %s: %w", s.what, err)
		}
	}
	return a, nil
}

func (c *Ceremony) fill() error {
	if c.Organisation == "" {
		return errors.New("the organisation is missing")
	}
	if c.Algorithm == "" {
		c.Algorithm = gm.SM2
	}
	if c.RootKeys == 0 {
		c.RootKeys = DefaultRootKeys
	}
	if c.Threshold == 0 {
		c.Threshold = c.RootKeys/2 + 1
	}
	if c.Origin == "" {
		c.Origin = originOf(c.Organisation)
	}
	if c.Threshold < 1 || c.Threshold > c.RootKeys || c.RootKeys > 32 {
		return fmt.Errorf("%d of %d root keys; expected at most 32, and a threshold between 1 and their number", c.Threshold, c.RootKeys)
	}
	if c.WitnessCount < 0 || c.WitnessCount > len(c.Witnesses) {
		return fmt.Errorf("%d of %d witnesses must co-sign; expected at most their number", c.WitnessCount, len(c.Witnesses))
	}
	if len(c.Require) == 0 {
		c.Require = []trust.Requirement{{Predicate: envelope.VendorRelease, Threshold: 1}}
	}
	return nil
}

// originOf makes a log's name of an organisation's: a note's key name has no spaces and no plus.
func originOf(organisation string) string {
	out := []rune{}
	for _, r := range organisation {
		if r <= ' ' || r == '+' || r == '/' {
			r = '-'
		}
		out = append(out, r)
	}
	return string(out) + "/log"
}

func (a *Authority) makeKeys(ctx context.Context, c Ceremony) error {
	labels := map[string]gm.Algorithm{RootLabel: c.Algorithm, issuingCA: c.Algorithm, logEd25519: gm.Ed25519, logSM2: gm.SM2,
		tuf.TimestampRole: c.Algorithm, tuf.SnapshotRole: c.Algorithm, tuf.TargetsRole: c.Algorithm}
	for i := range c.RootKeys {
		labels[rootLabel(i)] = c.Algorithm
	}
	for label, algorithm := range labels {
		if _, err := a.token.Generate(ctx, label, algorithm); err != nil {
			return err
		}
	}
	return nil
}

func (a *Authority) makeCertificates(ctx context.Context, c Ceremony) (err error) {
	root, err := Signer(ctx, a.token, RootLabel)
	if err != nil {
		return err
	}
	issuing, err := Signer(ctx, a.token, issuingCA)
	if err != nil {
		return err
	}
	begin := a.now().Add(-time.Minute).Truncate(time.Second)
	a.Root, err = cert.Issue(ctx, a.suite, nil, root, cert.Template{Key: root.Key(), NotBefore: begin, NotAfter: begin.AddDate(RootYears, 0, 0),
		Holder: cert.Holder{Name: c.Organisation + " root", Organisation: c.Organisation, Role: cert.Root}})
	if err != nil {
		return err
	}
	first, err := cert.Issue(ctx, a.suite, a.Root, root, cert.Template{Key: issuing.Key(), NotBefore: begin, NotAfter: begin.AddDate(IssuerYears, 0, 0),
		Holder: cert.Holder{Name: c.Organisation + " issuing", Organisation: c.Organisation, Role: cert.Issuer}})
	if err != nil {
		return err
	}
	// The root's list is empty and runs as long as the issuing authority: the root goes offline after this.
	list, err := cert.Revoke(ctx, a.suite, a.Root, root, 1, begin, first.NotAfter, nil)
	if err != nil {
		return err
	}
	if err := a.write(RootCAFile, a.Root.PEM()); err != nil {
		return err
	}
	if err := a.write(RootListFile, list.PEM()); err != nil {
		return err
	}
	if err := a.write(issuerFile, first.PEM()); err != nil {
		return err
	}
	return a.publishList(ctx, &ledger{}, &Issuer{Number: 1, Certificate: first})
}

func (a *Authority) makeLog(ctx context.Context, c Ceremony) (err error) {
	a.log, err = createLog(filepath.Join(a.dir, logDir), c.Origin)
	return err
}

func (a *Authority) makeRoot(ctx context.Context, c Ceremony) error {
	r := &tuf.Root{Common: tuf.Common{Type: tuf.RootRole, SpecVersion: tuf.SpecVersion, Version: 1, Expires: tuf.Time{Time: a.now().AddDate(RootYears, 0, 0)}},
		ConsistentSnapshot: true, Keys: map[string]key.Key{}, Roles: map[string]tuf.Role{}}
	add := func(role, label string, threshold int) error {
		k, err := a.token.Find(ctx, label)
		r.Keys[k.ID()] = k
		r.Roles[role] = tuf.Role{KeyIDs: append(r.Roles[role].KeyIDs, k.ID()), Threshold: threshold}
		return err
	}
	var signers []key.Signer
	for i := range c.RootKeys {
		s, err := Signer(ctx, a.token, rootLabel(i))
		if err != nil {
			return err
		}
		signers = append(signers, s)
		if err := add(tuf.RootRole, rootLabel(i), c.Threshold); err != nil {
			return err
		}
	}
	for _, role := range []string{tuf.TimestampRole, tuf.SnapshotRole, tuf.TargetsRole} {
		if err := add(role, role, 1); err != nil {
			return err
		}
	}
	anchors := trust.Anchors{Certificates: []envelope.Base64{a.Root.DER}, Witnesses: c.Witnesses, WitnessThreshold: c.WitnessCount, Require: c.Require, Crypto: c.Crypto}
	var err error
	if anchors.Log, err = a.logKeys(ctx, c.Origin); err != nil {
		return err
	}
	if r.Anchors, err = anchors.Raw(); err != nil {
		return err
	}
	data, err := tuf.Sign(ctx, a.suite, r, signers...)
	if err != nil {
		return err
	}
	if _, err := tuf.New(a.suite, data, a.now()); err != nil {
		return err
	}
	return a.write(RootFile, data)
}

func (a *Authority) logKeys(ctx context.Context, origin string) (translog.Log, error) {
	out := translog.Log{Origin: origin}
	for _, l := range logLabels {
		k, err := a.token.Find(ctx, l.label)
		if err != nil {
			return out, err
		}
		out.Keys = append(out.Keys, k)
	}
	return out, nil
}
