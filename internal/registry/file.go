package registry

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// fetchFile reads a bundle from a web server.
func (c *Client) fetchFile(ctx context.Context, ref Ref) (*Fetched, error) {
	if body, ok := c.kept(ref.Digest); ok {
		return &Fetched{Ref: ref, Bundle: body}, nil
	}
	if c.cfg.Offline {
		return nil, ErrOffline
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, ref.Name, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.cfg.UserAgent)
	// What a server compresses on the way is not what has the digest.
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(req.URL.Host, resp.StatusCode, nil)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(body) > MaxBytes {
		return nil, fmt.Errorf("%w: larger than %d MiB", ErrContent, MaxBytes>>20)
	}
	digest := DigestOf(body)
	if ref.Digest != "" && digest != ref.Digest {
		return nil, fmt.Errorf("%w: the server has %s now", ErrDigest, digest)
	}
	c.keep(digest, body)
	return &Fetched{Ref: ref.Pinned(digest), Bundle: body}, nil
}
