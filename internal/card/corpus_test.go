package card

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// corpusDir finds the collection of real texts that tests read in place. It
// is not part of the repository.
func corpusDir(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("ENTAIL_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no corpus at hand: set ENTAIL_CORPUS to the folder that holds %s", name)
	}
	return dir
}

// knownDifferences are the cards where we read otherwise than the index of
// the corpus says, and why.
var knownDifferences = map[string]string{
	"lighteternal__stsb-xlm-r-greek-transfer.md": "tabs indent a flow list: YAML 1.2 allows that and the index's loader does not",
	"NbAiLab__whisper-large-v2-nob.md":           "a tab ends a value's line: YAML 1.2 allows that and the index's loader does not",
}

// declared writes a card's licence and base models as the index does.
func declared(c model.Card) (license string, bases []string) {
	ids, name, _ := LicenseFields(c.Metadata)
	license = strings.Join(ids, ",")
	if name != "" {
		license = strings.TrimSpace(license + " [" + name + "]")
	}
	for _, b := range BaseModels(c) {
		if b.Problem != nil && strings.HasPrefix(b.Value, "/") {
			b.Value = "(absolute local path)"
		}
		if b.Value != "" {
			bases = append(bases, b.Value)
		}
	}
	return license, bases
}

// TestCorpus compares the declared licence and the base models of every real
// card with the index, which a YAML 1.1 safe loader made.
func TestCorpus(t *testing.T) {
	dir := corpusDir(t, "cards")
	index, err := os.ReadFile(filepath.Join(dir, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	cards, licensed, based, sections, links := 0, 0, 0, 0, 0
	for i, row := range strings.Split(strings.TrimSuffix(string(index), "\n"), "\n") {
		col := strings.Split(row, "\t")
		if i == 0 {
			continue
		}
		file, wantLicense, wantBases := col[0], col[5], col[6]
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		c := Parse(file, data)
		cards++
		sections += len(c.Sections)
		links += len(c.Links)
		for _, p := range c.Problems {
			kinds[p.Kind]++
		}
		license, bases := declared(c)
		wantBases = strings.ReplaceAll(wantBases, "https://huggingface.co/", "")
		got, want := license+" | "+strings.Join(bases, ","), wantLicense+" | "+wantBases
		if license != "" {
			licensed++
		}
		if len(bases) > 0 {
			based++
		}
		why, known := knownDifferences[file]
		switch {
		case got != want && !known:
			t.Errorf("%s:\n got %s\nwant %s\nproblems %v", file, got, want, c.Problems)
		case got == want && known:
			t.Errorf("%s: no longer differs (%s)", file, why)
		}
	}
	t.Logf("%d cards: %d declare a licence, %d a base model; %d sections, %d links; problems %v",
		cards, licensed, based, sections, links, kinds)
	if cards < 300 {
		t.Errorf("only %d cards in the corpus; expected some 350", cards)
	}
}
