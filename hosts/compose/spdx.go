package compose

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"time"

	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/spdx/v2/v2_3"
)

const (
	noAssertion = "NOASSERTION"
	spdxTop     = "SuperApp"
	spdxHost    = "Host"
)

var notInID = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// spdx writes an SPDX document (2.3).
func (p *Plan) spdx(out *bytes.Buffer) ([]byte, string, error) {
	own, modules := p.parts()
	doc := &v2_3.Document{
		SPDXVersion: v2_3.Version, DataLicense: v2_3.DataLicense, SPDXIdentifier: "DOCUMENT", DocumentName: p.options.Config.Name,
		DocumentNamespace: "https://dougong.dev/spdx/" + p.Name() + "-" + p.number(),
		CreationInfo:      &v2_3.CreationInfo{Created: p.made().Format(time.RFC3339), Creators: []common.Creator{{CreatorType: "Tool", Creator: "dougong-" + cmp.Or(p.options.HostVersion, "devel")}}},
	}
	add := func(from common.ElementID, how string, one *part, id common.ElementID) {
		doc.Packages = append(doc.Packages, one.spdx(id))
		doc.Relationships = append(doc.Relationships, relation(from, how, id))
	}
	add("DOCUMENT", common.TypeRelationshipDescribe, &part{name: p.options.Config.Name}, spdxTop)
	add(spdxTop, common.TypeRelationshipContains, &part{name: "dougong", version: p.options.HostVersion, purl: "pkg:golang/github.com/dougong-dev/dougong"}, spdxHost)
	for i := range own {
		add(spdxTop, common.TypeRelationshipContains, &own[i], own[i].id())
	}
	for i := range modules {
		add(spdxHost, common.TypeRelationshipDependsOn, &modules[i], modules[i].id())
	}
	for i := range own {
		for _, ref := range own[i].requires {
			doc.Relationships = append(doc.Relationships, relation(own[i].id(), common.TypeRelationshipDependsOn, (&part{ref: ref}).id()))
		}
	}
	if err := spdxjson.Write(doc, out, spdxjson.Indent("  ")); err != nil {
		return nil, "", fmt.Errorf("bill of materials: %w", err)
	}
	return out.Bytes(), ".spdx.json", nil
}

func relation(from common.ElementID, how string, to common.ElementID) *v2_3.Relationship {
	return &v2_3.Relationship{RefA: common.MakeDocElementID("", string(from)), RefB: common.MakeDocElementID("", string(to)), Relationship: how}
}

func (one *part) id() common.ElementID {
	return common.ElementID(notInID.ReplaceAllString(one.ref, "-"))
}

func (one *part) spdx(id common.ElementID) *v2_3.Package {
	licence := cmp.Or(one.licence, noAssertion)
	out := &v2_3.Package{
		PackageName: one.name, PackageSPDXIdentifier: id, PackageVersion: one.version, PackageDownloadLocation: noAssertion,
		PackageLicenseConcluded: noAssertion, PackageLicenseDeclared: licence, PackageCopyrightText: noAssertion,
	}
	if one.publisher != "" {
		out.PackageSupplier = &common.Supplier{SupplierType: "Organization", Supplier: one.publisher}
	}
	if one.purl != "" {
		out.PackageExternalReferences = []*v2_3.PackageExternalReference{{Category: "PACKAGE-MANAGER", RefType: "purl", Locator: one.purl}}
	}
	if len(one.files) == 1 {
		out.PackageChecksums = []common.Checksum{{Algorithm: common.SHA256, Value: one.files[0].SHA256}}
		out.PackageComment = "SM3: " + one.files[0].SM3
		return out
	}
	for _, f := range one.files {
		out.PackageComment += fmt.Sprintf("%s: SHA256: %s SM3: %s\n", f.Platform, f.SHA256, f.SM3)
	}
	return out
}
