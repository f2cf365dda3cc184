package archive

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// Bounds of a snapshot that is read. A card and a licence are some KiB each,
// so that the largest families known stay below one MiB.
const (
	maxPacked   = 256 << 20 // compressed
	maxTotal    = 512 << 20 // files, together
	maxManifest = 64 << 20
	maxEntries  = 100_000
	maxWindow   = 32 << 20 // of the decompressor
)

// Files are the files of the snapshot in their order, by the paths that they
// have in a folder or a packed archive.
func (a *Archive) Files() (iter.Seq2[string, []byte], error) {
	text, err := json.MarshalIndent(a.manifest, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the snapshot of %s: %w", a.manifest.Subject.ID, err)
	}
	return func(yield func(string, []byte) bool) {
		if !yield(ManifestName, append(text, '\n')) {
			return
		}
		for _, digest := range slices.Sorted(maps.Keys(a.blobs)) {
			if !yield(blobFolder+digest, a.blobs[digest]) {
				return
			}
		}
	}, nil
}

// Pack is the snapshot as .tar.zst. The bytes depend on nothing but what the
// snapshot holds.
func (a *Archive) Pack() ([]byte, error) {
	files, err := a.Files()
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	// One thread, since several cut the stream at places of their own.
	compressor, err := zstd.NewWriter(&packed, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
	if err != nil {
		return nil, fmt.Errorf("pack the snapshot of %s: %w", a.manifest.Subject.ID, err)
	}
	err = writeTar(compressor, files)
	if err := errors.Join(err, compressor.Close()); err != nil {
		return nil, fmt.Errorf("pack the snapshot of %s: %w", a.manifest.Subject.ID, err)
	}
	return packed.Bytes(), nil
}

// Unpack reads a .tar.zst. Errors name the archive, and the file in it.
func Unpack(name string, packed io.Reader) (*Archive, error) {
	decompressor, err := zstd.NewReader(&limited{packed, maxPacked, errTooMuch},
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, fmt.Errorf("read snapshot %s: %w", name, err)
	}
	defer decompressor.Close()
	// Room for the headers of the files beside them.
	a, err := readTar(&limited{decompressor, maxTotal + maxEntries*1024, errTooMuch})
	if err != nil {
		return nil, fmt.Errorf("read snapshot %s: %w", name, inWords(err))
	}
	return a, nil
}

// inWords says of the decoders' errors what they mean for a person.
func inWords(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends in the middle: it was cut off, or is not a snapshot")
	case errors.Is(err, zstd.ErrMagicMismatch), errors.Is(err, zstd.ErrReservedBlockType), errors.Is(err, zstd.ErrUnknownDictionary):
		return errors.New("not compressed by zstd, as a snapshot is")
	case errors.Is(err, zstd.ErrCRCMismatch):
		return errors.New("its bytes were changed: the checksum does not fit")
	case errors.Is(err, tar.ErrHeader):
		return errors.New("not a tar archive, as a snapshot is")
	}
	return err
}

// limited fails with err where more than n bytes are read.
type limited struct {
	io.Reader
	n   int64
	err error
}

// errTooMuch is why a snapshot is given up that could fill the memory.
var errTooMuch = fmt.Errorf("larger than %d MiB", maxTotal>>20)

// Read counts.
func (l *limited) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if l.n -= int64(n); l.n < 0 {
		return 0, l.err
	}
	return n, err
}

// blobName is the name of a file's contents within a snapshot.
var blobName = regexp.MustCompile(`^blobs/[0-9a-f]{64}$`)

// readTar reads the archive within the compression.
func readTar(stream io.Reader) (*Archive, error) {
	var text []byte
	a := &Archive{blobs: map[string][]byte{}}
	total, entries := int64(0), 0
	err := eachEntry(stream, func(header *tar.Header, contents io.Reader) error {
		isManifest := header.Name == ManifestName
		limit := int64(source.MaxFileBytes)
		if isManifest {
			limit = maxManifest
		}
		total += header.Size
		digest := strings.TrimPrefix(header.Name, blobFolder)
		_, twice := a.blobs[digest]
		switch {
		case header.Typeflag != tar.TypeReg:
			return fmt.Errorf("%q is a link or another thing that is no file", header.Name)
		case !isManifest && !blobName.MatchString(header.Name):
			return fmt.Errorf("%q is no file of a snapshot", header.Name)
		case isManifest && text != nil || twice:
			return fmt.Errorf("%q is there twice", header.Name)
		case header.Size > limit:
			return fmt.Errorf("%q is larger than %d MiB", header.Name, limit>>20)
		case total > maxTotal:
			return errTooMuch
		case entries == maxEntries:
			return fmt.Errorf("more than %d files", maxEntries)
		}
		entries++
		data, err := io.ReadAll(io.LimitReader(contents, limit))
		if isManifest {
			text = data
		} else {
			a.blobs[digest] = data
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, fmt.Errorf("it has no %s, so it is not a snapshot", ManifestName)
	}
	return a, a.open(text, func(digest string) ([]byte, error) {
		if data, ok := a.blobs[digest]; ok {
			return data, nil
		}
		return nil, fs.ErrNotExist
	})
}

// OpenFolder reads a snapshot that lies in a folder. Errors name the folder as
// name.
func OpenFolder(name string, folder fs.FS) (*Archive, error) {
	a := &Archive{blobs: map[string][]byte{}}
	text, err := readFile(folder, ManifestName, maxManifest)
	total := int64(0)
	if err == nil {
		err = a.open(text, func(digest string) ([]byte, error) {
			data, err := readFile(folder, blobFolder+digest, source.MaxFileBytes)
			if total += int64(len(data)); total > maxTotal {
				return nil, errTooMuch
			}
			return data, err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read snapshot %s: %w", name, err)
	}
	return a, nil
}

func readFile(folder fs.FS, name string, limit int64) ([]byte, error) {
	file, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is no regular file", name)
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%q is larger than %d MiB", name, limit>>20)
	}
	return data, err
}

// open reads the manifest and holds the contents to it: each file that it
// names is there, with its digest, and no other.
func (a *Archive) open(text []byte, blob func(digest string) ([]byte, error)) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&a.manifest); err != nil {
		return fmt.Errorf("%s: %v", ManifestName, err) // its causes are not the archive's
	}
	if err := a.manifest.check(); err != nil {
		return fmt.Errorf("%s: %w", ManifestName, err)
	}
	kept := map[string][]byte{}
	for _, r := range append(slices.Clone(a.manifest.Repositories), a.manifest.Subject) {
		for _, one := range r.Reads {
			if one.State != "" || kept[one.SHA256] != nil {
				continue
			}
			data, err := blob(one.SHA256)
			if err != nil {
				return fmt.Errorf("%s of %s is missing: %w", one.Path, r.ID, err)
			}
			sum := sha256.Sum256(data)
			if len(data) != one.Size || hex.EncodeToString(sum[:]) != one.SHA256 {
				return fmt.Errorf("%s of %s was changed: its digest does not fit", one.Path, r.ID)
			}
			if data == nil {
				data = []byte{}
			}
			kept[one.SHA256] = data
		}
	}
	for digest := range a.blobs {
		if kept[digest] == nil {
			return fmt.Errorf("%q belongs to nothing in it", blobFolder+digest)
		}
	}
	a.blobs = kept
	a.index()
	return nil
}

// word is what a source's name looks like.
var word = regexp.MustCompile(`^[a-z][a-z-]{0,19}$`)

// sha is a digest.
var sha = regexp.MustCompile(`^[0-9a-f]{64}$`)

// states are those that a snapshot may have.
var states = []model.State{
	model.Resolved, model.Gated, model.PrivateOrAbsent, model.NotFound, model.Unauthorized, model.Disabled,
	model.Offline, model.RateLimited, model.Failed, model.TooDeep,
}

// check holds a manifest to what the writer writes.
func (m *manifest) check() error {
	if m.Schema != Schema {
		return fmt.Errorf("schema is %q, want %q: this version of entail reads no other", m.Schema, Schema)
	}
	if _, err := time.Parse(time.RFC3339, m.When); err != nil {
		return fmt.Errorf("when is %q, want a time such as 2026-01-02T03:04:05Z", m.When)
	}
	if m.Subject == nil {
		return errors.New("it has no subject")
	}
	if err := m.Subject.check(); err != nil {
		return err
	}
	seen := map[ref]bool{}
	for _, r := range m.Repositories {
		switch {
		case r == nil || r.Asked == nil:
			return errors.New("a repository does not say what was asked for")
		case seen[*r.Asked]:
			return fmt.Errorf("%q is there twice", r.Asked.ID)
		}
		seen[*r.Asked] = true
		if err := r.check(); err != nil {
			return err
		}
	}
	return nil
}

func (r *record) check() error {
	switch {
	case r.Kind != model.Model && r.Kind != model.Dataset:
		return fmt.Errorf("kind of %q is %q, want model or dataset", r.ID, r.Kind)
	case !slices.Contains(states, r.State):
		return fmt.Errorf("state of %q is %q, which is none", r.ID, r.State)
	case !word.MatchString(r.Source):
		return fmt.Errorf("source of %q is %q, which is none", r.ID, r.Source)
	case !slices.Contains([]string{"", "false", "auto", "manual"}, r.Gated):
		return fmt.Errorf("gated of %q is %q, want false, auto or manual", r.ID, r.Gated)
	case len(r.Files) > source.MaxFiles:
		return fmt.Errorf("%q has more than %d files", r.ID, source.MaxFiles)
	case !source.Shallow(r.Metadata):
		return fmt.Errorf("the metadata of %q is nested too deeply", r.ID)
	}
	for _, one := range r.Reads {
		switch {
		case one.State != "" && !slices.Contains(states, one.State):
			return fmt.Errorf("state of %s of %q is %q, which is none", one.Path, r.ID, one.State)
		case one.State == "" && !sha.MatchString(one.SHA256):
			return fmt.Errorf("sha256 of %s of %q is %q, want 64 hexadecimal digits", one.Path, r.ID, one.SHA256)
		case one.Offset < 0 || one.Length < 0:
			return fmt.Errorf("%s of %q is read from before its beginning", one.Path, r.ID)
		}
	}
	return nil
}
