package provider

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/dougong-dev/dougong/pdk/go"
)

type requestParam struct {
	URL           string  `json:"url"`
	Method        string  `json:"method"`
	Data          pdk.Any `json:"data"`
	Header        fields  `json:"header"`
	Timeout       float64 `json:"timeout"`
	DataType      string  `json:"dataType"`
	ResponseType  string  `json:"responseType"`
	Redirect      string  `json:"redirect"`
	EnableChunked bool    `json:"enableChunked"`
}

type requestResult struct {
	Data pdk.Any `json:"data"`
	answer
	Profile *profile `json:"profile,omitempty"`
}

func (p *Provider) request(ctx *pdk.Context, in requestParam) (requestResult, error) {
	r, err := p.configured()
	if err != nil {
		return requestResult{}, err
	}
	c, err := in.call(r)
	if err != nil {
		return requestResult{}, err
	}
	var out requestResult
	err = p.exchange(ctx, r, c, func(_ context.Context, resp *http.Response, times *profile) error {
		body, err := in.read(ctx, r, resp.Body)
		if err != nil {
			return err
		}
		out = requestResult{Data: decodeData(body, in.DataType, in.ResponseType), answer: answerOf(resp), Profile: times.end()}
		return nil
	})
	return out, err
}

func (in *requestParam) call(r *ready) (call, error) {
	u, err := address(in.URL, "https", "http")
	if err != nil {
		return call{}, err
	}
	verb, err := method(in.Method)
	if err != nil {
		return call{}, err
	}
	header, err := in.Header.header(r.userAgent)
	if err != nil {
		return call{}, err
	}
	body, err := encodeData(in.Data, u, verb, header)
	if err != nil {
		return call{}, err
	}
	c := call{list: "request", url: u, method: verb, header: header, timeout: in.Timeout, follow: in.Redirect != "manual"}
	if body != nil {
		c.body, c.length = bytes.NewReader(body), int64(len(body))
	}
	return c, nil
}

// read reads the body, in pieces that are told one by one if the program asked for that.
func (in *requestParam) read(ctx *pdk.Context, r *ready, body io.Reader) ([]byte, error) {
	if !in.EnableChunked || ctx.Task == 0 {
		return readAll(body, r.maxBody)
	}
	var total int64
	buf := make([]byte, 32<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if total += int64(n); total > r.maxBody {
				return nil, tooLarge(r.maxBody)
			}
			chunk := struct {
				Data pdk.Blob `json:"data"`
			}{bytes.Clone(buf[:n])}
			if err := ctx.Emit("chunkReceived", chunk); err != nil {
				return nil, err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
