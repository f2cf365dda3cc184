package license

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The file: a magic word; ids; titles; labels of parts; variants; the hash streams of all
// variants as one, in which a run that occurred before is a reference to it.
// Numbers are unsigned varints, hashes little-endian.
var magic = []byte("entail-fp2\n")

var errCorrupt = errors.New("fingerprints: corrupt data")

// load reads a library from its file.
func load(data []byte) (*Library, error) {
	body, ok := bytes.CutPrefix(data, magic)
	if !ok {
		return nil, fmt.Errorf("%w: no such magic word", errCorrupt)
	}
	d := decoder{b: body}
	lib := &Library{titles: map[uint64]int{}}
	for range d.count(1) {
		lib.ids = append(lib.ids, string(d.bytes(d.count(1))))
	}
	names := make([][]uint32, len(lib.ids))
	for i := range names {
		names[i] = d.hashes(d.count(4))
	}
	for range d.count(9) {
		h := binary.LittleEndian.Uint64(d.bytes(8))
		lib.titles[h] = d.below(len(lib.ids))
	}
	lib.longest = d.number()
	labels := make([]string, d.count(1))
	for i := range labels {
		labels[i] = string(d.bytes(d.count(1)))
	}
	total := 0
	for range d.count(5) {
		v := variant{id: d.below(len(lib.ids)), tokens: d.number(), title: d.number(), tail: d.number(), notice: d.number() == 1}
		if d.failed {
			break
		}
		v.names = names[v.id]
		at := 0
		for range d.count(1) {
			n := d.number()
			at += n >> 1
			v.soft = append(v.soft, softToken{int32(at), n&1 == 1})
		}
		for range d.count(1) {
			v.head = append(v.head, d.number())
		}
		v.headWords = d.hashes(d.count(4))
		v.parts = make([]part, d.count(2))
		at = 0
		for i := range v.parts {
			at += d.number()
			label := d.below(len(labels))
			if d.failed {
				break
			}
			v.parts[i] = part{int32(at), labels[label]}
		}
		total += max(v.tokens-shingle+1, 0)
		lib.variants = append(lib.variants, v)
	}
	stream := d.stream(total)
	if d.failed {
		return nil, errCorrupt
	}
	for i := range lib.variants {
		v := &lib.variants[i]
		n := max(v.tokens-shingle+1, 0)
		v.shingles, stream = stream[:n:n], stream[n:]
	}
	lib.index = newIndex(lib.variants)
	return lib, nil
}

// decoder reads the parts of a file; after a failure it reads zeros.
type decoder struct {
	b      []byte
	failed bool
}

func (d *decoder) number() int {
	n, size := binary.Uvarint(d.b)
	if size <= 0 || n > 1<<28 {
		d.failed, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return int(n)
}

// below reads a number that has to be less than n.
func (d *decoder) below(n int) int {
	v := d.number()
	if v >= n {
		d.failed, d.b = true, nil
		return 0
	}
	return v
}

// count reads how many items follow, each of at least size bytes.
func (d *decoder) count(size int) int {
	n := d.number()
	if n > len(d.b)/size {
		d.failed, d.b = true, nil
		return 0
	}
	return n
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.b) {
		d.failed, d.b = true, nil
		return make([]byte, min(n, 8))
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *decoder) hashes(n int) []uint32 {
	raw := d.bytes(4 * n)
	out := make([]uint32, len(raw)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	return out
}

// stream reads the hashes of all variants.
func (d *decoder) stream(total int) []uint32 {
	if total > 1<<24 {
		d.failed = true
		return nil
	}
	out := make([]uint32, 0, total)
	for len(out) < total && !d.failed {
		literals := d.count(4)
		if literals > total-len(out) {
			d.failed = true
			break
		}
		out = append(out, d.hashes(literals)...)
		if len(out) == total {
			break
		}
		back, n := d.number(), d.number()
		if back == 0 || back > len(out) || n > total-len(out) || n == 0 && literals == 0 {
			d.failed = true
			break
		}
		for range n {
			out = append(out, out[len(out)-back])
		}
	}
	return out
}
