// Package keychain reads secrets from the keyring of the system: the Secret Service of a Linux desktop (over D-Bus), the macOS
// keychain, the Windows credential manager.
//
//	value, err := keychain.Get(ctx, "dougong", "pay")
//
// It only reads: people put secrets there with the tools of their system. It must not know what the secrets are for.
package keychain

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

// Patience is how long a keyring may take: one that is locked waits until somebody unlocks it, and where nobody sits that is
// never.
const Patience = 15 * time.Second

// ErrNotFound says that the keyring is there, and has no such entry.
var ErrNotFound = errors.New("it has no such entry")

// Get reads the value of an account of a service.
func Get(ctx context.Context, service, account string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	type answer struct {
		value string
		err   error
	}
	done := make(chan answer, 1)
	go func() { // the library knows no deadline; if it hangs, this is left behind with it
		value, err := keyring.Get(service, account)
		done <- answer{value, err}
	}()
	select {
	case a := <-done:
		return a.value, explain(a.err, service, account)
	case <-ctx.Done():
		return "", fmt.Errorf("the system's keyring did not answer: %w; if it is locked, unlock it first", ctx.Err())
	}
}

// explain says what is wrong with the keyring and what to do about it.
func explain(err error, service, account string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return fmt.Errorf("the system's keyring: %w for service %q, account %q; next: %s", ErrNotFound, service, account, store(service, account))
	}
	return fmt.Errorf("the system's keyring cannot be read: %w; a desktop session has one, a server often has none: give the secret as file:path or env:NAME there", err)
}

// store is how a person puts a secret there.
func store(service, account string) string {
	switch runtime.GOOS {
	case "darwin":
		return fmt.Sprintf("security add-generic-password -s %s -a %s -w", service, account)
	case "windows":
		return fmt.Sprintf("cmdkey /generic:%s:%s /user:%s /pass", service, account, account)
	}
	return fmt.Sprintf("secret-tool store --label=%s service %s username %s", service, service, account)
}
