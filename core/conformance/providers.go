package conformance

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
)

// The runner's own plugins.
const (
	memoryID = "dougong.conformance.memory"
	webID    = "dougong.conformance.web"
)

// memory is a provider of storage's kv methods: what the host's kv service needs.
type memory struct {
	mu     sync.Mutex
	spaces map[string]map[string]pdk.Blob // by caller, app, user
}

type kvItem struct {
	Key   string   `json:"key"`
	Value pdk.Blob `json:"value"`
}

type kvQuery struct {
	Prefix string `json:"prefix"`
	After  string `json:"after"`
	Limit  int    `json:"limit"`
}

// kvLimit is how many keys one answer of kvList has at most.
const kvLimit = 1000

func newMemory() *pdk.Plugin {
	m := &memory{spaces: map[string]map[string]pdk.Blob{}}
	return pdk.New(memoryID, "1.0.0").Provide("dougong.storage/v1", pdk.Methods{
		"kvGet": pdk.Func(m.get), "kvSet": pdk.Func(m.set), "kvDelete": pdk.Func(m.remove), "kvList": pdk.Func(m.list),
	})
}

// space is called with the lock held.
func (m *memory) space(c *pdk.Context) map[string]pdk.Blob {
	k := fmt.Sprintf("%q %q %q", c.Caller, c.App, c.User)
	if m.spaces[k] == nil {
		m.spaces[k] = map[string]pdk.Blob{}
	}
	return m.spaces[k]
}

func (m *memory) get(c *pdk.Context, in kvItem) (map[string]any, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.space(c)[in.Key]; ok {
		return map[string]any{"value": v}, nil
	}
	return map[string]any{"value": nil}, nil
}

func (m *memory) set(c *pdk.Context, in kvItem) (struct{}, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value := bytes.Clone(in.Value)
	if value == nil {
		value = []byte{}
	}
	m.space(c)[in.Key] = value
	return struct{}{}, nil
}

func (m *memory) remove(c *pdk.Context, in kvItem) (struct{}, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.space(c), in.Key)
	return struct{}{}, nil
}

func (m *memory) list(c *pdk.Context, in kvQuery) (pdk.KVKeys, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if in.Limit <= 0 || in.Limit > kvLimit {
		in.Limit = kvLimit
	}
	out := pdk.KVKeys{Keys: []string{}}
	for k := range m.space(c) {
		if strings.HasPrefix(k, in.Prefix) && k > in.After {
			out.Keys = append(out.Keys, k)
		}
	}
	sort.Strings(out.Keys)
	if len(out.Keys) > in.Limit {
		out.Keys, out.More = out.Keys[:in.Limit], true
	}
	return out, nil
}

// web is a provider of network's request: what the host's http service needs. It reaches this machine only; every other
// host is answered by its stand-in.
type web struct {
	server string
	hosts  map[string]string // host → base address
	client *http.Client
}

type webRequest struct {
	URL    string            `json:"url"`
	Method string            `json:"method"`
	Header map[string]string `json:"header"`
	Data   pdk.Blob          `json:"data"`
}

type webAnswer struct {
	Data       pdk.Blob          `json:"data"`
	StatusCode int               `json:"statusCode"`
	Header     map[string]string `json:"header"`
}

// maxBody is the largest answer of the web that is read.
const maxBody = 16 << 20

func newWeb(server string, hosts map[string]string) *pdk.Plugin {
	w := &web{server: server, hosts: hosts, client: &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	return pdk.New(webID, "1.0.0").Provide("dougong.network/v1", pdk.Methods{"request": pdk.Func(w.request)})
}

func (w *web) request(c *pdk.Context, in webRequest) (webAnswer, error) {
	address, err := w.resolve(in.URL)
	if err != nil {
		return webAnswer{}, err
	}
	req, err := http.NewRequestWithContext(c, in.Method, address, bytes.NewReader(in.Data))
	if err != nil {
		return webAnswer{}, pdk.Errorf(600009, "invalid-url", "%v", err)
	}
	for name, value := range in.Header {
		req.Header.Set(name, value)
	}
	res, err := w.client.Do(req)
	if err != nil {
		return webAnswer{}, pdk.Errorf(600000, "network", "%v", err)
	}
	defer func() { _ = res.Body.Close() }() // only read
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return webAnswer{}, pdk.Errorf(600003, "interrupted", "%v", err)
	}
	out := webAnswer{Data: body, StatusCode: res.StatusCode, Header: map[string]string{}}
	for name, values := range res.Header {
		out.Header[name] = strings.Join(values, ", ")
	}
	return out, nil
}

// resolve replaces an address out there by that of its stand-in.
func (w *web) resolve(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", pdk.Errorf(600009, "invalid-url", "%v", err)
	}
	base := w.server
	if stand := w.hosts[u.Hostname()]; stand != "" {
		base = stand
	} else if ip := net.ParseIP(u.Hostname()); ip != nil && ip.IsLoopback() && u.Port() != "" {
		return address, nil
	}
	out := strings.TrimSuffix(base, "/") + u.EscapedPath()
	if u.RawQuery != "" {
		out += "?" + u.RawQuery
	}
	return out, nil
}
