// Package client speaks to a registry: find, publish, download, manage. What it downloads it holds against the digests it was
// told; whether these are to be trusted is core/trust's business.
//
//	c, err := client.New("https://registry.example", token)
//	d, err := c.Download(ctx, "plugin", "com.acme.face", "1.0.0", "linux", "amd64", file)
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client speaks to one registry. Safe for concurrent use.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client
}

// New makes a client; an empty token makes one that nobody is signed in with.
func New(address, token string) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("registry address %q: expected http://HOST or https://HOST", address)
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return &Client{base: u, token: token, http: &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, ResponseHeaderTimeout: 10 * time.Minute, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) > 5 {
				return errors.New("more than 5 redirects")
			}
			if req.URL.Host != via[0].URL.Host {
				req.Header.Del("Authorization") // the token is the registry's alone
			}
			return nil
		},
	}}, nil
}

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Error is what a registry answered instead of what was asked for.
type Error struct {
	Status int    `json:"status"`
	Code   string `json:"code"` // stable name
	Detail string `json:"detail"`
	Next   string `json:"next"`
	Errors []struct {
		Message  string `json:"message"`
		Location string `json:"location"`
	} `json:"errors"`
}

// Error gives the message, and what to do next on a line of its own.
func (e *Error) Error() string {
	out := fmt.Sprintf("registry: %s (%d)", e.Detail, e.Status)
	if e.Code != "" {
		out = fmt.Sprintf("registry: %s (%d %s)", e.Detail, e.Status, e.Code)
	}
	for _, one := range e.Errors {
		out += fmt.Sprintf("\n  %s: %s", one.Location, one.Message)
	}
	if e.Next != "" {
		out += "\nnext: " + e.Next
	}
	return out
}

// maxAnswer bounds an answer that is read into memory.
const maxAnswer = 64 << 20

func (c *Client) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	u, err := c.base.Parse(c.base.Path + path)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return req, nil
}

// do sends a request and gives a good answer, whose body the caller closes.
func (c *Client) do(req *http.Request) (*http.Response, error) {
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("registry %s: %w", c.base.Host, err)
	}
	if res.StatusCode < 300 {
		return res, nil
	}
	defer func() { _ = res.Body.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("registry %s: %w", c.base.Host, err)
	}
	e := &Error{}
	if json.Unmarshal(text, e) != nil || e.Detail == "" {
		e.Detail = http.StatusText(res.StatusCode)
	}
	e.Status = res.StatusCode
	return nil, e
}

// call sends JSON and reads JSON; in and out may be nil.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	req, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return fmt.Errorf("registry %s: %w", c.base.Host, err)
	}
	if len(data) > maxAnswer {
		return fmt.Errorf("registry %s: the answer to %s has more than %d MiB", c.base.Host, path, maxAnswer>>20)
	}
	switch out := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*out = data
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("registry %s: the answer to %s: %w", c.base.Host, path, err)
	}
	return nil
}

// Get reads JSON from a path of the API.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.call(ctx, http.MethodGet, path, nil, out)
}

// Raw reads a document of the API as it is.
func (c *Client) Raw(ctx context.Context, path string) ([]byte, error) {
	var out []byte
	return out, c.call(ctx, http.MethodGet, path, nil, &out)
}

// Post sends JSON to a path of the API.
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	return c.call(ctx, http.MethodPost, path, in, out)
}

// Put sends JSON to a path of the API.
func (c *Client) Put(ctx context.Context, path string, in, out any) error {
	return c.call(ctx, http.MethodPut, path, in, out)
}

// Delete removes what a path of the API names.
func (c *Client) Delete(ctx context.Context, path string) error {
	return c.call(ctx, http.MethodDelete, path, nil, nil)
}

// Path joins parts of an address, each escaped.
func Path(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(p))
	}
	return b.String()
}
