package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Open reads a file's bytes from offset on, size of them or, if size is below 0, to its end. path is a Download's URL. A
// server that knows no ranges sends all of it; what was not asked for is skipped then.
func (c *Client) Open(ctx context.Context, path string, offset, size int64) (io.ReadCloser, error) {
	req, err := c.request(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	part := offset > 0 || size >= 0
	if part {
		last := ""
		if size >= 0 {
			last = strconv.FormatInt(offset+size-1, 10)
		}
		req.Header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-"+last)
	}
	res, err := c.do(req)
	if err != nil {
		return nil, err
	}
	body := io.Reader(res.Body)
	switch {
	case res.StatusCode == http.StatusPartialContent && part:
		if got := res.Header.Get("Content-Range"); !strings.HasPrefix(got, "bytes "+strconv.FormatInt(offset, 10)+"-") {
			return nil, errors.Join(fmt.Errorf("registry %s: asked for bytes from %d on, got the range %q", c.base.Host, offset, got), res.Body.Close())
		}
	case res.StatusCode != http.StatusOK:
		return nil, errors.Join(fmt.Errorf("registry %s: download answered by status %d", c.base.Host, res.StatusCode), res.Body.Close())
	case offset > 0:
		if _, err := io.CopyN(io.Discard, body, offset); err != nil {
			return nil, errors.Join(fmt.Errorf("registry %s: download: %w", c.base.Host, err), res.Body.Close())
		}
	}
	if size >= 0 {
		body = io.LimitReader(body, size)
	}
	return struct {
		io.Reader
		io.Closer
	}{body, res.Body}, nil
}
