package provider

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// call is one HTTP exchange: what request, uploadFile and downloadFile have in common.
type call struct {
	list    string // the allow-list that redirects have to be on
	url     *url.URL
	method  string
	header  http.Header
	body    io.Reader
	length  int64 // of body; 0 if there is none
	timeout float64
	follow  bool
}

// events is what headersReceived tells.
type headersReceived struct {
	Header     map[string]string `json:"header"`
	StatusCode int               `json:"statusCode"`
	Cookies    []string          `json:"cookies,omitempty"`
}

// exchange carries out a call as a task and hands the answer to consume, whose body is only valid there.
func (p *Provider) exchange(ctx *pdk.Context, r *ready, c call, consume func(ctx context.Context, resp *http.Response, times *profile) error) error {
	_, running, done, err := p.tasks.start(ctx, ctx, exchange, r.maxTasks)
	if err != nil {
		return err
	}
	defer done()
	timeout := r.timeout
	if c.timeout > 0 {
		timeout = time.Duration(min(c.timeout, 1e9) * float64(time.Millisecond))
	}
	running, stop := context.WithTimeoutCause(running, timeout, errTimeout)
	defer stop()

	times := newProfile()
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(running, times.trace()), c.method, c.url.String(), c.body)
	if err != nil {
		return pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "the request cannot be made: %s", err)
	}
	req.Header = c.header
	if c.body != nil {
		req.ContentLength = c.length
	}
	resp, err := p.client(ctx, r, c.list, c.follow, p.jar(ctx, c.header)).Do(req)
	if err != nil {
		return classify(running, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if ctx.Task != 0 {
		a := answerOf(resp)
		if err := ctx.Emit("headersReceived", headersReceived{a.Header, a.StatusCode, a.Cookies}); err != nil {
			return err
		}
	}
	return classify(running, consume(running, resp, times))
}

// jar is the owner's cookies. A program that sends a Cookie field of its own means that one and not both.
func (p *Provider) jar(ctx *pdk.Context, header http.Header) http.CookieJar {
	jar := p.jars.of(ownerOf(ctx))
	if header.Get("Cookie") != "" {
		return keepOnly{jar}
	}
	return jar
}

// keepOnly keeps what servers set and sends nothing.
type keepOnly struct{ http.CookieJar }

// Cookies implements http.CookieJar.
func (keepOnly) Cookies(*url.URL) []*http.Cookie { return nil }

func method(name string) (string, error) {
	if name == "" {
		return http.MethodGet, nil
	}
	name = strings.ToUpper(name)
	if name == http.MethodConnect {
		return "", pdk.Errorf(pdk.CodeUnsupported, "unsupported", "method CONNECT is for proxies; use connectSocket for a lasting connection")
	}
	return name, nil
}
