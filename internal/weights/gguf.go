package weights

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// Types of GGUF's metadata values, as its specification numbers them.
const (
	ggufString = 8
	ggufArray  = 9
)

// maxArrayDepth bounds arrays of arrays, which no writer is known to make.
const maxArrayDepth = 4

// ggufSizes are the bytes of each type of fixed length, by its number.
func ggufSizes() map[uint64]uint64 {
	return map[uint64]uint64{0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
}

// unquantized lists the values of general.file_type whose weights have as many
// bits as those they were converted from: F32, F16, BF16.
func unquantized() []uint64 { return []uint64{0, 1, 32} }

// gguf reads the key-value pairs of one file.
type gguf struct {
	*prefix
	order binary.ByteOrder
	// length is how many bytes a count has: four in version 1, else eight.
	length int
	sizes  map[uint64]uint64
	texts  map[string]string
	types  map[string]uint64
}

// readGGUF follows the specification at
// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 1 to 3.
func readGGUF(p *prefix) (Header, error) {
	g := &gguf{prefix: p, order: binary.LittleEndian, length: 8, sizes: ggufSizes(),
		texts: map[string]string{}, types: map[string]uint64{}}
	err := g.pairs()
	return g.header(), err
}

// pairs reads all pairs, keeping the texts and numbers of "general.".
func (g *gguf) pairs() error {
	magic, err := g.bytes(8)
	if err != nil || string(magic[:4]) != "GGUF" {
		return cmp.Or(err, fmt.Errorf("%w: it does not begin with GGUF", ErrFormat))
	}
	// Files for big-endian machines have the same magic and all else swapped.
	version := binary.LittleEndian.Uint32(magic[4:])
	if version&0xffff == 0 {
		g.order = binary.BigEndian
		version = binary.BigEndian.Uint32(magic[4:])
	}
	switch {
	case version == 1:
		g.length = 4
	case version < 1 || version > 3:
		return fmt.Errorf("%w: GGUF version %d", ErrFormat, version)
	}
	if _, err = g.number(g.length); err != nil { // of tensors
		return err
	}
	count, err := g.number(g.length)
	for ; count > 0 && err == nil; count-- {
		err = g.pair()
	}
	return err
}

func (g *gguf) number(size int) (uint64, error) {
	data, err := g.bytes(size)
	return number(data, g.order), err
}

// text reads a string. Of a long one the beginning is kept.
func (g *gguf) text() (string, error) {
	length, err := g.number(g.length)
	if err != nil {
		return "", err
	}
	keep := min(length, maxText)
	data, err := g.bytes(int(keep))
	if err == nil {
		err = g.skip(length - keep)
	}
	return string(data), err
}

func (g *gguf) pair() error {
	key, err := g.text()
	if err != nil {
		return err
	}
	kind, err := g.number(4)
	if err != nil {
		return err
	}
	wanted := strings.HasPrefix(key, "general.")
	switch size := g.sizes[kind]; {
	case kind == ggufString && wanted:
		text, err := g.text()
		if _, twice := g.texts[key]; !twice {
			g.texts[key] = clean(text)
		}
		return err
	case size > 0 && wanted:
		value, err := g.number(int(size))
		g.types[key] = value
		return err
	}
	return g.value(kind, 0)
}

// value passes over a value.
func (g *gguf) value(kind uint64, depth int) error {
	if size := g.sizes[kind]; size > 0 {
		return g.skip(size)
	}
	switch {
	case kind == ggufString:
		length, err := g.number(g.length)
		if err != nil {
			return err
		}
		return g.skip(length)
	case kind == ggufArray && depth < maxArrayDepth:
		return g.array(depth)
	}
	return fmt.Errorf("%w: a value of type %d", ErrFormat, kind)
}

func (g *gguf) array(depth int) error {
	kind, err := g.number(4)
	if err != nil {
		return err
	}
	count, err := g.number(g.length)
	if err != nil {
		return err
	}
	if size := g.sizes[kind]; size > 0 {
		if count > uint64(g.left+len(g.buffer)) {
			return errLimit
		}
		return g.skip(count * size)
	}
	for ; count > 0 && err == nil; count-- {
		err = g.value(kind, depth+1)
	}
	return err
}

// header puts together what the pairs say.
func (g *gguf) header() Header {
	of := func(key string) string { return g.texts["general."+key] }
	h := Header{
		License: of("license"), LicenseName: of("license.name"), LicenseLink: of("license.link"),
		Name: of("name"), Architecture: of("architecture"), Finetune: of("finetune"),
		Adapter: of("type") == "adapter",
	}
	if kind, said := g.types["general.file_type"]; said {
		h.Quantized = true
		for _, same := range unquantized() {
			h.Quantized = h.Quantized && kind != same
		}
	}
	for i := range maxBases {
		base := "base_model." + strconv.Itoa(i) + "."
		name := of(base + "name")
		if owner := of(base + "organization"); owner != "" && name != "" {
			name = owner + " " + name
		}
		if said := cmp.Or(of(base+"repo_url"), of(base+"url"), name); said != "" {
			h.BaseModels = append(h.BaseModels, said)
		}
	}
	return h
}
