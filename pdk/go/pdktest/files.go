package pdktest

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/dougong-dev/dougong/pdk/go"
)

// User is what a plugin's calls for files and recordings come to; nil functions deny the service.
type User struct {
	// Choose picks files in a dialog; none cancels.
	Choose func(pdk.Info, pdk.Choose) ([]pdk.ChosenFile, error)
	// Deliver takes a file.
	Deliver func(pdk.Info, pdk.Deliver) error
	// Record works the microphone.
	Record func(pdk.Info, pdk.Record) (pdk.Recorded, error)
}

// LocalFile returns a file that the plugin wrote for an app and user by Context.Files, or nil.
func (h *Host) LocalFile(app, user, path string) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return bytes.Clone(h.files[app+"\x00"+user][path])
}

func (h service) fileService(info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	switch name {
	case pdk.ServiceFileRead:
		return h.fileRead(info, in)
	case pdk.ServiceFileWrite:
		return h.fileWrite(info, in)
	case pdk.ServicePackageRead:
		var q pdk.PackageRead
		if err := pdk.Decode(in, &q); err != nil {
			return pdk.Payload{}, err
		}
		data, ok := h.Package[q.Path]
		if !ok {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeNotFound, "notFound", "no such file in the package: %q", q.Path)
		}
		return pdk.Encode(pdk.PackageFile{Data: data})
	case pdk.ServiceUIChoose:
		return serve(h.User.Choose != nil, in, func(q pdk.Choose) (pdk.Chosen, error) {
			files, err := h.User.Choose(info, q)
			return pdk.Chosen{Files: files}, err
		})
	case pdk.ServiceUIDeliver:
		return serve(h.User.Deliver != nil, in, func(q pdk.Deliver) (struct{}, error) { return struct{}{}, h.User.Deliver(info, q) })
	case pdk.ServiceUIRecord:
		return serve(h.User.Record != nil, in, func(q pdk.Record) (pdk.Recorded, error) { return h.User.Record(info, q) })
	}
	return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "there is no host service %q", name)
}

// serve decodes the arguments of a service, unless it is denied, and encodes its answer.
func serve[Q, R any](granted bool, in pdk.Payload, f func(Q) (R, error)) (pdk.Payload, error) {
	if !granted {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "the test's host has no user for that; set Host.User")
	}
	var q Q
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	r, err := f(q)
	if err != nil {
		return pdk.Payload{}, err
	}
	return pdk.Encode(r)
}

func (h service) fileRead(info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	return serve(h.LocalFiles, in, func(q pdk.FileRead) (pdk.FileContent, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		data, ok := h.files[info.App+"\x00"+info.User][q.Path]
		if !ok {
			return pdk.FileContent{}, pdk.Errorf(1300002, "not-found", "no such file or directory, open '%s'", q.Path)
		}
		from := min(max(0, q.Position), int64(len(data)))
		to := int64(len(data))
		if q.Length > 0 {
			to = min(to, from+q.Length)
		}
		return pdk.FileContent{Data: bytes.Clone(data[from:to:to]), Size: int64(len(data)), ContentType: http.DetectContentType(data)}, nil
	})
}

func (h service) fileWrite(info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	return serve(h.LocalFiles, in, func(q pdk.FileWrite) (pdk.FileWritten, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		who := info.App + "\x00" + info.User
		if h.files == nil {
			h.files = map[string]map[string][]byte{}
		}
		if h.files[who] == nil {
			h.files[who] = map[string][]byte{}
		}
		if q.Path == "" {
			q.Path = fmt.Sprintf("wxfile://tmp/%d%s", len(h.files[who]), q.Extension)
		}
		if !q.Append {
			h.files[who][q.Path] = nil
		}
		h.files[who][q.Path] = append(h.files[who][q.Path], q.Data...)
		return pdk.FileWritten{Path: q.Path, Size: int64(len(h.files[who][q.Path]))}, nil
	})
}
