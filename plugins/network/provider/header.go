package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
	"golang.org/x/net/http/httpguts"
)

// fields is header fields as a program writes them: text, numbers or booleans by name.
type fields map[string]any

// reserved is what a program cannot set, because it would change what the message means or who seems to have sent it.
var reserved = map[string]bool{
	"Host": true, "Content-Length": true, "Transfer-Encoding": true, "Connection": true, "Keep-Alive": true, "Upgrade": true,
	"Te": true, "Trailer": true, "Proxy-Connection": true, "Proxy-Authorization": true, "Accept-Encoding": true, "Referer": true,
	"Sec-Websocket-Key": true, "Sec-Websocket-Version": true, "Sec-Websocket-Extensions": true, "Sec-Websocket-Protocol": true,
}

// header makes the fields a request's header. Reserved ones are left out, as WeChat does.
func (f fields) header(userAgent string) (http.Header, error) {
	h := http.Header{"User-Agent": {userAgent}}
	for name, value := range f {
		text := scalar(value)
		if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(text) {
			return nil, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "header %q: name or value has characters that are not allowed", name)
		}
		if name = http.CanonicalHeaderKey(name); !reserved[name] {
			h.Set(name, text)
		}
	}
	return h, nil
}

func scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case map[string]any, []any:
		b, _ := json.Marshal(v) // came from JSON
		return string(b)
	case float64:
		b, _ := json.Marshal(v) // 1e21 and 0.1 as JavaScript writes them
		return string(b)
	}
	return fmt.Sprint(v)
}

// answer is the part of a result that comes from the header of an answer.
type answer struct {
	StatusCode int               `json:"statusCode"`
	Header     map[string]string `json:"header"`
	Cookies    []string          `json:"cookies,omitempty"`
}

func answerOf(r *http.Response) answer {
	a := answer{StatusCode: r.StatusCode, Header: map[string]string{}, Cookies: r.Header.Values("Set-Cookie")}
	for name, values := range r.Header {
		a.Header[name] = strings.Join(values, ",")
	}
	return a
}
