package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/registry/house"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/store"
)

// passphraseFile holds the passphrase of a house that the registry made for itself, if nobody gave one.
const passphraseFile = "passphrase"

// keysFolder is the folder of key files in a house.
const keysFolder = "keys"

// ownOrganisation is the name of a house that a registry makes for itself.
const ownOrganisation = "Dougong registry"

// openHouse opens the house that was named, or the registry's own, which it makes at the first start.
func openHouse(ctx context.Context, c Config, suite *gm.Suite, s store.Store, book *logbook.Book) (*house.House, error) {
	if c.Trust == "" {
		if err := c.found(ctx, suite); err != nil {
			return nil, fmt.Errorf("registry: make a house: %w", err)
		}
	}
	o := house.Options{Dir: c.houseFolder(), Suite: suite, Store: s, Book: book, Place: authority.Place{Database: c.Database}, Now: c.Now}
	var err error
	if o.Place.Data, err = filepath.Abs(c.Data); err != nil {
		return nil, err
	}
	if !c.Keyless {
		if o.Token, err = c.token(ctx, suite, o.Dir); err != nil {
			return nil, err
		}
	}
	return house.Open(ctx, o)
}

// token opens the house's keys: its key files, or what the configuration has instead.
func (c Config) token(ctx context.Context, suite *gm.Suite, dir string) (authority.Token, error) {
	if c.Token == nil || c.Trust == "" {
		passphrase, err := c.passphrase()
		return authority.NewFolder(suite, filepath.Join(dir, keysFolder), passphrase, authority.Sealing{}), err
	}
	return c.Token(ctx, suite, filepath.Join(dir, keysFolder))
}

// found makes the registry's own house, unless it is there.
func (c Config) found(ctx context.Context, suite *gm.Suite) error {
	dir := c.houseFolder()
	if _, err := os.Stat(filepath.Join(dir, authority.RootFile)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	passphrase, how := c.Passphrase, authority.Sealing{}
	if len(passphrase) == 0 {
		// Nobody can guess it, so that making guesses expensive would only slow down each start.
		passphrase, how.Cost = []byte(rand.Text()), 1<<10
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := writeNew(filepath.Join(dir, passphraseFile), append(bytes.Clone(passphrase), '\n')); err != nil {
			return err
		}
	}
	token := authority.NewFolder(suite, filepath.Join(dir, keysFolder), passphrase, how)
	if _, err := authority.Init(ctx, suite, dir, token, authority.Ceremony{Organisation: ownOrganisation}, c.Now); err != nil {
		return err
	}
	c.Log.Warn("made a house of trust for this registry alone: its keys are on this machine; for more than a trial, hold a ceremony (dougong trust init) and serve with --trust",
		"folder", dir, "pin", filepath.Join(dir, authority.RootFile), "passphrase", filepath.Join(dir, passphraseFile))
	return nil
}

// passphrase is the one given, or that of the registry's own house.
func (c Config) passphrase() ([]byte, error) {
	if len(c.Passphrase) > 0 {
		return c.Passphrase, nil
	}
	file := filepath.Join(c.houseFolder(), passphraseFile)
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the house's keys need a passphrase, and there is none in %s either\nnext: set DOUGONG_PASSPHRASE, or name a file by --passphrase-file", file)
	}
	return bytes.TrimSpace(text), nil
}

func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
