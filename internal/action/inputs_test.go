package action

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestReadInputs(t *testing.T) {
	got, err := ReadInputs(func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	want := Inputs{
		Targets: []string{"."}, Path: ".", Unknown: "warn", Comment: "never", Annotations: true, Summary: true,
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("nothing set:\n got %+v\nwant %+v", got, want)
	}
	set := map[string]string{
		"targets": "a, b\nc", "path": "x", "policies": " my rules \n\nb", "definitions": "osaid-1.0", "fail-on": "never",
		"only-new": "True", "annotations": "false", "summary": "0", "unknown": "fail", "comment": "always", "upload-sarif": "1",
	}
	got, err = ReadInputs(func(name string) string { return set[name] })
	if err != nil {
		t.Fatal(err)
	}
	want = Inputs{
		Targets: []string{"a", "b", "c"}, Path: "x", Policies: []string{"my rules", "b"}, Definitions: []string{"osaid-1.0"}, FailOn: "never",
		OnlyNew: true, Unknown: "fail", Comment: "always", UploadSARIF: true,
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestWrongInputs(t *testing.T) {
	set := map[string]string{"fail-on": "errors", "only-new": "maybe", "comment": "on change", "unknown": "x"}
	_, err := ReadInputs(func(name string) string { return set[name] })
	if err == nil {
		t.Fatal("no error")
	}
	for _, words := range []string{
		`fail-on is "errors", want one of error, warning, note, never`, `only-new is "maybe", want true or false`,
		`comment is "on change", want one of never, on-change, on-findings, always`, `unknown is "x"`,
	} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q lacks %q", err, words)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q has several lines", err)
	}
}

func TestReadEvent(t *testing.T) {
	const base, head = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	document := `{"pull_request": {"number": 7, "base": {"sha": "` + base + `", "ref": "main"}, "head": {"sha": "` + head + `", "repo": REPO}}}`
	env := map[string]string{
		"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REPOSITORY": "acme/model", "GITHUB_EVENT_PATH": "event.json",
		"GITHUB_WORKFLOW": "Terms", "GITHUB_SHA": "3", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_API_URL": "https://ghe.example/api/v3/",
	}
	for repo, fork := range map[string]bool{`{"full_name": "Acme/model"}`: false, `{"full_name": "other/model"}`: true, `null`: true} {
		e, err := ReadEvent(func(name string) string { return env[name] }, func(path string) ([]byte, error) {
			return []byte(strings.Replace(document, "REPO", repo, 1)), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := Event{
			Name: "pull_request", Host: "ghe.example", Owner: "acme", Repo: "model", Workflow: "Terms", SHA: "3", Ref: "refs/pull/7/merge",
			APIURL: "https://ghe.example/api/v3", PullRequest: &PullRequest{Number: 7, Base: base, BaseRef: "main", Head: head, Fork: fork},
		}
		if !reflect.DeepEqual(e, want) {
			t.Errorf("%s:\n got %+v %+v\nwant %+v", repo, e, e.PullRequest, want)
		}
	}
}

// TestServerOfAnEvent holds that a token's own server is asked: a mirror of
// github.com is none of an Enterprise server, and github.com has another's
// repository of the same name.
func TestServerOfAnEvent(t *testing.T) {
	const mirror = "https://mirror.example"
	for _, tt := range []struct{ server, api, mirror, host, want, place string }{
		{"https://github.com", "https://api.github.com", "", "", "https://api.github.com", "acme/model/x"},
		{"https://github.com", "https://api.github.com", mirror + "/", "", mirror, "acme/model/x"},
		{"", "", mirror, "", mirror, "acme/model/x"},
		{"https://GHE.example", "https://ghe.example/api/v3", mirror, "ghe.example", "https://ghe.example/api/v3", "ghe.example/acme/model/x"},
		{"https://acme.ghe.com", "https://api.acme.ghe.com", mirror, "acme.ghe.com", "https://api.acme.ghe.com", "acme.ghe.com/acme/model/x"},
		{"http://ghe.example:8080", "http://ghe.example:8080/api/v3", "", "ghe.example:8080", "http://ghe.example:8080/api/v3", "ghe.example:8080/acme/model/x"},
		{"", "https://ghe.example/api/v3", mirror, "ghe.example", "https://ghe.example/api/v3", "ghe.example/acme/model/x"},
		// No reference can name a server without a dot: it would mean github.com's.
		{"https://ghe", "https://ghe/api/v3", mirror, "ghe", "https://ghe/api/v3", ""},
	} {
		env := map[string]string{"GITHUB_SERVER_URL": tt.server, "GITHUB_API_URL": tt.api, "ENTAIL_GITHUB_API_URL": tt.mirror, "GITHUB_REPOSITORY": "acme/model"}
		e, err := ReadEvent(func(name string) string { return env[name] }, nil)
		if err != nil || e.Host != tt.host || e.APIURL != tt.want {
			t.Errorf("%+v: host %q, API %q, %v", tt, e.Host, e.APIURL, err)
		}
		if ref, ok := e.Place(e.Owner, e.Repo, "x", "main"); ok != (tt.place != "") || ok && (ref.ID != tt.place || ref.Revision != "main") {
			t.Errorf("%+v: place %+v, %v", tt, ref, ok)
		}
		for _, folder := range []string{"../../evil/model", "../other", "../.."} {
			if ref, ok := e.Place(e.Owner, e.Repo, folder, "main"); ok {
				t.Errorf("%s is taken for %+v", folder, ref)
			}
		}
	}
}

func TestReadEventAfterAnother(t *testing.T) {
	env := map[string]string{"GITHUB_EVENT_NAME": "workflow_run", "GITHUB_REPOSITORY": "acme/model", "GITHUB_EVENT_PATH": "x"}
	e, err := ReadEvent(func(name string) string { return env[name] }, func(string) ([]byte, error) {
		return []byte(`{"workflow_run": {"event": "pull_request", "head_sha": "abc", "head_branch": "b", "head_repository": {"full_name": "fork/model"}}}`), nil
	})
	if want := (After{Event: "pull_request", Owner: "fork", Repo: "model", Branch: "b", SHA: "abc"}); err != nil || e.After == nil || *e.After != want {
		t.Errorf("%+v, %v", e.After, err)
	}
}

func TestReadEventErrors(t *testing.T) {
	env := map[string]string{"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "x"}
	for name, read := range map[string]func(string) ([]byte, error){
		"unreadable": func(string) ([]byte, error) { return nil, errors.New("gone") },
		"no JSON":    func(string) ([]byte, error) { return []byte("<html>"), nil },
		"huge":       func(string) ([]byte, error) { return make([]byte, maxEventBytes+1), nil },
	} {
		if _, err := ReadEvent(func(name string) string { return env[name] }, read); err == nil || !strings.HasPrefix(err.Error(), "read the event's document: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Other events need no document, and a person's own machine has none.
	for _, env := range []map[string]string{{"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": "x"}, {}} {
		e, err := ReadEvent(func(name string) string { return env[name] }, func(string) ([]byte, error) { return nil, errors.New("gone") })
		if err != nil || e.PullRequest != nil || e.APIURL != "https://api.github.com" {
			t.Errorf("%v: %+v, %v", env, e, err)
		}
	}
}
