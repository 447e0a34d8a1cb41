package program

import (
	"errors"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/desktop"
	"github.com/dougong-dev/dougong/hosts/desktop/link"
)

func TestParse(t *testing.T) {
	t.Parallel()
	l := &link.Link{App: "a"}
	for _, c := range []struct {
		name  string
		args  []string
		want  arguments
		fails string
	}{
		{name: "nothing", want: arguments{file: config.FileName}},
		{name: "file", args: []string{"x.yaml"}, want: arguments{file: "x.yaml"}},
		{name: "file and link", args: []string{"x.yaml", "dougong://open?app=a"}, want: arguments{file: "x.yaml", link: l}},
		{name: "link alone", args: []string{"dougong://open?app=a"}, want: arguments{file: config.FileName, link: l}},
		{name: "register", args: []string{"--register", "x.yaml"}, want: arguments{file: "x.yaml", register: true}},
		{name: "one window", args: []string{"--one-window"}, want: arguments{file: config.FileName, oneWindow: true}},
		{name: "plugins", args: []string{"--plugins=there", "x.yaml"}, want: arguments{file: "x.yaml", plugins: "there"}},
		{name: "no folder", args: []string{"--plugins="}, fails: "usage:"},
		{name: "two folders", args: []string{"--plugins=a", "--plugins=b"}, fails: "usage:"},
		{name: "two files", args: []string{"a", "b"}, fails: "usage:"},
		{name: "two links", args: []string{"dougong://open", "dougong://open"}, fails: "usage:"},
		{name: "unknown flag", args: []string{"--help-me"}, fails: "usage:"},
		{name: "bad link", args: []string{"dougong://install"}, fails: "expected dougong://open"},
		{name: "register a link", args: []string{"--register", "dougong://open"}, fails: "takes no link"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := parse(c.args)
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Fatalf("got %v, want %q", err, c.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if (got.link == nil) != (c.want.link == nil) || got.link != nil && *got.link != *c.want.link {
				t.Errorf("link is %+v, want %+v", got.link, c.want.link)
			}
			got.link, c.want.link = nil, nil
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestRunWithoutWindow(t *testing.T) {
	t.Parallel()
	if desktop.Supported {
		return // opening the window needs a screen: see package e2e
	}
	if err := Run(nil); !errors.Is(err, desktop.ErrNoWindow) {
		t.Errorf("got %v, want how to get the window", err)
	}
}
