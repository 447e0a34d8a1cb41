package gm

import (
	"bytes"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// openssl runs the real program: a third opinion.
func openssl(t *testing.T, dir string, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("openssl", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}

func writeFile(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenSSLVerifiesWhatWeSignAndWeWhatItSigns(t *testing.T) {
	t.Parallel()
	dir, k, msg := t.TempDir(), newKey(t, SM2), []byte("a message of the host")
	d, err := sm2.NewPrivateKey(k.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	private, err := smx509.MarshalPKCS8PrivateKey(d)
	if err != nil {
		t.Fatal(err)
	}
	public, err := smx509.MarshalPKIXPublicKey(&d.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	writeFile(t, dir, "pub.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	writeFile(t, dir, "msg", msg)
	with := []string{"-rawin", "-digest", "sm3", "-pkeyopt", "distid:" + UserID, "-in", "msg"}
	for provider, s := range suites(t) {
		sig, err := s.Sign(k, msg)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, dir, "sig-"+provider, sig)
		out := openssl(t, dir, nil, append([]string{"pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-sigfile", "sig-" + provider}, with...)...)
		if !strings.Contains(string(out), "Verified Successfully") {
			t.Errorf("openssl on what %s signed: %s", provider, out)
		}
		theirs := openssl(t, dir, nil, append([]string{"pkeyutl", "-sign", "-inkey", "key.pem"}, with...)...)
		if err := s.Verify(k.Public(), msg, theirs); err != nil {
			t.Errorf("%s on what openssl signed: %v", provider, err)
		}
	}
}

func TestOpenSSLAgreesOnHashAndCipher(t *testing.T) {
	t.Parallel()
	dir, s := t.TempDir(), suites(t)[Emmansun]
	key := []byte("0123456789abcdef")
	for _, n := range []int{0, 1, 15, 16, 17, 63, 64, 65, 1000} {
		text := bytes.Repeat([]byte("z"), n)
		sum, err := s.Sum(text)
		if err != nil {
			t.Fatal(err)
		}
		if out := openssl(t, dir, text, "dgst", "-sm3", "-binary"); !bytes.Equal(out, sum[:]) {
			t.Errorf("SM3 of %d bytes: %x, openssl says %x", n, sum, out)
		}
		for a, name := range map[Algorithm]string{SM4CBC: "-sm4-cbc", SM4CTR: "-sm4-ctr"} {
			sealed, err := s.Seal(a, key, text, nil)
			if err != nil {
				t.Fatal(err)
			}
			out := openssl(t, dir, sealed[blockSize:], "enc", "-d", name, "-K", hex.EncodeToString(key), "-iv", hex.EncodeToString(sealed[:blockSize]))
			if !bytes.Equal(out, text) {
				t.Errorf("%s of %d bytes: openssl opens %x", a, n, out)
			}
		}
	}
}
