package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/catalog"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

func faultOf(err error) *fault.Error {
	var f *fault.Error
	errors.As(err, &f)
	return f
}

// market registers the public pages.
func (s *site) market(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", s.handle(s.home))
	mux.HandleFunc("GET /search", s.handle(s.search))
	for plural, kind := range map[string]store.Kind{"plugins": store.Plugin, "miniprograms": store.MiniProgram} {
		mux.HandleFunc("GET /"+plural+"/{id}", s.handle(s.pkg(kind)))
		mux.HandleFunc("GET /"+plural+"/{id}/{version}", s.handle(s.pkg(kind)))
	}
	mux.HandleFunc("/", s.handle(func(_ http.ResponseWriter, r *http.Request) error {
		return fault.New(fault.NotFound, "%s", translate(viewOf(r.Context()).Lang, "nopage"))
	}))
}

type homeData struct {
	Categories, Capabilities []store.Facet
	Plugins, MiniPrograms    []store.Package
}

// Packages of a kind that the first page shows.
const popular = 9

func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), viewOf(r.Context())
	var d homeData
	var err error
	if d.Categories, err = s.Shelf.Store.Categories(ctx); err != nil {
		return err
	}
	if d.Capabilities, err = s.Shelf.Store.Capabilities(ctx); err != nil {
		return err
	}
	d.Capabilities = d.Capabilities[:min(len(d.Capabilities), 24)]
	if d.Plugins, _, err = s.Shelf.Store.Search(ctx, store.Query{Kind: store.Plugin, Limit: popular, Viewer: v.Who.ID()}); err != nil {
		return err
	}
	if d.MiniPrograms, _, err = s.Shelf.Store.Search(ctx, store.Query{Kind: store.MiniProgram, Limit: popular, Viewer: v.Who.ID()}); err != nil {
		return err
	}
	s.show(w, r, http.StatusOK, "home", translate(v.Lang, "market"), d)
	return nil
}

// Paging of results.
const (
	pageSize = 20
	maxPage  = 50
)

type listData struct {
	store.Query
	Text       string
	Results    []store.Package
	Total      int64
	Page       int
	Prev, Next string
	Tabs       []tab
	Filters    []filter
}

// tab is a kind to look at.
type tab struct {
	Word, URL string
	On        bool
}

// filter is what a search is narrowed by, with the address of the search without it.
type filter struct{ Text, URL string }

// searchLink is the address of a search with some of its values changed; an empty value is taken out.
func searchLink(in url.Values, changes ...string) string {
	next := url.Values{}
	for _, k := range []string{"q", "kind", "capability", "category", "org"} {
		if in.Get(k) != "" {
			next.Set(k, in.Get(k))
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		next.Del(changes[i])
		if changes[i+1] != "" {
			next.Set(changes[i], changes[i+1])
		}
	}
	return "/search?" + next.Encode()
}

// narrow lists the ways to another kind, and out of each filter.
func (d *listData) narrow(lang string, in url.Values) {
	for _, t := range []struct{ word, kind string }{{"all", ""}, {"plugins", string(store.Plugin)}, {"miniprograms", string(store.MiniProgram)}} {
		d.Tabs = append(d.Tabs, tab{t.word, searchLink(in, "kind", t.kind), string(d.Kind) == t.kind})
	}
	for _, k := range []string{"category", "capability", "org"} {
		text := in.Get(k)
		if text == "" {
			continue
		}
		if k == "category" {
			text = categoryName(lang, text)
		}
		d.Filters = append(d.Filters, filter{text, searchLink(in, k, "")})
	}
}

func (s *site) search(w http.ResponseWriter, r *http.Request) error {
	ctx, v, in := r.Context(), viewOf(r.Context()), r.URL.Query()
	page, err := strconv.Atoi(in.Get("page"))
	if err != nil || page < 1 || page > maxPage {
		page = 1
	}
	text := in.Get("q")
	if len(text) > 200 {
		return fault.New(fault.Invalid, "the search has %d bytes, the limit is 200", len(text))
	}
	d := listData{Text: text, Page: page, Query: store.Query{Words: catalog.QueryWords(text), Kind: store.Kind(in.Get("kind")), Capability: in.Get("capability"), Category: in.Get("category"),
		Org: in.Get("org"), Viewer: v.Who.ID(), Limit: pageSize, Offset: (page - 1) * pageSize}}
	if d.Results, d.Total, err = s.Shelf.Store.Search(ctx, d.Query); err != nil {
		return err
	}
	if page > 1 {
		d.Prev = searchLink(in, "page", strconv.Itoa(page-1))
	}
	if int64(page*pageSize) < d.Total && page < maxPage {
		d.Next = searchLink(in, "page", strconv.Itoa(page+1))
	}
	d.narrow(v.Lang, in)
	v.Query = text
	s.show(w, r, http.StatusOK, "list", translate(v.Lang, "search"), d)
	return nil
}

type packageData struct {
	Role     store.Role // of who looks, in the organisation
	Package  *store.Package
	Doc      release.Doc
	Page     release.Page
	Releases []store.Release
	Readme   template.HTML
	API      []apiPage
	Proof    *logbook.Proof
	Leaf     string
	Signers  []signer
	Snippet  string
	Plural   string
	Files    []file
	Good     bool // a key that the organisation stands by has signed
}

type apiPage struct {
	Capability string
	HTML       template.HTML
}

// signer is a signature as it is shown: which key, and whether the organisation still stands by it.
type signer struct {
	ID        string
	Algorithm string
	Known     bool
	Revoked   bool
	Holder    string // of the certificate that the house has given the key; empty: it has given none
}

type file struct {
	store.Artifact
	Name string
	URL  string
}

func (s *site) pkg(kind store.Kind) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, v := r.Context(), viewOf(r.Context())
		p, list, err := s.Shelf.Package(ctx, v.Who, kind, r.PathValue("id"))
		if err != nil {
			return err
		}
		version := r.PathValue("version")
		if version == "" {
			version = p.Latest
		}
		rel, err := s.Shelf.Store.Release(ctx, kind, p.Name, version)
		if errors.Is(err, store.ErrNotFound) {
			return fault.New(fault.NotFound, "there is no version %q of %q", version, p.Name)
		}
		if err != nil {
			return err
		}
		d := packageData{Package: p, Releases: list, Plural: api.Plural(kind)}
		if v.Who.Account != nil {
			if d.Role, err = s.Shelf.Store.Role(ctx, p.Org, v.Who.ID()); err != nil {
				return err
			}
			if v.Who.Administers() {
				d.Role = store.RoleOwner
			}
		}
		if err := errors.Join(json.Unmarshal(rel.Meta, &d.Doc), json.Unmarshal(rel.Page, &d.Page)); err != nil {
			return fmt.Errorf("kept metadata of %s@%s: %w", p.Name, version, err)
		}
		d.Doc.Yanked, d.Doc.Deprecated = rel.Yanked, p.Deprecated
		if err := s.fill(r, &d, rel); err != nil {
			return err
		}
		s.show(w, r, http.StatusOK, "package", d.Doc.Title, d)
		return nil
	}
}

// fill adds what is made for the page: cleaned Markdown, the proof, the signers, the snippet.
func (s *site) fill(r *http.Request, d *packageData, rel *store.Release) (err error) {
	ctx := r.Context()
	d.Readme = markdown(d.Page.Readme)
	for _, c := range d.Page.Contracts {
		d.API = append(d.API, apiPage{c.Capability, markdown(c.Markdown)})
	}
	if d.Proof, err = s.Shelf.Book.Prove(ctx, rel.Leaf); err != nil {
		return err
	}
	d.Leaf = string(d.Proof.Leaf)
	e, err := envelope.Parse(rel.Envelope)
	if err != nil {
		return err
	}
	keys, err := s.Shelf.Store.Keys(ctx, d.Package.Org)
	if err != nil {
		return err
	}
	for _, sig := range e.Signatures {
		one := signer{ID: sig.KeyID}
		for _, k := range keys {
			if k.ID == sig.KeyID {
				one.Known, one.Algorithm, one.Revoked = true, k.Algorithm, !k.Revoked.IsZero()
			}
		}
		if one.Holder, err = s.holder(ctx, sig.KeyID); err != nil {
			return err
		}
		d.Signers = append(d.Signers, one)
		d.Good = d.Good || !one.Revoked && (one.Known || len(keys) == 0 && one.Holder != "") // an organisation need not name any
	}
	for _, a := range rel.Artifacts {
		d.Files = append(d.Files, file{a, api.Filename(d.Doc.Kind, d.Doc.ID, d.Doc.Version, a.Platform), "/v1/" + d.Plural + "/" + d.Doc.ID + "/" + d.Doc.Version + "/artifact/" + a.SHA256})
	}
	d.Snippet = snippet(s.base(r), &d.Doc)
	return nil
}

// holder is whom the house has given a certificate for a key; empty: nobody.
func (s *site) holder(ctx context.Context, keyID string) (string, error) {
	ders, err := s.Shelf.Store.Certificates(ctx, []string{keyID})
	if err != nil || len(ders) == 0 {
		return "", err
	}
	c, err := cert.Parse(ders[len(ders)-1])
	if err != nil {
		return "", fmt.Errorf("kept certificate of key %s: %w", keyID, err)
	}
	return c.Holder.Name + " (" + c.Holder.Organisation + ")", nil
}

// snippet is what goes into superapp.yaml: where it comes from, and which.
func snippet(registry string, d *release.Doc) string {
	text := fmt.Sprintf("registry:\n  address: %s\n", registry)
	if d.Kind == store.MiniProgram {
		return text + fmt.Sprintf("miniapps:\n  - id: %s\n    version: %q\n", d.ID, d.Version)
	}
	text += fmt.Sprintf("plugins:\n  - id: %s\n    version: %q\n", d.ID, d.Version)
	if len(d.Provides) > 0 {
		text += fmt.Sprintf("providers:\n  %s: %s\n", d.Provides[0], d.ID)
	}
	return text
}
