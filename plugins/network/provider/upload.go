package provider

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"path"
	"sort"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
)

type uploadParam struct {
	URL      string   `json:"url"`
	FilePath string   `json:"filePath"`
	File     pdk.Blob `json:"file"`
	FileName string   `json:"fileName"`
	Name     string   `json:"name"`
	Header   fields   `json:"header"`
	FormData fields   `json:"formData"`
	Timeout  float64  `json:"timeout"`
}

type uploadResult struct {
	Data string `json:"data"`
	answer
}

type uploadProgress struct {
	Progress float64 `json:"progress"`
	Sent     int64   `json:"totalBytesSent"`
	Expected int64   `json:"totalBytesExpectedToSend"`
}

func (p *Provider) uploadFile(ctx *pdk.Context, in uploadParam) (uploadResult, error) {
	r, err := p.configured()
	if err != nil {
		return uploadResult{}, err
	}
	content, length, err := p.content(ctx, r, in)
	if err != nil {
		return uploadResult{}, err
	}
	defer func() { _ = content.Close() }()
	c, err := in.call(ctx, r, content, length)
	if err != nil {
		return uploadResult{}, err
	}
	var out uploadResult
	err = p.exchange(ctx, r, c, func(_ context.Context, resp *http.Response, _ *profile) error {
		body, err := readAll(resp.Body, r.maxBody)
		out = uploadResult{Data: strings.ToValidUTF8(string(body), "\uFFFD"), answer: answerOf(resp)}
		return err
	})
	return out, err
}

// content opens what is to be uploaded.
func (p *Provider) content(ctx *pdk.Context, r *ready, in uploadParam) (io.ReadCloser, int64, error) {
	if in.File != nil {
		return io.NopCloser(bytes.NewReader(in.File)), int64(len(in.File)), nil
	}
	if local, err := openLocal(ctx, in.FilePath); !noFiles(err) {
		return local, local.size, err
	}
	f, err := r.files.Open(fileOwner(ctx), in.FilePath)
	if err != nil {
		return nil, 0, fileError(err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, 0, fileError(err)
	}
	return f, info.Size(), nil
}

func fileError(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return pdk.Errorf(pdk.CodeNotFound, "notFound", "%s", err)
	}
	if errors.As(err, new(*os.PathError)) {
		return err
	}
	return pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "%s", err)
}

// call makes the multipart message: form fields, then the file, streamed with a length that is known beforehand.
func (in *uploadParam) call(ctx *pdk.Context, r *ready, content io.Reader, length int64) (call, error) {
	u, err := address(in.URL, "https", "http")
	if err != nil {
		return call{}, err
	}
	header, err := in.Header.header(r.userAgent)
	if err != nil {
		return call{}, err
	}
	var head, tail bytes.Buffer
	w := multipart.NewWriter(&head)
	if err := in.formFields(w); err != nil {
		return call{}, err
	}
	if _, err := w.CreatePart(in.fileHeader()); err != nil {
		return call{}, err
	}
	tail.WriteString("\r\n--" + w.Boundary() + "--\r\n")
	header.Set("Content-Type", w.FormDataContentType())
	total := int64(head.Len()) + length + int64(tail.Len())
	body := &meter{Reader: io.MultiReader(&head, content, &tail), total: total, tell: func(progress float64, done, total int64) error {
		if ctx.Task == 0 {
			return nil
		}
		return ctx.Emit("progressUpdate", uploadProgress{progress, done, total})
	}}
	return call{list: "uploadFile", url: u, method: http.MethodPost, header: header, body: body, length: total, timeout: in.Timeout}, nil
}

func (in *uploadParam) formFields(w *multipart.Writer) error {
	names := make([]string, 0, len(in.FormData))
	for name := range in.FormData {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := w.WriteField(name, scalar(in.FormData[name])); err != nil {
			return err
		}
	}
	return nil
}

func (in *uploadParam) fileHeader() textproto.MIMEHeader {
	name := in.FileName
	if name == "" {
		name = path.Base(in.FilePath)
	}
	if name == "." || name == "/" {
		name = "file"
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	return textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="` + quote(in.Name) + `"; filename="` + quote(name) + `"`},
		"Content-Type":        {kind},
	}
}

// quote escapes as browsers do (WHATWG HTML, multipart/form-data encoding).
func quote(s string) string {
	return strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(s)
}
