// Package weights reads what the headers of weight files say of the model in
// them: its licence, and the models that it was made from.
//
// It reads a bounded beginning of the file through a function that returns
// parts of it, so that the same code serves a file on disk and one behind a
// request for a range of bytes. It reads no weights, believes no length that
// it has not seen the bytes of, and judges nothing.
package weights

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// ReadAt returns up to n bytes from an offset on, fewer where the file ends.
type ReadAt func(offset int64, n int) ([]byte, error)

// The formats that Read knows, by the ends of their files' names.
const (
	FormatGGUF        = "gguf"
	FormatSafetensors = "safetensors"
)

// Bounds of one header. A licence's name and a base model's address are far
// shorter than maxText; a merge of hundreds is listed by its first maxBases.
const (
	maxText  = 512
	maxBases = 256
	block    = 64 << 10
)

// ErrFormat: the file is not of the format that its name promises, or its
// header contradicts itself.
var ErrFormat = errors.New("not a header of this format")

// Header is what a header says. Texts are as written, without control
// characters, cut at 512 bytes; empty where the header says nothing.
type Header struct {
	Format string
	// License is an SPDX id or one of the Hub's, by the writers' convention.
	License, LicenseName, LicenseLink string
	// BaseModels are addresses or ids of the base models, else their names, at
	// most 256.
	BaseModels []string
	// Name, Architecture and Finetune are GGUF's general.name and so on;
	// Finetune says for what the base was tuned, such as "Instruct".
	Name, Architecture, Finetune string
	// Quantized is true where the weights are of fewer bits than they were
	// trained in; Adapter where they are an adapter's.
	Quantized, Adapter bool
	// Whole is false where the header went on beyond the limit, so that what
	// it does not say may follow.
	Whole bool
}

// Format tells the format of a file by its name; empty for any other.
func Format(name string) string {
	for _, format := range []string{FormatGGUF, FormatSafetensors} {
		if strings.HasSuffix(strings.ToLower(name), "."+format) {
			return format
		}
	}
	return ""
}

// Read reads the header of a file of a format, at most limit bytes of it. The
// error is that of read, or ErrFormat; with an error from the middle of a
// header what was read before it is returned.
func Read(format string, read ReadAt, limit int) (Header, error) {
	p := &prefix{read: read, left: limit}
	var h Header
	var err error
	switch format {
	case FormatGGUF:
		h, err = readGGUF(p)
	case FormatSafetensors:
		h, err = readSafetensors(p)
	default:
		err = fmt.Errorf("%w: %q is none that is known", ErrFormat, format)
	}
	h.Format = format
	h.Whole = err == nil
	if errors.Is(err, errLimit) {
		err = nil
	}
	return h, err
}

// errLimit: the header goes on beyond the limit.
var errLimit = errors.New("the header is longer than is read")

// prefix reads a file from its beginning, block by block, up to a limit.
type prefix struct {
	read   ReadAt
	left   int // bytes that may still be asked for
	offset int64
	buffer []byte
	failed error
}

// fill reads the next block into an empty buffer.
func (p *prefix) fill() error {
	if p.failed != nil {
		return p.failed
	}
	n := min(block, p.left)
	if n == 0 {
		p.failed = errLimit
		return p.failed
	}
	data, err := p.read(p.offset, n)
	switch {
	case err != nil:
		p.failed = err
	case len(data) == 0:
		p.failed = io.ErrUnexpectedEOF
	}
	if p.failed != nil {
		return p.failed
	}
	data = data[:min(len(data), n)]
	p.left -= n
	p.offset += int64(len(data))
	p.buffer = data
	return nil
}

// Read makes the prefix an io.Reader.
func (p *prefix) Read(into []byte) (int, error) {
	if len(p.buffer) == 0 {
		if err := p.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(into, p.buffer)
	p.buffer = p.buffer[n:]
	return n, nil
}

// skip passes over n bytes. Where they reach beyond the block at hand nothing
// is read of them; they count against the limit as if they had been, since a
// header as long as that is not worth following.
func (p *prefix) skip(n uint64) error {
	if n <= uint64(len(p.buffer)) {
		p.buffer = p.buffer[n:]
		return nil
	}
	n -= uint64(len(p.buffer))
	p.buffer = nil
	if n > uint64(p.left) {
		p.failed = errLimit
		return p.failed
	}
	p.left -= int(n)
	p.offset += int64(n)
	return nil
}

// bytes returns the next n bytes, for an n that is known to be small.
func (p *prefix) bytes(n int) ([]byte, error) {
	out := make([]byte, n)
	if _, err := io.ReadFull(p, out); err != nil {
		return nil, err
	}
	return out, nil
}

// clean is a text of a header as others may see it: in one line, valid, and
// bounded.
func clean(text string) string {
	text = text[:min(len(text), maxText)]
	text = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == unicode.ReplacementChar {
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, ""))
	return strings.TrimSpace(text)
}

// number decodes a little- or big-endian number of 1 to 8 bytes.
func number(data []byte, order binary.ByteOrder) uint64 {
	switch len(data) {
	case 1:
		return uint64(data[0])
	case 2:
		return uint64(order.Uint16(data))
	case 4:
		return uint64(order.Uint32(data))
	case 8:
		return order.Uint64(data)
	}
	return 0
}
