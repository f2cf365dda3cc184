package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// entry is one entry of an archive, as anybody may write it.
type entry struct {
	header tar.Header
	text   string
}

func plainEntry(name, text string) entry {
	return entry{tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644}, text}
}

func oddEntry(kind byte, name, to string) entry {
	return entry{tar.Header{Typeflag: kind, Name: name, Linkname: to}, ""}
}

func gzipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var packed bytes.Buffer
	compressor := gzip.NewWriter(&packed)
	writer := tar.NewWriter(compressor)
	for _, e := range entries {
		e.header.Size = int64(len(e.text))
		if err := writer.WriteHeader(&e.header); err != nil {
			t.Fatal(err)
		}
		if _, err := writer.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := compressor.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// noise does not get smaller.
func noise(n int) string {
	text := make([]byte, n)
	random := rand.New(rand.NewSource(1))
	for i := range text {
		text[i] = byte(random.Intn(256))
	}
	return string(text)
}

// TestUnpackGzip: what OPA, tar and git write is read.
func TestUnpackGzip(t *testing.T) {
	for name, packed := range map[string][]byte{
		"opa":  gzipped(t, plainEntry("/data.json", "{}"), plainEntry("/a/b.rego", "package a")),
		"tar":  gzipped(t, oddEntry(tar.TypeDir, "./", ""), plainEntry("./data.json", "{}"), oddEntry(tar.TypeDir, "./a/", ""), plainEntry("./a/b.rego", "package a")),
		"git":  gzipped(t, entry{tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": "abc"}}, ""}, plainEntry("data.json", "{}"), plainEntry("a/b.rego", "package a")),
		"long": gzipped(t, plainEntry("data.json", "{}"), plainEntry("a/b.rego", "package a"), entry{tar.Header{Typeflag: tar.TypeReg, Name: strings.Repeat("é", 200), Format: tar.FormatPAX}, "x"}),
	} {
		files, err := UnpackGzip(bytes.NewReader(packed))
		if err != nil || string(files["data.json"]) != "{}" || string(files["a/b.rego"]) != "package a" {
			t.Errorf("%s: %q, %v", name, files, err)
		}
	}
	files := map[string][]byte{"b": []byte("2"), "a/c": []byte("1"), "empty": nil}
	packed, err := PackGzip(files)
	if err != nil {
		t.Fatal(err)
	}
	back, err := UnpackGzip(bytes.NewReader(packed))
	if err != nil || !maps.EqualFunc(files, back, bytes.Equal) {
		t.Errorf("%q came back as %q, %v", files, back, err)
	}
	if again, err := PackGzip(files); err != nil || !bytes.Equal(packed, again) {
		t.Error("the same files gave other bytes")
	}
}

// TestUnpackGzipRefuses: what is no plain file below the root, what is there
// twice, and what has no end is an error that names it.
func TestUnpackGzipRefuses(t *testing.T) {
	good := gzipped(t, plainEntry("a.rego", noise(4000)))
	crc := slices.Clone(good)
	crc[len(crc)-8] ^= 1
	half := strings.Repeat(noise(32000), 1200)
	many := make([]entry, maxGzipFiles+1)
	for i := range many {
		many[i] = plainEntry(fmt.Sprintf("%d.rego", i), "")
	}
	for want, packed := range map[string][]byte{
		`"a.rego" is a symbolic link`:                       gzipped(t, oddEntry(tar.TypeSymlink, "a.rego", "/etc/passwd")),
		`"b.rego" is a hard link`:                           gzipped(t, oddEntry(tar.TypeLink, "b.rego", "a.rego")),
		`"c" is a device`:                                   gzipped(t, oddEntry(tar.TypeChar, "c", "")),
		`"d" is a device`:                                   gzipped(t, oddEntry(tar.TypeBlock, "d", "")),
		`"e" is a pipe`:                                     gzipped(t, oddEntry(tar.TypeFifo, "e", "")),
		`"f" is an entry of an unknown type`:                gzipped(t, oddEntry('Z', "f", "")),
		`"../a.rego" is no path below the bundle's root`:    gzipped(t, plainEntry("../a.rego", "x")),
		`"a/../../b.rego" is no path`:                       gzipped(t, plainEntry("a/../../b.rego", "x")),
		`"/../b.rego" is no path`:                           gzipped(t, plainEntry("/../b.rego", "x")),
		`"//etc/passwd" is no path`:                         gzipped(t, plainEntry("//etc/passwd", "x")),
		`"./../b.rego" is no path`:                          gzipped(t, plainEntry("./../b.rego", "x")),
		`"../d" is no path`:                                 gzipped(t, oddEntry(tar.TypeDir, "../d", "")),
		`"a\\..\\b.rego" is no path`:                        gzipped(t, plainEntry(`a\..\b.rego`, "x")),
		`"C:b.rego" is no path`:                             gzipped(t, plainEntry("C:b.rego", "x")),
		`"a\nb.rego" is no path`:                            gzipped(t, plainEntry("a\nb.rego", "x")),
		`"." is no path`:                                    gzipped(t, plainEntry(".", "x")),
		`"a.rego" is there twice`:                           gzipped(t, plainEntry("a.rego", "x"), plainEntry("a.rego", "y")),
		`"./b.rego" is there twice`:                         gzipped(t, plainEntry("/b.rego", "x"), plainEntry("./b.rego", "x")),
		`"a" is a file and a folder`:                        gzipped(t, plainEntry("a", "x"), plainEntry("a/b", "y")),
		`is a name of more than 512 bytes`:                  gzipped(t, plainEntry(strings.Repeat("a/", 300)+"b", "x")),
		`unpacks to more than 200 times its size`:           gzipped(t, plainEntry("data.json", strings.Repeat(" ", 3<<20))),
		`unpacks to more than 64 MiB`:                       gzipped(t, plainEntry("a", half), plainEntry("b", half)),
		`"a" is larger than 64 MiB`:                         gzipped(t, plainEntry("a", half+half)),
		`more than 10000 files`:                             gzipped(t, many...),
		`not compressed by gzip`:                            []byte("not compressed at all"),
		`not a tar archive within the compression`:          compressed(t, strings.Repeat("not tar", 1000)),
		`it ends in the middle`:                             good[:len(good)/2],
		`it ends in the middle: it was cut off, or is no .`: {},
		`its bytes were changed: the checksum does not fit`: crc,
	} {
		if _, err := UnpackGzip(bytes.NewReader(packed)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if _, err := UnpackGzip(bytes.NewReader(compressed(t, hugeHeader()))); err == nil {
		t.Error("a header without end was read")
	}
	if _, err := UnpackGzip(bytes.NewReader(gzipped(t, plainEntry("a", noise(MaxGzip+1<<20))))); err == nil || !strings.Contains(err.Error(), "larger than 32 MiB") {
		t.Errorf("packed and large: %v", err)
	}
}

func compressed(t testing.TB, text string) []byte {
	t.Helper()
	var packed bytes.Buffer
	compressor := gzip.NewWriter(&packed)
	if _, err := compressor.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := compressor.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// hugeHeader is an archive whose first header says that a terabyte of further
// headers follows, and has some of it.
func hugeHeader() string {
	var text bytes.Buffer
	header := make([]byte, 512)
	copy(header, "PaxHeaders/x")
	copy(header[100:], "0000644\x000000000\x000000000\x00")
	copy(header[124:], "77777777777\x0000000000000\x00")
	copy(header[148:], "        x")
	copy(header[257:], "ustar\x0000")
	sum := 0
	for _, b := range header {
		sum += int(b)
	}
	copy(header[148:], fmt.Sprintf("%06o\x00 ", sum))
	text.Write(header)
	text.WriteString(noise(2 << 20))
	return text.String()
}

// FuzzUnpackGzip: whatever the bytes, no panic, and only names below the root.
func FuzzUnpackGzip(f *testing.F) {
	f.Add([]byte("a.rego"), byte(tar.TypeReg), "text")
	f.Add([]byte("../a"), byte(tar.TypeSymlink), "")
	f.Fuzz(func(t *testing.T, name []byte, kind byte, text string) {
		var packed bytes.Buffer
		compressor := gzip.NewWriter(&packed)
		writer := tar.NewWriter(compressor)
		header := &tar.Header{Typeflag: kind, Name: string(name), Size: int64(len(text))}
		if writer.WriteHeader(header) != nil {
			return
		}
		_, _ = writer.Write([]byte(text))
		_, _ = writer.Close(), compressor.Close()
		files, err := UnpackGzip(bytes.NewReader(packed.Bytes()))
		if err != nil {
			return
		}
		for got := range files {
			if strings.HasPrefix(got, "/") || slices.Contains(strings.Split(got, "/"), "..") {
				t.Errorf("%q was read as %q", name, got)
			}
		}
		if _, err := UnpackGzip(strings.NewReader(text)); err == nil && !strings.HasPrefix(text, "\x1f\x8b") {
			t.Errorf("%q is a .tar.gz", text)
		}
	})
}
