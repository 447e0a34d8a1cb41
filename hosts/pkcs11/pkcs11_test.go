//go:build linux && (amd64 || arm64)

package pkcs11

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/authority/remote"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// softHSM is where Debian's softhsm2 has its module (.ci/setup.sh installs it).
const softHSM = "/usr/lib/softhsm/libsofthsm2.so"

// TestMain is also the program dougong-pkcs11.
func TestMain(m *testing.M) {
	if os.Getenv("BE_PROGRAM") != "" {
		os.Exit(Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// device makes a token in a SoftHSM of its own and gives the program's arguments and environment.
func device(t *testing.T) (argv, env []string) {
	t.Helper()
	dir := t.TempDir()
	conf := filepath.Join(dir, "softhsm2.conf")
	check(t, os.MkdirAll(filepath.Join(dir, "tokens"), 0o700))
	check(t, os.WriteFile(conf, fmt.Appendf(nil, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", filepath.Join(dir, "tokens")), 0o600))
	env = []string{"SOFTHSM2_CONF=" + conf, "BE_PROGRAM=1"}
	cmd := exec.Command("softhsm2-util", "--init-token", "--free", "--label", "house", "--pin", "1234", "--so-pin", "4321")
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("softhsm2-util: %v\n%s", err, out)
	}
	check(t, os.WriteFile(filepath.Join(dir, "pin"), []byte("1234\n"), 0o600))
	check(t, os.WriteFile(filepath.Join(dir, "wrong"), []byte("9999\n"), 0o600))
	return []string{"env", env[0], env[1], os.Args[0], "--module", softHSM, "--label", "house", "--pin-file", filepath.Join(dir, "pin")}, env
}

func start(t *testing.T, argv []string) *remote.Token {
	t.Helper()
	token, err := remote.Start(t.Context(), argv)
	check(t, err)
	t.Cleanup(func() { check(t, token.Close()) })
	return token
}

func suite(t testing.TB) *gm.Suite {
	t.Helper()
	s, err := gm.New(gm.Policy{})
	check(t, err)
	return s
}

func TestDeviceIsAToken(t *testing.T) {
	t.Parallel()
	s := suite(t)
	argv, _ := device(t)
	token := start(t, argv)
	made, err := token.Generate(t.Context(), "one", gm.Ed25519)
	check(t, err)
	if _, err := token.Generate(t.Context(), "one", gm.Ed25519); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a key is replaced: %v", err)
	}
	other, err := token.Generate(t.Context(), "two", gm.Ed25519)
	if err != nil || other == made {
		t.Errorf("a second key: %v, %v", other, err)
	}
	if _, err := token.Find(t.Context(), "three"); !errors.Is(err, authority.ErrNoKey) {
		t.Errorf("a key that is not there: %v", err)
	}
	if _, err := token.Sign(t.Context(), "three", nil); !errors.Is(err, authority.ErrNoKey) {
		t.Errorf("signing by a key that is not there: %v", err)
	}
	_, err = token.Generate(t.Context(), "four", gm.SM2)
	if !errors.Is(err, authority.ErrAlgorithm) || !strings.Contains(err.Error(), "--token-keys") {
		t.Errorf("SM2: %v", err)
	}
	for _, msg := range [][]byte{nil, []byte("m"), make([]byte, 1<<20)} {
		sig, err := token.Sign(t.Context(), "one", msg)
		check(t, err)
		if err := key.Verify(s, made, msg, sig); err != nil {
			t.Errorf("a signature over %d bytes: %v", len(msg), err)
		}
		if err := key.Verify(s, other, msg, sig); err == nil {
			t.Errorf("a signature over %d bytes is good by another key", len(msg))
		}
	}
	again := start(t, argv)
	if found, err := again.Find(t.Context(), "one"); err != nil || found != made {
		t.Errorf("another program finds %v, %v; want %v", found, err, made)
	}
}

func TestManyAskAtOnce(t *testing.T) {
	t.Parallel()
	s := suite(t)
	argv, _ := device(t)
	token := start(t, argv)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			label := fmt.Sprint("k", i)
			k, err := token.Generate(t.Context(), label, gm.Ed25519)
			if err != nil {
				t.Error(err)
				return
			}
			for n := range 10 {
				msg := fmt.Appendf(nil, "%d %d", i, n)
				sig, err := token.Sign(t.Context(), label, msg)
				if err == nil {
					err = key.Verify(s, k, msg, sig)
				}
				if err != nil {
					t.Errorf("key %d, message %d: %v", i, n, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	argv, _ := device(t)
	dir := filepath.Dir(argv[len(argv)-1])
	program := argv[:4]
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"wrong pin":    {[]string{"--module", softHSM, "--label", "house", "--pin-file", filepath.Join(dir, "wrong")}, "the PIN is wrong"},
		"other token":  {[]string{"--module", softHSM, "--label", "barn", "--pin-file", argv[len(argv)-1]}, `no token is labelled "barn"; there are "house"`},
		"no module":    {[]string{"--module", "/no/such.so", "--label", "house", "--pin-file", argv[len(argv)-1]}, "/no/such.so"},
		"other module": {[]string{"--module", "libm.so.6", "--label", "house", "--pin-file", argv[len(argv)-1]}, "it is no PKCS#11 module"},
		"no pin":       {[]string{"--module", softHSM, "--label", "house"}, "DOUGONG_PIN"},
		"nothing":      {nil, "--module and --label are needed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token, err := remote.Start(t.Context(), append(append([]string{}, program...), c.args...))
			if err == nil {
				t.Fatal(token.Close())
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// A house whose keys are in the device, but for the one of an algorithm that it lacks: ceremony, certificate, statement, log,
// and the verdict by the pinned root.
func TestHouseInADevice(t *testing.T) {
	t.Parallel()
	s, dir := suite(t), t.TempDir()
	argv, _ := device(t)
	token := start(t, argv)
	if _, err := authority.Init(t.Context(), s, t.TempDir(), token, authority.Ceremony{Organisation: "H", Algorithm: gm.Ed25519}, time.Now); !errors.Is(err, authority.ErrAlgorithm) {
		t.Errorf("an SM2 key in a device without SM2: %v", err)
	}
	argv, _ = device(t)
	token = start(t, argv)
	split := &authority.Split{Patterns: []string{"ca-*", "root-*", "log-ed25519", "timestamp", "snapshot", "targets"}, Matching: token,
		Others: authority.NewFolder(s, filepath.Join(dir, "keys"), []byte("p"), authority.Sealing{Cost: 1 << 10})}
	a, err := authority.Init(t.Context(), s, dir, split, authority.Ceremony{Organisation: "H", Algorithm: gm.Ed25519}, time.Now)
	check(t, err)
	files, err := os.ReadDir(filepath.Join(dir, "keys"))
	if err != nil || len(files) != 1 || files[0].Name() != "log-sm2.key" {
		t.Errorf("key files: %v, %v", files, err)
	}
	_, err = token.Generate(t.Context(), "acme", gm.Ed25519) // the vendor's key, in a device as well
	check(t, err)
	acme, err := authority.Signer(t.Context(), token, "acme")
	check(t, err)
	request, err := cert.NewRequest(t.Context(), s, cert.Holder{Name: "acme", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme"}}, acme)
	check(t, err)
	c, err := a.Issue(t.Context(), request, time.Hour)
	check(t, err)
	check(t, a.Check(t.Context(), c))
	statement, err := envelope.NewRelease(envelope.Release{Namespace: "com.acme", ID: "com.acme.pay", Version: "1.0.0",
		Artifacts: []envelope.Artifact{{Platform: envelope.Any, Size: 1, SHA256: strings.Repeat("a", 64), SM3: strings.Repeat("b", 64), Content: strings.Repeat("c", 64)}}})
	check(t, err)
	signed, err := envelope.Sign(t.Context(), s, statement, acme)
	check(t, err)
	evidence, err := a.Publish(t.Context(), &trust.Evidence{Statements: []trust.Logged{{Envelope: signed}}, Certificates: []envelope.Base64{c.DER}})
	check(t, err)
	if evidence.Head == "" || len(evidence.Statements) != 1 {
		t.Errorf("evidence: %+v", evidence)
	}
	if _, err := a.Revoke(t.Context(), c.Serial, authority.Revocation{}); err != nil {
		t.Error(err)
	}
}

func TestParsePoint(t *testing.T) {
	t.Parallel()
	raw := make([]byte, 32)
	for name, c := range map[string]struct {
		in   []byte
		good bool
	}{"octet string": {append([]byte{4, 32}, raw...), true}, "bytes": {raw, true}, "short": {raw[:31], false}, "rest": {append(append([]byte{4, 32}, raw...), 0), false},
		"another type": {append([]byte{3, 32}, raw...), false}, "nothing": {nil, false}} {
		if got, err := parsePoint(c.in); (err == nil) != c.good || c.good && len(got) != 32 {
			t.Errorf("%s: %x, %v", name, got, err)
		}
	}
}

func FuzzParsePoint(f *testing.F) {
	f.Add(append([]byte{4, 32}, make([]byte, 32)...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if p, err := parsePoint(raw); err == nil && len(p) != 32 {
			t.Errorf("%x gives %d bytes", raw, len(p))
		}
	})
}
