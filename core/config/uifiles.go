package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// MaxPicture bounds a file that the look names, in bytes.
const MaxPicture = 16 << 20

var (
	pictureEndings = []string{".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".ico"}
	fontEndings    = []string{".woff2", ".woff", ".ttf", ".otf"}
)

// CheckFiles says which of the files that the branding and the look name are not there or are of no use, each with its place.
// stat tells of the file at a path.
func (c *Config) CheckFiles(stat func(path string) (fs.FileInfo, error)) error {
	v := &validator{}
	for _, p := range append(c.Pictures(), Picture{Name: "logo", Keys: []string{"branding", "logo"}, File: &c.Branding.Logo}) {
		if *p.File == "" {
			continue
		}
		endings := pictureEndings
		if p.Name == "font" {
			endings = fontEndings
		}
		if problem := unfit(c.Abs(*p.File), endings, stat); problem != "" {
			v.fail(place(c.source, p.Keys), strings.Join(p.Keys, "."), "%q %s", *p.File, problem)
		}
	}
	if len(v.errs) > 0 {
		return v.errs
	}
	return nil
}

// unfit says why a file cannot be shown; "" if it can.
func unfit(path string, endings []string, stat func(string) (fs.FileInfo, error)) string {
	if !slices.Contains(endings, strings.ToLower(filepath.Ext(path))) {
		return "is of a kind that cannot be shown; expected one of " + strings.Join(endings, ", ")
	}
	info, err := stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is not there; paths are relative to the folder of this file"
	case err != nil:
		return "cannot be read: " + err.Error()
	case !info.Mode().IsRegular():
		return "is no file"
	case info.Size() == 0:
		return "is empty"
	case info.Size() > MaxPicture:
		return "has " + strconv.FormatInt(info.Size(), 10) + " bytes; at most " + strconv.Itoa(MaxPicture) + " are shown"
	}
	return ""
}

// place is where keys stand in a file; the index of an entry of a list is a number.
func place(at strict.Value, keys []string) strict.Value {
	for _, key := range keys {
		if i, err := strconv.Atoi(key); err == nil {
			at = item(at.Items(), i)
		} else {
			at = at.Get(key)
		}
	}
	return at
}
