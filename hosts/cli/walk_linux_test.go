package cli_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// walkForm is a mark in a guide, and the block that follows it where the mark asks for one.
var walkForm = regexp.MustCompile("(?s)<!-- walk(?:: ([a-z]+) ([^>]*))? -->\n(?:```[a-z]+\n(.*?)```)?")

const walkGuide = "../../docs/guide/publish-and-compose"

// TestWalk does what the guide says from a key to a super-app that runs, in its words: every command, with what it prints;
// then once more where there is no network.
func TestWalk(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // as the scripts that are named slow_
	}
	data, err := os.ReadFile(walkGuide + ".md")
	if err != nil {
		t.Fatal(err)
	}
	if !withNetwork() {
		if err := loopback(); err != nil {
			t.Fatal(err)
		}
		runWalk(t, string(data), "127.0.0.1:7800", "127.0.0.1:7700") // as the guide has them: nobody else is here
		return
	}
	if t.Run("with a network", func(t *testing.T) { runWalk(t, string(data), free(t), free(t)) }); t.Failed() {
		return
	}
	if err := inNamespace("-test.run", "^TestWalk$", "-test.count", "1", "-test.v"); err != nil {
		t.Errorf("without a network: %v", err)
	}
}

// TestWalkInChinese holds the Chinese guide to the same commands and files.
func TestWalkInChinese(t *testing.T) {
	t.Parallel()
	var walks []string
	for _, name := range []string{walkGuide + ".md", walkGuide + ".zh-CN.md"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, found := range walkForm.FindAllString(string(data), -1) {
			b.WriteString(found + "\n")
		}
		walks = append(walks, b.String())
	}
	if walks[0] == "" || walks[0] != walks[1] {
		t.Errorf("the walks differ:\n%s\n--- in Chinese\n%s", walks[0], walks[1])
	}
}

// free is an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func runWalk(t *testing.T, guide, registry, host string) {
	t.Helper()
	guide = strings.NewReplacer("127.0.0.1:7800", registry, "127.0.0.1:7700", host,
		"linux-amd64", runtime.GOOS+"-"+runtime.GOARCH, "../dougong/pdk/go", "$REPO/pdk/go").Replace(guide)
	script := walkScript(t, guide)
	file := filepath.Join(t.TempDir(), "walk.txtar")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: func(env *testscript.Env) error {
		env.Values[beginning] = &begun{}
		return toolchain(env)
	}, Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"begin": begin, "answer": answer, "page": page, "opens": opens, "said": said,
	}})
}

var exportForm = regexp.MustCompile(`^export ([A-Z_]+)=(?:\$\((.*)\)|(.*))$`)

// walkScript makes one script of all blocks of a walk. Files are written where they stand in the text.
func walkScript(t *testing.T, guide string) string {
	t.Helper()
	var b, files strings.Builder
	b.WriteString("env XDG_CACHE_HOME=$WORK/cache\n")
	n := 0
	for _, found := range walkForm.FindAllStringSubmatch(guide, -1) {
		kind, rest, block := found[1], found[2], found[3]
		what, text, _ := strings.Cut(rest, " shows ")
		switch kind {
		case "":
			b.WriteString(walkCommands(block))
		case "file":
			fmt.Fprintf(&b, "cp $WORK/file%d %s\n", n, rest)
			fmt.Fprintf(&files, "-- file%d --\n%s", n, block)
			n++
		case "page":
			fmt.Fprintf(&b, "page %s '%s'\n", what, text)
		case "open":
			fmt.Fprintf(&b, "opens %s '%s'\n", what, text)
		default:
			t.Fatalf("mark %q", found[0])
		}
	}
	if n == 0 {
		t.Fatal("the guide has no walk")
	}
	return b.String() + files.String()
}

// walkCommands are the commands of a block, and what they have to print.
func walkCommands(block string) string {
	var b strings.Builder
	background := false
	for line := range strings.Lines(block) {
		line = strings.TrimSuffix(line, "\n")
		command, isCommand := strings.CutPrefix(line, "$ ")
		want := strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*")
		if !isCommand {
			if background {
				fmt.Fprintf(&b, "answer '%s'\n", want)
			} else {
				fmt.Fprintf(&b, "said '%s'\n", want)
			}
			continue
		}
		command, fails := strings.CutSuffix(command, "   # exit code 1")
		not := ""
		if fails {
			not = "! "
		}
		background = false
		if set := exportForm.FindStringSubmatch(command); set != nil {
			if set[2] == "" {
				fmt.Fprintf(&b, "env '%s=%s'\n", set[1], strings.Trim(set[3], "'"))
				continue
			}
			fmt.Fprintf(&b, "%s\nanswer %s=\n", set[2], set[1])
			continue
		}
		switch command, background = strings.CutSuffix(command, " &"); {
		case background:
			b.WriteString("begin " + command + "\n")
		case strings.HasPrefix(command, "cd ") || strings.HasPrefix(command, "dougong "):
			b.WriteString(not + command + "\n")
		default:
			b.WriteString(not + "exec " + command + "\n")
		}
	}
	return b.String()
}

// begun is a command in the background.
type begun struct{ lines *bufio.Scanner }

// beginning is where a script keeps the last one.
const beginning = "begun"

// begin starts a command that goes on until the script ends.
func begin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: begin COMMAND [ARGUMENT…]")
	}
	name := args[0]
	if strings.Contains(name, "/") {
		name = ts.MkAbs(name)
	} else if found, err := exec.LookPath(name); err == nil {
		name = found
	}
	cmd := exec.Command(name, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = environ(ts)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		if err := errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait()); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", strings.Join(args, " "), err)
		}
	})
	ts.Setenv("OPEN", "")
	began(ts).lines = bufio.NewScanner(out)
}

// environ is the environment of the script's commands, as far as a walk sets it.
func environ(ts *testscript.TestScript) []string {
	out := os.Environ()
	for _, name := range []string{"PATH", "HOME", "WORK", "TMPDIR", "XDG_CACHE_HOME", "DOUGONG_PASSPHRASE", "DOUGONG_PASSWORD", "DOUGONG_REGISTRY", "DOUGONG_REGISTRY_TOKEN"} {
		if v := ts.Getenv(name); v != "" {
			out = append(out, name+"="+v)
		}
	}
	return out
}

func began(ts *testscript.TestScript) *begun { return ts.Value(beginning).(*begun) }

// answer waits until what was begun prints a line; `answer NAME=` takes what the command before has printed as a variable.
func answer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: answer REGEXP | NAME=")
	}
	if name, isName := strings.CutSuffix(args[0], "="); isName {
		ts.Setenv(name, strings.TrimSpace(ts.ReadFile("stdout")))
		return
	}
	want := regexp.MustCompile(args[0])
	for lines := began(ts).lines; lines.Scan(); {
		if address, ok := strings.CutPrefix(lines.Text(), "open "); ok {
			ts.Setenv("OPEN", address)
		}
		if want.MatchString(lines.Text()) {
			return
		}
	}
	ts.Fatalf("it ended and never printed %q", args[0])
}

// said looks for a line in what the command before has printed, on either stream.
func said(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: said REGEXP")
	}
	if all := ts.ReadFile("stdout") + ts.ReadFile("stderr"); !regexp.MustCompile("(?m)^" + args[0] + "$").MatchString(all) {
		ts.Fatalf("no line is %q in\n%s", args[0], all)
	}
}

// page fetches a page and looks for a text in it.
func page(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: page ADDRESS TEXT")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	body, err := fetch(ctx, http.DefaultClient, http.MethodGet, args[0], "", "")
	ts.Check(err)
	if !strings.Contains(body, args[1]) {
		ts.Fatalf("%s does not show %q:\n%s", args[0], args[1], body)
	}
}

// opens opens a mini-program of the super-app that runs, and waits until it shows a text.
func opens(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: opens APP TEXT")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	anew := `{"path": "pages/index/index", "query": {"from": "walk"}}` // by a link: a page that is open already begins anew
	ts.Check(shows(ctx, ts.Getenv("OPEN"), args[0], anew, args[1]))
}
