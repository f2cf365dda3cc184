package license

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := load(embedded); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIdentify(b *testing.B) {
	dir := filepath.Join(corpusDir(b), "licenses")
	for _, key := range []string{"mit", "apache-2.0", "llama3.1", "cc-by-nc-4.0", "gpl-3.0"} {
		files, err := filepath.Glob(filepath.Join(dir, key, "*.txt"))
		if err != nil || len(files) == 0 {
			b.Fatalf("no text of %s: %v", key, err)
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			b.Fatal(err)
		}
		b.Run(key, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Identify("LICENSE", text)
			}
		})
	}
}

func BenchmarkIdentifyLargest(b *testing.B) {
	mit := corpusText(b, "mit")
	for name, text := range map[string][]byte{
		"one licence again and again": bytes.Repeat(mit, MaxTextBytes/len(mit)),
		"words":                       bytes.Repeat([]byte("lorem ipsum dolor sit amet\n"), MaxTextBytes/27),
		"one line":                    []byte(strings.Repeat("a(", MaxTextBytes/2)),
		"tags":                        []byte(strings.Repeat("<script><!--", MaxTextBytes/12)),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Identify("LICENSE", text)
			}
		})
	}
}

// corpusText is a text of one licence of the corpus.
func corpusText(tb testing.TB, key string) []byte {
	tb.Helper()
	for _, s := range corpusSamples(tb) {
		if s.ID == key && !s.Notice {
			return s.Text
		}
	}
	tb.Fatalf("no text of %s", key)
	return nil
}
