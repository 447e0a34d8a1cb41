package remote_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/authority/remote"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// TestMain is also a program that holds keys: in the folder KEYS, in files. With SAY it says that, its second part
// after a question, and ends.
func TestMain(m *testing.M) {
	if text := os.Getenv("SAY"); text != "" {
		first, second, more := strings.Cut(text, "@")
		_, _ = io.WriteString(os.Stdout, strings.ReplaceAll(first, "|", "\n"))
		if more {
			_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
			_, _ = io.WriteString(os.Stdout, strings.ReplaceAll(second, "|", "\n"))
		}
		if os.Getenv("HANG") != "" {
			_, _ = io.Copy(io.Discard, os.Stdin) // until the test ends
		}
		for os.Getenv("ENDLESS") != "" {
			if _, err := io.WriteString(os.Stdout, strings.Repeat("x", 1<<16)); err != nil {
				return
			}
		}
		return
	}
	if dir := os.Getenv("KEYS"); dir != "" {
		s, err := gm.New(gm.Policy{})
		if err == nil {
			err = remote.Serve(context.Background(), authority.NewFolder(s, dir, []byte("p"), authority.Sealing{Cost: 1 << 10}), os.Stdin, os.Stdout)
		}
		if err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func program(env ...string) []string { return append(append([]string{"env"}, env...), os.Args[0]) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestFolderInAProgram(t *testing.T) {
	t.Parallel()
	s, err := gm.New(gm.Policy{})
	check(t, err)
	token, err := remote.Start(t.Context(), program("KEYS="+t.TempDir()))
	check(t, err)
	t.Cleanup(func() { check(t, token.Close()) })
	for _, a := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
		made, err := token.Generate(t.Context(), string(a), a)
		check(t, err)
		if _, err := token.Generate(t.Context(), string(a), a); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: a key is replaced: %v", a, err)
		}
		by, err := authority.Signer(t.Context(), token, string(a))
		check(t, err)
		sig, err := key.Sign(t.Context(), s, by, []byte("m"))
		check(t, err)
		check(t, key.Verify(s, made, []byte("m"), sig))
	}
	if _, err := token.Find(t.Context(), "none"); !errors.Is(err, authority.ErrNoKey) {
		t.Errorf("a key that is not there: %v", err)
	}
	if _, err := token.Generate(t.Context(), "../x", gm.SM2); err == nil || !strings.Contains(err.Error(), "lower-case") {
		t.Errorf("a bad label: %v", err)
	}
}

func TestProgramsThatAnswerWrongly(t *testing.T) {
	t.Parallel()
	const hello = `{"token":"dougong-token/1"}|@`
	wrongKey := `{"key":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":"` + strings.Repeat("0", 64) + `"}}}|`
	for name, c := range map[string]struct{ say, want string }{
		"ends":            {" ", "gave no answer"},
		"another":         {`{"token":"ssh-agent"}|`, `expected "dougong-token/1"`},
		"refuses":         {`{"error":"no card"}|`, "no card"},
		"no json":         {"hello|", "gave no answer"},
		"unknown field":   {`{"token":"dougong-token/1","x":1}|`, "x"},
		"then ends":       {hello, "gave no answer"},
		"half a line":     {hello + `{"key"`, "unexpected EOF"},
		"no key":          {hello + `{}|`, "the answer has no key"},
		"no known key":    {hello + `{"key":{"keytype":"rsa","scheme":"x","keyval":{"public":""}}}|`, "unknown type"},
		"other algorithm": {hello + wrongKey, "asked for was sm2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token, err := remote.Start(t.Context(), program("SAY="+c.say))
			if err == nil {
				defer func() { _ = token.Close() }()
				_, err = token.Generate(t.Context(), "x", gm.SM2)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := remote.Start(t.Context(), program("SAY= ", "ENDLESS=1")); err == nil || !strings.Contains(err.Error(), "a line of more than") {
		t.Errorf("an endless line: %v", err)
	}
	if _, err := remote.Start(t.Context(), []string{"/no/such/program"}); err == nil {
		t.Error("a program that is not there")
	}
	if _, err := remote.Start(t.Context(), nil); err == nil {
		t.Error("no program")
	}
}

// An answer that nobody waited for is not taken for that of the next question.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	token, err := remote.Start(t.Context(), program(`SAY={"token":"dougong-token/1"}|`, "HANG=1"))
	check(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := token.Find(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if _, err := token.Find(t.Context(), "y"); err == nil || !strings.Contains(err.Error(), `find "x"`) {
		t.Errorf("the next question: %v", err)
	}
	_ = token.Close() // it was killed
}

func TestServeEndsAtNonsense(t *testing.T) {
	t.Parallel()
	s, err := gm.New(gm.Policy{})
	check(t, err)
	token := authority.NewFolder(s, t.TempDir(), []byte("p"), authority.Sealing{Cost: 1 << 10})
	for name, c := range map[string]struct {
		in, want string
		fails    bool
	}{
		"nothing":  {"", "", false},
		"unknown":  {`{"do":"export","label":"x"}` + "\n", `unknown request \"export\"`, false},
		"nonsense": {"x\n" + `{"do":"find","label":"x"}` + "\n", "request", true},
		"cut":      {`{"do":"find"`, "unexpected EOF", true},
	} {
		out := &bytes.Buffer{}
		err := remote.Serve(t.Context(), token, strings.NewReader(c.in), out)
		if (err != nil) != c.fails || !strings.Contains(out.String(), c.want) || strings.Contains(out.String(), "no-key") {
			t.Errorf("%s: %v, %s", name, err, out)
		}
	}
}

func FuzzServe(f *testing.F) {
	f.Add([]byte(`{"do":"find","label":"x"}` + "\n"))
	f.Add([]byte(`{"do":"sign","label":"x","message":"AAAA"}` + "\n{"))
	s, err := gm.New(gm.Policy{})
	check(f, err)
	token := authority.NewFolder(s, f.TempDir(), []byte("p"), authority.Sealing{Cost: 1 << 10})
	f.Fuzz(func(t *testing.T, in []byte) {
		if bytes.Contains(in, []byte("generate")) {
			return // makes files
		}
		_ = remote.Serve(t.Context(), token, bytes.NewReader(in), io.Discard) // must end, and not panic
	})
}
