package accounts

import (
	"errors"
	"strings"
	"testing"
)

func TestPassword(t *testing.T) {
	t.Parallel()
	hash, err := HashPassword("正确的马电池订书钉！")
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyPassword(hash, "正确的马电池订书钉！"); err != nil {
		t.Errorf("the right password: %v", err)
	}
	if other, _ := HashPassword("正确的马电池订书钉！"); other == hash {
		t.Error("two hashes of one password are the same: there is no salt")
	}
	for name, c := range map[string][2]string{
		"wrong": {hash, "正确的马电池订书钉!"}, "empty": {hash, ""}, "no hash": {"", "whatever it is"}, "no hash, zero": {"", ""}, "endless": {hash, strings.Repeat("x", 1<<20)},
	} {
		if err := VerifyPassword(c[0], c[1]); !errors.Is(err, ErrPassword) {
			t.Errorf("%s: error = %v, want ErrPassword", name, err)
		}
	}
	for _, broken := range []string{"plain", "$argon2id$v=19$m=999999999,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=1,t=0,p=1$AAAA$AAAA", "$argon2id$v=19$m=19,t=2,p=1$!$AAAA", "$argon2id$v=19$m=19,t=2,p=1$AAAA$"} {
		if err := VerifyPassword(broken, "whatever it is"); err == nil || errors.Is(err, ErrPassword) {
			t.Errorf("kept form %q: error = %v", broken, err)
		}
	}
	for _, bad := range []string{"short", strings.Repeat("x", 257)} {
		if _, err := HashPassword(bad); err == nil {
			t.Errorf("password of %d bytes taken", len(bad))
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	a, hash, id := NewToken()
	b, _, _ := NewToken()
	if a == b || !strings.HasPrefix(a, TokenPrefix) || len(a) != 56 || HashSecret(a) != hash || id == "" || sameTwice(NewSecret) {
		t.Errorf("tokens %q, %q, id %q", a, b, id)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	if err := CheckScopes([]string{"read", "publish"}); err != nil {
		t.Error(err)
	}
	for _, bad := range [][]string{nil, {"root"}, {"read", ""}} {
		if err := CheckScopes(bad); err == nil {
			t.Errorf("scopes %q taken", bad)
		}
	}
}

func FuzzVerifyPassword(f *testing.F) {
	f.Add("$argon2id$v=19$m=19,t=2,p=1$AAAA$AAAA", "x")
	f.Fuzz(func(t *testing.T, hash, password string) {
		if strings.Contains(hash, "m=") && len(hash) > 60 {
			return // costly parameters are the operator's own
		}
		_ = VerifyPassword(hash, password)
	})
}

func sameTwice(make func() string) bool {
	first := make()
	return first == make()
}
