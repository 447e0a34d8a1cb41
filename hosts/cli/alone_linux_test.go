package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sys/unix"
)

const aloneVariable = "DOUGONG_TEST_ALONE"

// alone is `alone DIST APP TEXT`: it runs what was composed where there is no network but the loopback, by its own program,
// opens a mini-program over HTTP as the shell does, and waits until the page shows a text.
func alone() {
	var err error
	if os.Getenv(aloneVariable) == "" {
		err = inNamespace(os.Args[1:]...)
	} else {
		err = visit(os.Args[1], os.Args[2], os.Args[3])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "alone:", err)
		os.Exit(1)
	}
}

// withNetwork tells whether this is no child of inNamespace.
func withNetwork() bool { return os.Getenv(aloneVariable) == "" }

// inNamespace runs this program again, by the name that it was called by, in a network namespace of its own.
func inNamespace(args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := &exec.Cmd{Path: self, Args: append([]string{os.Args[0]}, args...), Env: append(os.Environ(), aloneVariable+"=1", "GOPROXY=off"), Stdout: os.Stdout, Stderr: os.Stderr}
	id := func(n int) []syscall.SysProcIDMap { return []syscall.SysProcIDMap{{HostID: n, Size: 1}} }
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET, UidMappings: id(os.Getuid()), GidMappings: id(os.Getgid()), AmbientCaps: []uintptr{unix.CAP_NET_ADMIN}}
	return cmd.Run()
}

// loopback brings it up, and makes sure that there is nothing beside it.
func loopback() error {
	list, err := net.Interfaces()
	if err != nil {
		return err
	}
	if len(list) != 1 || list[0].Name != "lo" {
		return fmt.Errorf("there are other interfaces: %v", list)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("bring up the loopback: %w", err)
	}
	if c, err := net.DialTimeout("tcp", "192.0.2.1:80", time.Second); err == nil {
		return errors.Join(errors.New("there is a way out"), c.Close())
	}
	return nil
}

func visit(dist, app, text string) (err error) {
	if err := loopback(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(dist, "dougong"), "run", dist, "--listen", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, cmd.Process.Signal(os.Interrupt), cmd.Wait())
	}()
	var address string
	for lines := bufio.NewScanner(out); address == "" && lines.Scan(); {
		address, _ = strings.CutPrefix(lines.Text(), "open ")
		if !strings.HasPrefix(address, "http") {
			address = ""
		}
	}
	if address == "" {
		return errors.New("the host did not say its address")
	}
	return shows(ctx, address, app, "{}", text)
}

// shows opens the mini-program by a launch as the shell sends it, and reads its patches until one has the text.
func shows(ctx context.Context, address, app, launch, text string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Jar: jar}
	if _, err := fetch(ctx, client, http.MethodGet, address, "", ""); err != nil {
		return err
	}
	base := address[:strings.Index(address, "/?")]
	body, err := fetch(ctx, client, http.MethodPost, base+"/api/open", base, `{"app": "`+app+`", "launch": `+launch+`}`)
	if err != nil {
		return err
	}
	var opened struct{ Frame string }
	if err := json.Unmarshal([]byte(body), &opened); err != nil {
		return fmt.Errorf("%w: %s", err, body)
	}
	document, err := fetch(ctx, client, http.MethodGet, base+opened.Frame, "", "")
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(document, `data-key="`)
	key, _, _ := strings.Cut(rest, `"`)
	socket, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(base, "http")+opened.Frame+"ws?key="+key, &websocket.DialOptions{HTTPClient: client, HTTPHeader: http.Header{"Origin": {"null"}}})
	if err != nil {
		return err
	}
	defer func() { _ = socket.CloseNow() }()
	socket.SetReadLimit(16 << 20)
	for {
		_, message, err := socket.Read(ctx)
		if err != nil {
			return fmt.Errorf("the page never showed %q: %w", text, err)
		}
		if strings.Contains(string(message), text) {
			fmt.Printf("%s shows %s\n", app, text)
			return nil
		}
	}
}

func fetch(ctx context.Context, client *http.Client, method, address, origin, body string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %s", method, address, res.Status, data)
	}
	return string(data), err
}
