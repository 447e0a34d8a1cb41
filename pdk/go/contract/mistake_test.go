package contract_test

import (
	"errors"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// TestMistake: an error about arguments says in data what its message says in words.
func TestMistake(t *testing.T) {
	t.Parallel()
	c, err := contract.Parse("m.yaml", []byte(`
capability: test.mistake/v1
summary: {en: x, zh: x}
methods:
  do:
    mode: async
    summary: {en: x, zh: x}
    params:
      type: object
      required: [url]
      properties:
        url: {type: string, minLength: 1}
        kind: {enum: [a, b]}
        count: {type: integer, minimum: 1}
        data: {type: [string, bytes]}
        list: {type: array, items: {type: boolean}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		`{}`:                           `{"path":"url","want":["string"],"found":"nothing","text":"expected text that is not empty, found nothing; the field is required"}`,
		`{"url":7}`:                    `{"path":"url","want":["string"],"found":"number","text":"expected string, found number 7"}`,
		`{"url":null}`:                 `{"path":"url","want":["string"],"found":"null","text":"expected string, found null"}`,
		`{"url":""}`:                   `{"path":"url","text":"expected text that is not empty, found string \"\""}`,
		`{"url":"u","kind":"c"}`:       `{"path":"kind","text":"expected one of \"a\", \"b\", found string \"c\""}`,
		`{"url":"u","kind":1}`:         `{"path":"kind","want":["string"],"found":"number","text":"expected one of \"a\", \"b\", found number 1"}`,
		`{"url":"u","count":"1"}`:      `{"path":"count","want":["number"],"found":"string","text":"expected integer, found string \"1\""}`,
		`{"url":"u","count":0}`:        `{"path":"count","text":"expected integer of at least 1, found number 0"}`,
		`{"url":"u","data":[]}`:        `{"path":"data","want":["string","bytes"],"found":"array","text":"expected string or bytes, found an array"}`,
		`{"url":"u","list":[true,{}]}`: `{"path":"list[1]","want":["boolean"],"found":"object","text":"expected boolean, found an object"}`,
		`[]`:                           `{"want":["object"],"found":"array","text":"expected object, found an array"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var e *pdk.Error
			if err := c.Methods["do"].CheckParams(pdk.Payload{JSON: []byte(name)}); !errors.As(err, &e) || string(e.Data) != want {
				t.Errorf("data of %v\n got %s\nwant %s", err, e.Data, want)
			}
		})
	}
}
