// Package register tells a Linux desktop of a super-app: an entry in the menu, which opens deep links as well.
//
//	file, err := register.Write(register.Entry{Name: "Timber Life", Program: program, SuperApp: file})
//
// It writes what the freedesktop.org specifications ask for, for one user. It must not know a running host.
package register

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/hosts/desktop/link"
)

// Entry is a super-app as the desktop knows it.
type Entry struct {
	// ID is the entry's name and the windows' class.
	ID string
	// Name is what the menu shows.
	Name string
	// Program and SuperApp are absolute: what is run with what.
	Program, SuperApp string
	// Plugins is an absolute folder of plugins that Program is told of; "": it knows itself where they are.
	Plugins string
	// Icon is a picture's bytes; may be nil.
	Icon []byte
}

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,100}$`)

// folder is where a user's applications are, below the XDG data folder.
func folder() (string, error) {
	if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
		return data, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("register: %w", err)
	}
	return filepath.Join(home, ".local", "share"), nil
}

// Write makes the entry and has it open deep links. It returns the entry's file.
func Write(ctx context.Context, e Entry) (string, error) {
	text, err := e.text()
	if err != nil {
		return "", err
	}
	data, err := folder()
	if err != nil {
		return "", err
	}
	applications := filepath.Join(data, "applications")
	file := filepath.Join(applications, e.ID+".desktop")
	if len(e.Icon) > 0 {
		icon := filepath.Join(data, "icons", e.ID+iconEnding(e.Icon))
		if err := write(icon, e.Icon); err != nil {
			return "", err
		}
		text += "Icon=" + escape(icon) + "\n"
	}
	if err := write(file, []byte(text)); err != nil {
		return "", err
	}
	return file, announce(ctx, applications, e.ID)
}

// announce tells the desktop's caches, by its own tools.
func announce(ctx context.Context, applications, id string) error {
	for _, command := range [][]string{
		{"update-desktop-database", applications},
		{"xdg-mime", "default", id + ".desktop", "x-scheme-handler/" + link.Scheme},
	} {
		out, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
		if errors.Is(err, exec.ErrNotFound) {
			return fmt.Errorf("register: %s is not installed, so links do not open the super-app yet; on Debian: apt-get install desktop-file-utils xdg-utils, then once more", command[0])
		}
		if err != nil {
			return fmt.Errorf("register: %s: %w: %s", strings.Join(command, " "), err, out)
		}
	}
	return nil
}

// text is the entry without its icon.
func (e Entry) text() (string, error) {
	if !idPattern.MatchString(e.ID) {
		return "", fmt.Errorf("register: id %q: expected lower-case letters, digits, dots and dashes", e.ID)
	}
	if !filepath.IsAbs(e.Program) || !filepath.IsAbs(e.SuperApp) {
		return "", fmt.Errorf("register: %q and %q must be absolute paths", e.Program, e.SuperApp)
	}
	run := quote(e.Program) + " "
	if e.Plugins != "" {
		if !filepath.IsAbs(e.Plugins) {
			return "", fmt.Errorf("register: %q must be an absolute path", e.Plugins)
		}
		run += quote("--plugins="+e.Plugins) + " "
	}
	return "[Desktop Entry]\nType=Application\n" +
		"Name=" + escape(e.Name) + "\n" +
		"Exec=" + escape(run+quote(e.SuperApp)+" %u") + "\n" +
		"Terminal=false\nCategories=Network;\n" +
		"StartupWMClass=" + e.ID + "\n" +
		"MimeType=x-scheme-handler/" + link.Scheme + ";\n", nil
}

// quote is an argument of Exec: in double quotes, with a backslash before what is special in them, and %% for %.
func quote(argument string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`).Replace(argument) + `"`
}

// escape is a value of an entry: no line break may begin another key.
func escape(value string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(value)
}

func iconEnding(icon []byte) string {
	if len(icon) > 4 && string(icon[1:4]) == "PNG" {
		return ".png"
	}
	return ".svg"
}

func write(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}
