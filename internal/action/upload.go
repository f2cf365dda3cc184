package action

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"

	"github.com/google/go-github/v62/github"
)

// maxUploadBytes is the size of a compressed document that code scanning takes
// (docs.github.com, "Uploading a SARIF file to GitHub").
const maxUploadBytes = 10 << 20

// UploadSARIF hands a SARIF document to code scanning, for the commit and ref
// of the event; after another workflow's run, for the head of the pull request
// that was checked, since the event's own are those of the default branch. The
// error is ErrReadOnly where the token may not, or where code
// scanning is not switched on.
func UploadSARIF(ctx context.Context, client *github.Client, e Event, document []byte) error {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	// Writes to memory do not fail.
	_, _ = zip.Write(document)
	_ = zip.Close()
	if packed.Len() > maxUploadBytes {
		return fmt.Errorf("upload SARIF: %d MiB compressed, and GitHub takes %d", packed.Len()>>20, maxUploadBytes>>20)
	}
	encoded := base64.StdEncoding.EncodeToString(packed.Bytes())
	tool := "entail"
	if e.After != nil && e.PullRequest != nil {
		e.SHA, e.Ref = e.PullRequest.Head, fmt.Sprintf("refs/pull/%d/head", e.PullRequest.Number)
	}
	_, _, err := client.CodeScanning.UploadSarif(ctx, e.Owner, e.Repo, &github.SarifAnalysis{
		CommitSHA: &e.SHA, Ref: &e.Ref, Sarif: &encoded, ToolName: &tool,
	})
	if err != nil {
		return fmt.Errorf("upload SARIF: %w", cause(err))
	}
	return nil
}
