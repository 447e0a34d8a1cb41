package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// Evidence reads what is said about the file for a platform: what trust.Verify takes, with nothing but the pinned root. Known
// are sizes of the log that the caller has seen heads of (trust.State.Heads): the evidence then shows that the log only grew.
func (c *Client) Evidence(ctx context.Context, kind store.Kind, id, version, os, arch string, known ...int64) (*trust.Evidence, error) {
	return c.evidence(ctx, pkg(kind, id, version, "evidence", os, arch), known)
}

// Takedown reads the newest takedown list with what shows that it is an operator's: trust.VerifyTakedown takes it. Its
// Takedown is nil if there is no list.
func (c *Client) Takedown(ctx context.Context, known ...int64) (*trust.Evidence, error) {
	return c.evidence(ctx, "/v1/trust/takedown", known)
}

func (c *Client) evidence(ctx context.Context, path string, known []int64) (*trust.Evidence, error) {
	query := url.Values{}
	for _, n := range known {
		query.Add("known", strconv.FormatInt(n, 10))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	data, err := c.Raw(ctx, path)
	if err != nil {
		return nil, err
	}
	e, err := trust.ParseEvidence(data)
	if err == nil {
		err = Extend(e, known, func(path string) ([]byte, error) { return c.Raw(ctx, path) })
	}
	if err != nil {
		return nil, fmt.Errorf("registry %s: %s: %w", c.base.Host, path, err)
	}
	return e, nil
}

// Metadata reads a file of the repository's metadata by its TUF name: "timestamp.json", "7.snapshot.json".
func (c *Client) Metadata(ctx context.Context, name string) ([]byte, error) {
	return c.Raw(ctx, "/v1"+Path("trust", "metadata", name))
}

// PendingHead reads the head that witnesses are to co-sign.
func (c *Client) PendingHead(ctx context.Context) (string, error) {
	data, err := c.Raw(ctx, "/v1/log/pending")
	return string(data), err
}

// Consistency reads the proof that the log of size leaves begins with that of old leaves.
func (c *Client) Consistency(ctx context.Context, old, size int64) (proof []translog.Hash, err error) {
	return proof, c.Get(ctx, fmt.Sprintf("/v1/log/consistency?old=%d&size=%d", old, size), &proof)
}

// Cosign sends a head in that a witness has co-signed.
func (c *Client) Cosign(ctx context.Context, head string) error {
	return c.Post(ctx, "/v1/log/cosignature", map[string]string{"head": head}, nil)
}

// Root reads the registry's root of trust. It is to be compared with the one that is pinned, never to be pinned unseen.
func (c *Client) Root(ctx context.Context) ([]byte, error) { return c.Raw(ctx, "/v1/trust/root") }

// Approve sends a review or a department's sign-off about a release in.
func (c *Client) Approve(ctx context.Context, kind store.Kind, id, version string, signed Signed) (*release.Said, error) {
	out := &release.Said{}
	return out, c.call(ctx, http.MethodPost, pkg(kind, id, version, "statements"), statement(signed), out)
}

// TakeDown sends the next takedown list in, signed by an operator.
func (c *Client) TakeDown(ctx context.Context, signed Signed) (*envelope.Takedown, error) {
	out := &envelope.Takedown{}
	return out, c.call(ctx, http.MethodPost, "/v1/trust/takedown", statement(signed), out)
}

func statement(s Signed) api.NewStatement {
	return api.NewStatement{Envelope: json.RawMessage(s.Envelope), Certificates: string(s.Certificates)}
}
