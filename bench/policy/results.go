package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
)

// messages are those of one result's findings, each once, sorted.
type findings []struct {
	Message string `json:"message"`
}

func (f findings) messages() []string {
	list := make([]string, len(f))
	for i, one := range f {
		list[i] = one.Message
	}
	return once(list)
}

// once sorts a list and drops what is there twice: conftest's messages are a set.
func once(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// readEntail reads results that are in the order of the files.
func readEntail(output []byte, files []string) (map[string][]string, error) {
	var document struct {
		Results []struct {
			Findings findings `json:"findings"`
		} `json:"results"`
	}
	if err := json.Unmarshal(output, &document); err != nil {
		return nil, err
	}
	if len(document.Results) != len(files) {
		return nil, fmt.Errorf("%d results for %d inputs", len(document.Results), len(files))
	}
	found := map[string][]string{}
	for i, one := range document.Results {
		found[files[i]] = one.Findings.messages()
	}
	return found, nil
}

func readOPA(output []byte, _ []string) (map[string][]string, error) {
	var document struct {
		Result []struct {
			Path   string `json:"path"`
			Result struct {
				Findings findings `json:"findings"`
			} `json:"result"`
			Error json.RawMessage `json:"error"`
		} `json:"result"`
	}
	if err := json.Unmarshal(output, &document); err != nil {
		return nil, err
	}
	found := map[string][]string{}
	for _, one := range document.Result {
		if one.Error != nil {
			return nil, fmt.Errorf("%s: %s", one.Path, one.Error)
		}
		found[filepath.Base(one.Path)] = one.Result.Findings.messages()
	}
	return found, nil
}

func readConftest(output []byte, _ []string) (map[string][]string, error) {
	var document []struct {
		Filename string `json:"filename"`
		Failures []struct {
			Msg string `json:"msg"`
		} `json:"failures"`
	}
	if err := json.Unmarshal(output, &document); err != nil {
		return nil, err
	}
	found := map[string][]string{}
	for _, one := range document {
		messages := []string{}
		for _, failure := range one.Failures {
			messages = append(messages, failure.Msg)
		}
		found[filepath.Base(one.Filename)] = once(messages)
	}
	return found, nil
}

// same holds that two tools found the same in every file.
func same(a, b map[string][]string, files []string) error {
	var errs []error
	for _, name := range files {
		if _, there := b[name]; !there || !slices.Equal(a[name], b[name]) {
			errs = append(errs, fmt.Errorf("%s: %q is not %q", name, a[name], b[name]))
		}
	}
	if len(errs) > 3 {
		errs = append(errs[:3], fmt.Errorf("and %d more", len(errs)-3))
	}
	return errors.Join(errs...)
}

// count says what all of them found.
func count(w io.Writer, found map[string][]string, files []string) {
	all, with := 0, 0
	for _, name := range files {
		all += len(found[name])
		if len(found[name]) > 0 {
			with++
		}
	}
	fmt.Fprintf(w, "all found the same %d messages in %d inputs\n", all, with)
}
