// Package weights holds entail's reader of GGUF headers against the library
// that others use for it. The library is no dependency of entail: it reads
// files and its own HTTP connections alone, needs the whole header with all
// tensors, panics on some that are hostile (general.alignment of 0), and brings
// eleven modules.
package weights

import (
	"cmp"
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gpustack/gguf-parser-go"

	"github.com/entail-dev/entail/internal/testkit"
	"github.com/entail-dev/entail/internal/weights"
)

// TestAgainstLibrary: both read the same of the same file.
func TestAgainstLibrary(t *testing.T) {
	tokens := strings.Fields(strings.Repeat("word ", 5_000))
	files := map[string][]any{
		"empty": {},
		"full": {
			"general.architecture", "llama", "general.name", "A Model", "general.license", "other",
			"general.license.name", "own-terms", "general.license.link", "https://example.org/terms",
			"tokenizer.ggml.tokens", tokens, "general.file_type", uint32(15),
			"general.base_model.count", uint32(2),
			"general.base_model.0.repo_url", "https://huggingface.co/org/base",
			"general.base_model.1.name", "Other", "general.quantized", true,
		},
		"late": {"tokenizer.ggml.tokens", tokens, "general.license", "mit", "general.finetune", "Instruct"},
	}
	for name, pairs := range files {
		for version := uint32(1); version <= 3; version++ {
			path := filepath.Join(t.TempDir(), "model.gguf")
			data := testkit.GGUFOf(binary.LittleEndian, version, pairs...)
			if err := os.WriteFile(path, append(data, make([]byte, 64)...), 0o600); err != nil {
				t.Fatal(err)
			}
			want := library(t, path)
			got, err := weights.Read(weights.FormatGGUF, func(offset int64, n int) ([]byte, error) {
				from := min(offset, int64(len(data)))
				return data[from:min(int64(len(data)), from+int64(n))], nil
			}, 1<<20)
			if err != nil {
				t.Fatalf("%s, version %d: %v", name, version, err)
			}
			ours := strings.Join(append([]string{
				got.Architecture, got.Name, got.Finetune, got.License, got.LicenseName, got.LicenseLink,
			}, got.BaseModels...), "|")
			if ours != want {
				t.Errorf("%s, version %d:\n got %s\nwant %s", name, version, ours, want)
			}
		}
	}
}

// library is what the library reads of a file.
func library(t *testing.T, path string) string {
	t.Helper()
	file, err := gguf_parser.ParseGGUFFile(path)
	if err != nil {
		t.Fatal(err)
	}
	of := func(key string) string {
		if pair, ok := file.Header.MetadataKV.Get("general." + key); ok {
			return pair.ValueString()
		}
		return ""
	}
	said := []string{of("architecture"), of("name"), of("finetune"), of("license"), of("license.name"), of("license.link")}
	for i := range 2 {
		base := "base_model." + strconv.Itoa(i) + "."
		if one := cmp.Or(of(base+"repo_url"), of(base+"name")); one != "" {
			said = append(said, one)
		}
	}
	return strings.Join(said, "|")
}
