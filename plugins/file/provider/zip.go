package provider

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

// Bounds of an archive.
const (
	maxZipEntries = 10_000
	// maxZipRatio is how many times larger than packed an entry may be beyond its first megabyte.
	maxZipRatio = 200
)

// Ways to fail that only archives have.
var (
	badZip      = space.Kind{Code: 1301104, Name: "unzip", Text: "unzip fail"}
	badZipEntry = space.Kind{Code: 1301103, Name: "unzip-entry", Text: "unzip entry fail"}
)

// archive opens a zip file.
func (p *Provider) archive(ctx *pdk.Context, op, text string) (*zip.Reader, *source, error) {
	s, err := p.source(ctx, op, text)
	if err != nil {
		return nil, nil, err
	}
	r, err := zip.NewReader(s, s.size)
	if err == nil && len(r.File) > maxZipEntries {
		err = errors.New("it has too many entries")
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		_ = s.Close()
		return nil, nil, zipError(op, s.path, badZip, "", err)
	}
	return r, s, nil
}

func zipError(op string, path space.Path, kind space.Kind, entry string, err error) error {
	e := space.Fail(op, path, kind)
	if e.More = err.Error(); entry != "" {
		e.More = "entry " + entry + ": " + e.More
	}
	return e
}

type unzipParam struct {
	Zip    string `json:"zipFilePath"`
	Target string `json:"targetPath"`
}

// unzip unpacks an archive. Every name is checked before anything is written, so that one that leads out leaves nothing.
func (p *Provider) unzip(ctx *pdk.Context, in unzipParam) (none, error) {
	target, err := space.Parse("unzip", in.Target)
	if err == nil && target.Part != space.User {
		err = space.Fail("unzip", target, space.Denied)
	}
	if err != nil {
		return done(err)
	}
	r, s, err := p.archive(ctx, "unzip", in.Zip)
	if err != nil {
		return done(err)
	}
	defer func() { _ = s.Close() }()
	own, err := p.space(ctx)
	if err != nil {
		return none{}, err
	}
	for _, f := range r.File {
		if err := checkEntry(f); err != nil {
			return done(zipError("unzip", s.path, badZipEntry, f.Name, err))
		}
	}
	for _, f := range r.File {
		if err := unpack(own, target, f); err != nil {
			var e *space.Error
			if !errors.As(err, &e) || e.Kind == space.IO {
				err = zipError("unzip", s.path, badZipEntry, f.Name, err)
			}
			return done(err)
		}
	}
	return done(nil)
}

// checkEntry refuses names that lead out of the target, links, and bombs.
func checkEntry(f *zip.File) error {
	name := strings.ReplaceAll(f.Name, "\\", "/")
	clean := path.Clean("/" + name)
	switch {
	case strings.ContainsAny(name, ":\x00"), path.IsAbs(name), clean != "/"+strings.TrimSuffix(name, "/") && strings.Contains(name, ".."):
		return errors.New("its name leads out of the target")
	case !f.Mode().IsRegular() && !f.Mode().IsDir():
		return errors.New("it is neither a file nor a directory")
	case f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/maxZipRatio > f.CompressedSize64:
		return errors.New("it would be too many times larger unpacked")
	}
	return nil
}

func unpack(own *space.Space, target space.Path, f *zip.File) error {
	to := target.Join(strings.ReplaceAll(f.Name, "\\", "/"))
	if _, err := space.Parse("unzip", to.String()); err != nil {
		return err
	}
	dir := target
	if i := strings.LastIndexByte(to.Rest, '/'); f.FileInfo().IsDir() {
		dir = to
	} else if i > 0 {
		dir = space.Path{Part: to.Part, Rest: to.Rest[:i], Text: to.Text}
	}
	if dir.Rest != "." {
		if err := own.Mkdir("unzip", dir, true); err != nil {
			return err
		}
	}
	if f.FileInfo().IsDir() {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	n, err := own.WriteFrom("unzip", to, r, int64(f.UncompressedSize64), space.Replace) //nolint:gosec // the quota is smaller
	if err == nil && n != int64(f.UncompressedSize64) {                                 //nolint:gosec // as above
		return io.ErrUnexpectedEOF
	}
	return err
}

type zipParam struct {
	FilePath string          `json:"filePath"`
	Encoding string          `json:"encoding"`
	Entries  json.RawMessage `json:"entries"`
}

type zipWanted struct {
	Path     string `json:"path"`
	Encoding string `json:"encoding"`
	Position int64  `json:"position"`
	Length   *int64 `json:"length"`
}

type zipEntry struct {
	ErrMsg string  `json:"errMsg"`
	Data   pdk.Any `json:"data"`
}

type zipResult struct {
	Entries map[string]zipEntry `json:"entries"`
}

// readZip reads entries of an archive; those that cannot be read say so in their own errMsg.
func (p *Provider) readZip(ctx *pdk.Context, in zipParam) (zipResult, error) {
	r, s, err := p.archive(ctx, "readZipEntry", in.FilePath)
	if err != nil {
		return zipResult{}, fail(err)
	}
	defer func() { _ = s.Close() }()
	var wanted []zipWanted
	if string(bytes.TrimSpace(in.Entries)) == `"all"` {
		for _, f := range r.File {
			if !f.FileInfo().IsDir() {
				wanted = append(wanted, zipWanted{Path: f.Name, Encoding: in.Encoding})
			}
		}
	} else if err := json.Unmarshal(in.Entries, &wanted); err != nil {
		return zipResult{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", `entries: expected "all" or a list of {path}, %s`, err)
	}
	files := map[string]*zip.File{}
	for _, f := range r.File {
		files[f.Name] = f
	}
	out := zipResult{map[string]zipEntry{}}
	left := int64(maxRead)
	for _, w := range wanted {
		b, err := readEntry(files[w.Path], w, left)
		if err != nil {
			out.Entries[w.Path] = zipEntry{ErrMsg: "readZipEntry:fail " + err.Error()}
			continue
		}
		left -= int64(len(b))
		out.Entries[w.Path] = zipEntry{ErrMsg: "readZipEntry:ok", Data: encodeText(b, w.Encoding)}
	}
	return out, nil
}

func readEntry(f *zip.File, w zipWanted, left int64) ([]byte, error) {
	if f == nil {
		return nil, errors.New("no such entry")
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	skip := max(0, w.Position)
	if skip > 0 && uint64(skip) >= f.UncompressedSize64 {
		return nil, errors.New("the position is out of range")
	}
	if _, err := io.CopyN(io.Discard, r, skip); err != nil {
		return nil, err
	}
	limit := left
	if w.Length != nil {
		limit = min(left, max(0, *w.Length))
	}
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(b)) > limit && w.Length == nil:
		return nil, errors.New("the entries are more than can be read at once")
	}
	return b[:min(int64(len(b)), limit)], nil
}
