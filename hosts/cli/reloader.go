package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
	"github.com/dougong-dev/dougong/hosts/superapp"
)

// reloader has a running super-app read its configuration again: on SIGHUP, and when the file changes if file is not empty.
type reloader struct {
	out  io.Writer
	file string

	running sync.WaitGroup
	err     error // why the file is not watched
}

// start goes on until ctx ends.
func (r *reloader) start(ctx context.Context, app *superapp.App) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	changed, watcher, err := watchFile(r.file)
	if err != nil {
		r.err = err
		fmt.Fprintln(r.out, err)
	}
	r.running.Go(func() {
		defer signal.Stop(hangup)
		if watcher != nil {
			defer func() { _ = watcher.Close() }() // nothing is lost with a watch
		}
		timer := time.NewTimer(settle)
		timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangup:
				r.reload(ctx, app)
			case event := <-changed:
				if filepath.Base(event.Name) == filepath.Base(r.file) && event.Op != fsnotify.Chmod {
					timer.Reset(settle)
				}
			case <-timer.C:
				r.reload(ctx, app)
			}
		}
	})
}

// watchFile watches a file's folder, as editors replace files rather than write them. The channel is nil without a file.
func watchFile(file string) (chan fsnotify.Event, *fsnotify.Watcher, error) {
	if file == "" {
		return nil, nil, nil
	}
	w, err := fsnotify.NewWatcher()
	if err == nil {
		err = w.Add(filepath.Dir(file))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("watch %s: %w", file, err)
	}
	return w.Events, w, nil
}

func (r *reloader) reload(ctx context.Context, app *superapp.App) {
	report, err := app.Reload(ctx, core.ReloadOptions{})
	if err != nil {
		fmt.Fprintf(r.out, "reload: %v\n", err)
		return
	}
	printChanges(r.out, report)
}

// wait waits for the end.
func (r *reloader) wait() error {
	r.running.Wait()
	return r.err
}

// printChanges says what a change of the configuration has done.
func printChanges(out io.Writer, r core.Report) {
	if len(r.Changes) == 0 {
		fmt.Fprintln(out, "reloaded: no plugin has changed")
	}
	for _, c := range r.Changes {
		versions := c.To
		switch {
		case c.From != "" && c.To != "" && c.From != c.To:
			versions = c.From + " → " + c.To
		case c.To == "":
			versions = c.From
		}
		fmt.Fprintf(out, "%s %s %s in %d ms", c.Plugin, versions, c.What, c.Duration.Milliseconds())
		if c.Cut > 0 {
			fmt.Fprintf(out, "; stopped %s or tasks that had not ended in time", phrase.Count(c.Cut, "call"))
		}
		fmt.Fprintln(out)
	}
	for _, name := range r.Restart {
		fmt.Fprintf(out, "%s has changed and holds from the next start on\n", name)
	}
}

var errNoAdmin = errors.New("the configuration has no admin socket\nnext: write `admin: {socket: data/admin.sock}` into it and start the host again, or give --socket")
