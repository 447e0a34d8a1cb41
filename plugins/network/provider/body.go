package provider

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/pdk/go"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// encodeData turns the data argument of a request into a query or a body, after WeChat's rules: an object is the query of
// a GET, a form if the content-type says so, JSON otherwise; text and bytes go as they are.
func encodeData(data pdk.Any, u *url.URL, method string, header http.Header) ([]byte, error) {
	object := len(data.JSON) > 0 && data.JSON[0] == '{'
	if method == http.MethodGet || method == http.MethodHead {
		if object {
			return nil, addQuery(u, data.JSON)
		}
		return nil, nil
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", jsonType)
	}
	if data.Blob != nil {
		return data.Blob, nil
	}
	if text, ok := data.Text(); ok {
		return []byte(text), nil
	}
	if object && strings.HasPrefix(strings.ToLower(header.Get("Content-Type")), formType) {
		query, err := form(data.JSON)
		return []byte(query), err
	}
	return data.JSON, nil
}

func addQuery(u *url.URL, object []byte) error {
	query, err := form(object)
	if err != nil {
		return err
	}
	if u.RawQuery != "" && query != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += query
	return nil
}

// form writes an object as key=value&…, keys in order; a value that is an object or array is written as JSON.
func form(object []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	var values map[string]any
	if err := d.Decode(&values); err != nil {
		return "", pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "data: expected an object, %s", err)
	}
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var out strings.Builder
	for _, k := range keys {
		if out.Len() > 0 {
			out.WriteByte('&')
		}
		out.WriteString(escape(k) + "=" + escape(scalar(values[k])))
	}
	return out.String(), nil
}

// escape is JavaScript's encodeURIComponent in all that servers can tell: a space is %20, never "+".
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// decodeData turns the body of an answer into the data of a result.
func decodeData(body []byte, dataType, responseType string) pdk.Any {
	if responseType == "arraybuffer" {
		if body == nil {
			body = []byte{}
		}
		return pdk.Any{Blob: body}
	}
	// Text that could be taken for a reference to an attachment stays text: a server must not choose our attachments.
	if (dataType == "" || dataType == "json") && json.Valid(body) && !bytes.Contains(body, []byte(`"$blob"`)) {
		return pdk.Any{JSON: body}
	}
	text := string(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	quoted, _ := json.Marshal(text) // a string always can be
	return pdk.Any{JSON: quoted}
}

// readAll reads a body of at most limit bytes.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = tooLarge(limit)
	}
	return body, err
}

func tooLarge(limit int64) error {
	return pdk.Errorf(codeTooLarge, "too-large", "the answer is larger than the limit of %d bytes; download it in parts, or raise the limit in the network plugin's configuration", limit)
}
