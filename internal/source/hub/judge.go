package hub

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// noHub is the detail of an answer without a Hub's marks.
const noHub = "the answer does not come from a Hub: a proxy or a login page may stand before it"

// Messages that the Hub tells cases apart by, where it has no code for them.
const (
	saysDisabled = "Access to this resource is disabled."
	saysBadToken = "Invalid credentials in Authorization header"
	saysNoRepo   = "Repository not found"
)

// partial reports whether the status is one of an answer to a request for a
// part of a file.
func partial(status int) bool {
	return status == http.StatusPartialContent || status == http.StatusRequestedRangeNotSatisfiable
}

// judge says what a final answer means.
func (s *Source) judge(q request, a *answer, token bool) (*answer, *failure) {
	switch {
	case q.part && a.commit != "" && a.status == http.StatusPartialContent:
	case q.part && a.commit != "" && a.status == http.StatusRequestedRangeNotSatisfiable:
		a.body = nil // the file ends before
	case a.status == http.StatusNotModified && q.etag != "":
		return a, nil
	case a.status != http.StatusOK:
		f := s.refusal(a, token)
		f.status, f.commit, f.place = a.status, a.commit, a.place
		return nil, f
	}
	if q.file && a.commit == "" {
		return nil, &failure{state: model.Failed, detail: noHub}
	}
	if q.file && q.commit != "" && a.commit != q.commit {
		return nil, &failure{state: model.Failed, detail: "the Hub answered for another commit than the one asked for"}
	}
	if q.file && !q.part {
		if f := verify(a); f != nil {
			return nil, f
		}
	}
	return a, nil
}

// refusal sorts an error as the Hub's own clients do: by code where there is
// one, then by message, then by status.
func (s *Source) refusal(a *answer, token bool) *failure {
	message := errorMessage(a)
	switch a.header.Get("X-Error-Code") {
	case "RevisionNotFound":
		return &failure{state: model.NotFound, detail: "the Hub has no such revision of it"}
	case "EntryNotFound":
		return &failure{state: model.NotFound, detail: source.ErrNotExist.Error(), cause: source.ErrNotExist}
	case "GatedRepo":
		return &failure{state: model.Gated, detail: "the Hub gives it only to those whom its owner admits"}
	case "RepoNotFound":
		return absent(token)
	}
	switch {
	case message == saysDisabled:
		return &failure{state: model.Disabled, detail: "the Hub has disabled access to it"}
	case a.status == http.StatusUnauthorized && strings.HasPrefix(message, saysBadToken):
		s.refused.Store(true)
		return &failure{state: model.Unauthorized, detail: "the Hub refused the token"}
	case a.status == http.StatusNotFound && message == saysNoRepo:
		return absent(token)
	}
	return s.refusalByStatus(a, token, message)
}

func (s *Source) refusalByStatus(a *answer, token bool, message string) *failure {
	switch {
	case a.status == http.StatusUnauthorized && !token && s.refused.Load():
		return &failure{state: model.Unauthorized, detail: "the Hub refused the token, and shows nothing without one"}
	case a.status == http.StatusUnauthorized:
		return absent(false)
	case a.status == http.StatusForbidden && token:
		return &failure{state: model.Unauthorized, detail: "the token may not read it"}
	case a.status == http.StatusTooManyRequests:
		return s.limited()
	case a.status >= 500 || a.status == http.StatusRequestTimeout:
		return &failure{
			state: model.Failed, passing: true, wait: retryAfter(a.header),
			detail: fmt.Sprintf("the server answered %d", a.status),
		}
	}
	detail := fmt.Sprintf("the server answered %d", a.status)
	if message = source.Quotable(message, s.token); message != "" {
		detail += " (" + message + ")"
	}
	return &failure{state: model.Failed, detail: detail}
}

// limited is the failure of a request that the quota has no room for.
func (s *Source) limited() *failure {
	f := &failure{state: model.RateLimited, passing: true, detail: "the Hub's limit of requests is used up for now"}
	if s.token == "" {
		f.detail += "; a token (HF_TOKEN) raises it"
	}
	return f
}

// absent tells a caller whom the Hub admits from one to whom it answers alike
// for a private and an absent repository.
func absent(token bool) *failure {
	if token {
		return &failure{state: model.NotFound, detail: "the Hub has no such repository"}
	}
	return &failure{
		state:  model.PrivateOrAbsent,
		detail: "the Hub answers alike for a private and an absent repository",
	}
}

// errorMessage is what an error says of itself: its header, else the body in
// one of the Hub's shapes.
func errorMessage(a *answer) string {
	if m := a.header.Get("X-Error-Message"); m != "" {
		return m
	}
	var body struct {
		Error  json.RawMessage `json:"error"`
		Errors json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(a.body, &body) != nil {
		if strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
			return strings.TrimSpace(string(a.body))
		}
		return ""
	}
	var one string
	if json.Unmarshal(body.Error, &one) == nil {
		return one
	}
	var list []string
	if json.Unmarshal(body.Error, &list) == nil && len(list) > 0 {
		return list[0]
	}
	var objects []struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body.Errors, &objects) == nil && len(objects) > 0 {
		return objects[0].Message
	}
	return ""
}
