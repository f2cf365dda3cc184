package evidence

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/card"
	"github.com/entail-dev/entail/internal/model"
)

var today = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)

// around is a release with train/main.py, a LICENSE that is mit at its root, and
// one that is none known beside the data code.
var around = Surroundings{
	Today: today,
	Exists: func(path string) bool {
		return slices.Contains([]string{".", "train", "train/main.py", "data", "README.md"}, path)
	},
	LicenseOf: func(_, path string) (string, string, bool) {
		if strings.HasPrefix(path, "data") {
			return "data/LICENSE", "", true
		}
		return "LICENSE", "mit", true
	},
	Resolve: func(said string) (keys, nearest []string) {
		known := map[string]string{"MIT": "mit", "Apache-2.0": "apache-2.0"}
		if key, ok := known[said]; ok {
			return []string{key}, nil
		}
		if said == "Apche-2.0" {
			return []string{said}, []string{"apache-2.0"}
		}
		return []string{said}, []string{}
	},
}

// TestCheck: what is wrong is told with its line and what was meant; what is
// right is not told of.
func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		text string
		line int
		says string // nothing wrong where empty
	}{
		{"", 0, ""},
		{"codes: {}\n", 2, `unknown key "codes"; did you mean code?`},
		{"code:\n  trainning: {availability: released}\n", 3, "did you mean training?"},
		{"code: {training: {availability: relased}}\n", 2, "did you mean released?"},
		{"code: {training: {availability: released, licence: MIT}}\n", 2, `code.training: unknown key "licence"; did you mean license?`},
		{"code: {training: {availability: released, note: words, sources: [S1]}}\n", 0, ""},
		{"code: {training: {availability: released, license: Apche-2.0}}\n", 2, `code.training: no licence is called "Apche-2.0"; the nearest are apache-2.0`},
		{"code: {training: {availability: released, license: Ours}}\n", 2, "write an SPDX id, or LicenseRef- before a name of your own"},
		{"code: {training: {availability: released, license: LicenseRef-Ours}}\n", 0, ""},
		{"code: {training: {availability: absent, license: none-stated}}\n", 0, ""},
		{"code: {training: {availability: released, where: train/main.py}}\n", 0, ""},
		{"code: {training: {availability: released, where: \"README.md, Training\"}}\n", 0, ""},
		{"code: {training: {availability: released, where: org/repo}}\n", 0, ""},
		{"code: {training: {availability: released, where: \"org/repo:src/x.py\"}}\n", 0, ""},
		{"code: {training: {availability: released, where: release v1.5}}\n", 0, ""},
		{"code:\n  training:\n    availability: released\n    where: [train/, trian/]\n", 5, `the release has no "trian/"`},
		{"code: {training: {availability: released, where: other.py}}\n", 2, `the release has no "other.py"`},
		{"code: {training: {availability: released, where: ../other.py}}\n", 2, "leads out of the release"},
		{"code: {training: {availability: released, where: /etc/hosts.txt}}\n", 2, "leads out of the release"},
		{"code: {training: {availability: released, license: Apache-2.0, where: train/}}\n", 2, `code.training is said to be under "Apache-2.0", and LICENSE is mit`},
		{"code: {training: {availability: released, license: MIT, where: train/}}\n", 0, ""},
		{"code: {training: {availability: released, license: Apache-2.0, where: \"https://example.org/x\"}}\n", 0, ""},
		{"code: {data_processing: {availability: released, license: Apache-2.0, where: data/}}\n", 0, ""},
		{"parameters: {final: {availability: released, license: Apache-2.0}}\n", 2, "parameters.final is said to be under"},
		{"parameters: {final: {availability: released, license: MIT}}\n", 0, ""},
		{"training_data: {availability: released, where: none.txt}\n", 2, `training_data: the release has no "none.txt"`},
		{"evaluated: {as_of: 2026-01-02}\n", 0, ""},
		{"evaluated: {as_of: 2026-01-03}\n", 2, "evaluated: as_of 2026-01-03 is still to come"},
		{"evaluated: {as_of: last year}\n", 2, `as_of "last year" is no day; write it as 2024-10-28`},
		{"evaluated: {as_of: 2024-02-30}\n", 2, "is no day"},
		{"evaluated: {as_of: 2024-01-01, released: 2024-06-01}\n", 2, "as_of 2024-01-01 is before released, 2024-06-01"},
		{"evaluated: {as_of: 2024-06-02, written: 2024-06-01}\n", 2, "written 2024-06-01 is before as_of, 2024-06-02"},
		{"evaluated: words\n", 0, ""},
		{"evaluated: {hub: \"https://example.org/a b\"}\n", 2, "is no address"},
		{"sources:\n  - https://\n", 3, `"https://" is no address; write https://host/path`},
		{"sources: [\"htps://example.org\"]\n", 2, "is no address"},
		{"sources: [\"https://example.org/a\"]\n", 0, ""},
		{"data_information: {third_party_data: {used: \"no\", level: full}}\n", 2, `used is no, and level is "full"`},
		{"data_information: {third_party_data: {used: yes, level: not-used}}\n", 2, `used is yes, and level is "not-used"`},
		{"data_information: {third_party_data: {used: perhaps, level: full}}\n", 2, `used "perhaps" is none of yes, no, unknown`},
		{"data_information: {third_party_data: {used: no, level: not-used}}\n", 0, ""},
	} {
		problems := Check([]byte(head+tt.text), around)
		if tt.says == "" {
			if len(problems) != 0 {
				t.Errorf("%q: %+v, want nothing wrong", tt.text, problems)
			}
			continue
		}
		if len(problems) != 1 || problems[0].At.Line != tt.line || !strings.Contains(problems[0].Detail, tt.says) {
			t.Errorf("%q: %+v, want one problem at line %d: %s", tt.text, problems, tt.line, tt.says)
		}
	}
}

// TestCheckSorts: problems stand in the order of their lines, and are bounded.
func TestCheckSorts(t *testing.T) {
	text := head + "evaluated: {as_of: never}\nsources:\n" + strings.Repeat("  - \"x://\"\n", 1000) + "codes: 1\n"
	problems := Check([]byte(text), around)
	if len(problems) != maxChecked || !slices.IsSortedFunc(problems, func(a, b model.Problem) int { return a.At.Line - b.At.Line }) {
		t.Errorf("%d problems, want %d in order", len(problems), maxChecked)
	}
	if !strings.Contains(problems[0].Detail, "never") {
		t.Errorf("the first is %+v", problems[0])
	}
}

// drafted is the evidence file that is written for a card and files.
func draftOf(text string, names ...string) (*model.Node, []byte) {
	node := &model.Node{
		ID: "org/name\n# injected", FilesKnown: true, Card: card.Parse("README.md", []byte(text)),
		Files:   []model.File{{Path: "README.md", Size: 1}},
		License: model.License{Declared: []model.Declared{{ID: "other", Name: "ours: {x}"}}},
	}
	for _, name := range names {
		node.Files = append(node.Files, model.File{Path: name, Size: -1})
	}
	node.Evidence = Collect(node, func(string) ([]byte, error) { return []byte(text), nil })
	return node, Draft(node, today)
}

// TestDraft: what was shown is the answer, a hint is a comment, and the rest is
// unknown; the file that comes out is read without a problem, and adds nothing
// to what was found.
func TestDraft(t *testing.T) {
	text := front + "# X\n\n[training code](https://github.com/o/r)\n" + strings.Repeat("word ", minCardWords) + "\n"
	_, draft := draftOf(text, "model.safetensors")
	for _, want := range []string{
		"  # hint: README.md:6, a link beside words for training (https://github.com/o/r)\n  training: {availability: unknown, where: \"https://github.com/o/r\"}\n",
		"  # found: model.safetensors, the files of the weights\n  final: {availability: released, license: \"ours: {x}\", where: model.safetensors}\n",
		"  provenance: {level: unknown}\n",
		"as_of: 2026-01-02}\n",
	} {
		if !strings.Contains(string(draft), want) {
			t.Errorf("the draft lacks\n%s\nit is\n%s", want, draft)
		}
	}
	found, problems := collect(string(draft))
	if len(problems) != 0 {
		t.Errorf("problems %+v", problems)
	}
	for component, list := range found {
		for _, e := range list {
			shown := component == "parameters.final" || component == "documents.model_card"
			if word := e.Availability + e.Level; e.From == "evidence-file" && word != "unknown" && !shown {
				t.Errorf("%s: %+v", component, e)
			}
		}
	}
}

// FuzzDraft: whatever a card says, the draft is a sound evidence file that
// claims nothing but what was shown.
func FuzzDraft(f *testing.F) {
	f.Add(front+"# Data\n[a](https://huggingface.co/datasets/x)\n", "model.gguf")
	f.Add("---\ndatasets: [\"a\\nb: {\"]\n---\n# X\n[training](https://github.com/a/b\u2028c)\n", "x\n  final: {}\n.gguf")
	f.Fuzz(func(t *testing.T, text, name string) {
		node, draft := draftOf(text, name)
		found, problems := collect(string(draft))
		if len(problems) != 0 {
			t.Fatalf("problems %+v in\n%s", problems, draft)
		}
		for component, list := range found {
			for _, e := range list {
				if e.From != "evidence-file" || e.Availability+e.Level == "unknown" {
					continue
				}
				shown := slices.ContainsFunc(node.Evidence[component], func(o model.Evidence) bool {
					return o.Strength == model.Shown && o.Availability == e.Availability
				})
				if !shown {
					t.Errorf("%s: %+v in\n%s", component, e, draft)
				}
			}
		}
	})
}

// FuzzCheck: no file makes it fail, and what it says is bounded and has a line.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{head, head + "code: {training: {where: [./x, 3, {a: b}], used: [1]}}", head + "evaluated: &a {as_of: *a}", "a: &a [*a]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		problems := Check([]byte(text), around)
		if len(problems) > maxChecked {
			t.Errorf("%d problems", len(problems))
		}
		for _, p := range problems {
			if p.At.Line < 1 || p.Detail == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}
