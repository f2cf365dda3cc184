package testkit

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// GGUF is a GGUF file of version 3 without tensors. pairs are keys and values
// in turn; a value is a string, a uint32, a bool, or a list of strings.
func GGUF(pairs ...any) []byte {
	return GGUFOf(binary.LittleEndian, 3, pairs...)
}

// GGUFOf is a GGUF file in a byte order and of a version.
func GGUFOf(order binary.AppendByteOrder, version uint32, pairs ...any) []byte {
	w := ggufWriter{order: order, version: version}
	w.WriteString("GGUF")
	w.number32(version)
	w.count(0)
	w.count(len(pairs) / 2)
	for i := 0; i+1 < len(pairs); i += 2 {
		w.text(pairs[i].(string))
		switch value := pairs[i+1].(type) {
		case string:
			w.number32(8)
			w.text(value)
		case uint32:
			w.number32(4)
			w.number32(value)
		case bool:
			w.number32(7)
			w.WriteByte(map[bool]byte{true: 1}[value])
		case []string:
			w.number32(9)
			w.number32(8)
			w.count(len(value))
			for _, one := range value {
				w.text(one)
			}
		default:
			panic(fmt.Sprintf("testkit: a GGUF value of type %T", value))
		}
	}
	return w.Bytes()
}

type ggufWriter struct {
	bytes.Buffer
	order   binary.AppendByteOrder
	version uint32
}

func (w *ggufWriter) number32(n uint32) { w.Write(w.order.AppendUint32(nil, n)) }

func (w *ggufWriter) count(n int) {
	if w.version == 1 {
		w.number32(uint32(n))
		return
	}
	w.Write(w.order.AppendUint64(nil, uint64(n)))
}

func (w *ggufWriter) text(s string) {
	w.count(len(s))
	w.WriteString(s)
}

// Safetensors is a safetensors file of one tensor of four bytes with these
// texts under __metadata__.
func Safetensors(metadata map[string]string) []byte {
	// Encoding a map of texts cannot fail.
	said, _ := json.Marshal(metadata)
	header := fmt.Sprintf(`{"__metadata__":%s,"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, said)
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), 0, 0, 0, 0)
}
