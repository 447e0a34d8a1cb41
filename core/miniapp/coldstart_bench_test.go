package miniapp_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
)

// BenchmarkColdStart starts the whole host as its own process, with the first-party plugins and the notes example, until
// it answers a browser, and until every plugin runs. Its data folder has been used before: plugins are compiled once in a machine's life.
func BenchmarkColdStart(b *testing.B) {
	plugins, err := filepath.Abs("../../bin/plugins")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(plugins); err != nil {
		b.Fatalf("no plugins: run `make plugins` (%v)", err)
	}
	host := filepath.Join(b.TempDir(), "dougong")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", host, "../../hosts/cmd/dougong").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	data := b.TempDir()
	coldStart(b, host, plugins, data)
	var answers, plugged, references []time.Duration
	for b.Loop() {
		references = append(references, benchline.Reference())
		answered, ran := coldStart(b, host, plugins, data)
		answers, plugged = append(answers, answered), append(plugged, ran)
	}
	benchline.Timed("cold-start-of-the-host", answers, references, 500*time.Millisecond).Print()
	benchline.Timed("cold-start-until-every-plugin-runs", plugged, references, 0).Print()
}

// coldStart runs the host until it has answered a request and all its plugins run, and says how long each took.
func coldStart(b *testing.B, host, plugins, data string) (answered, ran time.Duration) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, host, "run", "../../examples/miniapps/notes", "--plugins", plugins, "--data", data, "--listen", "127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	progress, err := cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { cancel(); _ = cmd.Wait() }()
	run := make(chan time.Duration, 1)
	var said strings.Builder
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(progress); lines.Scan(); {
			if said.WriteString(lines.Text() + "\n"); strings.HasSuffix(lines.Text(), "plugins run") {
				run <- time.Since(start)
			}
		}
	}()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		url, ok := strings.CutPrefix(lines.Text(), "open ")
		if !ok {
			continue
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			b.Fatal(err)
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			b.Fatal(err)
		}
		response, err := (&http.Client{Jar: jar}).Do(request)
		if err != nil {
			b.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			b.Fatalf("%s: %s", url, response.Status)
		}
		answered = time.Since(start)
		select {
		case ran = <-run:
		case <-read:
			b.Fatalf("the host ended before its plugins ran:\n%s", said.String())
		}
		return answered, ran
	}
	<-read
	b.Fatalf("the host did not say where it listens:\n%s", said.String())
	return 0, 0
}
