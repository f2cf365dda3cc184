package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/input"
)

// vocabulary is what the catalogue and the rules know by name. A name that is
// not among them would be passed over by every rule, and pass for that.
type vocabulary struct {
	fields []string
	// relations are those that derived_from may name.
	relations []string
	// endpoints are the servers whose addresses derived_from may have.
	endpoints endpoints
	// definitions lists the definitions that can be asked for.
	definitions func(context.Context) ([]string, error)
}

// fieldNames lists the catalogue's fields of use, sorted.
func fieldNames(licenses *catalog.Catalog) []string {
	fields, _ := licenses.Data()["fields"].(map[string]any)
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// widen puts the names of the vocabulary in place of a field that is only the
// beginning of them: medical stands for medical-advice and medical-device. More
// fields can only make a use stricter.
func (v *vocabulary) widen(fields []string) []string {
	var all []string
	for _, field := range fields {
		before := len(all)
		if !slices.Contains(v.fields, field) {
			for _, name := range v.fields {
				if strings.HasPrefix(name, field+"-") {
					all = append(all, name)
				}
			}
		}
		if len(all) == before {
			all = append(all, field)
		}
	}
	return all
}

// flagName is the flag for a key of the configuration.
func flagName(key string) string {
	return map[string]string{
		"use.monthly_active_users": "--users", "use.annual_revenue_usd": "--revenue",
		"use.regions": "--region", "use.fields": "--field", "definitions": "--definition",
	}[key]
}

// vet checks what a configuration file names.
func (r *run) vet(ctx context.Context, path string, c config) error {
	named := func(key string) string { return fmt.Sprintf("read configuration %s: %s", path, key) }
	if err := r.known.vetDerived(derivedKey(path), r.known.endpoints, c.DerivedFrom); err != nil {
		return err
	}
	definitions := c.Definitions
	if r.demands == nil && len(c.Policies) > 0 {
		definitions = nil // they may be of policies that this command does not load
	}
	return r.known.check(ctx, named, c.Use.input(), definitions)
}

// check refuses names and numbers that no rule can take into account. name
// says how the user knows a key of the configuration.
func (v *vocabulary) check(ctx context.Context, name func(key string) string, use input.Use, definitions []string) error {
	for _, number := range []struct {
		key   string
		value int64
	}{{"use.monthly_active_users", use.MonthlyActiveUsers}, {"use.annual_revenue_usd", use.AnnualRevenueUSD}} {
		if number.value < 0 {
			return usageError("", "%s %d: want a number that is not negative", name(number.key), number.value)
		}
	}
	for _, region := range use.Regions {
		if len(region) != 2 || strings.Trim(region, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return usageError("", "%s %q: want two capital letters, such as EU, UK or KR", name("use.regions"), region)
		}
	}
	for _, field := range use.Fields {
		if !slices.Contains(v.fields, field) {
			return usageError("", "%s %q: want one of %s", name("use.fields"), field, strings.Join(v.fields, ", "))
		}
	}
	if len(definitions) == 0 {
		return nil
	}
	known, err := v.definitions(ctx)
	if err != nil {
		return undecided("", "list the definitions: %w", err)
	}
	for _, definition := range definitions {
		if !slices.Contains(known, definition) {
			return usageError("", "%s %q: want one of %s", name("definitions"), definition, strings.Join(known, ", "))
		}
	}
	return nil
}
