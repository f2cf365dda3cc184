package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

var day = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// everything is a snapshot in which each field has a value.
func everything() *source.Snapshot {
	files := map[string]string{"README.md": "a card", "LICENSE": "a licence", "model.gguf": "GGUF and so on", "empty": ""}
	s := &source.Snapshot{
		ID: "a/base", Published: true, Kind: model.Model, Source: "hub", AsOf: "2026", Revision: "abc",
		State: model.Resolved, Detail: "a part", Files: []model.File{{Path: "README.md", Size: 6}}, FilesKnown: true,
		Metadata: map[string]any{"license": "mit", "n": 1.5, "list": []any{"x", nil, true}}, Tags: []string{"t"},
		Bases:        []source.Base{{Ref: model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: "o/n"}, Relation: model.Merge, From: model.FromHub, Written: "o/n", Claims: []model.Claim{{From: model.FromHub, Relation: model.Merge}}, At: &model.Position{File: "x", Line: 2}}},
		BasesUnknown: true, Task: "text-generation", Gated: "auto", CreatedAt: "2025", Downloads: 7,
		Texts:    []model.LicenseText{{File: "LICENSE", ID: "mit", Coverage: 1, SHA256: "x", Added: []model.AddedSpan{}}},
		Declared: []model.Declared{{ID: "mit", From: model.FromCard}},
		Unread:   []model.Unread{{File: "COPYING", State: model.Failed}},
	}
	s.Near = beside{s}
	s.Locate = func(written string) (model.Ref, error) {
		if written == "../base" {
			return model.Ref{Kind: model.Model, Host: model.OnDisk, ID: "/home/somebody/base"}, nil
		}
		return model.Ref{}, errors.New("leads to no folder that is there")
	}
	s.Read = func(_ context.Context, path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		err := map[string]error{"huge": source.ErrTooLarge, "odd": errors.New("it broke")}[path]
		if err == nil {
			err = source.ErrNotExist
		}
		return nil, &source.ReadError{ID: s.ID, Path: path, State: model.Failed, Err: err}
	}
	s.ReadAt = func(ctx context.Context, path string, offset int64, n int) ([]byte, error) {
		text, err := s.Read(ctx, path)
		if err != nil {
			return nil, err
		}
		text = text[min(offset, int64(len(text))):]
		return text[:min(n, len(text))], nil
	}
	return s
}

// beside is a folder beside another.
type beside struct{ s *source.Snapshot }

func (beside) Name() string { return "dir" }

func (b beside) Fetch(ctx context.Context, _ model.Ref) (*source.Snapshot, error) {
	s := *b.s
	s.ID, s.Source = "dir:base", "dir"
	return &s, ctx.Err()
}

// recorded is a recording of a subject with one ancestor.
func recorded(t testing.TB) *Archive {
	t.Helper()
	recorder := NewRecorder(func(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
		if ref.ID == "a/base" {
			return everything(), ctx.Err()
		}
		return &source.Snapshot{ID: ref.ID, Kind: model.Model, Source: "hub", State: model.RateLimited, Detail: "too many", Read: source.NoFiles(ref.ID, model.RateLimited)}, ctx.Err()
	})
	subject := everything()
	subject.ID, subject.Source, subject.ReadAt = "own/release", "dir", nil
	recording := recorder.Subject(subject)
	read := func(s *source.Snapshot, paths ...string) {
		for _, path := range paths {
			_, _ = s.Read(t.Context(), path)
		}
	}
	read(recording.Snapshot, "LICENSE", "none")
	_, _ = recording.Snapshot.Locate("../none")
	folder, err := recording.Snapshot.Locate("../base")
	if err != nil {
		t.Fatal(err)
	}
	near, err := recording.Snapshot.Near.Fetch(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	read(near, "README.md")
	for _, id := range []string{"z/limited", "a/base"} {
		s, err := recorder.Fetch(t.Context(), model.Ref{Kind: model.Model, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		read(s, "LICENSE", "none", "huge", "odd", "empty", "LICENSE")
		if s.ReadAt != nil {
			_, _ = s.ReadAt(t.Context(), "model.gguf", 2, 6)
			_, _ = s.ReadAt(t.Context(), "none", 0, 6)
		}
	}
	return recording.Archive("entail test", day)
}

// both gives an archive as it is read back from a file and from a folder.
func both(t testing.TB, a *Archive) map[string]*Archive {
	t.Helper()
	packed, err := a.Pack()
	if err != nil {
		t.Fatal(err)
	}
	file, err := Unpack("x.tar.zst", bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	folder, err := OpenFolder("x", asFolder(t, a))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*Archive{"file": file, "folder": folder}
}

func asFolder(t testing.TB, a *Archive) fstest.MapFS {
	t.Helper()
	files, err := a.Files()
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for name, data := range files {
		folder[name] = &fstest.MapFile{Data: data}
	}
	return folder
}

// TestReplay: what is asked again is answered as it was.
func TestReplay(t *testing.T) {
	for how, a := range both(t, recorded(t)) {
		got, err := a.Fetch(t.Context(), model.Ref{ID: "a/base"})
		if err != nil {
			t.Fatal(err)
		}
		want := everything()
		for path, fine := range map[string]bool{"README.md": true, "LICENSE": true, "empty": true, "none": false, "huge": false, "odd": false} {
			x, xErr := got.Read(t.Context(), path)
			y, yErr := want.Read(t.Context(), path)
			if string(x) != string(y) || (xErr == nil) != fine || fmt.Sprint(xErr) != fmt.Sprint(yErr) {
				t.Errorf("%s: %s: %q, %v; want %q, %v", how, path, x, xErr, y, yErr)
			}
			for _, cause := range causes {
				if errors.Is(xErr, cause) != errors.Is(yErr, cause) {
					t.Errorf("%s: %s: %v is %v: %t", how, path, xErr, cause, errors.Is(xErr, cause))
				}
			}
		}
		for _, tt := range []struct {
			path   string
			offset int64
			n      int
			want   string
			fails  bool
		}{
			{"model.gguf", 2, 6, "UF and", false}, {"model.gguf", 4, 2, " a", false}, {"LICENSE", 2, 3, "lic", false}, {"LICENSE", 900, 3, "", false},
			{"model.gguf", 2, 7, "", true}, {"model.gguf", 0, 2, "", true}, {"none", 0, 6, "", true}, {"never", 0, 1, "", true},
			{"model.gguf", -1, 1, "", true}, {"model.gguf", 2, -1, "", true}, {"model.gguf", 1<<63 - 1, 1 << 30, "", true},
		} {
			part, err := got.ReadAt(t.Context(), tt.path, tt.offset, tt.n)
			if string(part) != tt.want || (err != nil) != tt.fails {
				t.Errorf("%s: %d bytes of %s from %d: %q, %v", how, tt.n, tt.path, tt.offset, part, err)
			}
		}
		got.Read, got.ReadAt, want.Read, want.ReadAt = nil, nil, nil, nil
		got.Near, got.Locate, want.Near, want.Locate = nil, nil, nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v\nwant %+v", how, got, want)
		}
		for id, state := range map[string]model.State{"z/limited": model.RateLimited, "un/known": model.Offline, "own/release": model.Resolved} {
			if s, err := a.Fetch(t.Context(), model.Ref{Kind: model.Model, ID: id}); err != nil || s.State != state || id != "own/release" && s.Read == nil {
				t.Errorf("%s: %s: %+v, %v", how, id, s, err)
			}
		}
		folder, err := a.Subject().Locate("../base")
		if err != nil || folder.ID != "../base" || folder.Host != model.OnDisk {
			t.Errorf("%s: %v, %v", how, folder, err)
		}
		near, err := a.Subject().Near.Fetch(t.Context(), folder)
		if err != nil || near.ID != "dir:base" || near.Locate == nil {
			t.Errorf("%s: %+v, %v", how, near, err)
		} else if text, err := near.Read(t.Context(), "README.md"); err != nil || string(text) != "a card" {
			t.Errorf("%s: %q, %v", how, text, err)
		}
		for written, says := range map[string]string{"../none": "leads to no folder that is there", "../never": "leads to nothing in the snapshot"} {
			if _, err := a.Subject().Locate(written); err == nil || err.Error() != says {
				t.Errorf("%s: %s: %v", how, written, err)
			}
		}
		if s := a.Subject(); s.ID != "own/release" || s.Source != "dir" || s.ReadAt != nil || s.AsOf != "2026" {
			t.Errorf("%s: subject %+v", how, s)
		}
		if why, passing := a.Unread(); !passing || !reflect.DeepEqual(why, map[string]string{"a/base": "a part", "dir:base": "a part", "z/limited": "too many"}) {
			t.Errorf("%s: unread %q, %t", how, why, passing)
		}
	}
}

// TestEveryField: no field of a source's snapshot is lost in silence.
func TestEveryField(t *testing.T) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[source.Snapshot]()) {
		if reflect.ValueOf(*everything()).FieldByIndex(f.Index).IsZero() && f.Name != "Locked" {
			t.Errorf("the test gives %s no value: is it in a snapshot?", f.Name)
		}
	}
}

func TestSameBytes(t *testing.T) {
	files, err := recorded(t).Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if bytes.Contains(data, []byte("somebody")) {
			t.Errorf("%s says where a folder lies on this machine", name)
		}
	}
	first, err := recorded(t).Pack()
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if again, err := recorded(t).Pack(); err != nil || !bytes.Equal(first, again) {
			t.Fatalf("other bytes, %v", err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := recorded(t).Fetch(ctx, model.Ref{}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context gives %v", err)
	}
}

// entries is a tar of these headers and contents, compressed.
func entries(t testing.TB, list ...any) []byte {
	t.Helper()
	var packed bytes.Buffer
	compressor, err := zstd.NewWriter(&packed)
	if err != nil {
		t.Fatal(err)
	}
	writer := tar.NewWriter(compressor)
	for i := 0; i < len(list); i += 2 {
		header, data := list[i].(tar.Header), list[i+1].(string)
		if header.Size == 0 {
			header.Size = int64(len(data))
		}
		if err := writer.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		_, _ = writer.Write([]byte(data))
	}
	_ = writer.Close() // a promise of more than there is may be meant
	if err := compressor.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func named(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644} }

const shortest = `{"schema":"entail.snapshot/v1","tool":"x","when":"2026-01-02T03:04:05Z","subject":SUBJECT,"repositories":[]}`

func withSubject(fields string) string {
	subject := `{"id":"a/b","kind":"model","source":"dir","state":"resolved"` + fields + `}`
	return strings.Replace(shortest, "SUBJECT", subject, 1)
}

func blob(text string) (name, digest string) {
	sum := sha256.Sum256([]byte(text))
	digest = hex.EncodeToString(sum[:])
	return "blobs/" + digest, digest
}

// TestUnpackRefuses: one clear error for whatever is no snapshot.
func TestUnpackRefuses(t *testing.T) {
	fine, err := recorded(t).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unpack("X", bytes.NewReader(entries(t, named(ManifestName), withSubject("")))); err != nil {
		t.Fatalf("the shortest snapshot is refused: %v", err)
	}
	manifest := func(text string) []byte { return entries(t, named(ManifestName), text) }
	name, digest := blob("text")
	reads := func(more string) string {
		return withSubject(`,"reads":[{"path":"L","size":4,"sha256":"` + digest + `"` + more + `}]`)
	}
	changed := slices.Clone(fine)
	changed[len(changed)/2] ^= 0xff
	link := func(kind byte) tar.Header {
		return tar.Header{Typeflag: kind, Name: ManifestName, Linkname: "/etc/passwd", Mode: 0o644}
	}
	for _, tt := range []struct {
		name   string
		packed []byte
		says   string
	}{
		{"nothing", nil, "it has no entail-snapshot.json"},
		{"text", []byte("PK\x03\x04 this is a zip"), "not compressed by zstd"},
		{"cut off", fine[:len(fine)/2], "it ends in the middle"},
		{"changed", changed, ""},
		{"no tar", compress(t, strings.Repeat("x", 2048)), "not a tar archive"},
		{"traversal", entries(t, named("../../etc/passwd"), "x"), `"../../etc/passwd" is no file of a snapshot`},
		{"absolute", entries(t, named("/etc/passwd"), "x"), `"/etc/passwd" is no file of a snapshot`},
		{"below", entries(t, named("blobs/../x"), "x"), `is no file of a snapshot`},
		{"symbolic link", entries(t, link(tar.TypeSymlink), ""), "is a link"},
		{"hard link", entries(t, link(tar.TypeLink), ""), "is a link"},
		{"device", entries(t, link(tar.TypeChar), ""), "is a link or another thing"},
		{"folder", entries(t, tar.Header{Typeflag: tar.TypeDir, Name: "blobs/", Mode: 0o755}, ""), "is a link or another thing"},
		{"manifest twice", entries(t, named(ManifestName), withSubject(""), named(ManifestName), withSubject("")), "is there twice"},
		{"blob twice", entries(t, named(name), "text", named(name), "text"), "is there twice"},
		{"large file", entries(t, named(name), strings.Repeat("x", source.MaxFileBytes+1)), "is larger than 8 MiB"},
		{"bomb", compress(t, strings.Repeat("\x00", 1<<20)), "it has no entail-snapshot.json"},
		{"promise", entries(t, tar.Header{Typeflag: tar.TypeReg, Name: ManifestName, Size: maxManifest + 1}, ""), "is larger than 64 MiB"},
		{"no manifest", entries(t, named(name), "text"), "it has no entail-snapshot.json"},
		{"unused", entries(t, named(ManifestName), withSubject(""), named(name), "text"), "belongs to nothing in it"},
		{"missing", manifest(reads("")), "L of a/b is missing"},
		{"other contents", entries(t, named(ManifestName), reads(""), named(name), "texT"), "its digest does not fit"},
		{"other size", entries(t, named(ManifestName), strings.Replace(reads(""), `"size":4`, `"size":5`, 1), named(name), "text"), "its digest does not fit"},
		{"no JSON", manifest("{"), "entail-snapshot.json: "},
		{"unknown key", manifest(withSubject(`,"surprise":1`)), `unknown field "surprise"`},
		{"version", manifest(strings.Replace(withSubject(""), "/v1", "/v2", 1)), `schema is "entail.snapshot/v2", want "entail.snapshot/v1"`},
		{"time", manifest(strings.Replace(withSubject(""), "2026-01-02T03:04:05Z", "noon", 1)), `when is "noon"`},
		{"no subject", manifest(strings.Replace(shortest, "SUBJECT", "null", 1)), "it has no subject"},
		{"kind", manifest(strings.Replace(withSubject(""), `"model"`, `"space"`, 1)), `kind of "a/b" is "space"`},
		{"state", manifest(strings.Replace(withSubject(""), `"resolved"`, `"fine"`, 1)), `state of "a/b" is "fine"`},
		{"source", manifest(strings.Replace(withSubject(""), `"dir"`, `"\u001b[2J"`, 1)), `source of "a/b" is`},
		{"gated", manifest(withSubject(`,"gated":"perhaps"`)), `gated of "a/b" is "perhaps"`},
		{"deep", manifest(withSubject(`,"metadata":{"x":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`)), "nested too deeply"},
		{"read state", manifest(withSubject(`,"reads":[{"path":"L","size":0,"state":"fine"}]`)), `state of L of "a/b" is "fine"`},
		{"digest", manifest(withSubject(`,"reads":[{"path":"L","size":0,"sha256":"../../x"}]`)), `want 64 hexadecimal digits`},
		{"offset", manifest(reads(`,"part":true,"offset":-1`)), "from before its beginning"},
		{"nobody asked", manifest(strings.Replace(withSubject(""), `[]`, `[null]`, 1)), "does not say what was asked for"},
		{"asked twice", manifest(strings.Replace(withSubject(""), `"repositories":[]`,
			`"repositories":[R,R]`, 1)), "is there twice"},
	} {
		packed := tt.packed
		if tt.name == "asked twice" {
			r := `{"asked":{"kind":"model","id":"c/d"},"id":"c/d","kind":"model","source":"hub","state":"resolved"}`
			packed = manifest(strings.ReplaceAll(strings.Replace(withSubject(""), `"repositories":[]`, `"repositories":[R,R]`, 1), "R", r))
		}
		a, err := Unpack("X", bytes.NewReader(packed))
		if a != nil || err == nil || !strings.HasPrefix(err.Error(), "read snapshot X: ") || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.says)
		}
	}
}

func compress(t testing.TB, text string) []byte {
	t.Helper()
	compressor, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return compressor.EncodeAll([]byte(text), nil)
}

// TestBomb: many small files that together are too much end the reading, and
// so does a stream without end.
func TestBomb(t *testing.T) {
	var list []any
	for i := range 70 {
		_, digest := blob(fmt.Sprint(i))
		list = append(list, named("blobs/"+digest), strings.Repeat("\x00", source.MaxFileBytes))
	}
	if _, err := Unpack("X", bytes.NewReader(entries(t, list...))); err == nil || !strings.Contains(err.Error(), "larger than 512 MiB") {
		t.Errorf("got %v", err)
	}
}

func TestOpenFolderRefuses(t *testing.T) {
	digestName, _ := blob("a licence")
	for name, tt := range map[string]struct {
		change func(fstest.MapFS)
		says   string
	}{
		"missing manifest": {func(f fstest.MapFS) { delete(f, ManifestName) }, "not exist"},
		"folder":           {func(f fstest.MapFS) { f[ManifestName] = &fstest.MapFile{Mode: fs.ModeDir} }, "no regular file"},
		"missing blob":     {func(f fstest.MapFS) { delete(f, digestName) }, "is missing"},
		"changed blob":     {func(f fstest.MapFS) { f[digestName] = &fstest.MapFile{Data: []byte("another")} }, "its digest does not fit"},
		"large blob": {func(f fstest.MapFS) {
			f[digestName] = &fstest.MapFile{Data: bytes.Repeat([]byte("x"), source.MaxFileBytes+1)}
		}, "is larger than 8 MiB"},
	} {
		folder := asFolder(t, recorded(t))
		tt.change(folder)
		if _, err := OpenFolder("X", folder); err == nil || !strings.HasPrefix(err.Error(), "read snapshot X: ") || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %q", name, err, tt.says)
		}
	}
}

// FuzzUnpack reads archives and, uncompressed, what is in them.
func FuzzUnpack(f *testing.F) {
	packed, err := recorded(f).Pack()
	if err != nil {
		f.Fatal(err)
	}
	decompressor, err := zstd.NewReader(nil)
	if err != nil {
		f.Fatal(err)
	}
	plain, err := decompressor.DecodeAll(packed, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed, true)
	f.Add(plain, false)
	f.Add([]byte(withSubject("")), false)
	f.Fuzz(func(t *testing.T, data []byte, compressed bool) {
		read := func() (*Archive, error) { return readTar(bytes.NewReader(data)) }
		if compressed {
			read = func() (*Archive, error) { return Unpack("X", bytes.NewReader(data)) }
		}
		a, err := read()
		if err != nil {
			return
		}
		// What is taken can be packed, and means the same again.
		again, err := a.Pack()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Unpack("X", bytes.NewReader(again))
		if err != nil {
			t.Fatal(err)
		}
		x, _ := json.Marshal(a.manifest)
		y, _ := json.Marshal(back.manifest)
		if !bytes.Equal(x, y) || !maps.EqualFunc(a.blobs, back.blobs, bytes.Equal) {
			t.Errorf("read back as %s, want %s", y, x)
		}
	})
}
