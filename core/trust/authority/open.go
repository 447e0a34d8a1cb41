package authority

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

// Open opens a folder that Init made. ErrMoved is the answer if its log is kept by a registry: see OpenKept.
func Open(suite *gm.Suite, dir string, token Token, now func() time.Time) (*Authority, error) {
	a := &Authority{suite: suite, dir: dir, token: token, now: now}
	if err := a.readCertificates(); err != nil {
		return nil, err
	}
	if place, err := MovedTo(dir); err != nil || place != nil {
		return nil, errors.Join(fmt.Errorf("authority: %w", ErrMoved), err)
	}
	log, err := openLog(filepath.Join(dir, logDir))
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	a.log = log
	return a, nil
}

func (a *Authority) readCertificates() (err error) {
	if a.Root, err = a.readCertificate(RootCAFile); err != nil {
		return err
	}
	_, err = a.Issuers()
	return err
}

// RootMetadata is what hosts pin.
func (a *Authority) RootMetadata() ([]byte, error) { return a.read(RootFile) }

func (a *Authority) read(name string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	return data, nil
}

func (a *Authority) write(name string, data []byte) error {
	err := a.about("write " + name)
	if err == nil {
		err = trust.Replace(filepath.Join(a.dir, name), data)
	}
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	return nil
}

func (a *Authority) remove(name string) error {
	err := a.about("remove " + name)
	if err == nil {
		err = os.Remove(filepath.Join(a.dir, name))
	}
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	return nil
}

// about is called before each change of the folder or the log. Tests stop there.
func (a *Authority) about(step string) error {
	if a.before == nil {
		return nil
	}
	return a.before(step)
}

// SignRoot signs a root metadata file by the first n of the ceremony's root keys: to exchange keys, a log or a witness.
func (a *Authority) SignRoot(ctx context.Context, r *tuf.Root, n int) ([]byte, error) {
	var signers []key.Signer
	for i := range n {
		s, err := Signer(ctx, a.token, rootLabel(i))
		if err != nil {
			return nil, err
		}
		signers = append(signers, s)
	}
	return tuf.Sign(ctx, a.suite, r, signers...)
}
