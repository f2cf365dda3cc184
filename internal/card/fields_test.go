package card

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

func TestHubID(t *testing.T) {
	tests := []struct {
		in, id, why string
		dataset     bool
	}{
		{in: "org/name", id: "org/name"},
		{in: "  org/name\t", id: "org/name"},
		{in: "gpt2", id: "gpt2"},
		{in: "https://huggingface.co/org/name", id: "org/name"},
		{in: "https://huggingface.co/org/name/", id: "org/name"},
		{in: "http://www.huggingface.co/org/name/blob/main/README.md?x=1#y", id: "org/name"},
		{in: "https://hf.co/org/name.git", id: "org/name"},
		{in: "huggingface.co/org/name", id: "org/name"},
		{in: "https://huggingface.co/gpt2/tree/main", id: "gpt2"},
		{in: "https://huggingface.co/api/models/org/name", id: "org/name"},
		{in: "hf://org/name@main/config.json", id: "org/name"},
		{in: "https://huggingface.co/datasets/org/name", id: "https://huggingface.co/datasets/org/name", why: "something else"},
		{in: "https://huggingface.co/datasets/org/name", id: "org/name", dataset: true},
		{in: "hf://datasets/org/name/x.csv", id: "org/name", dataset: true},
		{in: "https://huggingface.co/org/name", id: "https://huggingface.co/org/name", why: "something else", dataset: true},
		{in: "https://huggingface.co/spaces/org/name", id: "https://huggingface.co/spaces/org/name", why: "something else"},
		{in: "https://huggingface.co/", id: "https://huggingface.co/", why: "something else"},
		{in: "https://huggingface.co.example.org/org/name", id: "https://huggingface.co.example.org/org/name", why: "elsewhere"},
		{in: "git@hf.co:org/name", id: "git@hf.co:org/name", why: "elsewhere"},
		{in: "/mnt/model", id: "/mnt/model", why: "path"},
		{in: "./out", id: "./out", why: "path"},
		{in: "../out/x", id: "../out/x", why: "path"},
		{in: "~/out", id: "~/out", why: "path"},
		{in: `C:\models\x`, id: `C:\models\x`, why: "path"},
		{in: "models/org/name", id: "models/org/name", why: "path"},
		{in: "org/name/", id: "org/name/", why: "path"},
		{in: "7.5", id: "7.5", why: "number"},
		{in: "", why: "empty"},
		{in: "org/a, org/b", id: "org/a, org/b", why: "not spelled"},
		{in: "org/a--b", id: "org/a--b", why: "not spelled"},
		{in: "org/-a", id: "org/-a", why: "not spelled"},
		{in: "org/" + strings.Repeat("a", 97), id: "org/" + strings.Repeat("a", 97), why: "not spelled"},
		{in: "org/" + strings.Repeat("a", 96), id: "org/" + strings.Repeat("a", 96)},
	}
	for _, tt := range tests {
		id, why := hubID(tt.in, tt.dataset)
		if id != tt.id || (tt.why == "") != (why == "") || !strings.Contains(why, tt.why) {
			t.Errorf("hubID(%q, %v) = %q, %q; want %q, %q", tt.in, tt.dataset, id, why, tt.id, tt.why)
		}
	}
}

// TestModelRef: what a base model's spelling names, and where.
func TestModelRef(t *testing.T) {
	for in, want := range map[string]struct {
		ref model.Ref
		why string
	}{
		"org/name":                              {model.Ref{Kind: model.Model, ID: "org/name"}, ""},
		" https://huggingface.co/org/name ":     {model.Ref{Kind: model.Model, ID: "org/name"}, ""},
		"github:owner/repo":                     {model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: "owner/repo"}, ""},
		"github:owner/repo/folder@v1":           {model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: "owner/repo/folder", Revision: "v1"}, ""},
		"https://github.com/owner/repo/tree/v1": {model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: "owner/repo", Revision: "v1"}, ""},
		"github.com/owner/repo":                 {model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: "owner/repo"}, ""},
		"git@github.com:owner/repo.git":         {model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: "owner/repo"}, ""},
		"./base":                                {model.Ref{Kind: model.Model, Host: model.OnDisk, ID: "./base"}, "path"},
		"../base/":                              {model.Ref{Kind: model.Model, Host: model.OnDisk, ID: "../base"}, "path"},
		"..":                                    {model.Ref{Kind: model.Model, Host: model.OnDisk, ID: ".."}, "path"},
		"./a\x00b":                              {model.Ref{}, "path"},
		".hidden/x":                             {model.Ref{}, "path"},
		"/etc":                                  {model.Ref{}, "path"},
		"~/base":                                {model.Ref{}, "path"},
		"a/b/c":                                 {model.Ref{}, "path"},
		"github:owner":                          {model.Ref{}, "GitHub"},
		"https://github.com/owner":              {model.Ref{}, "elsewhere"},
		"https://github.com.evil.example/a/b":   {model.Ref{}, "elsewhere"},
		"https://gitlab.com/owner/repo":         {model.Ref{}, "elsewhere"},
		"":                                      {model.Ref{}, "empty"},
	} {
		ref, why := modelRef(in)
		if ref != want.ref || (why == "") != (want.why == "") || !strings.Contains(why, want.why) {
			t.Errorf("modelRef(%q) = %+v, %q; want %+v, %q", in, ref, why, want.ref, want.why)
		}
	}
	c := model.Card{Metadata: map[string]any{"base_model": []any{"https://github.com/o/r/tree/v1", "./x"}}}
	bases := BaseModels(c)
	if bases[0].Value != "github:o/r@v1" || bases[0].Problem != nil || bases[1].Value != "./x" || bases[1].Problem == nil ||
		bases[1].Ref.Host != model.OnDisk || !strings.Contains(bases[1].Problem.Detail, "github:owner/repo") {
		t.Errorf("bases %+v", bases)
	}
}

// TestMetadataAlone: the Hub's card data comes as decoded JSON, without text.
func TestMetadataAlone(t *testing.T) {
	var c model.Card
	data := `{"license":["mit","cc0-1.0"],"license_name":" n ","license_link":["LICENSE","x"],
		"base_model":["a/b","./c",7],"base_model_relation":"Merge","finetuned_from":"d/e","datasets":["s/t","my data"],"Licence":"x"}`
	if err := json.Unmarshal([]byte(data), &c.Metadata); err != nil {
		t.Fatal(err)
	}
	ids, name, link := LicenseFields(c.Metadata)
	if !slices.Equal(ids, []string{"mit", "cc0-1.0"}) || name != "n" || link != "LICENSE" {
		t.Errorf("LicenseFields = %q, %q, %q", ids, name, link)
	}
	if got := Relation(c.Metadata); got != "merge" {
		t.Errorf("Relation = %q", got)
	}
	bases := BaseModels(c)
	if got := values(bases); !slices.Equal(got, []string{"a/b", "./c", "7", "d/e"}) {
		t.Errorf("BaseModels = %q", got)
	}
	if bases[0].Problem != nil || bases[1].Problem == nil || bases[2].Problem == nil || bases[3].Key != "finetuned_from" {
		t.Errorf("BaseModels = %+v", bases)
	}
	sets := Datasets(c)
	if got := values(sets); !slices.Equal(got, []string{"s/t", "my data"}) {
		t.Errorf("Datasets = %q", got)
	}
	if sets[0].Problem != nil || sets[1].Problem == nil || sets[1].Problem.Kind != "dataset-not-an-id" {
		t.Errorf("Datasets = %+v", sets)
	}
	var got []string
	for _, p := range MetadataProblems(c) {
		got = append(got, p.Kind)
	}
	if want := []string{"misspelled-key", "base-model-not-an-id", "base-model-not-an-id"}; !slices.Equal(got, want) {
		t.Errorf("MetadataProblems = %v, want %v", got, want)
	}
}

func TestNothingDeclared(t *testing.T) {
	ids, name, link := LicenseFields(nil)
	if len(ids) != 0 || name != "" || link != "" || Relation(nil) != "" {
		t.Errorf("no metadata declares %q %q %q", ids, name, link)
	}
	if b := BaseModels(model.Card{}); len(b) != 0 {
		t.Errorf("no metadata names %v", b)
	}
}

func TestFinetunedFrom(t *testing.T) {
	c := model.Card{Metadata: map[string]any{"base_model": "a/b", "finetuned_from": "a/b", "tags": []any{"base_model:x/y"}}}
	if got := values(BaseModels(c)); !slices.Equal(got, []string{"a/b"}) {
		t.Errorf("BaseModels = %q", got)
	}
}

func TestMeant(t *testing.T) {
	tests := map[string]string{
		"License": "license", "LICENSE": "license", "licence": "license", "licenses": "license", "licences": "license",
		"lisence": "license", "liscense": "license", "lincense": "license", "license_Name": "license_name",
		"licence_name": "license_name", "license-link": "license_link", "base-model": "base_model", "basemodel": "base_model",
		"base_models": "base_model", "Base Model": "base_model", "baseModel": "base_model", "base_model_relations": "base_model_relation",
		"dataset": "datasets", "data_sets": "datasets", "Datasets": "datasets",
		"license": "", "base_model": "", "datasets": "", "license_details": "", "language": "", "library_name": "", "dataset_info": "",
		"metrics": "", "tags": "", "model-index": "", "model_name": "", "model_type": "", "base_model_config": "", "license_url": "",
		"finetuned_from": "", "inference": "", "new_version": "", "database": "", "silence": "", "": "",
	}
	for key, want := range tests {
		if got := meant(key); got != want {
			t.Errorf("meant(%q) = %q, want %q", key, got, want)
		}
	}
}
