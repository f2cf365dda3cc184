package weights

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
)

// of reads a file that lies in memory.
func of(data []byte) ReadAt {
	return func(offset int64, n int) ([]byte, error) {
		from := min(offset, int64(len(data)))
		return data[from:min(int64(len(data)), from+int64(n))], nil
	}
}

// usual are the pairs that converters write.
func usual() []any {
	return []any{
		"general.architecture", "llama", "general.type", "model", "general.name", "A Model",
		"general.finetune", "Instruct", "general.license", "other",
		"general.license.name", "own-terms", "general.license.link", "https://example.org/terms",
		"general.base_model.count", uint32(2),
		"general.base_model.0.name", "Base", "general.base_model.0.organization", "Some Org",
		"general.base_model.0.repo_url", "https://huggingface.co/org/base",
		"general.base_model.1.name", "Other", "general.base_model.1.organization", "Some Org",
		"general.tags", []string{"text-generation"}, "general.quantized", true,
		"general.file_type", uint32(15),
		"tokenizer.ggml.tokens", []string{"a", "b", ""},
	}
}

func wanted() Header {
	return Header{
		Format: FormatGGUF, License: "other", LicenseName: "own-terms", LicenseLink: "https://example.org/terms",
		BaseModels: []string{"https://huggingface.co/org/base", "Some Org Other"},
		Name:       "A Model", Architecture: "llama", Finetune: "Instruct", Quantized: true, Whole: true,
	}
}

// TestGGUF reads each version and byte order alike.
func TestGGUF(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for version := range uint32(3) {
			got, err := Read(FormatGGUF, of(testkit.GGUFOf(order, version+1, usual()...)), 1<<20)
			if err != nil || !reflect.DeepEqual(got, wanted()) {
				t.Errorf("version %d, %v: %+v, %v", version+1, order, got, err)
			}
		}
	}
}

func TestGGUFKinds(t *testing.T) {
	for _, tt := range []struct {
		name               string
		pairs              []any
		quantized, adapter bool
	}{
		{"nothing said", nil, false, false},
		{"four bits", []any{"general.file_type", uint32(2)}, true, false},
		{"whole", []any{"general.file_type", uint32(0)}, false, false},
		{"half", []any{"general.file_type", uint32(1)}, false, false},
		{"brain half", []any{"general.file_type", uint32(32)}, false, false},
		{"adapter", []any{"general.type", "adapter"}, false, true},
	} {
		got, err := Read(FormatGGUF, of(testkit.GGUF(tt.pairs...)), 1<<20)
		if err != nil || got.Quantized != tt.quantized || got.Adapter != tt.adapter {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
	}
}

// TestLimit: what stands within the limit is read, and that there is more is
// said.
func TestLimit(t *testing.T) {
	many := make([]string, 20_000)
	for i := range many {
		many[i] = fmt.Sprint("token ", i)
	}
	data := testkit.GGUF(append(usual(), "tokenizer.ggml.merges", many, "general.late", "x")...)
	asked := 0
	read := func(offset int64, n int) ([]byte, error) {
		asked++
		return of(data)(offset, n)
	}
	got, err := Read(FormatGGUF, read, block)
	want := wanted()
	want.Whole = false
	if err != nil || !reflect.DeepEqual(got, want) || asked != 1 {
		t.Errorf("%d reads, %+v, %v", asked, got, err)
	}
	if got, err := Read(FormatGGUF, of(data), 16<<20); err != nil || !got.Whole {
		t.Errorf("with room for all of it: %+v, %v", got, err)
	}
}

// TestErrors: headers that are none, or that lie about what follows.
func TestErrors(t *testing.T) {
	long := strings.Repeat("x", 3*maxText)
	for _, tt := range []struct {
		name, format string
		data         []byte
		want         error
	}{
		{"empty", FormatGGUF, nil, io.ErrUnexpectedEOF},
		{"short", FormatGGUF, []byte("GGUF"), io.ErrUnexpectedEOF},
		{"another file", FormatGGUF, []byte("PK\x03\x04 and so on"), ErrFormat},
		{"a version to come", FormatGGUF, testkit.GGUFOf(binary.LittleEndian, 4), ErrFormat},
		{"a count that lies", FormatGGUF, append(testkit.GGUF()[:16], 255, 255, 255, 255, 255, 255, 255, 255), io.ErrUnexpectedEOF},
		{"an unknown type", FormatGGUF, unknownType(), ErrFormat},
		{"cut", FormatGGUF, testkit.GGUF("general.name", long)[:200], io.ErrUnexpectedEOF},
		{"no length", FormatSafetensors, []byte{1, 2}, io.ErrUnexpectedEOF},
		{"a length that lies", FormatSafetensors, []byte("\xff\xff\xff\xff\xff\xff\xff\xff{}"), ErrFormat},
		{"no object", FormatSafetensors, []byte("\x03\x00\x00\x00\x00\x00\x00\x00[1]"), ErrFormat},
		{"no JSON", FormatSafetensors, []byte("\x03\x00\x00\x00\x00\x00\x00\x00{a}"), ErrFormat},
		{"a number for a text", FormatSafetensors, []byte("\x20\x00\x00\x00\x00\x00\x00\x00{\"__metadata__\":{\"license\":1234}}"), ErrFormat},
		{"no format", "onnx", []byte("x"), ErrFormat},
	} {
		if got, err := Read(tt.format, of(tt.data), 1<<20); !errors.Is(err, tt.want) || got.Whole {
			t.Errorf("%s: %+v, error %v, want %v", tt.name, got, err, tt.want)
		}
	}
	failing := errors.New("no connection")
	if _, err := Read(FormatGGUF, func(int64, int) ([]byte, error) { return nil, failing }, 1<<20); !errors.Is(err, failing) {
		t.Errorf("error %v, want that of the reader", err)
	}
}

func unknownType() []byte {
	data := testkit.GGUF("a", uint32(1))
	data[len(data)-8] = 99
	return data
}

func TestSafetensors(t *testing.T) {
	for _, tt := range []struct {
		name string
		said map[string]string
		want Header
	}{
		{"nothing", map[string]string{"format": "pt"}, Header{}},
		{"the specification's keys", map[string]string{
			"modelspec.license": "apache-2.0", "modelspec.title": "A\nModel", "modelspec.architecture": "flux/lora",
			"modelspec.merged_from": "org/a, org/b, org/a",
		}, Header{License: "apache-2.0", Name: "AModel", Architecture: "flux/lora", Adapter: true, BaseModels: []string{"org/a", "org/b"}}},
		{"a trainer's keys", map[string]string{
			"ss_sd_model_name": "org/base", "ss_network_module": "networks.lora", "license": "mit",
		}, Header{License: "mit", Adapter: true, BaseModels: []string{"org/base"}}},
	} {
		tt.want.Format, tt.want.Whole = FormatSafetensors, true
		if got, err := Read(FormatSafetensors, of(testkit.Safetensors(tt.said)), 1<<20); err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
	}
	// Metadata may follow the tensors, and be longer than is read.
	late := `{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"__metadata__":{"license":"mit","x":"` + strings.Repeat("y", 9<<10) + `"}}`
	data := append(binary.LittleEndian.AppendUint64(nil, uint64(len(late))), late...)
	got, err := Read(FormatSafetensors, of(data), 4<<10)
	if err != nil || got.License != "mit" || got.Whole {
		t.Errorf("metadata beyond the limit: %+v, %v", got, err)
	}
}

// TestClean: what a header says stays short and in one line.
func TestClean(t *testing.T) {
	data := testkit.GGUF("general.name", "a\x1b[31m\nb\xff"+strings.Repeat("é", maxText))
	got, err := Read(FormatGGUF, of(data), 1<<20)
	if err != nil || len(got.Name) > maxText || !strings.HasPrefix(got.Name, "a[31mbé") {
		t.Errorf("%q, %v", got.Name, err)
	}
}

func TestFormat(t *testing.T) {
	for name, want := range map[string]string{
		"model.gguf": FormatGGUF, "a/B.GGUF": FormatGGUF, "model.safetensors": FormatSafetensors,
		"model.safetensors.index.json": "", "gguf": "", "model.bin": "",
	} {
		if got := Format(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// FuzzRead: whatever the bytes, a header is read within its limit and with its
// bounds kept.
func FuzzRead(f *testing.F) {
	f.Add([]byte(nil), true)
	f.Add(testkit.GGUF(usual()...), true)
	f.Add(testkit.GGUFOf(binary.BigEndian, 1, usual()...), true)
	f.Add(unknownType(), true)
	f.Add(testkit.Safetensors(map[string]string{"license": "mit", "base_model": "org/a"}), false)
	f.Fuzz(func(t *testing.T, data []byte, first bool) {
		const limit = 100 << 10
		var asked int64
		read := func(offset int64, n int) ([]byte, error) {
			if asked = max(asked, offset+int64(n)); asked > limit || n > block || offset < 0 {
				t.Fatalf("asks for %d bytes at %d of %d", n, offset, limit)
			}
			return of(data)(offset, n)
		}
		format := FormatGGUF
		if !first {
			format = FormatSafetensors
		}
		h, err := Read(format, read, limit)
		if err != nil && h.Whole {
			t.Errorf("whole, with the error %v", err)
		}
		if len(h.BaseModels) > maxBases || slices.Contains(h.BaseModels, "") {
			t.Errorf("base models %q", h.BaseModels)
		}
		for _, text := range append(h.BaseModels, h.License, h.LicenseName, h.LicenseLink, h.Name) {
			if len(text) > 2*maxText+1 || strings.ContainsAny(text, "\n\x1b\x00") {
				t.Errorf("text %q", text)
			}
		}
	})
}
