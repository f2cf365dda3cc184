package weights

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxSafetensors is the longest header that the format's own library reads.
const maxSafetensors = 100_000_000

// readSafetensors follows the format's description at
// https://github.com/huggingface/safetensors#format: a length, and a JSON
// object of tensors with texts under __metadata__.
func readSafetensors(p *prefix) (Header, error) {
	head, err := p.bytes(8)
	if err != nil {
		return Header{}, err
	}
	length := binary.LittleEndian.Uint64(head)
	if length < 2 || length > maxSafetensors {
		return Header{}, fmt.Errorf("%w: a header of %d bytes", ErrFormat, length)
	}
	s := safetensors{json.NewDecoder(io.LimitReader(p, int64(length)))}
	said, err := s.metadata()
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		err = fmt.Errorf("%w: %v", ErrFormat, err)
	}
	return tensorHeader(said), err
}

// safetensors reads a header token by token, so that its tensors take no
// memory.
type safetensors struct{ *json.Decoder }

// metadata returns the texts that are of interest, those read before an error
// included.
func (s safetensors) metadata() (map[string]string, error) {
	said := map[string]string{}
	err := s.object(func(key string) error {
		if key != "__metadata__" {
			return s.pass()
		}
		return s.object(func(key string) error {
			if !slices.Contains(tensorKeys(), key) {
				return s.pass()
			}
			value, err := s.Token()
			if text, ok := value.(string); ok {
				said[key] = clean(text)
				return nil
			}
			if err == nil {
				err = fmt.Errorf("%w: %s is no text", ErrFormat, key)
			}
			return err
		})
	})
	return said, err
}

// object reads an object, of which each is to read the value of one key.
func (s safetensors) object(each func(key string) error) error {
	open, err := s.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('{') {
		return fmt.Errorf("%w: %v where an object should begin", ErrFormat, open)
	}
	for s.More() {
		key, err := s.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string) // the decoder lets no other key in
		if err := each(name); err != nil {
			return err
		}
	}
	_, err = s.Token()
	return err
}

// pass passes over one value.
func (s safetensors) pass() error {
	var value json.RawMessage
	return s.Decode(&value)
}

// tensorKeys are the keys that trainers and the model specification at
// https://github.com/Stability-AI/ModelSpec write.
func tensorKeys() []string {
	return []string{"license", "modelspec.license", "modelspec.title", "modelspec.architecture",
		"base_model", "base_model_name_or_path", "modelspec.merged_from", "ss_sd_model_name", "ss_network_module"}
}

func tensorHeader(said map[string]string) Header {
	h := Header{
		License: said["modelspec.license"], Name: said["modelspec.title"], Architecture: said["modelspec.architecture"],
		Adapter: said["ss_network_module"] != "" || strings.HasSuffix(said["modelspec.architecture"], "/lora"),
	}
	if h.License == "" {
		h.License = said["license"]
	}
	for _, key := range []string{"base_model", "base_model_name_or_path", "modelspec.merged_from", "ss_sd_model_name"} {
		for one := range strings.SplitSeq(said[key], ",") {
			one = strings.TrimSpace(one)
			if one != "" && !slices.Contains(h.BaseModels, one) && len(h.BaseModels) < maxBases {
				h.BaseModels = append(h.BaseModels, one)
			}
		}
	}
	return h
}
