package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

// settle is how long the files have to be left alone before a rebuild: editors write one file several times.
const settle = 40 * time.Millisecond

func newDevCommand() *cobra.Command {
	var flags hostFlags
	cmd := &cobra.Command{
		Use:   "dev DIR",
		Short: "Run a mini-program in a browser and reload it when its files change",
		Long: `Dev runs the mini-program in DIR with every plugin it finds, prints the address that opens it, and watches the project: a
change is built at once and open sessions start anew on the page they show. Errors, of the build and of what runs, are
printed with their place in the source and shown over the mini-program; the last good build stays open.`,
		Example: "  dougong new app hello\n  dougong dev hello\n  dougong dev hello --page 'pages/detail/detail?id=7'",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags.dev = true
			cfg, err := loadTarget(args[0], &flags, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			ctx, stop := context.WithCancel(cmd.Context())
			defer stop()
			// Before the first build reads them: what changes from then on is built again.
			watcher, err := watchFolder(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = watcher.Close() }() // nothing is lost with a watch
			var following sync.WaitGroup
			started := func(app *superapp.App, server *web.Server) {
				following.Go(func() {
					follow(ctx, watcher, cmd.ErrOrStderr(), func() { rebuild(ctx, app, server, cmd.ErrOrStderr()) })
				})
			}
			err = serve(ctx, cfg, &flags, cmd.OutOrStdout(), cmd.ErrOrStderr(), started)
			stop()
			following.Wait()
			return err
		},
	}
	flags.add(cmd)
	return cmd
}

// rebuild builds every mini-program again and restarts those that are open.
func rebuild(ctx context.Context, app *superapp.App, server *web.Server, log io.Writer) {
	for _, info := range app.Apps() {
		began := time.Now()
		diags, err := app.Rebuild(ctx, info.ID)
		printDiagnostics(log, diags)
		if err != nil {
			if !isBuildFailure(err) {
				fmt.Fprintln(log, err)
			}
			fmt.Fprintf(log, "%s: not rebuilt, the last good build stays open\n", info.Name)
			server.Broken(info.ID, failures(diags, err))
			continue
		}
		if err := server.Reload(ctx, info.ID); err != nil {
			fmt.Fprintf(log, "%s: reload: %v\n", info.Name, err)
			continue
		}
		fmt.Fprintf(log, "%s: rebuilt and reloaded in %d ms\n", info.Name, time.Since(began).Milliseconds())
	}
}

// failures are what keeps a mini-program from being built, as the failures of a mini-program that runs.
func failures(diags []program.Diagnostic, err error) []message.Error {
	var out []message.Error
	for _, d := range diags {
		if d.Severity == "error" {
			out = append(out, message.Error{
				ID: d.ID, Origin: "app", Message: d.Message, File: d.File, Line: d.Line, Column: d.Column, Hint: d.Hint, Frame: d.Frame,
			})
		}
	}
	if len(out) == 0 {
		out = []message.Error{{ID: "build", Origin: "app", Message: err.Error()}}
	}
	return out
}

// watchFolder watches dir and the folders below.
func watchFolder(dir string) (*fsnotify.Watcher, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", dir, err)
	}
	if err := addFolders(watcher, dir); err != nil {
		_ = watcher.Close() // the error above is the one to tell
		return nil, fmt.Errorf("watch %s: %w", dir, err)
	}
	return watcher, nil
}

// follow calls changed whenever what is watched has changed and then been left alone, until ctx ends.
func follow(ctx context.Context, watcher *fsnotify.Watcher, log io.Writer, changed func()) {
	timer := time.NewTimer(settle)
	timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event := <-watcher.Events:
			if ignored(event.Name) || event.Op == fsnotify.Chmod {
				continue
			}
			if event.Has(fsnotify.Create) {
				if err := addFolders(watcher, event.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
					fmt.Fprintf(log, "watch %s: %v\n", event.Name, err)
				}
			}
			timer.Reset(settle)
		case err := <-watcher.Errors:
			fmt.Fprintf(log, "watch: %v\n", err)
		case <-timer.C:
			changed()
		}
	}
}

// addFolders watches path, if it is a folder, and the folders below.
func addFolders(watcher *fsnotify.Watcher, path string) error {
	return filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			return nil
		}
		if ignored(path) {
			return filepath.SkipDir
		}
		return watcher.Add(path)
	})
}

// ignored tells whether a path holds nothing of a mini-program's own: version control, editors' files, packages.
func ignored(path string) bool {
	name := filepath.Base(path)
	return name == "node_modules" || len(name) > 1 && name != ".." && strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~")
}
