package authority_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// rounds is how often each process changes the folder.
const rounds = 12

// TestMain is also another process: it works in the house's folder that WORK names.
func TestMain(m *testing.M) {
	if dir := os.Getenv("WORK"); dir != "" {
		if err := work(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// work does what `dougong trust` and a registry do: issue, revoke, sign the list again.
func work(dir string) error {
	ctx := context.Background()
	s, err := gm.New(gm.Policy{})
	if err != nil {
		return err
	}
	a, err := authority.Open(s, dir, authority.NewFolder(s, filepath.Join(dir, "keys"), []byte("p"), cheap), clock)
	if err != nil {
		return err
	}
	k, err := key.Generate(s, gm.SM2)
	if err != nil {
		return err
	}
	r, err := cert.NewRequest(ctx, s, cert.Holder{Name: "x", Organisation: "X", Role: cert.Reviewer}, k)
	if err != nil {
		return err
	}
	for range rounds {
		c, err := a.Issue(ctx, r, time.Hour)
		if err != nil {
			return err
		}
		if err := a.Refresh(ctx); err != nil {
			return err
		}
		if _, err := a.Revoke(ctx, c.Serial, authority.Revocation{}); err != nil {
			return err
		}
	}
	return nil
}

// Several processes issue, revoke and renew the list in one folder: nothing that one did is lost by another.
func TestProcessesShareAFolder(t *testing.T) {
	t.Parallel()
	s, _, dir := newAuthority(t)
	const processes = 3
	var cmds []*exec.Cmd
	var outs []*bytes.Buffer
	for range processes {
		out := &bytes.Buffer{}
		cmd := exec.Command(os.Args[0])
		cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), "WORK="+dir), out, out
		check(t, cmd.Start())
		cmds, outs = append(cmds, cmd), append(outs, out)
	}
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Errorf("process %d: %v\n%s", i, err, outs[i])
		}
	}
	again, err := authority.Open(s, dir, nil, clock)
	check(t, err)
	list, err := again.List()
	check(t, err)
	if want := int64(1 + processes*rounds*2); list.Number != want {
		t.Errorf("list number %d, want %d: two lists of one number went out", list.Number, want)
	}
	if len(list.Revoked) != processes*rounds {
		t.Errorf("%d certificates are revoked, want %d", len(list.Revoked), processes*rounds)
	}
	if want := int64(processes * rounds * 2); again.Log().Size() != want {
		t.Errorf("%d log entries, want %d", again.Log().Size(), want)
	}
}
