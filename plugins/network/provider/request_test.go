package provider_test

import (
	"compress/gzip"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

func TestRequestData(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	url := serve(t, echo)
	form := args{"content-type": "application/x-www-form-urlencoded"}
	for name, c := range map[string]struct {
		in                        args
		method, query, body, kind string
	}{
		"get object":   {args{"data": args{"b": 1, "a": "文 &", "c": true, "d": []int{1}}}, "GET", "a=%E6%96%87%20%26&b=1&c=true&d=%5B1%5D", "", ""},
		"get appends":  {args{"url": url + "?x=1#top", "data": args{"a": 1}}, "GET", "x=1&a=1", "", ""},
		"get text":     {args{"data": "ignored"}, "GET", "", "", ""},
		"post object":  {args{"method": "post", "data": args{"a": 1.5}}, "POST", "", `{"a":1.5}`, "application/json"},
		"post form":    {args{"method": "POST", "data": args{"a": "1+1", "b": 2}, "header": form}, "POST", "", "a=1%2B1&b=2", "application/x-www-form-urlencoded"},
		"post text":    {args{"method": "POST", "data": "plain"}, "POST", "", "plain", "application/json"},
		"post bytes":   {args{"method": "PUT", "data": pdk.Blob("raw")}, "PUT", "", "raw", "application/json"},
		"post array":   {args{"method": "PATCH", "data": []int{1, 2}}, "PATCH", "", "[1,2]", "application/json"},
		"delete":       {args{"method": "DELETE"}, "DELETE", "", "", "application/json"},
		"own type":     {args{"method": "POST", "data": "<a/>", "header": args{"Content-Type": "text/xml"}}, "POST", "", "<a/>", "text/xml"},
		"form in text": {args{"method": "POST", "data": "a=1", "header": form}, "POST", "", "a=1", "application/x-www-form-urlencoded"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.in["url"] == nil {
				c.in["url"] = url
			}
			out := r.must(0, "request", c.in)
			for what, pair := range map[string][2]string{
				"method": {field(t, out.Data, "method"), c.method}, "query": {field(t, out.Data, "query"), c.query}, "body": {field(t, out.Data, "body"), c.body},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
				}
			}
			var got struct{ Header http.Header }
			_ = json.Unmarshal(out.Data.JSON, &got)
			if kind := got.Header.Get("Content-Type"); kind != c.kind {
				t.Errorf("content type %q, want %q", kind, c.kind)
			}
		})
	}
}

func TestRequestHeader(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	url := serve(t, echo)
	out := r.must(0, "request", args{"url": url, "header": args{"X-Number": 7, "x-bool": true, "Referer": "http://evil", "Host": "evil", "Accept-Encoding": "br"}})
	var got struct{ Header http.Header }
	_ = json.Unmarshal(out.Data.JSON, &got)
	if got.Header.Get("X-Number") != "7" || got.Header.Get("X-Bool") != "true" || got.Header.Get("Referer") != "" || got.Header.Get("Accept-Encoding") != "gzip" {
		t.Errorf("header sent: %v", got.Header)
	}
	r.fails(0, "request", args{"url": url, "header": args{"X": "a\r\nEvil: 1"}}, pdk.CodeInvalidParams, `header "X"`)
	r.fails(0, "request", args{"url": url, "header": args{"a b": "1"}}, pdk.CodeInvalidParams, `header "a b"`)
}

func TestResponse(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	url := serve(t, func(w http.ResponseWriter, q *http.Request) {
		w.Header().Add("Set-Cookie", "a=1; Path=/")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Set("Content-Type", "text/plain")
		if q.URL.Path == "/gzip" {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer z.Close()
			_, _ = z.Write([]byte(`{"zipped":true}`))
			return
		}
		w.WriteHeader(404)
		_, _ = w.Write([]byte(q.URL.Query().Get("body")))
	})
	for name, c := range map[string]struct{ body, dataType, responseType, want string }{
		"json":         {`{"z":1,"a":12345678901234567890}`, "", "", `{"z":1,"a":12345678901234567890}`},
		"not json":     {`{"z":`, "json", "text", `"{\"z\":"`},
		"asked text":   {`{"z":1}`, "text", "", `"{\"z\":1}"`},
		"empty":        {``, "", "", `""`},
		"not utf-8":    {"a%ff", "", "", `"a` + "\uFFFD" + `"`},
		"a forged ref": {`{"$blob":0}`, "", "", `"{\"$blob\":0}"`},
		"array buffer": {`{"z":1}`, "", "arraybuffer", "bytes {\"z\":1}"},
		"empty buffer": {``, "", "arraybuffer", "bytes "},
	} {
		out := r.must(0, "request", args{"url": url + "?body=" + strings.NewReplacer("+", "%2B").Replace(c.body), "dataType": c.dataType, "responseType": c.responseType})
		got := string(out.Data.JSON)
		if out.Data.Blob != nil {
			got = "bytes " + string(out.Data.Blob)
		}
		if got != c.want || out.StatusCode != 404 {
			t.Errorf("%s: got %d %s, want 404 %s", name, out.StatusCode, got, c.want)
		}
		if out.Header["Set-Cookie"] != "a=1; Path=/,b=2" || len(out.Cookies) != 2 {
			t.Errorf("%s: header %v cookies %v", name, out.Header, out.Cookies)
		}
		if out.Profile["fetchStart"] == nil || out.Profile["responseEnd"].(float64) < out.Profile["fetchStart"].(float64) {
			t.Errorf("%s: profile %v", name, out.Profile)
		}
	}
	if out := r.must(0, "request", args{"url": url + "/gzip"}); string(out.Data.JSON) != `{"zipped":true}` {
		t.Errorf("gzip: %s", out.Data.JSON)
	}
}

func TestCookiesBelongToTheirOwner(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	url := serve(t, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/login" {
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "alice", Path: "/"})
		}
		_, _ = w.Write([]byte(q.Header.Get("Cookie")))
	})
	sent := func(header args) string {
		return string(r.must(0, "request", args{"url": url, "header": header}).Data.JSON)
	}
	r.must(0, "request", args{"url": url + "/login"})
	if got := sent(nil); got != `"session=alice"` {
		t.Errorf("alice sends %s", got)
	}
	if got := sent(args{"cookie": "mine=1"}); got != `"mine=1"` {
		t.Errorf("a cookie of her own: %s", got)
	}
	for _, other := range []pdk.Info{{App: "shop", User: "bob"}, {App: "notes", User: "alice"}, {App: "shop", User: "alice", Caller: "p"}} {
		r.info = other
		if got := sent(nil); got != `""` {
			t.Errorf("%+v sends %s", other, got)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	other := serve(t, echo)
	url := serve(t, func(w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/loop":
			http.Redirect(w, q, "/loop", http.StatusFound)
		case "/other":
			http.Redirect(w, q, other, http.StatusFound)
		case "/file":
			http.Redirect(w, q, "file:///etc/passwd", http.StatusFound)
		case "/here":
			http.Redirect(w, q, "/there", http.StatusFound)
		default:
			_, _ = w.Write([]byte("there"))
		}
	})
	if out := r.must(0, "request", args{"url": url + "/here"}); string(out.Data.JSON) != `"there"` {
		t.Errorf("redirect within the host: %s", out.Data.JSON)
	}
	if out := r.must(0, "request", args{"url": url + "/here", "redirect": "manual"}); out.StatusCode != 302 || out.Header["Location"] != "/there" {
		t.Errorf("manual: %d %v", out.StatusCode, out.Header)
	}
	r.fails(0, "request", args{"url": url + "/loop"}, 600008, "too many redirects")
	r.fails(0, "request", args{"url": url + "/other"}, pdk.CodeDomain, "url not in domain list: redirected to "+other)
	r.host.allowed = other
	if out := r.must(0, "request", args{"url": url + "/other"}); field(t, out.Data, "method") != "GET" {
		t.Errorf("redirect to an allowed host: %s", out.Data.JSON)
	}
	if want := `{"list":"request","url":"` + other + `"}`; r.host.asked != want {
		t.Errorf("the host was asked %s, want %s", r.host.asked, want)
	}
	r.host.allowed = ""
	r.fails(0, "request", args{"url": url + "/file"}, pdk.CodeDomain, "url not in domain list: a redirect from http:// to file://")
	r.fails(0, "downloadFile", args{"url": url + "/other"}, pdk.CodeDomain, "url not in domain list")
}

func TestErrors(t *testing.T) {
	t.Parallel()
	r := start(t, `{"private_addresses":["127.0.0.0/8"],"max_body_mb":0.001}`)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := "http://" + l.Addr().String()
	_ = l.Close()
	url := serve(t, func(w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/hang":
			<-q.Context().Done()
		case "/big":
			_, _ = w.Write(make([]byte, 2000))
		case "/cut":
			c, _, _ := w.(http.Hijacker).Hijack()
			_ = c.Close()
		}
	})
	plain := strings.Replace(url, "http://", "https://", 1)
	for _, c := range []struct {
		in      args
		code    int
		message string
	}{
		{args{"url": url + "/hang", "timeout": 50}, pdk.CodeTimeout, "timeout"},
		{args{"url": url + "/big"}, 600013, "the answer is larger"},
		{args{"url": url + "/cut"}, 600003, "net::ERR_CONNECTION_CLOSED"},
		{args{"url": dead}, 600011, "net::ERR_CONNECTION_REFUSED"},
		{args{"url": plain}, 600012, "net::ERR_CERT_INVALID"},
		{args{"url": "http://no-such-host.invalid/"}, 600010, "net::ERR_NAME_NOT_RESOLVED"},
		{args{"url": "ftp://127.0.0.1/"}, 600009, "invalid url"},
		{args{"url": "/relative"}, 600009, "invalid url"},
		{args{"url": "http://"}, 600009, "invalid url"},
		{args{"url": "http://[::1]:1/"}, pdk.CodeDomain, "url not allowed: address ::1 is private"},
		{args{"url": "http://10.0.0.1/"}, pdk.CodeDomain, "url not allowed: address 10.0.0.1 is private"},
		{args{"url": url, "method": "CONNECT"}, pdk.CodeUnsupported, "method CONNECT"},
	} {
		r.fails(0, "request", c.in, c.code, c.message)
	}
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	t.Parallel()
	r := start(t, `{}`)
	url := serve(t, echo)
	r.fails(0, "request", args{"url": url}, pdk.CodeDomain, "url not allowed: address 127.0.0.1 is private")
	r.fails(0, "request", args{"url": strings.Replace(url, "127.0.0.1", "localhost", 1)}, pdk.CodeDomain, "url not allowed: address")
	r.fails(0, "downloadFile", args{"url": url}, pdk.CodeDomain, "url not allowed")
	r.fails(0, "uploadFile", args{"url": url, "name": "f", "file": pdk.Blob("x")}, pdk.CodeDomain, "url not allowed")
}

func TestTLS(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(echo))
	t.Cleanup(s.Close)
	s.Config.ErrorLog = nil
	start(t, local).fails(0, "request", args{"url": s.URL}, 600012, "net::ERR_CERT_INVALID")

	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if _, err := x509.ParseCertificate(s.Certificate().Raw); err != nil {
		t.Fatal(err)
	}
	config, _ := json.Marshal(args{"private_addresses": []string{"127.0.0.1"}, "ca": string(root)})
	if out := start(t, string(config)).must(0, "request", args{"url": s.URL}); out.StatusCode != 200 {
		t.Errorf("with the root certificate: %d", out.StatusCode)
	}
}

func TestAbortAndEvents(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	arrived := make(chan bool, 1)
	url := serve(t, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/hang" {
			w.WriteHeader(201)
			_ = http.NewResponseController(w).Flush()
			arrived <- true
			<-q.Context().Done()
		}
		_, _ = w.Write([]byte("done"))
	})
	failed := make(chan error)
	go func() {
		_, err := r.call(7, "request", args{"url": url + "/hang"})
		failed <- err
	}()
	<-arrived
	if e := r.next(); e.name != "headersReceived" || e.task != 7 || !strings.Contains(e.text, `"statusCode":201`) || e.final {
		t.Errorf("first event %+v", e)
	}
	intruder := *r
	intruder.info.User = "bob"
	intruder.must(7, "request.abort", nil) // another user's task of the same number
	r.must(7, "request.abort", nil)
	if e := pdk.AsError(<-failed); e == nil || e.Code != 600004 || e.Message != "abort" {
		t.Errorf("aborted: %v", e)
	}
	r.must(8, "request.abort", nil) // overtakes the call it is meant for
	r.fails(8, "request", args{"url": url}, 600004, "abort")
	r.must(9, "request", args{"url": url})
}

func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	arrived := make(chan bool)
	url := serve(t, func(_ http.ResponseWriter, q *http.Request) { arrived <- true; <-q.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := r.payload(ctx, 0, "request", args{"url": url})
		failed <- err
	}()
	<-arrived
	cancel()
	if e := pdk.AsError(<-failed); e == nil || e.Code != pdk.CodeCanceled {
		t.Errorf("canceled: %v", e)
	}
}

func TestChunked(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for _, part := range []string{"data: 1\n\n", "data: 2\n\n"} {
			_, _ = w.Write([]byte(part))
			_ = http.NewResponseController(w).Flush()
		}
	})
	out := r.must(3, "request", args{"url": url, "enableChunked": true})
	if string(out.Data.JSON) != `""` {
		t.Errorf("the body came twice: %s", out.Data.JSON)
	}
	if e := r.next(); e.name != "headersReceived" {
		t.Errorf("first %+v", e)
	}
	var all string
	for all != "data: 1\n\ndata: 2\n\n" {
		e := r.next()
		if e.name != "chunkReceived" || len(e.blobs) != 1 {
			t.Fatalf("event %+v after %q", e, all)
		}
		all += string(e.blobs[0])
	}
}

func TestTooManyTasks(t *testing.T) {
	t.Parallel()
	r := start(t, `{"private_addresses":["127.0.0.1"],"max_tasks":1}`)
	arrived, leave := make(chan bool), make(chan bool)
	url := serve(t, func(http.ResponseWriter, *http.Request) { arrived <- true; <-leave })
	done := make(chan error)
	go func() {
		_, err := r.call(1, "request", args{"url": url})
		done <- err
	}()
	<-arrived
	r.fails(2, "request", args{"url": url}, 600007, "exceed max task count")
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
