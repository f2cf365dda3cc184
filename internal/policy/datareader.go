package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// dataReader reads one file of data with its positions. Values that aliases
// repeat count each time.
type dataReader struct {
	at dataPlace
	// left is how many values may still be read.
	left int
}

// errorf is an error at a line.
func (r *dataReader) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", r.at.file, max(line, 1), fmt.Sprintf(format, args...))
}

// node takes the place of a value, within the bounds.
func (r *dataReader) node(line, depth int) (*dataNode, error) {
	if depth > maxDataDepth {
		return nil, r.errorf(line, "deeper than %d values in one another", maxDataDepth)
	}
	if r.left--; r.left < 0 {
		return nil, r.errorf(line, "more than %d values in all data", maxDataValues)
	}
	at := r.at
	at.line = max(line, 1)
	return &dataNode{at: at}, nil
}

// yaml reads a document of YAML.
func (r *dataReader) yaml(text []byte) (*dataNode, error) {
	var doc, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		if loadErr, ok := errors.AsType[*yaml.LoadError](err); ok {
			return nil, r.errorf(loadErr.Mark.Line, "not valid YAML: %s", loadErr.Message)
		}
		return nil, r.errorf(1, "not valid YAML: %v", err)
	}
	if len(doc.Content) != 1 {
		return nil, r.errorf(1, "the file is empty")
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, r.errorf(1, "more than one YAML document")
	}
	return r.yamlNode(doc.Content[0], 0)
}

func (r *dataReader) yamlNode(n *yaml.Node, depth int) (*dataNode, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	node, err := r.node(n.Line, depth)
	if err != nil {
		return nil, err
	}
	switch n.Kind {
	case yaml.ScalarNode:
		node.value, err = r.scalar(n)
		return node, err
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			one, err := r.yamlNode(item, depth+1)
			if err != nil {
				return nil, err
			}
			list[i] = one.any()
		}
		node.value = list
		return node, nil
	case yaml.MappingNode:
		node.keys = map[string]*dataNode{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge" {
				return nil, r.errorf(key.Line, "a key is not a plain word; write merged keys out")
			}
			if _, twice := node.keys[key.Value]; twice {
				return nil, r.errorf(key.Line, "%q is there twice", key.Value)
			}
			if node.keys[key.Value], err = r.yamlNode(n.Content[i+1], depth+1); err != nil {
				return nil, err
			}
		}
		return node, nil
	}
	return nil, r.errorf(n.Line, "neither a value, a list nor a mapping")
}

// scalar reads what JSON has too; a day stays as it is written.
func (r *dataReader) scalar(n *yaml.Node) (any, error) {
	switch n.ShortTag() {
	case "!!str", "!!timestamp":
		return n.Value, nil
	case "!!null":
		return nil, nil
	case "!!bool", "!!int", "!!float":
		var value any
		if err := n.Decode(&value); err != nil {
			return nil, r.errorf(n.Line, "%q is not a value: %v", n.Value, err)
		}
		switch value := value.(type) {
		case bool:
			return value, nil
		case float64:
			if math.IsNaN(value) || math.IsInf(value, 0) {
				return nil, r.errorf(n.Line, "%q is no number that JSON has", n.Value)
			}
			return json.Number(strconv.FormatFloat(value, 'g', -1, 64)), nil
		case int, int64, uint64:
			return json.Number(fmt.Sprint(value)), nil
		}
	}
	return nil, r.errorf(n.Line, "%q is a value of a kind that JSON does not have", n.Value)
}

// jsonReader is a dataReader over the tokens of one file.
type jsonReader struct {
	*dataReader
	text    []byte
	decoder *json.Decoder
	// line is that of the byte at counted.
	line, counted int
}

// json reads a document of JSON.
func (r *dataReader) json(text []byte) (*dataNode, error) {
	j := &jsonReader{dataReader: r, text: text, decoder: json.NewDecoder(bytes.NewReader(text)), line: 1}
	j.decoder.UseNumber()
	node, err := j.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := j.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, j.errorf(j.here(), "more than one JSON document")
	}
	return node, nil
}

// here is the line that the decoder has come to.
func (j *jsonReader) here() int {
	to := min(int(j.decoder.InputOffset()), len(j.text))
	j.line += bytes.Count(j.text[j.counted:to], []byte("\n"))
	j.counted = to
	return j.line
}

func (j *jsonReader) token() (json.Token, error) {
	token, err := j.decoder.Token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, j.errorf(j.here(), "not valid JSON: %v", err)
	}
	return token, nil
}

func (j *jsonReader) value(depth int) (*dataNode, error) {
	token, err := j.token()
	if err != nil {
		return nil, err
	}
	node, err := j.node(j.here(), depth)
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return node, j.object(node, depth)
	case json.Delim('['):
		list := []any{}
		for j.decoder.More() {
			one, err := j.value(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, one.any())
		}
		node.value = list
		_, err = j.token()
		return node, err
	}
	node.value = token
	return node, nil
}

func (j *jsonReader) object(node *dataNode, depth int) error {
	node.keys = map[string]*dataNode{}
	for j.decoder.More() {
		token, err := j.token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if _, twice := node.keys[key]; twice {
			return j.errorf(j.here(), "%q is there twice", key)
		}
		if node.keys[key], err = j.value(depth + 1); err != nil {
			return err
		}
	}
	_, err := j.token()
	return err
}
