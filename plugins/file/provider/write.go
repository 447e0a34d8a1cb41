package provider

import (
	"errors"
	"io"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

type writeParam struct {
	FilePath string  `json:"filePath"`
	Data     pdk.Any `json:"data"`
	Encoding string  `json:"encoding"`
}

// writeFile writes one of the mini-program's own files. A new temporary file may be written as well: that is how the base
// library keeps what a canvas has drawn.
func (p *Provider) writeFile(ctx *pdk.Context, in writeParam) (none, error) {
	path, err := space.Parse("open", in.FilePath)
	if err == nil && path.Part == space.Temp && path.Flat() {
		if _, _, missing := p.info(ctx, "open", in.FilePath); missing != nil {
			return p.putAt(ctx, in, path, space.Replace)
		}
	}
	return p.put(ctx, in, space.Replace)
}

// appendFile adds to a file that is there; WeChat does not make one.
func (p *Provider) appendFile(ctx *pdk.Context, in writeParam) (none, error) {
	if _, _, err := p.info(ctx, "open", in.FilePath); err != nil {
		return done(err)
	}
	return p.put(ctx, in, space.Append)
}

func (p *Provider) put(ctx *pdk.Context, in writeParam, mode space.Mode) (none, error) {
	path, err := writable("open", in.FilePath)
	if err != nil {
		return done(err)
	}
	return p.putAt(ctx, in, path, mode)
}

func (p *Provider) putAt(ctx *pdk.Context, in writeParam, path space.Path, mode space.Mode) (none, error) {
	data, err := content(in.Data, in.Encoding)
	if err != nil {
		return done(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return none{}, err
	}
	return done(own.Write("open", path, data, mode))
}

type copyParam struct {
	From string `json:"srcPath"`
	To   string `json:"destPath"`
}

func (p *Provider) copyFile(ctx *pdk.Context, in copyParam) (none, error) {
	to, err := writable("copyFile", in.To)
	if err != nil {
		return done(err)
	}
	return done(p.copyTo(ctx, "copyFile", in.From, to))
}

func (p *Provider) copyTo(ctx *pdk.Context, op, from string, to space.Path) error {
	s, err := p.source(ctx, op, from)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	own, err := p.space(ctx)
	if err != nil {
		return err
	}
	_, err = own.WriteFrom(op, to, io.NewSectionReader(s, 0, s.size), s.size, space.Replace)
	return err
}

func (p *Provider) mkdir(ctx *pdk.Context, in dirParam) (none, error) {
	path, err := writable("mkdir", in.DirPath)
	if err != nil {
		return done(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return none{}, err
	}
	return done(own.Mkdir("mkdir", path, in.Recursive))
}

func (p *Provider) rmdir(ctx *pdk.Context, in dirParam) (none, error) {
	path, err := writable("rmdir", in.DirPath)
	if err != nil {
		return done(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return none{}, err
	}
	return done(own.Rmdir("rmdir", path, in.Recursive))
}

func (p *Provider) unlink(ctx *pdk.Context, in filePathParam) (none, error) {
	path, err := removable("unlink", in.FilePath)
	if err != nil {
		return done(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return none{}, err
	}
	return done(own.Remove("unlink", path))
}

type renameParam struct {
	From string `json:"oldPath"`
	To   string `json:"newPath"`
}

func (p *Provider) rename(ctx *pdk.Context, in renameParam) (none, error) {
	from, err1 := removable("rename", in.From)
	to, err2 := writable("rename", in.To)
	if err := errors.Join(err1, err2); err != nil {
		return done(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return none{}, err
	}
	return done(own.Rename("rename", from, to))
}

type truncateParam struct {
	FilePath string `json:"filePath"`
	Length   int64  `json:"length"`
}

func (p *Provider) truncate(ctx *pdk.Context, in truncateParam) (none, error) {
	path, err := writable("truncate", in.FilePath)
	if err != nil {
		return done(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return none{}, err
	}
	return done(own.Truncate("truncate", path, in.Length))
}

type saveParam struct {
	Temp string `json:"tempFilePath"`
	To   string `json:"filePath"`
}

type saveResult struct {
	Saved string `json:"savedFilePath"`
}

// saveFile moves a temporary file to the saved ones, or to a path of the mini-program's own.
func (p *Provider) saveFile(ctx *pdk.Context, in saveParam) (saveResult, error) {
	_, from, err := p.info(ctx, "saveFile", in.Temp)
	if err != nil {
		return saveResult{}, fail(space.Fail("saveFile", space.Path{Text: in.Temp}, space.NoTemp))
	}
	to := space.NewTemp(space.Saved, extensionOf(in.Temp))
	if in.To != "" {
		if to, err = writable("saveFile", in.To); err != nil {
			return saveResult{}, fail(err)
		}
	}
	if from.Part != space.Temp {
		return saveResult{to.String()}, fail(p.copyTo(ctx, "saveFile", in.Temp, to))
	}
	own, err := p.space(ctx)
	if err != nil {
		return saveResult{}, err
	}
	return saveResult{to.String()}, fail(own.Rename("saveFile", from, to))
}

func (p *Provider) removeSaved(ctx *pdk.Context, in filePathParam) (none, error) {
	path, err := space.Parse("removeSavedFile", in.FilePath)
	if err == nil && (path.Part != space.Saved && path.Part != space.User || path.Rest == ".") {
		err = space.Fail("removeSavedFile", path, space.NotFound)
	}
	if err != nil {
		return done(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return none{}, err
	}
	return done(own.Remove("removeSavedFile", path))
}
