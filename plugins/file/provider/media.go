package provider

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/picture"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

// MediaCapability is the contract of pictures, videos and recordings.
const MediaCapability = "dougong.media/v1"

// MediaMethods is the method table of pictures, videos and recordings.
func (p *Provider) MediaMethods() pdk.Methods {
	return pdk.Methods{
		"chooseImage":            pdk.Func(p.chooseImage),
		"chooseMedia":            pdk.Func(p.chooseMedia),
		"chooseVideo":            pdk.Func(p.chooseVideo),
		"chooseMessageFile":      pdk.Func(p.chooseMessageFile),
		"getImageInfo":           pdk.Func(p.imageInfo),
		"compressImage":          pdk.Func(p.compressImage),
		"getVideoInfo":           pdk.Func(p.videoInfo),
		"saveImageToPhotosAlbum": pdk.Func(p.saveImage),
		"saveVideoToPhotosAlbum": pdk.Func(p.saveVideo),
		"saveFileToDisk":         pdk.Func(p.saveToDisk),
		"openDocument":           pdk.Func(p.openDocument),
		"recorderStart":          pdk.Func(p.recorderStart),
		"recorderPause":          pdk.Func(p.recorderPause),
		"recorderResume":         pdk.Func(p.recorderResume),
		"recorderStop":           pdk.Func(p.recorderStop),
		"startRecord":            pdk.Func(p.startRecord),
		"stopRecord":             pdk.Func(p.stopRecord),
		recordTimeout:            pdk.Func(p.recordTimeout),
	}
}

// errCancel is a user who changed their mind; the text is WeChat's.
var errCancel = pdk.Errorf(pdk.CodeCanceled, "cancel", "cancel")

// choosing are the owners who are choosing: one dialog each, so that nobody can pile them up.
type choosing struct {
	mu   sync.Mutex
	busy map[space.Owner]bool
}

// choose lets the user pick at least one file.
func (p *Provider) choose(ctx *pdk.Context, in pdk.Choose) ([]pdk.ChosenFile, error) {
	o, c := owner(ctx), &p.choosing
	c.mu.Lock()
	if c.busy[o] {
		c.mu.Unlock()
		return nil, pdk.Errorf(pdk.CodeBusy, "busy", "the user is choosing already; wait until that is done")
	}
	if c.busy == nil {
		c.busy = map[space.Owner]bool{}
	}
	c.busy[o] = true
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.busy, o)
	}()
	files, err := ctx.Choose(in)
	switch {
	case err != nil:
		return nil, fail(err)
	case len(files) == 0:
		return nil, errCancel
	}
	return files, nil
}

// defaultCount is how many pictures may be chosen if the call does not say.
const defaultCount = 9

type chooseParam struct {
	Count      int      `json:"count"`
	SizeType   []string `json:"sizeType"`
	SourceType []string `json:"sourceType"`
	MediaType  []string `json:"mediaType"`
	Camera     string   `json:"camera"`
}

func (in chooseParam) choose(accept ...string) pdk.Choose {
	q := pdk.Choose{Count: in.Count, Accept: accept, Front: in.Camera == "front"}
	if q.Count == 0 {
		q.Count = defaultCount
	}
	if len(in.SourceType) == 1 {
		q.Source = in.SourceType[0]
	}
	return q
}

type chosenImage struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
}

type chooseImageResult struct {
	Paths []string      `json:"tempFilePaths"`
	Files []chosenImage `json:"tempFiles"`
}

func (p *Provider) chooseImage(ctx *pdk.Context, in chooseParam) (chooseImageResult, error) {
	files, err := p.choose(ctx, in.choose("image"))
	if err != nil {
		return chooseImageResult{}, err
	}
	out := chooseImageResult{[]string{}, []chosenImage{}}
	for _, f := range files {
		if err := p.shrink(ctx, in, &f); err != nil {
			return out, fail(err)
		}
		out.Paths = append(out.Paths, f.Path)
		out.Files = append(out.Files, chosenImage{f.Path, f.Size})
	}
	return out, nil
}

// Bounds of what a picture is made where the program wants compressed ones only.
const (
	shrinkFrom    = 200 << 10 // bytes
	shrinkTo      = 1440      // points of the longer side
	shrinkQuality = 75
)

// shrink compresses a picture if the program wants compressed ones only. One that cannot be read stays as it is.
func (p *Provider) shrink(ctx *pdk.Context, in chooseParam, f *pdk.ChosenFile) error {
	if !slices.Equal(in.SizeType, []string{"compressed"}) || f.Size < shrinkFrom {
		return nil
	}
	data, err := p.load(ctx, "open", f.Path)
	if err != nil {
		return err
	}
	info, err := picture.Read(data)
	if err != nil || info.Type == "gif" {
		return nil
	}
	w, h := 0, 0
	if max(info.Width, info.Height) > shrinkTo {
		if w = shrinkTo; info.Height > info.Width {
			w, h = 0, shrinkTo
		}
	}
	small, err := p.pictures.compress(data, shrinkQuality, w, h)
	if err != nil || len(small) >= len(data) {
		return nil
	}
	written, err := p.writeLocal(ctx, pdk.FileWrite{Data: small, Extension: ".jpg"})
	if err == nil {
		f.Path, f.Size = written.Path, written.Size
	}
	return err
}

type chosenMedia struct {
	Path     string   `json:"tempFilePath"`
	Size     int64    `json:"size"`
	Type     string   `json:"fileType"`
	Duration *float64 `json:"duration,omitempty"`
	Width    int      `json:"width,omitempty"`
	Height   int      `json:"height,omitempty"`
	Thumb    string   `json:"thumbTempFilePath,omitempty"`
}

type chooseMediaResult struct {
	Files []chosenMedia `json:"tempFiles"`
	Type  string        `json:"type"`
}

func (p *Provider) chooseMedia(ctx *pdk.Context, in chooseParam) (chooseMediaResult, error) {
	accept := []string{"image", "video"}
	if len(in.MediaType) == 1 && in.MediaType[0] != "mix" {
		accept = in.MediaType
	}
	files, err := p.choose(ctx, in.choose(accept...))
	if err != nil {
		return chooseMediaResult{}, err
	}
	out := chooseMediaResult{Files: []chosenMedia{}}
	for _, f := range files {
		m, err := p.medium(ctx, in, f)
		if err != nil {
			return out, fail(err)
		}
		if out.Files = append(out.Files, m); out.Type == "" {
			out.Type = m.Type
		} else if out.Type != m.Type {
			out.Type = "mix"
		}
	}
	return out, nil
}

// medium finds out about a chosen picture or video.
func (p *Provider) medium(ctx *pdk.Context, in chooseParam, f pdk.ChosenFile) (chosenMedia, error) {
	if kindOf(f) == "video" {
		v, err := p.video(ctx, f.Path)
		return chosenMedia{Path: f.Path, Size: f.Size, Type: "video", Duration: &v.Seconds, Width: v.Width, Height: v.Height, Thumb: f.Thumb}, err
	}
	if err := p.shrink(ctx, in, &f); err != nil {
		return chosenMedia{}, err
	}
	m := chosenMedia{Path: f.Path, Size: f.Size, Type: "image"}
	data, err := p.load(ctx, "open", f.Path)
	if err != nil {
		return m, err
	}
	if info, err := picture.Read(data); err == nil {
		m.Width, m.Height = info.Width, info.Height
	}
	return m, nil
}

// video reads a video's structure; one that cannot be read has none.
func (p *Provider) video(ctx *pdk.Context, path string) (picture.Video, error) {
	s, err := p.source(ctx, "open", path)
	if err != nil {
		return picture.Video{}, err
	}
	defer func() { _ = s.Close() }()
	v, err := picture.ReadVideo(s, s.size)
	if err != nil {
		v = picture.Video{}
	}
	return v, nil
}

type chooseVideoResult struct {
	Path     string  `json:"tempFilePath"`
	Size     int64   `json:"size"`
	Duration float64 `json:"duration"`
	Width    int     `json:"width"`
	Height   int     `json:"height"`
}

func (p *Provider) chooseVideo(ctx *pdk.Context, in chooseParam) (chooseVideoResult, error) {
	in.Count = 1
	files, err := p.choose(ctx, in.choose("video"))
	if err != nil {
		return chooseVideoResult{}, err
	}
	v, err := p.video(ctx, files[0].Path)
	return chooseVideoResult{files[0].Path, files[0].Size, v.Seconds, v.Width, v.Height}, fail(err)
}

type chooseFileParam struct {
	Count     int      `json:"count"`
	Type      string   `json:"type"`
	Extension []string `json:"extension"`
}

type messageFile struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
	Name string `json:"name"`
	Type string `json:"type"`
	Time int64  `json:"time"`
}

type chooseFileResult struct {
	Files []messageFile `json:"tempFiles"`
}

func (p *Provider) chooseMessageFile(ctx *pdk.Context, in chooseFileParam) (chooseFileResult, error) {
	q := pdk.Choose{Count: max(1, in.Count), Source: "message"}
	switch in.Type {
	case "image", "video":
		q.Accept = []string{in.Type}
	case "file":
		for _, e := range in.Extension {
			q.Accept = append(q.Accept, "."+strings.TrimPrefix(e, "."))
		}
	}
	files, err := p.choose(ctx, q)
	if err != nil {
		return chooseFileResult{}, err
	}
	out := chooseFileResult{[]messageFile{}}
	for _, f := range files {
		out.Files = append(out.Files, messageFile{f.Path, f.Size, f.Name, kindOf(f), f.Time})
	}
	return out, nil
}

var videoEndings = []string{".mp4", ".mov", ".m4v", ".webm", ".avi", ".mkv", ".3gp"}

// kindOf is what a chosen file is: "image", "video" or "file".
func kindOf(f pdk.ChosenFile) string {
	kind, _, _ := strings.Cut(f.Type, "/")
	ending := strings.ToLower(path.Ext(f.Name))
	switch {
	case kind == "image" || kind == "video":
		return kind
	case slices.Contains(videoEndings, ending):
		return "video"
	case slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"}, ending):
		return "image"
	}
	return "file"
}
