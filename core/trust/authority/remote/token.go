package remote

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// closeTimeout is how long a program may take to end once its input has ended.
const closeTimeout = 5 * time.Second

// Token is a program that holds keys. Safe for concurrent use; it answers one after the other.
type Token struct {
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser

	mu     sync.Mutex
	out    *bufio.Reader
	broken error // an answer that did not come, or was none: the next could be that of an earlier question
}

// Start starts a program and waits until it is ready. It has this process's environment and standard error.
func Start(ctx context.Context, argv []string) (*Token, error) {
	if len(argv) == 0 {
		return nil, errors.New("token: no program is named")
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("token: %w\nnext: name the program with its whole path", err)
	}
	t := &Token{name: argv[0], cmd: cmd, in: in, out: bufio.NewReaderSize(out, 64<<10)}
	var hello answer
	if err := t.read(ctx, &hello); err != nil {
		t.kill()
		return nil, fmt.Errorf("token %s: %w", t.name, err)
	}
	if hello.Token != Protocol {
		t.kill()
		return nil, fmt.Errorf("token %s: it speaks %.64q, expected %q", t.name, hello.Token, Protocol)
	}
	return t, nil
}

// kill ends a program that is not what was wanted. It has said why, or cannot.
func (t *Token) kill() {
	_ = t.in.Close()
	_ = t.cmd.Process.Kill()
	_ = t.cmd.Wait()
}

// read waits for an answer. If ctx ends first the program is killed: an answer that nobody waits for must not be taken for
// that of another question.
func (t *Token) read(ctx context.Context, a *answer) error {
	stop := context.AfterFunc(ctx, func() { _ = t.cmd.Process.Kill() }) // if it has ended already there is nothing to kill
	defer stop()
	err := readLine(t.out, a)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return errors.Join(context.Cause(ctx), fmt.Errorf("the program gave no answer: %w", err))
	}
	return a.err()
}

func (t *Token) ask(ctx context.Context, q request) (*answer, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken != nil {
		return nil, t.broken
	}
	err := writeLine(t.in, q)
	a := &answer{}
	if err == nil {
		err = t.read(ctx, a)
	}
	var said *failure
	if err != nil {
		err = fmt.Errorf("token %s: %s %q: %w", t.name, q.Do, q.Label, err)
		if !errors.As(err, &said) {
			t.broken = err
		}
		return nil, err
	}
	return a, nil
}

// Generate implements authority.Token.
func (t *Token) Generate(ctx context.Context, label string, a gm.Algorithm) (key.Key, error) {
	return t.key(ctx, request{Do: doGenerate, Label: label, Algorithm: a})
}

// Find implements authority.Token.
func (t *Token) Find(ctx context.Context, label string) (key.Key, error) {
	return t.key(ctx, request{Do: doFind, Label: label})
}

func (t *Token) key(ctx context.Context, q request) (key.Key, error) {
	a, err := t.ask(ctx, q)
	if err != nil {
		return key.Key{}, err
	}
	if a.Key == nil {
		return key.Key{}, fmt.Errorf("token %s: %s %q: the answer has no key", t.name, q.Do, q.Label)
	}
	if _, err := a.Key.Public(); err != nil {
		return key.Key{}, fmt.Errorf("token %s: %s %q: %w", t.name, q.Do, q.Label, err)
	}
	if q.Algorithm != "" && a.Key.Type != string(q.Algorithm) {
		return key.Key{}, fmt.Errorf("token %s: %s %q: a key for %s, asked for was %s", t.name, q.Do, q.Label, a.Key.Type, q.Algorithm)
	}
	return *a.Key, nil
}

// Sign implements authority.Token.
func (t *Token) Sign(ctx context.Context, label string, msg []byte) ([]byte, error) {
	a, err := t.ask(ctx, request{Do: doSign, Label: label, Message: msg})
	if err != nil {
		return nil, err
	}
	if len(a.Signature) == 0 {
		return nil, fmt.Errorf("token %s: sign %q: the answer has no signature", t.name, label)
	}
	return a.Signature, nil
}

// Close ends the program and waits for it.
func (t *Token) Close() error {
	_ = t.in.Close() // it may have ended already
	late := time.AfterFunc(closeTimeout, func() { _ = t.cmd.Process.Kill() })
	defer late.Stop()
	if err := t.cmd.Wait(); err != nil {
		return fmt.Errorf("token %s: %w", t.name, err)
	}
	return nil
}

var _ authority.Token = (*Token)(nil)
