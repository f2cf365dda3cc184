package hub_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source/hub"
)

func TestValidID(t *testing.T) {
	tests := map[string]bool{
		"gpt2": true, "org/name": true, "Org_1/na.me-2_x": true, "_a/_b": true, "a/" + strings.Repeat("n", 96): true,
		"": false, "/": false, "a/": false, "/a": false, "a/b/c": false, "a--b/c": false, "a/b..c": false, ".a/b": false,
		"a/b.": false, "-a/b": false, "a/b-": false, "a/b.git": false, "a b": false, "a/ü": false, "a\x00": false,
		"a/" + strings.Repeat("n", 97): false, "a%2Fb": false, "a?b": false, `a\b`: false, "a:b": false, "~/x": false,
	}
	for id, want := range tests {
		if hub.ValidID(id) != want {
			t.Errorf("ValidID(%q) = %v, want %v", id, !want, want)
		}
	}
}

func TestParseURL(t *testing.T) {
	m := func(id, rev string) model.Ref { return model.Ref{Kind: model.Model, ID: id, Revision: rev} }
	d := func(id, rev string) model.Ref { return model.Ref{Kind: model.Dataset, ID: id, Revision: rev} }
	const sha = "0123456789abcdef0123456789abcdef01234567"
	tests := []struct {
		endpoint, raw string
		want          model.Ref // zero for none
	}{
		{"", "https://huggingface.co/org/name", m("org/name", "")},
		{"", " https://huggingface.co/org/name/ ", m("org/name", "")},
		{"", "http://HuggingFace.co/org/name?x=1#top", m("org/name", "")},
		{"", "huggingface.co/org/name", m("org/name", "")},
		{"", "https://www.huggingface.co/org/name", m("org/name", "")},
		{"", "https://hf.co/org/name", m("org/name", "")},
		{"", "https://huggingface.co/gpt2", m("gpt2", "")},
		{"", "https://huggingface.co/gpt2/tree/main", m("gpt2", "")},
		{"", "https://huggingface.co/gpt2/blob/v1/README.md", m("gpt2", "v1")},
		{"", "https://huggingface.co/org/name/tree/" + sha, m("org/name", sha)},
		{"", "https://huggingface.co/org/name/blob/main/README.md", m("org/name", "")},
		{"", "https://huggingface.co/org/name/resolve/dev/a/b.txt?download=true", m("org/name", "dev")},
		{"", "https://huggingface.co/org/name/tree/refs%2Fpr%2F3/x", m("org/name", "refs/pr/3")},
		{"", "https://huggingface.co/org/name/tree/refs/pr/3/x", m("org/name", "refs/pr/3")},
		{"", "https://huggingface.co/org/name/commit/" + sha, m("org/name", sha)},
		{"", "https://huggingface.co/org/name/discussions/7", m("org/name", "")},
		{"", "https://huggingface.co/org/tree", m("org/tree", "")},
		{"", "https://huggingface.co/org/tree/blob/main/x", m("org/tree", "")},
		{"", "https://huggingface.co/datasets/org/name/viewer", model.Ref{}},
		{"", "https://huggingface.co/datasets/org/name", d("org/name", "")},
		{"", "https://huggingface.co/datasets/squad/tree/v2", d("squad", "v2")},
		{"", "https://huggingface.co/api/models/org/name/revision/dev", m("org/name", "dev")},
		{"", "https://huggingface.co/api/datasets/org/name", d("org/name", "")},
		{"", "hf://org/name", m("org/name", "")},
		{"", "hf://org/name@dev/file.txt", m("org/name", "dev")},
		{"", "hf://gpt2@dev/file.txt", m("gpt2", "dev")},
		{"", "hf://datasets/org/name@refs/convert/parquet/x.parquet", d("org/name", "refs/convert/parquet")},
		{"", "hf://datasets/org/name@refs%2Fpr%2F1", d("org/name", "refs/pr/1")},
		{"https://mirror.example/hub/", "https://mirror.example/hub/org/name", m("org/name", "")},
		{"https://mirror.example", "https://huggingface.co/org/name", m("org/name", "")},
		{"", "https://mirror.example/org/name", model.Ref{}},
		{"", "https://huggingface.co.evil.example/org/name", model.Ref{}},
		{"", "https://user@huggingface.co/org/name", model.Ref{}},
		{"https://mirror.example/hub", "https://mirror.example/hubby/org/name", model.Ref{}},
		{"", "https://huggingface.co", model.Ref{}},
		{"", "https://huggingface.co/", model.Ref{}},
		{"", "https://huggingface.co/spaces/org/name", model.Ref{}},
		{"", "https://huggingface.co/models", model.Ref{}},
		{"", "https://huggingface.co/datasets", model.Ref{}},
		{"", "https://huggingface.co/docs/hub/x", model.Ref{}},
		{"", "https://huggingface.co/api", model.Ref{}},
		{"", "https://huggingface.co/api/whoami-v2", model.Ref{}},
		{"", "https://huggingface.co/org/name/unknown", model.Ref{}},
		{"", "https://huggingface.co/org/%2e%2e", model.Ref{}},
		{"", "https://huggingface.co/org/a%2Fb", model.Ref{}},
		{"", "https://huggingface.co/org/name/tree/..", model.Ref{}},
		{"", "ftp://huggingface.co/org/name", model.Ref{}},
		{"", "hf://spaces/org/name", model.Ref{}},
		{"", "hf://", model.Ref{}},
		{"", "hf://datasets", model.Ref{}},
		{"", "hf://org/name@", model.Ref{}},
		{"", "org/name", model.Ref{}},
		{"", "gpt2", model.Ref{}},
		{"", "", model.Ref{}},
		{"", "https://huggingface.co/%zz", model.Ref{}},
	}
	for _, tt := range tests {
		got, ok := hub.ParseURL(tt.endpoint, tt.raw)
		if got != tt.want || ok != (tt.want != model.Ref{}) {
			t.Errorf("ParseURL(%q, %q) = %+v, %v; want %+v", tt.endpoint, tt.raw, got, ok, tt.want)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	for _, raw := range []string{
		"https://huggingface.co/org/name/tree/refs%2Fpr%2F1/x", "hf://datasets/org/name@dev/x", "huggingface.co/gpt2/blob/main",
		"https://huggingface.co/api/models/org/name/revision/x", "hf://@/", "https://huggingface.co//a//b",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		ref, ok := hub.ParseURL("", raw)
		if !ok {
			if ref != (model.Ref{}) {
				t.Errorf("%q: refused with %+v", raw, ref)
			}
			return
		}
		if !hub.ValidID(ref.ID) || strings.ContainsAny(ref.Revision, " \n\x00") || ref.Kind != model.Model && ref.Kind != model.Dataset {
			t.Errorf("%q: read as %+v", raw, ref)
		}
		// What was read can be written as an hf:// path and read back.
		path := "hf://"
		if ref.Kind == model.Dataset {
			path += "datasets/"
		}
		path += ref.ID
		if ref.Revision != "" {
			path += "@" + strings.NewReplacer("%", "%25", "/", "%2F", "?", "%3F").Replace(ref.Revision)
		}
		if again, ok := hub.ParseURL("", path); !ok || again != ref {
			t.Errorf("%q: %+v, and by way of %q %+v", raw, ref, path, again)
		}
	})
}

func FuzzValidID(f *testing.F) {
	for _, id := range []string{"org/name", "gpt2", "a--b", "../x", "a/b.git"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if !hub.ValidID(id) {
			return
		}
		if strings.Count(id, "/") > 1 || !fs.ValidPath(id) || strings.ContainsAny(id, "%?#:@\\ ") || len(id) > 2*96+1 {
			t.Errorf("%q is no id", id)
		}
	})
}

func TestConfigFromEnv(t *testing.T) {
	files := map[string]string{
		"/hf/token": " from-hf-home\n", "/xdg/huggingface/token": "from-xdg", "/home/u/.cache/huggingface/token": "from-home\r\n",
		"/else": "from-path", "/home/u/t": "from-tilde",
	}
	read := func(path string) ([]byte, error) {
		if text, ok := files[strings.ReplaceAll(path, `\`, "/")]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("not there")
	}
	tests := []struct {
		name  string
		env   map[string]string
		token string
	}{
		{"nothing", nil, ""},
		{"HF_TOKEN first", map[string]string{"HF_TOKEN": " a\n", "HUGGING_FACE_HUB_TOKEN": "b", "HF_HOME": "/hf"}, "a"},
		{"the older name", map[string]string{"HF_TOKEN": " ", "HUGGING_FACE_HUB_TOKEN": "b", "HF_HOME": "/hf"}, "b"},
		{"token path", map[string]string{"HF_TOKEN_PATH": "/else", "HF_HOME": "/hf"}, "from-path"},
		{"token path with tilde", map[string]string{"HF_TOKEN_PATH": "~/t", "HOME": "/home/u"}, "from-tilde"},
		{"HF_HOME", map[string]string{"HF_HOME": "/hf", "XDG_CACHE_HOME": "/xdg", "HOME": "/home/u"}, "from-hf-home"},
		{"HF_HOME with a variable", map[string]string{"HF_HOME": "$ROOT/hf", "ROOT": ""}, "from-hf-home"},
		{"XDG", map[string]string{"XDG_CACHE_HOME": "/xdg", "HOME": "/home/u"}, "from-xdg"},
		{"home", map[string]string{"HOME": "/home/u"}, "from-home"},
		{"no file", map[string]string{"HOME": "/nobody"}, ""},
		{"not asked to", map[string]string{"HF_TOKEN": "a", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "yes"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := hub.ConfigFromEnv(func(key string) string { return tt.env[key] }, read)
			if cfg.Token != tt.token {
				t.Errorf("token %q, want %q", cfg.Token, tt.token)
			}
		})
	}
	cfg := hub.ConfigFromEnv(func(key string) string {
		return map[string]string{"HF_ENDPOINT": "https://mirror.example/"}[key]
	}, read)
	if cfg.Endpoint != "https://mirror.example" {
		t.Errorf("endpoint %q", cfg.Endpoint)
	}
}
