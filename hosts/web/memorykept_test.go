package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// keeping is a backend that keeps one Memory, and fails as it is told to.
type keeping struct {
	*scripted
	kept        Memory
	read, write error
}

func (k *keeping) Memory(string) (Memory, error) {
	if k.read != nil {
		return Memory{}, k.read
	}
	return k.kept, nil
}

func (k *keeping) SetMemory(_ string, m Memory) error {
	if k.write == nil {
		k.kept, k.read = m, nil
	}
	return k.write
}

// Brand has a privacy text, so that whatever opens has to know what was agreed to.
func (k *keeping) Brand() Brand {
	ui := config.DefaultUI()
	ui.Privacy = config.Privacy{Version: 1, Text: map[string]string{"en": "We keep nothing."}}
	return Brand{Name: "Kept", UI: &ui}
}

// A choice that cannot be kept is answered by why, without the host's file names, and changes nothing; what is there and cannot be read
// is not written over, unless it is damaged.
func TestMemoryThatCannotBeKept(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "/secret/anna.json", Err: syscall.ENOSPC}
	unread := &fs.PathError{Op: "open", Path: "/secret/anna.json", Err: syscall.EIO}
	for _, c := range []struct {
		name        string
		read, write error
		refused     string // "": it is kept
	}{
		{"nothing wrong", nil, nil, ""},
		{"a full disk", nil, full, syscall.ENOSPC.Error()},
		{"it cannot be read", unread, nil, syscall.EIO.Error()},
		{"damaged", fmt.Errorf("anna.json: %w", ErrMemoryDamaged), nil, ""},
		{"damaged, on a full disk", fmt.Errorf("anna.json: %w", ErrMemoryDamaged), full, syscall.ENOSPC.Error()},
		{"another kind of store", nil, errors.New("the store is closed"), "the store is closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := &keeping{kept: Memory{Favourites: []string{"a"}, Privacy: 1}, read: c.read, write: c.write}
			h := startHost(t, func(config *Config) {
				app.scripted = config.Backend.(*scripted)
				config.Backend = app
			})
			code, text := h.change(`{"used": "shop"}`)
			debug := h.server.setDebug("local", "shop", true)
			if c.refused == "" {
				if code != http.StatusOK || debug != nil || len(app.kept.Recent) != 1 || len(app.kept.Debug) != 1 {
					t.Fatalf("%d %s, %v; kept is %+v", code, text, debug, app.kept)
				}
				return
			}
			if debug == nil || code != http.StatusInternalServerError {
				t.Fatalf("%d %s, %v; want 500 and an error", code, text, debug)
			}
			for _, told := range []string{text, debug.Error()} {
				if !strings.Contains(told, c.refused) || !strings.Contains(told, "next:") || strings.Contains(told, "secret") {
					t.Errorf("told is %q, want %q, a next step and no file", told, c.refused)
				}
			}
			if len(app.kept.Favourites) != 1 || app.kept.Privacy != 1 || len(app.kept.Recent) != 0 {
				t.Errorf("kept is %+v, want what was kept before", app.kept)
			}
		})
	}
}

// A window that connects while what is kept cannot be read is told nothing: it would take that for consent that was taken back.
func TestUnreadMemoryIsNotTold(t *testing.T) {
	app := &keeping{kept: Memory{Privacy: 1, Language: "ar"}, read: syscall.EIO}
	h := startHost(t, func(config *Config) {
		app.scripted = config.Backend.(*scripted)
		config.Backend = app
	})
	next := h.window()
	h.server.shells.send("local", ToShell{Apps: true})
	if m := next(); m.Memory != nil || !m.Apps {
		t.Errorf("it hears %+v", m)
	}
	if err := h.server.agreed("local"); err == nil || !strings.Contains(err.Error(), syscall.EIO.Error()) {
		t.Errorf("a consent that cannot be read: %v", err)
	}
}
