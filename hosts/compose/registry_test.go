package compose_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/hosts/compose"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// static serves a house's mirror by the addresses of a registry that is read, as files of a mirror are.
type static struct {
	*house
	yanked map[string]string // version → why
	asked  []string          // sizes of heads that evidence was to extend
	hits   map[string]int    // by the last part of the address
}

// packageFiles finds the bundles of a version.
func (s *static) packageFiles(id, version string) map[string]string {
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join(s.dir, "mirror", id+"-"+version+"-*.dg[pm]"))
	check(s.t, err)
	for _, name := range files {
		platform := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)), id+"-"+version+"-")
		out[strings.Replace(platform, "-", "/", 1)] = name
	}
	return out
}

func (s *static) versions(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	files, err := filepath.Glob(filepath.Join(s.dir, "mirror", id+"-*.dg[pm]"))
	check(s.t, err)
	out := api.Versions{ID: id}
	for _, name := range files {
		version, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(name), id+"-"), "-")
		out.Versions = append(out.Versions, api.Version{Version: version, Platforms: []string{"any"}, Yanked: s.yanked[version]})
	}
	if len(out.Versions) == 0 {
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintf(w, `{"detail": "there is no plugin %q"}`, id)
		return
	}
	s.json(w, out)
}

func (s *static) json(w http.ResponseWriter, v any) { check(s.t, json.NewEncoder(w).Encode(v)) }

// serve starts the server and gives a client of it.
func (s *static) serve() compose.Remote {
	s.t.Helper()
	s.hits = map[string]int{}
	mux := http.NewServeMux()
	const one = "GET /v1/{kind}/{id}/{version}/"
	mux.HandleFunc("GET /v1/{kind}/{id}/versions", s.versions)
	mux.HandleFunc(one+"metadata", func(w http.ResponseWriter, r *http.Request) {
		e, err := trust.ReadEvidence(s.packageFiles(r.PathValue("id"), r.PathValue("version"))["any"])
		check(s.t, err)
		said, err := e.Statements[0].Envelope.Release()
		check(s.t, err)
		s.json(w, release.Doc{Kind: store.Kind(said.Kind), ID: said.ID, Version: said.Version, Requires: said.Requires, MinHost: said.MinHost})
	})
	mux.HandleFunc(one+"download/{os}/{arch}", func(w http.ResponseWriter, r *http.Request) {
		name := s.packageFiles(r.PathValue("id"), r.PathValue("version"))["any"]
		m, err := trust.MeasureFile(s.suite, name)
		check(s.t, err)
		s.json(w, api.Download{URL: "/file/" + filepath.Base(name), Size: m.Size, SHA256: m.SHA256})
	})
	mux.HandleFunc(one+"evidence/{os}/{arch}", func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r.URL.Query()["known"]...)
		http.ServeFile(w, r, s.packageFiles(r.PathValue("id"), r.PathValue("version"))["any"]+trust.EvidenceSuffix)
	})
	mux.Handle("GET /file/", http.StripPrefix("/file/", http.FileServer(http.Dir(filepath.Join(s.dir, "mirror")))))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/file/") {
			s.hits["file"]++
		}
		mux.ServeHTTP(w, r)
	}))
	s.t.Cleanup(server.Close)
	c, err := client.New(server.URL, "")
	check(s.t, err)
	s.t.Cleanup(c.Close)
	return c
}

func (s *static) plan(o compose.Options, remote compose.Remote) (*compose.Plan, error) {
	o.Registry = remote
	return compose.Make(s.t.Context(), o)
}

const fromRegistry = "name: Test\ntrust: {root: house/root.json, metadata: false}\nregistry: {address: \"http://registry.example\"}\nplugins: [{id: com.acme.place, version: ^1}]\nminiapps: [{id: shop, version: ^1}]\n"

func TestRegistry(t *testing.T) {
	t.Parallel()
	s := &static{house: newHouse(t), yanked: map[string]string{}}
	s.standard()
	remote := s.serve()
	p, err := s.plan(s.options(fromRegistry), remote)
	check(t, err)
	check(t, p.Save())
	e := p.Lock.Find("plugin", "com.acme.place")
	if e.Version != "1.2.0" || e.Source.Kind != "registry" || e.Source.Where != "http://registry.example" {
		t.Errorf("%+v", e)
	}
	if len(s.asked) == 0 {
		t.Error("the second evidence was not asked to extend the head of the first")
	}
	files := s.hits["file"]
	if p, err = s.plan(s.options(fromRegistry), remote); err != nil || p.Changed() || s.hits["file"] != files {
		t.Errorf("again: %v, %d downloads, were %d", err, s.hits["file"], files)
	}

	// What is locked and at hand needs no registry; what is not says so.
	away, err := client.New("http://127.0.0.1:1", "")
	check(t, err)
	defer away.Close()
	if p, err = s.plan(s.options(fromRegistry), away); err != nil || p.Changed() || !slices.ContainsFunc(p.Notes, func(n string) bool { return strings.Contains(n, "cannot be asked") }) {
		t.Errorf("without the registry: %v, %v", err, p)
	}
	gone := s.options(fromRegistry)
	gone.Cache = filepath.Join(s.dir, "nothing")
	if _, err = s.plan(gone, away); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("without the registry and the files: %v", err)
	}

	// A yanked version stays where it is locked, and is not given to anybody new.
	s.yanked["1.2.0"] = "leaks memory"
	p, err = s.plan(s.options(fromRegistry), remote)
	check(t, err)
	if p.Lock.Find("plugin", "com.acme.place").Version != "1.2.0" || !p.Lock.Find("plugin", "com.acme.place").Yanked || !slices.ContainsFunc(p.Notes, func(n string) bool { return strings.Contains(n, "was yanked (leaks memory)") }) {
		t.Errorf("%v\n%s", p.Notes, p.Lock.Bytes())
	}
	o := s.options(fromRegistry)
	o.UpdateAll = true
	p, err = s.plan(o, remote)
	check(t, err)
	if v := p.Lock.Find("plugin", "com.acme.place").Version; v != "1.0.0" {
		t.Errorf("after an update: %s", v)
	}
	delete(s.yanked, "1.2.0")

	// Another file under the same version, signed and all.
	s.put(trust.KindPlugin, "com.acme.place", "1.2.0", s.anywhere(plugin("com.acme.place", "1.2.0", "dougong.geolocation/v1", "# changed")), nil)
	o = s.options(fromRegistry)
	o.Cache = filepath.Join(s.dir, "empty")
	if _, err := s.plan(o, remote); err == nil || !strings.Contains(err.Error(), "the bytes are not those of the lock file") {
		t.Errorf("other bytes: %v", err)
	}
}

func TestRegistryIsRefused(t *testing.T) {
	t.Parallel()
	s := &static{house: newHouse(t)}
	s.standard()
	s.put(trust.KindPlugin, "com.acme.bad", "1.0.0", s.anywhere(plugin("com.acme.bad", "1.0.0", "dougong.storage/v1")), func(r *envelope.Release) { r.Artifacts[0].SM3 = strings.Repeat("0", 64) })
	remote := s.serve()
	_, err := s.plan(s.options(fromRegistry+"providers: {}\n"), remote)
	check(t, err)
	for name, c := range map[string]struct{ yaml, want string }{
		"unknown":   {strings.Replace(fromRegistry, "com.acme.place", "com.acme.palace", 1), `plugin "com.acme.palace" is not in registry http://registry.example`},
		"tampered":  {strings.Replace(fromRegistry, "com.acme.place", "com.acme.bad", 1), "they were changed, or belong to another release"},
		"no source": {head + "plugins: [{id: com.acme.none, version: ^1}]\n", `plugin "com.acme.none" is not in mirror mirror or registry`},
	} {
		_, err := s.plan(s.options(c.yaml), remote)
		var wrong compose.Problems
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	check(t, os.RemoveAll(filepath.Join(s.dir, "mirror")))
}
