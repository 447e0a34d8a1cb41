package remote

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dougong-dev/dougong/core/trust/authority"
)

// Serve answers for a token until the input ends. A line that is no request ends it: what came after could mean anything.
func Serve(ctx context.Context, token authority.Token, in io.Reader, out io.Writer) error {
	if err := writeLine(out, answer{Token: Protocol}); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		var q request
		if err := readLine(lines, &q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			err = fmt.Errorf("token: request: %w", err)
			return errors.Join(err, writeLine(out, answer{Error: err.Error()}))
		}
		a, err := do(ctx, token, q)
		if err != nil {
			a = answer{Error: err.Error(), Code: codeOf(err)}
		}
		if err := writeLine(out, a); err != nil {
			return fmt.Errorf("token: %w", err)
		}
	}
}

// Refuse is what a program says instead that cannot serve.
func Refuse(out io.Writer, why error) error { return writeLine(out, answer{Error: why.Error()}) }

func do(ctx context.Context, token authority.Token, q request) (answer, error) {
	switch q.Do {
	case doGenerate:
		k, err := token.Generate(ctx, q.Label, q.Algorithm)
		return answer{Key: &k}, err
	case doFind:
		k, err := token.Find(ctx, q.Label)
		return answer{Key: &k}, err
	case doSign:
		sig, err := token.Sign(ctx, q.Label, q.Message)
		return answer{Signature: sig}, err
	}
	return answer{}, fmt.Errorf("unknown request %.64q; known are %s, %s and %s", q.Do, doGenerate, doFind, doSign)
}
