package compose

import (
	"bytes"
	"fmt"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/dougong-dev/dougong/hosts/compose/lock"
)

const topRef = "superapp"

// cyclone writes a CycloneDX bill (1.6).
func (p *Plan) cyclone(out *bytes.Buffer) ([]byte, string, error) {
	own, modules := p.parts()
	bom := cdx.NewBOM()
	bom.SerialNumber = "urn:uuid:" + p.number()
	host := cdx.Component{BOMRef: "host", Type: cdx.ComponentTypeApplication, Name: "dougong", Version: p.options.HostVersion, PackageURL: "pkg:golang/github.com/dougong-dev/dougong"}
	bom.Metadata = &cdx.Metadata{
		Timestamp: p.made().Format(time.RFC3339),
		Component: &cdx.Component{BOMRef: topRef, Type: cdx.ComponentTypeApplication, Name: p.options.Config.Name},
		Tools:     &cdx.ToolsChoice{Components: &[]cdx.Component{{Type: cdx.ComponentTypeApplication, Name: "dougong compose", Version: p.options.HostVersion}}},
	}
	components, depends := []cdx.Component{host}, []cdx.Dependency{}
	top, inHost := []string{"host"}, []string{}
	for _, one := range own {
		components = append(components, one.component())
		top = append(top, one.ref)
		requires := one.requires
		depends = append(depends, cdx.Dependency{Ref: one.ref, Dependencies: &requires})
	}
	for _, one := range modules {
		c := one.component()
		c.Type = cdx.ComponentTypeLibrary
		components = append(components, c)
		inHost = append(inHost, one.ref)
	}
	depends = append([]cdx.Dependency{{Ref: topRef, Dependencies: &top}, {Ref: "host", Dependencies: &inHost}}, depends...)
	bom.Components, bom.Dependencies = &components, &depends
	enc := cdx.NewBOMEncoder(out, cdx.BOMFileFormatJSON)
	enc.SetPretty(true)
	if err := enc.EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return nil, "", fmt.Errorf("bill of materials: %w", err)
	}
	return out.Bytes(), ".cdx.json", nil
}

// component is a part; each of its files is a component inside of it if there are several.
func (one *part) component() cdx.Component {
	c := cdx.Component{BOMRef: one.ref, Type: cdx.ComponentTypeApplication, Name: one.name, Version: one.version, Publisher: one.publisher, PackageURL: one.purl}
	if one.licence != "" {
		c.Licenses = &cdx.Licenses{{Expression: one.licence}}
	}
	if one.source != "" {
		c.Properties = &[]cdx.Property{{Name: "dougong:source", Value: one.source}}
	}
	if len(one.files) == 1 {
		c.Hashes, c.Properties = hashes(&one.files[0], c.Properties)
		return c
	}
	inside := []cdx.Component{}
	for i := range one.files {
		f := &one.files[i]
		part := cdx.Component{BOMRef: one.ref + "/" + f.Platform, Type: cdx.ComponentTypeFile, Name: one.name + " for " + f.Platform}
		part.Hashes, part.Properties = hashes(f, nil)
		inside = append(inside, part)
	}
	if len(inside) > 0 {
		c.Components = &inside
	}
	return c
}

// hashes are a file's digests. The format knows no SM3, so that is a property.
func hashes(f *lock.File, properties *[]cdx.Property) (*[]cdx.Hash, *[]cdx.Property) {
	all := []cdx.Property{}
	if properties != nil {
		all = *properties
	}
	all = append(all, cdx.Property{Name: "dougong:sm3", Value: f.SM3}, cdx.Property{Name: "dougong:platform", Value: f.Platform})
	return &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: f.SHA256}}, &all
}
