package provider

import (
	"path"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/picture"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

// Ways to fail that only media have.
var (
	notImage = space.Kind{Code: 1300901, Name: "not-an-image", Text: "file is not an image"}
	notVideo = space.Kind{Code: 1300902, Name: "not-a-video", Text: "file is not a video"}
)

// unpacked is how many images are unpacked at a time: each may take hundreds of megabytes.
const unpacked = 2

// pictures limits the work on images. Make it with newPictures.
type pictures struct{ turns chan struct{} }

func newPictures() pictures { return pictures{make(chan struct{}, unpacked)} }

func (p pictures) compress(data []byte, quality, width, height int) ([]byte, error) {
	p.turns <- struct{}{}
	defer func() { <-p.turns }()
	return picture.Compress(data, quality, width, height)
}

type srcParam struct {
	Src string `json:"src"`
}

type imageInfoResult struct {
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Path        string `json:"path"`
	Orientation string `json:"orientation"`
	Type        string `json:"type"`
}

func (p *Provider) imageInfo(ctx *pdk.Context, in srcParam) (imageInfoResult, error) {
	data, err := p.load(ctx, "getImageInfo", in.Src)
	if err != nil {
		return imageInfoResult{}, fail(err)
	}
	info, err := picture.Read(data)
	if err != nil {
		return imageInfoResult{}, broken("getImageInfo", in.Src, notImage, err)
	}
	at, err := space.Parse("getImageInfo", in.Src)
	return imageInfoResult{info.Width, info.Height, at.String(), info.Orientation.String(), info.Type}, fail(err)
}

func broken(op, path string, kind space.Kind, err error) error {
	e := space.Fail(op, space.Path{Text: path}, kind)
	e.More = err.Error()
	return fail(e)
}

type compressParam struct {
	Src         string   `json:"src"`
	Quality     *float64 `json:"quality"`
	Width       int      `json:"compressedWidth"`
	Height      int      `json:"compressedHeight"`
	OtherHeight int      `json:"compressHeight"`
}

type tempResult struct {
	Path string `json:"tempFilePath"`
}

// defaultQuality is WeChat's.
const defaultQuality = 80

func (p *Provider) compressImage(ctx *pdk.Context, in compressParam) (tempResult, error) {
	data, err := p.load(ctx, "compressImage", in.Src)
	if err != nil {
		return tempResult{}, fail(err)
	}
	quality := defaultQuality
	if in.Quality != nil {
		quality = int(*in.Quality)
	}
	small, err := p.pictures.compress(data, quality, in.Width, max(in.Height, in.OtherHeight))
	if err != nil {
		return tempResult{}, broken("compressImage", in.Src, notImage, err)
	}
	written, err := p.writeLocal(ctx, pdk.FileWrite{Data: small, Extension: ".jpg"})
	return tempResult{written.Path}, err
}

type videoInfoResult struct {
	Orientation string  `json:"orientation"`
	Type        string  `json:"type"`
	Duration    float64 `json:"duration"`
	Size        float64 `json:"size"`
	Width       int     `json:"width"`
	Height      int     `json:"height"`
	FPS         float64 `json:"fps"`
	BitRate     float64 `json:"bitrate"`
}

func (p *Provider) videoInfo(ctx *pdk.Context, in srcParam) (videoInfoResult, error) {
	s, err := p.source(ctx, "getVideoInfo", in.Src)
	if err != nil {
		return videoInfoResult{}, fail(err)
	}
	defer func() { _ = s.Close() }()
	v, err := picture.ReadVideo(s, s.size)
	if err != nil {
		return videoInfoResult{}, broken("getVideoInfo", in.Src, notVideo, err)
	}
	out := videoInfoResult{
		Orientation: v.Orientation.String(), Type: strings.TrimPrefix(strings.ToLower(path.Ext(s.path.Rest)), "."),
		Duration: v.Seconds, Size: float64(s.size) / 1024, Width: v.Width, Height: v.Height, FPS: v.FPS,
	}
	if v.Seconds > 0 {
		out.BitRate = float64(s.size) * 8 / 1000 / v.Seconds
	}
	return out, nil
}

func (p *Provider) saveImage(ctx *pdk.Context, in filePathParam) (none, error) {
	data, err := p.load(ctx, "saveImageToPhotosAlbum", in.FilePath)
	if err != nil {
		return done(err)
	}
	if _, err := picture.Read(data); err != nil {
		return none{}, broken("saveImageToPhotosAlbum", in.FilePath, notImage, err)
	}
	return p.deliver(ctx, pdk.Deliver{Path: in.FilePath, How: pdk.DeliverAlbum})
}

func (p *Provider) saveVideo(ctx *pdk.Context, in filePathParam) (none, error) {
	s, err := p.source(ctx, "saveVideoToPhotosAlbum", in.FilePath)
	if err != nil {
		return done(err)
	}
	kind, err := s.contentType()
	_ = s.Close()
	if err == nil && !strings.HasPrefix(kind, "video/") {
		err = space.Fail("saveVideoToPhotosAlbum", s.path, notVideo)
	}
	if err != nil {
		return done(err)
	}
	return p.deliver(ctx, pdk.Deliver{Path: in.FilePath, How: pdk.DeliverAlbum})
}

func (p *Provider) saveToDisk(ctx *pdk.Context, in filePathParam) (none, error) {
	return p.deliver(ctx, pdk.Deliver{Path: in.FilePath, How: pdk.DeliverSave})
}

type documentParam struct {
	FilePath string `json:"filePath"`
	ShowMenu bool   `json:"showMenu"`
	FileType string `json:"fileType"`
}

func (p *Provider) openDocument(ctx *pdk.Context, in documentParam) (none, error) {
	q := pdk.Deliver{Path: in.FilePath, How: pdk.DeliverOpen, Menu: in.ShowMenu}
	if in.FileType != "" {
		name := path.Base(in.FilePath)
		q.Name = strings.TrimSuffix(name, path.Ext(name)) + "." + in.FileType
	}
	return p.deliver(ctx, q)
}

// deliver hands a file to the user, by its own name unless it has another.
func (p *Provider) deliver(ctx *pdk.Context, q pdk.Deliver) (none, error) {
	s, _, err := p.info(ctx, "open", q.Path)
	if err == nil && s.dir() {
		err = space.Fail("open", space.Path{Text: q.Path}, space.IsDirectory)
	}
	if err != nil {
		return done(err)
	}
	if q.Name == "" {
		q.Name = path.Base(q.Path)
	}
	return done(ctx.Deliver(q))
}
