package embed_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/embed"
)

// TestMemoryWarning: a mini-program hears that memory runs short; one in a browser that nobody looks at ends.
func TestMemoryWarning(t *testing.T) {
	t.Parallel()
	host, heard := open(t, embed.Options{MiniPrograms: []string{project(t, "com.example.short"), project(t, "com.example.seen")}, OwnMemory: true})
	app := start(t, host, "com.example.short", embed.Launch{})
	address, err := host.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	visit(t, address, "com.example.seen")
	heard.await(t, "page", func(e embed.Event) bool { return e.Kind == embed.Page && e.App == "com.example.seen" })
	host.MemoryWarning(embed.MemoryModerate)
	if err := app.Rest(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := app.Text(); !strings.Contains(got, "short of memory: 5") {
		t.Errorf("text is %q, want that it has heard level 5", got)
	}
}

// TestStack opens what an earlier opening had open, in another host.
func TestStack(t *testing.T) {
	t.Parallel()
	dir := project(t, "com.example.stack")
	first, _ := open(t, embed.Options{MiniPrograms: []string{dir}})
	app := start(t, first, "com.example.stack", embed.Launch{Page: "one?a=1"})
	if err := app.Tap(t.Context(), ".two", ""); err != nil {
		t.Fatal(err)
	}
	left := app.Stack()
	if len(left) != 2 || left[0].Query["a"] != "1" || left[1].Page != "two" || left[1].Query["n"] != "2" {
		t.Fatalf("the stack is %+v", left)
	}
	second, _ := open(t, embed.Options{MiniPrograms: []string{dir}})
	again := start(t, second, "com.example.stack", embed.Launch{Stack: left, Data: 7})
	if got := again.Text(); again.Page() != "two" || got != "page two" {
		t.Errorf("begins on %q with %q, want page two", again.Page(), got)
	}
	if err := again.Back(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := again.Text(); !strings.Contains(got, `"q":{"a":"1"}`) || !strings.Contains(got, `"extra":7`) {
		t.Errorf("below is %q, want the first page with its query and the launch's data", got)
	}
}

// TestSessionsComeBack: what a browser had open is there after the program was ended, on its pages.
func TestSessionsComeBack(t *testing.T) {
	t.Parallel()
	dir, data := project(t, "com.example.back"), t.TempDir()
	run := func() (*embed.Host, *events, string) {
		host, heard := open(t, embed.Options{MiniPrograms: []string{dir}, Data: data})
		address, err := host.Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return host, heard, address
	}
	host, heard, address := run()
	visit(t, address, "com.example.back")
	page := heard.await(t, "page", func(e embed.Event) bool { return e.Kind == embed.Page })
	if err := host.App(page.Number).Send("go", nil); err != nil {
		t.Fatal(err)
	}
	heard.await(t, "page two", func(e embed.Event) bool { return e.Kind == embed.Page && e.Page == "two" })
	if err := host.Close(); err != nil {
		t.Fatal(err)
	}
	_, heard, address = run()
	visit(t, address, "com.example.back")
	if page := heard.await(t, "page", func(e embed.Event) bool { return e.Kind == embed.Page }); page.Page != "two" {
		t.Errorf("comes back on %q, want two", page.Page)
	}
}

// TestCrashes: a mini-program that does not come back from its work leaves a report, without what it was given.
func TestCrashes(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	host, heard := open(t, embed.Options{MiniPrograms: []string{project(t, "com.example.crash")}, Data: data})
	app := start(t, host, "com.example.crash", embed.Launch{User: "ann", Page: "one?secret=sesame"})
	if err := app.Send("hang", nil); err != nil {
		t.Fatal(err)
	}
	heard.await(t, "the end of the loop", func(e embed.Event) bool { return e.Kind == embed.Failed && e.Error.ID == "turn-timeout" })
	reports, err := host.Crashes()
	if err != nil || len(reports) != 1 || reports[0].ID != "com.example.crash" || reports[0].Reason != "turn-timeout" {
		t.Fatalf("reports %+v, %v; want the endless loop", reports, err)
	}
	err = filepath.WalkDir(filepath.Join(data, "crashes"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "ann") || strings.Contains(string(text), "sesame") {
			return errors.New(path + " tells who it was:\n" + string(text))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
