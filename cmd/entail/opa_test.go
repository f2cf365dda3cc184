package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/open-policy-agent/opa/v1/rego"
)

// opaEval is `opa eval -b BUNDLE -i INPUT QUERY` with OPA's own library, for
// pages that show it. The program itself is run where its path is known.
func opaEval() {
	if err := evalBundle(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func evalBundle(args []string) error {
	if len(args) != 6 || args[0] != "eval" || args[1] != "-b" || args[3] != "-i" {
		return fmt.Errorf("usage: opa eval -b BUNDLE -i INPUT QUERY; got %q", args)
	}
	text, err := os.ReadFile(args[4])
	if err != nil {
		return err
	}
	var input any
	if err := json.Unmarshal(text, &input); err != nil {
		return err
	}
	found, err := rego.New(rego.Query(args[5]), rego.LoadBundle(args[2]), rego.Input(input)).Eval(context.Background())
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("%s is undefined", args[5])
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"result": found})
}
