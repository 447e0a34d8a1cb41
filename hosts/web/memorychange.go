package web

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Bounds of what users gave to mini-programs.
const (
	maxGiven   = 10   // addresses, contacts, places
	maxText    = 1000 // bytes of one of their texts
	maxNumbers = 20   // of a contact
	maxAppID   = 256
)

// languageForm is how a language is named, as superapp.yaml names those of ui.languages.
var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$`)

// MemoryChange changes a Memory by what its fields say, and leaves the rest: other windows of the user may have changed that.
type MemoryChange struct {
	Used      string     `json:"used,omitempty"` // a mini-program that was opened just now
	Favourite *Favourite `json:"favourite,omitempty"`
	// Privacy is there only if the user has agreed, or has taken it back.
	Privacy *int `json:"privacy,omitempty"`
	// Language is what the user has chosen; "": what their browser wants.
	Language *string `json:"language,omitempty"`
	// Address, Contact and Place are what the user has given to a mini-program just now.
	Address *message.Address       `json:"address,omitempty"`
	Contact *message.ChosenContact `json:"contact,omitempty"`
	Place   *message.Place         `json:"place,omitempty"`
	Former  *Former                `json:"former,omitempty"`
}

// Favourite says whether a mini-program is one of the user's favourites.
type Favourite struct {
	App string `json:"app"`
	On  bool   `json:"on"`
}

// Former is what a browser has of the time when it kept the user's choices itself. What was kept since comes first, and what cannot
// be read is left out: it would be offered again and again.
type Former struct {
	Language  string            `json:"language,omitempty"`
	Addresses []json.RawMessage `json:"addresses,omitempty"`
	Contacts  []json.RawMessage `json:"contacts,omitempty"`
	Places    []json.RawMessage `json:"places,omitempty"`
}

// check says what of a change cannot be kept.
func (c *MemoryChange) check() error {
	if len(c.Used) > maxAppID {
		return tooLong("used", c.Used, maxAppID)
	}
	if f := c.Favourite; f != nil && (f.App == "" || len(f.App) > maxAppID) {
		return fmt.Errorf("favourite.app: expected a mini-program's id of 1 to %d bytes, found %d bytes", maxAppID, len(f.App))
	}
	if c.Privacy != nil && *c.Privacy < 0 {
		return fmt.Errorf("privacy: expected a version from 0, found %d", *c.Privacy)
	}
	if c.Language != nil && *c.Language != "" && !languageForm.MatchString(*c.Language) {
		return fmt.Errorf(`language: expected a language such as "en" or "zh-CN", or "" for the browser's, found %.40q`, *c.Language)
	}
	if c.Address != nil {
		if err := checkAddress(*c.Address); err != nil {
			return fmt.Errorf("address.%w", err)
		}
	}
	if c.Contact != nil {
		if err := checkContact(*c.Contact); err != nil {
			return fmt.Errorf("contact.%w", err)
		}
	}
	if c.Place != nil {
		if err := checkPlace(*c.Place); err != nil {
			return fmt.Errorf("place.%w", err)
		}
	}
	return nil
}

func tooLong(field, text string, most int) error {
	return fmt.Errorf("%s: expected at most %d bytes, found %d", field, most, len(text))
}

// text is a field of what a user has given.
type text struct {
	name, value string
	needed      bool
}

func checkTexts(texts ...text) error {
	for _, t := range texts {
		if len(t.value) > maxText {
			return tooLong(t.name, t.value, maxText)
		}
		if t.needed && t.value == "" {
			return fmt.Errorf("%s: expected a text, found none", t.name)
		}
	}
	return nil
}

func checkAddress(a message.Address) error {
	return checkTexts(text{"userName", a.UserName, true}, text{"telNumber", a.TelNumber, true}, text{"detailInfo", a.DetailInfo, true},
		text{"postalCode", a.PostalCode, false}, text{"provinceName", a.ProvinceName, false}, text{"cityName", a.CityName, false},
		text{"countyName", a.CountyName, false}, text{"nationalCode", a.NationalCode, false})
}

func checkContact(c message.ChosenContact) error {
	if len(c.PhoneNumberList) > maxNumbers {
		return fmt.Errorf("phoneNumberList: expected at most %d numbers, found %d", maxNumbers, len(c.PhoneNumberList))
	}
	texts := []text{{"displayName", c.DisplayName, false}, {"phoneNumber", c.PhoneNumber, true}}
	for i, n := range c.PhoneNumberList {
		texts = append(texts, text{fmt.Sprintf("phoneNumberList[%d]", i), n, false})
	}
	return checkTexts(texts...)
}

func checkPlace(p message.Place) error {
	if !(p.Latitude >= -90 && p.Latitude <= 90) {
		return fmt.Errorf("latitude: expected -90 to 90, found %v", p.Latitude)
	}
	if !(p.Longitude >= -180 && p.Longitude <= 180) {
		return fmt.Errorf("longitude: expected -180 to 180, found %v", p.Longitude)
	}
	return checkTexts(text{"name", p.Name, false}, text{"address", p.Address, false})
}

// with is a memory after a change that was checked.
func (m Memory) with(c MemoryChange) Memory {
	if c.Used != "" {
		m.Recent = append([]string{c.Used}, m.Recent...)
	}
	if f := c.Favourite; f != nil {
		m.Favourites = slices.DeleteFunc(slices.Clone(m.Favourites), func(id string) bool { return id == f.App })
		if f.On {
			m.Favourites = append(m.Favourites, f.App)
		}
	}
	if c.Privacy != nil {
		m.Privacy = *c.Privacy
	}
	if c.Language != nil {
		m.Language = *c.Language
	}
	m.Addresses, m.Contacts, m.Places = first(c.Address, m.Addresses), first(c.Contact, m.Contacts), first(c.Place, m.Places)
	if f := c.Former; f != nil {
		if m.Language == "" {
			m.Language = f.Language
		}
		m.Addresses, m.Contacts, m.Places = behind(m.Addresses, f.Addresses), behind(m.Contacts, f.Contacts), behind(m.Places, f.Places)
	}
	return m.tidy()
}

// first puts what was given just now in front of what was given before.
func first[T any](now *T, before []T) []T {
	if now == nil {
		return before
	}
	return append([]T{*now}, before...)
}

// behind puts those that can be read behind what is there.
func behind[T any](have []T, former []json.RawMessage) []T {
	have = slices.Clone(have)
	for _, text := range former {
		var item T
		if json.Unmarshal(text, &item) == nil {
			have = append(have, item)
		}
	}
	return have
}

// tidy is a memory without what is too long, comes twice, is too much, or cannot be: whatever the file says that it was read from.
func (m Memory) tidy() Memory {
	m.Recent, m.Favourites, m.Privacy = list(m.Recent, maxRecent), list(m.Favourites, maxFavourites), max(m.Privacy, 0)
	if !languageForm.MatchString(m.Language) {
		m.Language = ""
	}
	m.Addresses, m.Contacts, m.Places = given(m.Addresses, checkAddress), given(m.Contacts, checkContact), given(m.Places, checkPlace)
	return m
}

// given are those that can be kept, each once.
func given[T any](items []T, check func(T) error) []T {
	var out []T
	seen := map[string]bool{}
	for _, item := range items {
		key, err := json.Marshal(item)
		if err == nil && check(item) == nil && !seen[string(key)] && len(out) < maxGiven {
			seen[string(key)] = true
			out = append(out, item)
		}
	}
	return out
}
