package provider

import (
	"context"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/network/files"
)

type downloadParam struct {
	URL      string  `json:"url"`
	Header   fields  `json:"header"`
	Timeout  float64 `json:"timeout"`
	FilePath string  `json:"filePath"`
}

type downloadResult struct {
	TempFilePath string `json:"tempFilePath,omitempty"`
	FilePath     string `json:"filePath,omitempty"`
	DataLength   int64  `json:"dataLength"`
	answer
	Profile *profile `json:"profile,omitempty"`
}

type downloadProgress struct {
	Progress float64 `json:"progress"`
	Written  int64   `json:"totalBytesWritten"`
	Expected int64   `json:"totalBytesExpectedToWrite"`
}

func (p *Provider) downloadFile(ctx *pdk.Context, in downloadParam) (downloadResult, error) {
	r, err := p.configured()
	if err != nil {
		return downloadResult{}, err
	}
	u, err := address(in.URL, "https", "http")
	if err != nil {
		return downloadResult{}, err
	}
	header, err := in.Header.header(r.userAgent)
	if err != nil {
		return downloadResult{}, err
	}
	var out downloadResult
	c := call{list: "downloadFile", url: u, method: http.MethodGet, header: header, timeout: in.Timeout, follow: true}
	err = p.exchange(ctx, r, c, func(_ context.Context, resp *http.Response, times *profile) error {
		name, n, err := p.save(ctx, r, in, resp)
		out = downloadResult{DataLength: n, answer: answerOf(resp), Profile: times.end()}
		if in.FilePath != "" {
			out.FilePath = name
		} else {
			out.TempFilePath = name
		}
		return err
	})
	return out, err
}

// save writes the body to its file and returns the file's path and size. Nothing is left of a download that fails.
func (p *Provider) save(ctx *pdk.Context, r *ready, in downloadParam, resp *http.Response) (string, int64, error) {
	owner := fileOwner(ctx)
	if err := r.files.Trim(owner, r.maxFiles/2); err != nil {
		return "", 0, err
	}
	used, err := r.files.Size(owner)
	if err != nil {
		return "", 0, err
	}
	limit := min(r.maxDownload, r.maxFiles-used)
	if resp.ContentLength > limit || limit <= 0 {
		return "", 0, overLimit(r, limit)
	}
	name := in.FilePath
	if name == "" || !files.Names(name) {
		name = r.files.NewTemp(extensionOf(resp))
	}
	w, err := r.files.Create(owner, name)
	if err != nil {
		return "", 0, fileError(err)
	}
	defer w.Discard()
	body := &meter{Reader: resp.Body, total: resp.ContentLength, tell: func(progress float64, done, total int64) error {
		if ctx.Task == 0 {
			return nil
		}
		return ctx.Emit("progressUpdate", downloadProgress{progress, done, total})
	}}
	n, err := io.Copy(w, io.LimitReader(body, limit+1))
	if err != nil {
		return "", 0, err
	}
	if n > limit {
		return "", 0, overLimit(r, limit)
	}
	return keep(ctx, w, in.FilePath, name, extensionOf(resp), n)
}

// keep hands a finished download over to the mini-program's files; where the host has none it stays here, as name.
func keep(ctx *pdk.Context, w *files.Writer, wanted, name, extension string, n int64) (string, int64, error) {
	if _, err := w.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	path, err := handOver(ctx, w, wanted, extension)
	if !noFiles(err) {
		return path, n, err
	}
	if wanted != "" && wanted != name {
		return "", 0, fileError(files.ErrPath(wanted))
	}
	return name, n, w.Commit()
}

func overLimit(r *ready, limit int64) error {
	if limit < r.maxDownload {
		return pdk.Errorf(pdk.CodeQuota, "quota", "exceed max file size: the mini-program's files may take %d bytes; remove some first", r.maxFiles)
	}
	return tooLarge(limit)
}

// extensionOf guesses a file's extension, because programs and views go by it.
func extensionOf(resp *http.Response) string {
	if ext := path.Ext(resp.Request.URL.Path); ext != "" {
		return ext
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if sub, ok := strings.CutPrefix(kind, "image/"); ok {
		return "." + strings.TrimSuffix(sub, "+xml")
	}
	if all, _ := mime.ExtensionsByType(kind); len(all) > 0 {
		return all[0]
	}
	return ""
}

type readParam struct {
	FilePath string `json:"filePath"`
}

type readResult struct {
	Data        pdk.Blob `json:"data"`
	ContentType string   `json:"contentType,omitempty"`
}

func (p *Provider) readTempFile(ctx *pdk.Context, in readParam) (readResult, error) {
	r, err := p.configured()
	if err != nil {
		return readResult{}, err
	}
	var f io.ReadCloser
	if f, err = openLocal(ctx, in.FilePath); noFiles(err) {
		if f, err = r.files.Open(fileOwner(ctx), in.FilePath); err != nil {
			err = fileError(err)
		}
	}
	if err != nil {
		return readResult{}, err
	}
	defer func() { _ = f.Close() }()
	const limit = pdk.MaxPayload - 64<<10
	data, err := readAll(f, limit)
	if err != nil {
		return readResult{}, pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "file %s is larger than the %d bytes that can be handed over", in.FilePath, limit)
	}
	kind := mime.TypeByExtension(strings.TrimPrefix(path.Ext(in.FilePath), files.TempPrefix))
	if kind == "" {
		kind = http.DetectContentType(data)
	}
	return readResult{Data: data, ContentType: kind}, nil
}
