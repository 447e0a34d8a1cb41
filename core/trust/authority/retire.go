package authority

import (
	"context"
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/trust/envelope"
)

// RetireIssuer has an issuing authority issue nothing any more. It goes on signing its revocation list until the root revokes it.
// Another has to be there that issues.
func (a *Authority) RetireIssuer(ctx context.Context, number int) error {
	return a.Exclusive(ctx, func() error {
		i, err := a.issuer(number)
		if err != nil {
			return fmt.Errorf("retire: %w", err)
		}
		if i.Retired || i.Revoked != nil {
			return fmt.Errorf("retire: issuing authority %d is retired or revoked already", number)
		}
		if err := a.canRetire(number); err != nil {
			return fmt.Errorf("retire issuing authority %d: %w", number, err)
		}
		numbers, err := a.retired()
		if err != nil {
			return err
		}
		event := envelope.KeyEvent{Event: eventRetired, Serial: i.Certificate.Serial, Key: i.Certificate.Key.ID()}
		root, err := a.readList(RootListFile)
		if err == nil {
			err = a.alsoOwe(root.Number, []*unsettled{{Event: event}})
		}
		if err == nil {
			err = a.keepRetired(append(slices.Clone(numbers), number))
		}
		if err != nil {
			return fmt.Errorf("retire issuing authority %d: %w", number, err)
		}
		_, err = a.settle(ctx)
		return unlogged(err, fmt.Sprintf("issuing authority %d is retired", number))
	})
}

// canRetire tells whether another issues once the one of a number does not.
func (a *Authority) canRetire(number int) error {
	_, err := a.issuingBut(number)
	return err
}
