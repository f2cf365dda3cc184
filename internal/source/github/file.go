package github

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"path"
	"strings"

	gh "github.com/google/go-github/v62/github"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// maxLinks bounds a chain of symbolic links.
const maxLinks = 8

// Reasons why something of a tree is no text.
var (
	errSubmodule = errors.New("a submodule: it is in another repository")
	errOutside   = errors.New("a symbolic link that leads out of the repository or nowhere")
	errLinks     = errors.New("a symbolic link in a circle")
	errPointer   = errors.New("kept in Git LFS, and only a pointer to it is in the repository")
	errTampered  = errors.New("the file is not the one whose digest GitHub gives")
)

// read is the Read of a snapshot: one file, as the tree has it.
func (r *repo) read(ctx context.Context, name string) ([]byte, error) {
	fail := func(state model.State, err error) ([]byte, error) {
		return nil, &source.ReadError{ID: r.id(), Path: name, State: state, Err: err}
	}
	if !fs.ValidPath(name) {
		return fail(model.NotFound, source.ErrNotExist)
	}
	at := path.Join(r.at.Folder, name)
	for range maxLinks {
		one, ok := r.entries[at]
		switch {
		case !ok || one.kind == typeTree:
			if at != path.Join(r.at.Folder, name) {
				return fail(model.Failed, errOutside)
			}
			return fail(model.NotFound, source.ErrNotExist)
		case one.kind != typeBlob:
			return fail(model.Failed, errSubmodule)
		case one.size > source.MaxFileBytes:
			return fail(model.Failed, source.ErrTooLarge)
		}
		text, f := r.blob(ctx, one.sha)
		switch {
		case f != nil && ctx.Err() != nil:
			return fail(model.Failed, ctx.Err())
		case f != nil && f.cause != nil:
			return fail(f.state, f.cause)
		case f != nil:
			return fail(f.state, errors.New(f.detail))
		case one.mode != modeLink && pointer(text):
			return fail(model.Failed, errPointer)
		case one.mode != modeLink:
			return text, nil
		}
		if target := string(text); strings.HasPrefix(target, "/") || !fs.ValidPath(path.Join(path.Dir(at), target)) {
			return fail(model.Failed, errOutside)
		}
		at = path.Join(path.Dir(at), string(text))
	}
	return fail(model.Failed, errLinks)
}

// blob is the contents of a file by Git's name for them.
func (r *repo) blob(ctx context.Context, sha string) ([]byte, *failure) {
	if text, ok := r.content[sha]; ok {
		return text, nil
	}
	var found *gh.Blob
	f := r.server.ask(ctx, func(ctx context.Context, c *gh.Client) (err error) {
		found, _, err = c.Git.GetBlob(ctx, r.at.Owner, r.at.Repo, sha)
		if err == nil && found.GetEncoding() != "base64" {
			err = errNonsense
		}
		return err
	})
	if f != nil {
		return nil, f
	}
	text, err := decode(found.GetContent(), sha)
	if err != nil {
		return nil, &failure{state: model.Failed, detail: err.Error(), cause: err}
	}
	return text, nil
}

// decode reads base64 in lines, and holds the result against Git's own name
// for it, so that no other contents can be passed off.
func decode(content, sha string) ([]byte, error) {
	text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(content, "\n", ""))
	if err != nil {
		return nil, errors.New("the answer is not the JSON of GitHub")
	}
	if len(text) > source.MaxFileBytes {
		return nil, source.ErrTooLarge
	}
	var h hash.Hash = sha1.New()
	if len(sha) == 2*sha256.Size {
		h = sha256.New()
	}
	fmt.Fprintf(h, "blob %d\x00", len(text))
	h.Write(text)
	if hex.EncodeToString(h.Sum(nil)) != sha {
		return nil, errTampered
	}
	return text, nil
}

// pointer tells the stand-in of a file that is kept in Git LFS, by the first
// line that its specification gives it.
func pointer(text []byte) bool {
	return len(text) < 1024 && bytes.HasPrefix(text, []byte("version https://git-lfs.github.com/spec/"))
}
