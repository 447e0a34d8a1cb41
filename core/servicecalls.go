package core

import (
	"context"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
)

// keyValue is the kv service: the methods kvGet … of the storage provider, in the space of (plugin, app, user).
func (s services) keyValue(ctx context.Context, id string, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	method := map[string]string{pdk.ServiceKVGet: "kvGet", pdk.ServiceKVSet: "kvSet", pdk.ServiceKVDelete: "kvDelete", pdk.ServiceKVList: "kvList"}[name]
	out, err := s.call(ctx, id, info, storageCapability, method, in)
	if err != nil {
		return pdk.Payload{}, err
	}
	switch name {
	case pdk.ServiceKVGet:
		var got struct {
			Value *pdk.Blob `json:"value"`
		}
		if err := pdk.Decode(out, &got); err != nil {
			return pdk.Payload{}, err
		}
		if got.Value == nil {
			return pdk.Encode(pdk.KVValue{})
		}
		return pdk.Encode(pdk.KVValue{Found: true, Value: *got.Value})
	case pdk.ServiceKVList:
		return out, nil
	}
	return pdk.Encode(struct{}{})
}

// netRequest and netAnswer are the part of the network provider's request that the http service uses.
type netRequest struct {
	URL          string            `json:"url"`
	Method       string            `json:"method"`
	Header       map[string]string `json:"header,omitempty"`
	Data         pdk.Blob          `json:"data,omitempty"`
	Timeout      int               `json:"timeout,omitempty"`
	DataType     string            `json:"dataType"`
	ResponseType string            `json:"responseType"`
}

type netAnswer struct {
	Data       pdk.Blob          `json:"data"`
	StatusCode int               `json:"statusCode"`
	Header     map[string]string `json:"header"`
	Cookies    []string          `json:"cookies"`
}

// http is the http service: the network provider's request, with the plugin as caller.
func (s services) http(ctx context.Context, id string, info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.HTTPRequest
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	r := netRequest{URL: q.URL, Method: strings.ToUpper(q.Method), Data: q.Body, Timeout: q.TimeoutMS, DataType: "bytes", ResponseType: "arraybuffer", Header: map[string]string{}}
	if r.Method == "" {
		r.Method = "GET"
	}
	for name, values := range q.Headers {
		r.Header[name] = strings.Join(values, ", ")
	}
	p, err := pdk.Encode(r)
	if err != nil {
		return pdk.Payload{}, err
	}
	out, err := s.call(ctx, id, info, networkCapability, "request", p)
	if err != nil {
		return pdk.Payload{}, err
	}
	var a netAnswer
	if err := pdk.Decode(out, &a); err != nil {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidResult, "invalidResult", "http.request: the network provider did not answer bytes: %v", err)
	}
	response := pdk.HTTPResponse{Status: a.StatusCode, Headers: map[string][]string{}, Body: a.Data}
	for name, value := range a.Header {
		response.Headers[name] = []string{value}
	}
	if len(a.Cookies) > 0 {
		response.Headers["Set-Cookie"] = a.Cookies
	}
	return pdk.Encode(response)
}
