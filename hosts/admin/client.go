package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/dougong-dev/dougong/core"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 16 << 20

// Client asks a host at its socket.
type Client struct {
	path string
	http *http.Client
}

// Dial makes a client of the host at a socket. Nothing is sent yet.
func Dial(path string) *Client {
	return &Client{path, &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
		DisableKeepAlives: true,
	}}}
}

// Status asks how the host fares.
func (c *Client) Status(ctx context.Context) (s Status, err error) {
	err = c.do(ctx, http.MethodGet, "/v1/status", nil, &s)
	return s, err
}

// Swap asks for another version of a plugin and waits until the one before is gone.
func (c *Client) Swap(ctx context.Context, q SwapRequest) (r core.Report, err error) {
	err = c.do(ctx, http.MethodPost, "/v1/swap", q, &r)
	return r, err
}

// Reload asks for the configuration to be read again and waits until what was replaced is gone.
func (c *Client) Reload(ctx context.Context, q ReloadRequest) (r core.Report, err error) {
	err = c.do(ctx, http.MethodPost, "/v1/reload", q, &r)
	return r, err
}

func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://host"+path, &body)
	if err != nil {
		return err
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("no host answers at %s: %w\nnext: start one with `admin: {socket: …}` in its superapp.yaml, as the same user", c.path, err)
	}
	defer func() { _ = answer.Body.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read the host's answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		var f failure
		if json.Unmarshal(text, &f) == nil && f.Error != "" {
			return errors.New(f.Error)
		}
		return fmt.Errorf("the host at %s answered %s", c.path, answer.Status)
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("the host at %s answers something else than expected: %w; is it of another version?", c.path, err)
	}
	return nil
}
