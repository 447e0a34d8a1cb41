package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
)

// aheadHouse is a house in a folder, and an answer of a root whose machine's clock is two hours ahead.
func aheadHouse(t *testing.T, dir string) (answer string, begins time.Time) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	suite, err := gm.New(gm.Policy{})
	must(err)
	token := authority.NewFolder(suite, filepath.Join(dir, "keys"), []byte("p"), authority.Sealing{Cost: 1 << 10})
	a, err := authority.Init(t.Context(), suite, dir, token, authority.Ceremony{Organisation: "House"}, time.Now)
	must(err)
	lists, err := a.Lists()
	must(err)
	by, err := authority.Signer(t.Context(), token, authority.RootLabel)
	must(err)
	holder := authority.RootHolder{Suite: suite, Certificate: a.Root, List: lists[1], By: by, Now: time.Now().Add(2 * time.Hour)}
	request, err := a.NextIssuer(t.Context(), "", 5)
	must(err)
	signed, _, err := holder.Answer(t.Context(), request)
	must(err)
	answer = filepath.Join(t.TempDir(), "answer.json")
	must(os.WriteFile(answer, signed.Bytes(), 0o600))
	return answer, holder.Now.Add(-time.Minute)
}

// TestIssuerThatBeginsLater: an authority that has not begun is shown as such, and what people are told to do they can do.
func TestIssuerThatBeginsLater(t *testing.T) {
	t.Setenv("DOUGONG_PASSPHRASE", "p")
	dir := t.TempDir()
	answer, begins := aheadHouse(t, dir)
	from := begins.UTC().Format(time.RFC3339)
	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := Run(t.Context(), append(append([]string{"trust"}, args...), "--dir", dir), strings.NewReader(""), &out, &out)
		return code, out.String()
	}
	for _, c := range []struct {
		args []string
		ok   bool
		want string
	}{
		{[]string{"issuer", "install", answer}, true, "issues from " + from + " on, until"},
		{[]string{"issuer", "list"}, true, `2 +later: begins at ` + from + ` +House issuing 2`},
		{[]string{"issuer", "list", "--json"}, true, `"state": "later"`},
		{[]string{"issuer", "list"}, true, `1 +issuing +House issuing`},
		{[]string{"issuer", "retire", "1"}, false, "retire issuing authority 1: issuing authority 2 issues from " + from + " on, and no other is there until then"},
	} {
		code, out := run(c.args...)
		if (code == 0) != c.ok || !regexp.MustCompile(c.want).MatchString(out) {
			t.Errorf("%v: exit %d, want %q in\n%s", c.args, code, c.want, out)
		}
		if c.args[1] == "install" && !strings.Contains(out, "next: after "+from+": dougong trust renew --all") {
			t.Errorf("what to do next is not told with its time:\n%s", out)
		}
	}
}

// TestWhatTheLogIsOwed: list shows it, and that the note of it cannot be read.
func TestWhatTheLogIsOwed(t *testing.T) {
	t.Setenv("DOUGONG_PASSPHRASE", "p")
	dir := t.TempDir()
	aheadHouse(t, dir)
	name := filepath.Join(dir, "issuers", "unsettled.json")
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text, want string
		code             int
	}{
		{"owed", `[{"rootList":1,"event":{"event":"revoke-issuer","serial":"a1","key":"b2"}}]`, "note: the log does not say yet: revoke-issuer of certificate a1\nnext: dougong trust refresh", 0},
		{"spoiled", `[{"rootList":`, "issuers/unsettled.json: ", 2},
	} {
		if err := os.WriteFile(name, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, how := range []string{"--json=false", "--json"} {
			var out, errs bytes.Buffer
			code := Run(t.Context(), []string{"trust", "issuer", "list", how, "--dir", dir}, strings.NewReader(""), &out, &errs)
			if code != c.code || !strings.Contains(errs.String(), c.want) || !strings.Contains(out.String(), "House issuing") {
				t.Errorf("%s, %s: exit %d, want %d with %q\n%s%s", c.name, how, code, c.code, c.want, &out, &errs)
			}
		}
	}
}
