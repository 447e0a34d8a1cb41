// Package pgtest runs a PostgreSQL server for a test binary: Debian's package, a cluster of its own in a temporary folder,
// reachable by a unix socket only. It must not touch a server that runs already.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Server is a running PostgreSQL.
type Server struct {
	dir     string
	bin     string
	as      *identity // nil: ourselves
	logs    string
	created atomic.Int64
}

// Main starts a server, runs the tests and stops the server again.
func Main(m *testing.M, server **Server) (code int, err error) {
	s, err := Start()
	if err != nil {
		return 1, err
	}
	*server = s
	code = m.Run()
	if err := s.Stop(); err != nil {
		return 1, err
	}
	return code, nil
}

// Start makes a cluster and starts its server.
func Start() (s *Server, err error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg") // short: a socket's path has at most 107 bytes
	if err != nil {
		return nil, err
	}
	s = &Server{dir: dir, bin: bin, logs: filepath.Join(dir, "log")}
	if s.as, err = owner(dir); err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	if err := s.run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	options := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories='%s' -c fsync=off -c max_connections=200", dir)
	if err := s.run("pg_ctl", "-D", data, "-l", s.logs, "-w", "-o", options, "start"); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// binaries finds the newest of Debian's versions.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("PostgreSQL is not there: no /usr/lib/postgresql/*/bin/initdb\nnext: apt-get install postgresql")
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1]), nil
}

func (s *Server) run(program string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, program), args...)
	cmd.Dir = s.dir
	if s.as != nil {
		s.as.take(cmd)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	// pg_ctl leaves the server with its output open: a file would be held, a pipe would never end.
	if program == "pg_ctl" {
		cmd.Stdout, cmd.Stderr = nil, nil
	}
	if err := cmd.Run(); err != nil {
		logs, _ := os.ReadFile(s.logs)
		return fmt.Errorf("%s: %w\n%s%s", program, err, out.Bytes(), logs)
	}
	return nil
}

// DSN is the address of a database.
func (s *Server) DSN(database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(s.dir)
}

// Database makes an empty database and gives its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test%d", s.created.Add(1))
	c, err := pgx.Connect(t.Context(), s.DSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE template0")
	if err = errors.Join(err, c.Close(context.Background())); err != nil {
		t.Fatal(err)
	}
	return s.DSN(name)
}

// Halt stops the server at once, as a fault would; Resume starts it again.
func (s *Server) Halt() error {
	return s.run("pg_ctl", "-D", filepath.Join(s.dir, "data"), "-m", "immediate", "-w", "stop")
}

// Resume starts a server that was halted.
func (s *Server) Resume() error {
	options := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories='%s' -c fsync=off -c max_connections=200", s.dir)
	return s.run("pg_ctl", "-D", filepath.Join(s.dir, "data"), "-l", s.logs, "-w", "-o", options, "start")
}

// Stop ends the server and removes its data.
func (s *Server) Stop() error { return errors.Join(s.Halt(), os.RemoveAll(s.dir)) }
