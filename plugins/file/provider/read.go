package provider

import (
	"bytes"
	"crypto/md5"  //nolint:gosec // getFileInfo has it
	"crypto/sha1" //nolint:gosec // getFileInfo has it
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"

	"github.com/andybalholm/brotli"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

type pathParam struct {
	Path string `json:"path"`
}

type filePathParam struct {
	FilePath string `json:"filePath"`
}

func (p *Provider) access(ctx *pdk.Context, in pathParam) (none, error) {
	_, _, err := p.info(ctx, "access", in.Path)
	return done(err)
}

type readParam struct {
	FilePath string `json:"filePath"`
	Encoding string `json:"encoding"`
	Position *int64 `json:"position"`
	Length   *int64 `json:"length"`
}

type readResult struct {
	Data pdk.Any `json:"data"`
}

// Ways to fail that only reading has.
var (
	lengthRange   = space.Kind{Code: 1301006, Name: "length-range", Text: "value of length is out of range"}
	positionRange = space.Kind{Code: 1301009, Name: "position-range", Text: "value of position is out of range"}
	notCompressed = space.Kind{Code: 1301111, Name: "decompress", Text: "brotli decompress fail"}
)

func (p *Provider) readFile(ctx *pdk.Context, in readParam) (readResult, error) {
	s, err := p.source(ctx, "open", in.FilePath)
	if err != nil {
		return readResult{}, fail(err)
	}
	defer func() { _ = s.Close() }()
	from, length := int64(0), int64(-1)
	if in.Position != nil {
		if from = *in.Position; from >= s.size && s.size > 0 {
			return readResult{}, fail(space.Fail("read", s.path, positionRange))
		}
	}
	if in.Length != nil {
		if length = *in.Length; length > s.size-from {
			return readResult{}, fail(space.Fail("read", s.path, lengthRange))
		}
	}
	b, err := s.bytes(from, length)
	return readResult{encodeText(b, in.Encoding)}, fail(err)
}

func (p *Provider) readCompressed(ctx *pdk.Context, in filePathParam) (readResult, error) {
	packed, err := p.load(ctx, "open", in.FilePath)
	if err != nil {
		return readResult{}, fail(err)
	}
	data, err := io.ReadAll(io.LimitReader(brotli.NewReader(bytes.NewReader(packed)), maxRead+1))
	if err != nil {
		e := space.Fail("readCompressedFile", space.Path{Text: in.FilePath}, notCompressed)
		e.More = err.Error()
		return readResult{}, fail(e)
	}
	if len(data) > maxRead {
		return readResult{}, pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "file %s: more than %d bytes once decompressed", in.FilePath, maxRead)
	}
	return readResult{encodeText(data, "")}, nil
}

type statParam struct {
	Path      string `json:"path"`
	Recursive bool   `json:"recursive"`
}

type statEntry struct {
	Path  string `json:"path"`
	Stats stats  `json:"stats"`
}

// statResult has one stats or, of a directory with recursive, a list of entries whose paths begin at the directory.
type statResult struct {
	Stats any `json:"stats"`
}

func (p *Provider) stat(ctx *pdk.Context, in statParam) (statResult, error) {
	s, path, err := p.info(ctx, "stat", in.Path)
	if err != nil || !in.Recursive || !s.dir() {
		return statResult{s}, fail(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return statResult{}, err
	}
	entries := []statEntry{{"/", s}}
	err = walk(own, path, "", func(rest string, at space.Path) (bool, error) {
		info, err := own.Stat("stat", at)
		if err != nil {
			return false, err
		}
		entries = append(entries, statEntry{rest, statsOf(info)})
		return info.IsDir(), nil
	})
	return statResult{entries}, fail(err)
}

// walk visits what is below a directory; f says whether to go into what it was shown.
func walk(own *space.Space, dir space.Path, rest string, f func(rest string, at space.Path) (bool, error)) error {
	names, err := own.ReadDir("scandir", dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		at, below := dir.Join(name), rest+"/"+name
		into, err := f(below, at)
		if err != nil {
			return err
		}
		if into {
			if err := walk(own, at, below, f); err != nil {
				return err
			}
		}
	}
	return nil
}

type dirParam struct {
	DirPath   string `json:"dirPath"`
	Recursive bool   `json:"recursive"`
}

type readdirResult struct {
	Files []string `json:"files"`
}

func (p *Provider) readdir(ctx *pdk.Context, in dirParam) (readdirResult, error) {
	path, err := space.Parse("scandir", in.DirPath)
	if err == nil && path.Part == space.Package {
		err = space.Fail("scandir", path, space.NotPermitted) // a package lists nothing
	}
	if err != nil {
		return readdirResult{}, fail(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return readdirResult{}, err
	}
	names, err := own.ReadDir("scandir", path)
	return readdirResult{names}, fail(err)
}

type infoParam struct {
	FilePath  string `json:"filePath"`
	Algorithm string `json:"digestAlgorithm"`
}

type infoResult struct {
	Size   int64  `json:"size"`
	Digest string `json:"digest,omitempty"`
}

func (p *Provider) getFileInfo(ctx *pdk.Context, in infoParam) (infoResult, error) {
	s, err := p.source(ctx, "stat", in.FilePath)
	if err != nil {
		return infoResult{}, fail(err)
	}
	defer func() { _ = s.Close() }()
	sums := map[string]func() hash.Hash{"": md5.New, "md5": md5.New, "sha1": sha1.New, "sha256": sha256.New}
	sum := sums[in.Algorithm]()
	_, err = io.Copy(sum, io.NewSectionReader(s, 0, s.size))
	return infoResult{s.size, hex.EncodeToString(sum.Sum(nil))}, fail(err)
}

type savedFile struct {
	FilePath   string `json:"filePath,omitempty"`
	Size       int64  `json:"size"`
	CreateTime int64  `json:"createTime"`
}

type savedListResult struct {
	FileList []savedFile `json:"fileList"`
}

func (p *Provider) savedList(ctx *pdk.Context, _ none) (savedListResult, error) {
	own, err := p.space(ctx)
	if err != nil {
		return savedListResult{}, err
	}
	dir, _ := space.Parse("getSavedFileList", space.Scheme+space.Saved)
	names, err := own.ReadDir("getSavedFileList", dir)
	out := savedListResult{[]savedFile{}}
	for _, name := range names {
		at := dir.Join(name)
		info, err := own.Stat("getSavedFileList", at)
		if err == nil {
			out.FileList = append(out.FileList, savedFile{at.String(), info.Size(), info.ModTime().Unix()})
		}
	}
	slices.SortFunc(out.FileList, func(a, b savedFile) int { return int(a.CreateTime - b.CreateTime) })
	return out, fail(err)
}

func (p *Provider) savedInfo(ctx *pdk.Context, in filePathParam) (savedFile, error) {
	s, path, err := p.info(ctx, "getSavedFileInfo", in.FilePath)
	if err == nil && (path.Part != space.Saved && path.Part != space.User || s.dir()) {
		err = errors.Join(space.Fail("getSavedFileInfo", path, space.NotFound))
	}
	return savedFile{Size: s.Size, CreateTime: s.Modified}, fail(err)
}
