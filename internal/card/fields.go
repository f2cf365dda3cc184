package card

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// Keys of the front matter that this package reads. The Hub reads them in
// exactly this spelling.
const (
	keyLicense     = "license"
	keyLicenseName = "license_name"
	keyLicenseLink = "license_link"
	keyBaseModel   = "base_model"
	keyRelation    = "base_model_relation"
	keyDatasets    = "datasets"
	// keyFinetuned is the old form of base_model.
	keyFinetuned = "finetuned_from"
)

// Base is one repository that a card names as a base model or a data set.
type Base struct {
	// Value is the id, with addresses reduced to what they lead to; where
	// Problem is set, what the card has as written.
	Value string
	// Ref is the repository that Value names. Where Problem is set it is
	// zero, or a path as written, on disk, which leads somewhere only where
	// the card lies in a folder.
	Ref model.Ref
	// Key is the key of the front matter that names it.
	Key string
	// At is where it stands; zero where the metadata came without text.
	At model.Position
	// Problem says why Value is no id; nil where it is one.
	Problem *model.Problem
}

// BaseModels lists the base models that a card names: under base_model, then
// those that only the older finetuned_from names. Repetitions under
// base_model are kept, as self-merges have them. At most 256 are returned.
// Tags are not read: a base_model: tag in a card is a hint and no statement.
// A card of metadata alone will do; positions come from c.At where it has
// them.
func BaseModels(c model.Card) []Base {
	bases := named(c, keyBaseModel, modelRef, kindNotAnID)
	for _, b := range named(c, keyFinetuned, modelRef, kindNotAnID) {
		if !slices.ContainsFunc(bases, func(have Base) bool { return have.Value == b.Value }) {
			bases = append(bases, b)
		}
	}
	return bases[:min(len(bases), maxBases)]
}

// Datasets lists the data sets that a card names under datasets, at most 256.
// A name that is no Hub id has a Problem of kind dataset-not-an-id; it is not
// among the card's own problems, since the key is widely used for free text.
func Datasets(c model.Card) []Base {
	sets := named(c, keyDatasets, datasetRef, kindDatasetNotID)
	return sets[:min(len(sets), maxBases)]
}

// named reads a key that holds one id or a list of them.
func named(c model.Card, key string, parse func(string) (ref model.Ref, why string), kind string) []Base {
	v, ok := c.Metadata[key]
	if !ok || v == nil {
		return nil
	}
	list, isList := anyList(v)
	if !isList {
		return []Base{oneBase(key, v, c.At[key], parse, kind)}
	}
	out := make([]Base, 0, min(len(list), maxBases))
	for i, item := range list[:min(len(list), maxBases)] {
		at, ok := c.At[key+"."+strconv.Itoa(i)]
		if !ok {
			at = c.At[key]
		}
		out = append(out, oneBase(key, item, at, parse, kind))
	}
	return out
}

// oneBase reads one value of such a key.
func oneBase(key string, v any, at model.Position, parse func(string) (ref model.Ref, why string), kind string) Base {
	b := Base{Key: key, At: at}
	why := ""
	if s, ok := v.(string); ok {
		if b.Ref, why = parse(s); why == "" {
			b.Value = b.Ref.String()
		} else {
			b.Value = strings.TrimSpace(s)
		}
	} else {
		b.Value = plainText(v)
		why = "is " + typeName(v)
	}
	if why != "" {
		expected := "the id of a model on the Hub, such as org/name, a repository on GitHub, such as github:owner/repo, " +
			"or in a folder a path from it, such as ./base"
		if kind == kindDatasetNotID {
			expected = "the id of a data set on the Hub, such as org/name"
		}
		b.Problem = &model.Problem{Kind: kind, At: at,
			Detail: fmt.Sprintf("%s %s %s; expected %s", key, quote(b.Value), why, expected)}
	}
	return b
}

// anyList accepts the two list types that decoders make.
func anyList(v any) ([]any, bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case []string:
		out := make([]any, len(v))
		for i, s := range v {
			out[i] = s
		}
		return out, true
	}
	return nil, false
}

// typeName is what a person calls the type of a value that is no text.
func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "empty"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "a mapping"
	}
	return "a number"
}

// plainText writes a value that is no text, as nearly as it stood.
func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	const most = 200
	return strings.ToValidUTF8(string(b[:min(len(b), most)]), "")
}

// LicenseFields reads what metadata declares of the licence: the ids under
// license (a text or a list of texts) and, for ids that are not the Hub's
// own, license_name and license_link. Values are trimmed and otherwise as
// written; a number or a truth value is given as its text.
func LicenseFields(metadata map[string]any) (ids []string, name, link string) {
	list, isList := anyList(metadata[keyLicense])
	if !isList {
		list = []any{metadata[keyLicense]}
	}
	for _, v := range list[:min(len(list), maxBases)] {
		if s := field(v); s != "" {
			ids = append(ids, s)
		}
	}
	return ids, field(metadata[keyLicenseName]), field(metadata[keyLicenseLink])
}

// Relation is base_model_relation in lower case, empty where the metadata
// does not set it.
func Relation(metadata map[string]any) string {
	return strings.ToLower(field(metadata[keyRelation]))
}

// field is a scalar as trimmed text; of a list, its first item.
func field(v any) string {
	if list, ok := anyList(v); ok {
		if len(list) == 0 {
			return ""
		}
		v = list[0]
	}
	switch v.(type) {
	case nil, map[string]any, []any:
		return ""
	}
	return strings.TrimSpace(plainText(v))
}

// MetadataProblems lists what is odd in a card's metadata: keys whose
// spelling keeps the Hub from reading them, base models that are no ids, and
// licences that are no text. Parse calls it; it is for callers with the Hub's
// card data and no text.
func MetadataProblems(c model.Card) []model.Problem {
	out := misspelled(c)
	if list, ok := anyList(c.Metadata[keyBaseModel]); ok && len(list) > maxBases {
		out = append(out, model.Problem{Kind: kindTooMany, At: c.At[keyBaseModel],
			Detail: fmt.Sprintf("base_model lists %d models; expected at most %d, so only the first %d are read",
				len(list), maxBases, maxBases)})
	}
	for _, b := range BaseModels(c) {
		if b.Problem != nil {
			out = append(out, *b.Problem)
		}
	}
	return append(out, licenseProblems(c)...)
}

// licenseProblems lists values of license that are no text.
func licenseProblems(c model.Card) []model.Problem {
	var out []model.Problem
	check := func(v any, at model.Position) {
		if _, ok := v.(string); !ok && v != nil {
			out = append(out, model.Problem{Kind: kindLicenseText, At: at,
				Detail: fmt.Sprintf("license %s is %s; expected a licence id such as those of the Hub's list, or other",
					quote(plainText(v)), typeName(v))})
		}
	}
	v := c.Metadata[keyLicense]
	list, isList := anyList(v)
	if !isList {
		check(v, c.At[keyLicense])
		return out
	}
	for i, item := range list[:min(len(list), maxBases)] {
		at, ok := c.At[keyLicense+"."+strconv.Itoa(i)]
		if !ok {
			at = c.At[keyLicense]
		}
		check(item, at)
	}
	return out
}
