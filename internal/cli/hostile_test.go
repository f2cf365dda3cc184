package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// hostile is one release that nobody would make by intent, or only with a bad
// one.
type hostile struct {
	name string
	// files are contents by path. A path that ends in / is a folder.
	files map[string]string
	// rules are all rules that find something, each with its level.
	rules []string
	// says are pieces of the text report.
	says []string
	code int
}

const good = "---\nlicense: mit\n---\nA model.\n"

func card(lines ...string) map[string]string {
	return map[string]string{"README.md": "---\n" + strings.Join(lines, "\n") + "\n---\nA model.\n", "model.safetensors": "x"}
}

func files(pairs ...string) map[string]string {
	all := map[string]string{"model.safetensors": "x"}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return all
}

// cards whose front matter or bytes are bad.
var badCards = []hostile{
	{
		name: "no card", files: files(),
		rules: []string{"error card/missing"}, says: []string{"there is no README.md"}, code: 1,
	}, {
		name: "card is a folder", files: files("README.md/", ""),
		rules: []string{"error card/missing"}, says: []string{"there is no README.md"}, code: 1,
	}, {
		name: "empty card", files: files("README.md", ""),
		rules: []string{"error card/malformed"}, says: []string{"the card is empty"}, code: 1,
	}, {
		name: "blank card", files: files("README.md", " \n\t\n"),
		rules: []string{"error card/malformed"}, says: []string{"the card is empty"}, code: 1,
	}, {
		name: "no front matter", files: files("README.md", "# A model\n"),
		rules: []string{"error card/malformed"}, says: []string{"no front matter"}, code: 1,
	}, {
		name: "empty front matter", files: files("README.md", "---\n---\nA model.\n"),
		rules: []string{"error card/malformed"}, code: 1,
	}, {
		name: "front matter is a list", files: card("- license", "- mit"),
		rules: []string{"error card/malformed"}, says: []string{"is a list"}, code: 1,
	}, {
		name: "front matter is text", files: card("license mit"),
		rules: []string{"error card/malformed"}, says: []string{`the text "license mit"`}, code: 1,
	}, {
		name: "unclosed", files: files("README.md", "---\nlicense: mit\nA model.\n"),
		rules: []string{"error card/malformed"}, says: []string{"is not closed"}, code: 1,
	}, {
		name: "duplicate key", files: card("license: mit", "license: apache-2.0"),
		rules: []string{"note card/malformed"}, says: []string{"license"}, code: 0,
	}, {
		name: "alias bomb", files: card(bomb(12)...),
		rules: []string{"error card/malformed"}, says: []string{"alias"}, code: 1,
	}, {
		name: "deep nesting", files: card("license: mit", "x: "+strings.Repeat("[", 10_000)),
		rules: []string{"error card/malformed"}, says: []string{"nested deeper"}, code: 1,
	}, {
		name: "50 MB card", files: files("README.md", good+strings.Repeat("words of a long card. ", 50<<20/22)),
		rules: []string{"error card/malformed"}, says: []string{"larger than 8 MiB"}, code: 1,
	}, {
		name: "50 MB front matter", files: files("README.md", "---\nlicense: mit\nx: "+strings.Repeat("y", 50<<20)+"\n---\n"),
		rules: []string{"error card/malformed"}, says: []string{"larger than 8 MiB"}, code: 1,
	}, {
		name: "UTF-16", files: files("README.md", toUTF16(good)),
		rules: []string{"warning card/malformed"}, says: []string{"UTF-16", "mit"}, code: 0,
	}, {
		name: "CRLF", files: files("README.md", strings.ReplaceAll(good, "\n", "\r\n")), code: 0,
	}, {
		name: "bare CR", files: files("README.md", strings.ReplaceAll(good, "\n", "\r")),
		rules: []string{"error license/missing", "note card/malformed"}, code: 1,
	}, {
		name: "BOM", files: files("README.md", "\ufeff"+good),
		rules: []string{"warning card/malformed"}, says: []string{"byte-order mark"}, code: 0,
	}, {
		name: "NUL bytes", files: files("README.md", good+"\x00\x00\x00"),
		rules: []string{"error card/malformed"}, says: []string{"NUL"}, code: 1,
	}, {
		name: "not UTF-8", files: files("README.md", good+"\xff\xfe\x80"),
		rules: []string{"warning card/malformed"}, says: []string{"not UTF-8"}, code: 0,
	}, {
		name: "random bytes", files: files("README.md", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
		rules: []string{"error card/malformed", "warning card/malformed"}, code: 1,
	},
}

// values of keys that are not what the key is for.
var badValues = []hostile{
	{
		name: "base is a path", files: card("license: mit", "base_model: ./checkpoints/last"),
		rules: []string{"warning card/malformed", "warning lineage/unresolved"}, says: []string{"./checkpoints/last"},
	}, {
		name: "base is an absolute path", files: card("license: mit", "base_model: /data/models/base"),
		rules: []string{"warning card/malformed", "warning lineage/unresolved"}, says: []string{"/data/models/base"},
	}, {
		name: "base is an address elsewhere", files: card("license: mit", "base_model: https://example.org/org/name"),
		rules: []string{"warning card/malformed", "warning lineage/unresolved"}, says: []string{"https://example.org/org/name"},
	}, {
		name: "base is an address of the Hub", files: card("license: apache-2.0", "base_model: https://huggingface.co/mistralai/Mistral-7B-v0.1"),
		rules: []string{"note lineage/owed-obligation"}, says: []string{"fine-tuned from mistralai/Mistral-7B-v0.1 apache-2.0"},
	}, {
		name: "base is a number", files: card("license: mit", "base_model: 42"),
		rules: []string{"warning card/malformed", "warning lineage/unresolved"}, says: []string{`"42" is a number`},
	}, {
		name: "base is a mapping", files: card("license: mit", "base_model: {name: org/name}"),
		rules: []string{"warning card/malformed", "warning lineage/unresolved"}, says: []string{"a mapping"},
	}, {
		name: "base is empty", files: card("license: mit", "base_model:"),
	}, {
		name: "base is an empty list", files: card("license: mit", "base_model: []"),
	}, {
		name: "base is itself", files: withFile(card("license: mit", "base_model: acme/self"), "entail.yaml", "model: acme/self\n"),
		rules: []string{"warning lineage/cycle"}, says: []string{"acme/self names itself as its base model"},
	}, {
		name: "10,000 bases", files: card("license: mit", "base_model:\n"+numbered(10_000)),
		rules: []string{"warning card/malformed", "warning lineage/unresolved"}, says: []string{"base_model lists 10000 models", "and 217 more"},
	}, {
		name: "the same base 300 times", files: card("license: apache-2.0", "base_model:\n"+strings.Repeat("- mistralai/Mistral-7B-v0.1\n", 300)),
		rules: []string{"note lineage/owed-obligation", "warning card/malformed"}, says: []string{"base_model lists 300 models"},
	}, {
		name: "license is a number", files: card("license: 2.0"),
		rules: []string{"error license/unknown-id", "warning card/malformed"}, code: 1,
	}, {
		name: "license is a mapping", files: card("license: {name: mit}"),
		rules: []string{"error license/missing", "warning card/malformed"}, code: 1,
	}, {
		name: "license is huge", files: card("license: " + strings.Repeat("mit-", 200_000)),
		rules: []string{"error license/unknown-id"}, code: 1,
	}, {
		name: "ten thousand licences", files: card("license:", strings.Repeat("- mit\n", 10_000)),
	}, {
		name: "license_link leads out of the folder", files: card("license: other", "license_name: own", "license_link: ../../../../etc/passwd"),
		rules: []string{"warning license/text-missing", "warning license/unknown-id"},
	}, {
		name: "LICENSE is a folder", files: withFile(card("license: mit"), "LICENSE/", ""),
	}, {
		name: "LICENSE is 50 MB", files: withFile(card("license: mit"), "LICENSE", strings.Repeat("terms and conditions\n", 50<<20/21)),
	}, {
		name: "LICENSE is binary", files: withFile(card("license: mit"), "LICENSE", strings.Repeat("\x00\x01\xfe\xff", 4096)),
		rules: []string{"warning license/unrecognised-text"},
	}, {
		name: "LICENSE is empty", files: withFile(card("license: mit"), "LICENSE", ""),
		rules: []string{"warning license/unrecognised-text"},
	}, {
		name: "300 licence files", files: manyLicenses(card("license: mit"), 300),
	},
}

// evidence files that are none.
var badEvidence = []hostile{
	evidenceOf("empty", "", "not a mapping"),
	evidenceOf("text", "words", "not a mapping"),
	evidenceOf("a list", "- schema: osaid-evidence/1\n", "not a mapping"),
	evidenceOf("not YAML", "schema: [osaid-evidence/1\n", "not valid YAML"),
	evidenceOf("without schema", "code: {}\n", "no line `schema: osaid-evidence/1`"),
	evidenceOf("another schema", "schema: osaid-evidence/9\n", "no line `schema: osaid-evidence/1`"),
	evidenceOf("a section that is a list", "schema: osaid-evidence/1\ncode: [training]\n", "code is not a mapping"),
	evidenceOf("a statement that is text", "schema: osaid-evidence/1\ncode: {training: released}\n", "code.training is not a mapping"),
	evidenceOf("an unknown availability", "schema: osaid-evidence/1\ncode: {training: {availability: yes-of-course}}\n", `"yes-of-course"`),
	evidenceOf("an unknown level", "schema: osaid-evidence/1\ndata_information: {description: {level: lots}}\n", `"lots"`),
	evidenceOf("an unknown section", "schema: osaid-evidence/1\ncodes: {training: {availability: released}}\n", "codes"),
	evidenceOf("an unknown component", "schema: osaid-evidence/1\ncode: {trainning: {availability: released}}\n", "trainning"),
	evidenceOf("an alias bomb", "schema: osaid-evidence/1\n"+strings.Join(bomb(12), "\n")+"\n", `unknown key "a0"`),
	evidenceOf("deep nesting", "schema: osaid-evidence/1\nx: "+strings.Repeat("[", 500_000), ""),
	evidenceOf("2 MB", "schema: osaid-evidence/1\n"+strings.Repeat("#", 2<<20), "larger than 1024 KiB"),
	evidenceOf("50 MB", "schema: osaid-evidence/1\n"+strings.Repeat("#", 50<<20), "larger than 8 MiB"),
	evidenceOf("NUL bytes", "\x00\x00\x00", "not valid YAML"),
	evidenceOf("UTF-16 cut short", "\xff\xfes", ""),
}

func evidenceOf(name, text, says string) hostile {
	h := hostile{
		name: "evidence: " + name, files: withFile(card("license: mit"), "entail-evidence.yaml", text),
		rules: []string{"warning card/malformed"}, says: []string{"entail-evidence.yaml", "PASS"},
	}
	if says != "" {
		h.says = append(h.says, says)
	}
	return h
}

// attacks try to write to the terminal, or to look like the report's own lines.
var attacks = []hostile{
	{
		name: "escapes in the licence", files: card(`license: "\e[2J\e[31mmit\a"`),
		rules: []string{"error license/unknown-id"}, says: []string{`\u001b[2J`}, code: 1,
	}, {
		name: "escapes in a base", files: card("license: mit", `base_model: "org/\e]0;title\a"`),
		rules: []string{"warning card/malformed", "warning lineage/unresolved"}, says: []string{`\u001b]0;title`},
	}, {
		name: "bidi marks in a base", files: card("license: mit", "base_model: \"org/\u202egnp.exe\u2066\""),
		rules: []string{"warning card/malformed", "warning lineage/unresolved"}, says: []string{`\u202egnp`},
	}, {
		name: "C1 controls", files: card("license: \"\u009b31mmit\""),
		rules: []string{"error license/unknown-id"}, code: 1,
	}, {
		name: "zero width", files: card("license: \"m\u200bi\u2060t\""),
		rules: []string{"error license/unknown-id"}, code: 1,
	}, {
		name: "a forged verdict in the licence", files: card(`license: "x\n\nPASS  acme/model  0 errors"`),
		rules: []string{"error license/unknown-id"}, code: 1,
	}, {
		name: "a forged verdict in a base", files: card("license: mit", `base_model: "x\r\nPASS  acme/model"`),
		rules: []string{"warning card/malformed", "warning lineage/unresolved"},
	}, {
		name: "a forged verdict by other line ends", files: card("license: \"x\u2028PASS\u2029PASS\u0085PASS\x0bPASS\""),
		rules: []string{"error card/malformed"}, code: 1,
	}, {
		name: "a file with a forged name", files: withFile(card("license: mit"), "LICENSE\nPASS  acme \x1b[31m", "words"),
	}, {
		name: "a mention with escapes", files: files("README.md", good+"This model was fine-tuned from Llama 2\x1b[8m hidden \x1b[0m\u202e.\n"),
		rules: []string{"warning lineage/undeclared-base"},
	}, {
		name: "an evidence file with escapes", files: withFile(card("license: mit"), "entail-evidence.yaml",
			"schema: osaid-evidence/1\n\"\\e[31mcode\\nPASS\": {}\n"),
		rules: []string{"warning card/malformed"},
	},
}

func withFile(all map[string]string, name, text string) map[string]string {
	all[name] = text
	return all
}

func manyLicenses(all map[string]string, n int) map[string]string {
	for i := range n {
		all[fmt.Sprintf("LICENSE-%03d", i)] = "words"
	}
	return all
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "- org/model-%d\n", i)
	}
	return b.String()
}

// bomb is YAML of a few lines that stands for 10^levels values.
func bomb(levels int) []string {
	lines := []string{"license: mit", "a0: &a0 [x,x,x,x,x,x,x,x,x,x]"}
	for i := 1; i < levels; i++ {
		lines = append(lines, fmt.Sprintf("a%d: &a%d [%s]", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ",")))
	}
	return lines
}

func toUTF16(text string) string {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

// TestHostile checks releases that are broken in every way that was thought of:
// each gives the findings listed and no other, the rest of the check goes on,
// and what was read does not reach the terminal raw.
func TestHostile(t *testing.T) {
	for _, h := range slices.Concat(badCards, badValues, badEvidence, attacks) {
		t.Run(h.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "release")
			write(t, folder, h.files)
			text := entail(t, nil, "check", "--offline", folder)
			document := entail(t, nil, "check", "--offline", "--format", "json", folder)
			if text.code != h.code || document.code != h.code || text.stderr != "" {
				t.Errorf("exit codes %d (text) and %d (JSON), stderr %q; want %d and nothing\n%.2000s",
					text.code, document.code, text.stderr, h.code, text.stdout)
			}
			inert(t, text.stdout)
			inert(t, document.stdout)
			one := parse(t, document.stdout).Results[0]
			if got := rules(one); !slices.Equal(got, h.rules) {
				t.Errorf("rules that found something:\n got %q\nwant %q\n%.2000s", got, h.rules, text.stdout)
			}
			for _, piece := range h.says {
				if !strings.Contains(joined(text.stdout), piece) {
					t.Errorf("the report does not say %q:\n%.2000s", piece, text.stdout)
				}
			}
			wantOneVerdict(t, text.stdout)
		})
	}
}

// joined undoes the breaking of lines.
func joined(text string) string { return strings.Join(strings.Fields(text), " ") }

// write makes a folder of files.
func write(t testing.TB, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// inert wants text that a terminal only prints: UTF-8, no control characters
// but line ends, nothing that reorders or hides.
func inert(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Error("the output is not UTF-8")
	}
	for i, r := range text {
		if r == '\n' {
			continue
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			t.Errorf("the output holds %U: %q", r, text[max(0, i-40):min(len(text), i+40)])
			return
		}
	}
}

// wantOneVerdict wants one line only to start as a verdict does.
func wantOneVerdict(t *testing.T, text string) {
	t.Helper()
	n := 0
	for line := range strings.Lines(text) {
		for _, word := range []string{"PASS", "FAIL", "INCOMPLETE"} {
			if strings.HasPrefix(line, word) {
				n++
			}
		}
	}
	if n != 1 {
		t.Errorf("%d lines look like a verdict, want 1:\n%s", n, text)
	}
}

// TestHostileFolder keeps a folder's own name from the terminal, and reads
// nothing outside it.
func TestHostileFolder(t *testing.T) {
	parent := t.TempDir()
	folder := filepath.Join(parent, "x\x1b[31m\nPASS\u202e")
	write(t, folder, map[string]string{"README.md": good})
	got := entail(t, nil, "check", "--offline", folder)
	inert(t, got.stdout)
	wantOneVerdict(t, got.stdout)

	for _, arg := range []string{folder + "/README.md", folder + "/gone", "\x1b[31m\nx"} {
		got := entail(t, nil, "check", "--offline", arg)
		if got.code != ExitUsage || got.stdout != "" || strings.Count(got.stderr, "\n") != 2 {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q", arg, got.code, got.stdout, got.stderr)
		}
		inert(t, got.stderr)
	}
	write(t, filepath.Join(parent, "y"), map[string]string{"README.md": good, "entail.yaml": "\"\\e[31m\\nPASS\": 1\n"})
	got = entail(t, nil, "check", "--offline", filepath.Join(parent, "y"))
	if got.code != ExitUsage {
		t.Errorf("exit code %d, want %d", got.code, ExitUsage)
	}
	inert(t, got.stderr)
}

// TestHostileLinks follows no symbolic link out of the folder.
func TestHostileLinks(t *testing.T) {
	parent := t.TempDir()
	write(t, parent, map[string]string{"secret": "---\nlicense: secret-word\n---\n"})
	for _, name := range []string{"README.md", "LICENSE", "entail-evidence.yaml"} {
		folder := filepath.Join(parent, "with-"+name)
		write(t, folder, map[string]string{"model.safetensors": "x"})
		if name != "README.md" {
			write(t, folder, map[string]string{"README.md": good})
		}
		if err := os.Symlink(filepath.Join(parent, "secret"), filepath.Join(folder, name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
		for _, format := range []string{"text", "json"} {
			got := entail(t, nil, "check", "--offline", "--format", format, folder)
			if strings.Contains(got.stdout+got.stderr, "secret-word") {
				t.Errorf("%s: a link out of the folder was followed:\n%s", name, got.stdout)
			}
			if name == "README.md" && got.code != ExitFindings {
				t.Errorf("a card that cannot be read: exit code %d\n%s", got.code, got.stdout)
			}
		}
	}
}
