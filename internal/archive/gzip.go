package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Bounds of a .tar.gz that is read. Ours holds about one MiB, the largest packs
// of rules known some tens.
const (
	// MaxGzip bounds the compressed bytes.
	MaxGzip       = 32 << 20
	maxGzipTotal  = 64 << 20 // files, together
	maxGzipFiles  = 10_000
	maxNameLength = 512
	// Text shrinks to a tenth of its size, to a fiftieth where it repeats
	// itself. What shrinks further, and is more than some KiB, is made to fill
	// a disk.
	maxRatio  = 200
	ratioFrom = 1 << 20
)

// PackGzip is files, by their paths with slashes, as .tar.gz. The bytes depend
// on nothing but the files.
func PackGzip(files map[string][]byte) ([]byte, error) {
	var packed bytes.Buffer
	compressor, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	err = writeTar(compressor, sorted(files))
	if err = errors.Join(err, compressor.Close()); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// sorted are files in their order, each folder, with a slash after it, before
// what lies in it: some readers make none by themselves.
func sorted(files map[string][]byte) iter.Seq2[string, []byte] {
	all := maps.Clone(files)
	for name := range files {
		for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
			all[folder+"/"] = nil
		}
	}
	return func(yield func(string, []byte) bool) {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if !yield(name, all[name]) {
				return
			}
		}
	}
}

// writeTar writes an archive, folders with a slash after their names, without times, owners or anything else that is not
// of the files.
func writeTar(to io.Writer, files iter.Seq2[string, []byte]) error {
	writer := tar.NewWriter(to)
	for name, data := range files {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o644, ModTime: time.Unix(0, 0)}
		if strings.HasSuffix(name, "/") {
			header.Typeflag, header.Mode = tar.TypeDir, 0o755
		}
		if err := writer.WriteHeader(header); err != nil {
			return err
		}
		if _, err := writer.Write(data); err != nil {
			return err
		}
	}
	return writer.Close()
}

// UnpackGzip reads a .tar.gz of anybody's into memory, by paths with slashes.
// Errors name the entry at fault; what is no plain file below the archive's own
// root is one. Nothing is written to disk.
func UnpackGzip(packed io.Reader) (map[string][]byte, error) {
	in := &counted{Reader: &limited{packed, MaxGzip, errPackedTooLarge}}
	decompressor, err := gzip.NewReader(in)
	if err != nil {
		return nil, plainGzip(err)
	}
	stream := &ratioed{
		Reader: &limited{decompressor, maxGzipTotal + maxGzipFiles*1024, errFilesTooLarge}, in: in,
	}
	files, total := map[string][]byte{}, int64(0)
	err = eachEntry(stream, func(header *tar.Header, contents io.Reader) error {
		name, keep, err := entryName(header)
		if err != nil || !keep {
			return err
		}
		total += header.Size
		switch _, twice := files[name]; {
		case twice:
			return fmt.Errorf("%q is there twice", header.Name)
		case header.Size > maxGzipTotal:
			return fmt.Errorf("%q is larger than %d MiB", header.Name, maxGzipTotal>>20)
		case total > maxGzipTotal:
			return errFilesTooLarge
		case len(files) == maxGzipFiles:
			return fmt.Errorf("more than %d files", maxGzipFiles)
		}
		// The size is what the header says: read, not allocated, up to it.
		var data bytes.Buffer
		if _, err := io.Copy(&data, contents); err != nil {
			return fmt.Errorf("%q: %w", header.Name, err)
		}
		files[name] = data.Bytes()
		return nil
	})
	if err != nil {
		return nil, plainGzip(err)
	}
	for name := range files {
		for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
			if _, there := files[folder]; there {
				return nil, fmt.Errorf("%q is a file and a folder", folder)
			}
		}
	}
	return files, nil
}

// eachEntry reads an archive to its end, so that the checksum of its
// compression is checked.
func eachEntry(stream io.Reader, each func(*tar.Header, io.Reader) error) error {
	reader := tar.NewReader(stream)
	for {
		header, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := each(header, reader); err != nil {
			return err
		}
	}
	_, err := io.Copy(io.Discard, stream)
	return err
}

// entryName is the path of an entry below the archive's root. OPA writes one
// slash before it, tar writes ./ there. Folders and what git says of its commit
// are not kept.
func entryName(header *tar.Header) (name string, keep bool, err error) {
	if header.Typeflag == tar.TypeXGlobalHeader {
		return "", false, nil
	}
	name = header.Name
	if len(name) > maxNameLength {
		return "", false, fmt.Errorf("%q… is a name of more than %d bytes", name[:40], maxNameLength)
	}
	if kind, odd := oddities[header.Typeflag]; odd {
		return "", false, fmt.Errorf("%q is %s; a bundle holds plain files", header.Name, kind)
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "./"), "/")
	folder := header.Typeflag == tar.TypeDir
	if folder {
		name = strings.TrimSuffix(name, "/")
	}
	switch {
	case folder && (name == "" || name == "."):
		return "", false, nil
	case !folder && header.Typeflag != tar.TypeReg:
		return "", false, fmt.Errorf("%q is an entry of an unknown type; a bundle holds plain files", header.Name)
	case !fs.ValidPath(name) || name == "." || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '\\' || r == ':' || r == 0x7f }):
		return "", false, fmt.Errorf("%q is no path below the bundle's root", header.Name)
	}
	return name, !folder, nil
}

// oddities are what a tar archive may hold beside files and folders.
var oddities = map[byte]string{
	tar.TypeLink: "a hard link", tar.TypeSymlink: "a symbolic link", tar.TypeChar: "a device",
	tar.TypeBlock: "a device", tar.TypeFifo: "a pipe",
}

var (
	errPackedTooLarge = fmt.Errorf("larger than %d MiB", MaxGzip>>20)
	errFilesTooLarge  = fmt.Errorf("unpacks to more than %d MiB", maxGzipTotal>>20)
	errRatio          = fmt.Errorf("unpacks to more than %d times its size", maxRatio)
)

// plainGzip says what is wrong with a .tar.gz in a user's words.
func plainGzip(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("it ends in the middle: it was cut off, or is no .tar.gz")
	case errors.Is(err, gzip.ErrHeader):
		return errors.New("not compressed by gzip, as a .tar.gz is")
	case errors.Is(err, gzip.ErrChecksum):
		return errors.New("its bytes were changed: the checksum does not fit")
	case errors.Is(err, tar.ErrHeader):
		return errors.New("not a tar archive within the compression, or its headers are broken")
	case errors.Is(err, tar.ErrFieldTooLong):
		return errors.New("a header of it is too long")
	}
	return err
}

// counted counts what is read.
type counted struct {
	io.Reader
	n int64
}

// Read counts.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// ratioed fails where far more comes out than went in.
type ratioed struct {
	io.Reader
	in  *counted
	out int64
}

// Read compares.
func (r *ratioed) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if r.out += int64(n); r.out > ratioFrom && r.out/maxRatio > r.in.n {
		return 0, errRatio
	}
	return n, err
}
