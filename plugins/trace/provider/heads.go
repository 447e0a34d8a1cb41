package provider

import (
	"bytes"
	"encoding/binary"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/trace/segment"
)

type headParam struct {
	Log    string   `json:"log"`
	Number uint64   `json:"number"`
	Head   pdk.Blob `json:"head"`
}

func (p *Provider) putHead(ctx *pdk.Context, in headParam) (struct{}, error) {
	t, err := p.open(ctx, in.Log)
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, fail(ctx, t.putHead(in.Number, in.Head))
}

// putHead keeps heads in the order of the records they cover. One that is stored already is accepted again.
func (t *trace) putHead(number uint64, head []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	all, err := t.allHeads()
	if err != nil {
		return err
	}
	for i := len(all) - 1; i >= 0; i-- {
		have := binary.BigEndian.Uint64(all[i])
		if have < number {
			break
		}
		if have == number && bytes.Equal(all[i][8:], head) {
			return nil
		}
		if have == number || i == 0 {
			return &segment.ConflictError{Number: number}
		}
	}
	if n := len(all); n > 0 && binary.BigEndian.Uint64(all[n-1]) > number {
		return &segment.ConflictError{Number: number}
	}
	_, err = t.heads.Append(t.heads.Next(), [][]byte{append(binary.BigEndian.AppendUint64(nil, number), head...)})
	return err
}

func (t *trace) allHeads() ([][]byte, error) {
	var all [][]byte
	for next := t.heads.Next(); uint64(len(all))+1 < next; {
		more, err := t.heads.Read(uint64(len(all))+1, defaultLimit)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	for _, h := range all {
		if len(h) < 8 {
			return nil, &segment.CorruptError{File: "heads", Reason: "a head without its number"}
		}
	}
	return all, nil
}

type headsParam struct {
	Log string `json:"log"`
}

type headsResult struct {
	Heads []pdk.Blob `json:"heads"`
}

func (p *Provider) heads(ctx *pdk.Context, in headsParam) (headsResult, error) {
	t, err := p.open(ctx, in.Log)
	if err != nil {
		return headsResult{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	all, err := t.allHeads()
	if err != nil {
		return headsResult{}, fail(ctx, err)
	}
	for i := range all {
		all[i] = all[i][8:]
	}
	return headsResult{blobs(all)}, nil
}
