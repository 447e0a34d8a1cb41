package provider

import (
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

func (p *Provider) readLocal(ctx *pdk.Context, in pdk.FileRead) (pdk.FileContent, error) {
	s, err := p.source(ctx, "open", in.Path)
	if err != nil {
		return pdk.FileContent{}, fail(err)
	}
	defer func() { _ = s.Close() }()
	length := in.Length
	if length <= 0 {
		length = -1
	}
	b, err := s.bytes(in.Position, length)
	if err != nil {
		return pdk.FileContent{}, fail(err)
	}
	kind, err := s.contentType()
	return pdk.FileContent{Data: b, Size: s.size, ContentType: kind}, fail(err)
}

// contentType goes by the file's ending, else by how it begins.
func (s *source) contentType() (string, error) {
	if kind := mime.TypeByExtension(strings.ToLower(path.Ext(s.path.Rest))); kind != "" {
		return kind, nil
	}
	begin, err := s.bytes(0, 512)
	return http.DetectContentType(begin), err
}

// writeLocal keeps a file for the call's app and user, whoever brings it.
func (p *Provider) writeLocal(ctx *pdk.Context, in pdk.FileWrite) (pdk.FileWritten, error) {
	to := space.NewTemp(space.Temp, in.Extension)
	mode := space.Replace
	if in.Path != "" {
		var err error
		if to, err = space.Parse("open", in.Path); err != nil {
			return pdk.FileWritten{}, fail(err)
		}
		if !to.Writable() && (to.Part != space.Temp || !in.Append) {
			return pdk.FileWritten{}, fail(space.Fail("open", to, space.Denied))
		}
		if in.Append {
			mode = space.Append
		}
	}
	own, err := p.space(ctx)
	if err != nil {
		return pdk.FileWritten{}, err
	}
	if err := own.Write("open", to, in.Data, mode); err != nil {
		return pdk.FileWritten{}, fail(err)
	}
	info, err := own.Stat("open", to)
	if err != nil {
		return pdk.FileWritten{}, fail(err)
	}
	return pdk.FileWritten{Path: to.String(), Size: info.Size()}, nil
}

func extensionOf(name string) string {
	return path.Ext(strings.TrimRight(name, "/"))
}
