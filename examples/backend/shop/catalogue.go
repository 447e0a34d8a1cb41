// Package shop is the server side of the example shop: a catalogue of goods with pictures, and orders that are paid
// through a payment gateway. It is what a merchant runs; mini-programs and plugins know it by HTTP only.
package shop

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed catalogue.json
var catalogueJSON []byte

//go:embed images/*.png
var images embed.FS

// Catalogue is what is on the shelves.
type Catalogue struct {
	Categories []Category `json:"categories"`
	Goods      []Goods    `json:"goods"`
}

// Category groups goods.
type Category struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Goods is one article.
type Goods struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Summary  string            `json:"summary"`
	Price    int64             `json:"price"` // in fen
	Unit     string            `json:"unit"`
	Category string            `json:"category"`
	Tag      string            `json:"tag,omitempty"`
	Image    string            `json:"image"` // path on this server
	Stock    int               `json:"stock"`
	Specs    map[string]string `json:"specs,omitempty"`
	// Detail is rich-text nodes, as the mini-program's <rich-text> takes them.
	Detail json.RawMessage `json:"detail,omitempty"`
}

// LoadCatalogue reads the built-in catalogue.
func LoadCatalogue() (*Catalogue, error) {
	var c Catalogue
	if err := json.Unmarshal(catalogueJSON, &c); err != nil {
		return nil, fmt.Errorf("catalogue.json: %w", err)
	}
	return &c, nil
}

// Find returns the goods with an id.
func (c *Catalogue) Find(id string) (Goods, bool) {
	for _, g := range c.Goods {
		if g.ID == id {
			return g, true
		}
	}
	return Goods{}, false
}
