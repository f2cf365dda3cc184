package cli

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
)

// maxExceptions bounds what one configuration waives; nobody approves more.
const maxExceptions = 256

// levelOff is what `rules` has for a rule that is not to be asked.
const levelOff = "off"

// ruleSetting is what `rules` makes of one rule: a level, alone or as a key, or
// another rule in its place.
type ruleSetting struct {
	Level      string `yaml:"level"`
	ReplacedBy string `yaml:"replaced_by"`
	// line and column are where the configuration says so.
	line, column int
}

// UnmarshalYAML reads a setting, which may be a level alone.
func (s *ruleSetting) UnmarshalYAML(node *yaml.Node) error {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	*s = ruleSetting{line: node.Line, column: node.Column}
	fields := map[string]*string{"level": &s.Level, "replaced_by": &s.ReplacedBy}
	switch node.Kind {
	case yaml.ScalarNode:
		s.Level = node.Value
		return nil
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			field := fields[key.Value]
			if field == nil {
				return fmt.Errorf("unknown key %s", key.Value)
			}
			if err := value.Decode(field); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("cannot read a list as the setting of a rule")
}

// exception is one entry of `exceptions`.
type exception struct {
	// Rule is a rule's id or a glob over ids, Model one over the ids of models.
	Rule  string `yaml:"rule"`
	Model string `yaml:"model"`
	// Term is a kind of term; empty for all that the rules find.
	Term     string `yaml:"term"`
	Reason   string `yaml:"reason"`
	Approver string `yaml:"approver"`
	// Expires is the last day on which it holds, in UTC.
	Expires string `yaml:"expires"`
}

// glob is what the globs of an exception are made of. Braces and brackets are
// left out: nobody needs them for an id.
var glob = regexp.MustCompile(`^[^\x00-\x1f\x7f{}\[\]\\]{1,200}$`)

// stars is a run of wildcards. Three of them take a second at worst to match an
// id of 300 characters, and four a minute.
var stars = regexp.MustCompile(`\*+`)

// maxStars bounds the runs of wildcards of a glob.
const maxStars = 3

// validateRules refuses settings and exceptions that could not mean anything.
func (c config) validateRules() error {
	for _, id := range slices.Sorted(maps.Keys(c.Rules)) {
		setting := c.Rules[id]
		known := append(model.Levels(), levelOff)
		if (setting.Level == "") == (setting.ReplacedBy == "") {
			return fmt.Errorf("rules: %s wants a level, or replaced_by with the id of a rule", id)
		}
		if setting.Level != "" && !slices.Contains(known, model.Level(setting.Level)) {
			return fmt.Errorf("line %d: rules: the level of %s is %q, want one of %s", setting.line, id, setting.Level, levelNames(known))
		}
	}
	if len(c.Exceptions) > maxExceptions {
		return fmt.Errorf("exceptions lists %d: want at most %d", len(c.Exceptions), maxExceptions)
	}
	for i, one := range c.Exceptions {
		if err := one.validate(); err != nil {
			return fmt.Errorf("line %d: exceptions: %w", c.exceptionAt(i).Line, err)
		}
	}
	return nil
}

// exceptionAt is where an exception stands: at the top where aliases hide it.
func (c config) exceptionAt(i int) model.Position {
	if i < len(c.exceptionsAt) {
		return c.exceptionsAt[i]
	}
	return model.Position{File: configFile, Line: 1, Column: 1}
}

func (e exception) validate() error {
	for _, field := range []struct{ name, value string }{
		{"rule", e.Rule}, {"model", e.Model}, {"reason", e.Reason}, {"approver", e.Approver}, {"expires", e.Expires},
	} {
		if strings.TrimSpace(field.value) == "" {
			return fmt.Errorf("an exception wants %s", field.name)
		}
	}
	for _, pattern := range []string{e.Rule, e.Model} {
		if !glob.MatchString(pattern) || len(stars.FindAllString(pattern, -1)) > maxStars {
			return fmt.Errorf("%q: want an id, or a glob of at most 200 characters with %d times * (all but slashes) or ** (these as well), and ? (one character)", pattern, maxStars)
		}
	}
	if _, err := time.Parse(time.DateOnly, e.Expires); err != nil {
		return fmt.Errorf("expires is %q, want a day such as 2027-01-31", e.Expires)
	}
	return nil
}

// at is where a configuration of this name sets a rule.
func (s ruleSetting) at(file string) *model.Position {
	return &model.Position{File: file, Line: s.line, Column: s.column}
}

// rules are what rules are told of the configuration: of a shared one without
// the places, which are not the release's.
func (c config) rules(shared bool) input.Config {
	facts := input.Config{Shared: shared}
	for id, setting := range c.Rules {
		if facts.Rules == nil {
			facts.Rules = map[string]input.RuleSetting{}
		}
		one := input.RuleSetting{Level: setting.Level, ReplacedBy: setting.ReplacedBy}
		if !shared {
			one.At = setting.at(configFile)
		}
		facts.Rules[id] = one
	}
	for i, e := range c.Exceptions {
		one := input.Exception{
			Rule: e.Rule, Model: e.Model, Term: e.Term, Reason: e.Reason, Approver: e.Approver, Expires: e.Expires,
		}
		if !shared {
			at := c.exceptionAt(i)
			one.At = &at
		}
		facts.Exceptions = append(facts.Exceptions, one)
	}
	return facts
}

// demands is a configuration without the lines that it is written in, to
// compare what two of them ask for.
func (c config) demands() config {
	c.derivedAt, c.exceptionsAt = nil, nil
	c.Rules = maps.Clone(c.Rules)
	for id, setting := range c.Rules {
		setting.line, setting.column = 0, 0
		c.Rules[id] = setting
	}
	return c
}

// vetRules refuses settings and exceptions that name no rule: they would do
// nothing, and nobody would know.
func (r *run) vetRules() error {
	for i, c := range r.configs {
		file := cmp.Or(r.flags.config, path.Join(r.folders[i], configFile))
		for _, id := range slices.Sorted(maps.Keys(c.Rules)) {
			setting := c.Rules[id]
			for _, name := range []string{id, setting.ReplacedBy} {
				if name != "" && !slices.Contains(ruleIDs(r.engine), name) {
					return r.noRule(fmt.Sprintf("%s:%d: rules", file, setting.line), name)
				}
			}
			if by := c.Rules[setting.ReplacedBy]; setting.ReplacedBy == id || by.Level == levelOff || by.ReplacedBy != "" {
				return usageError("name a rule that is left on", "%s:%d: rules: %s can not stand in for %s", file, setting.line, setting.ReplacedBy, id)
			}
		}
		for i, e := range c.Exceptions {
			where := fmt.Sprintf("%s:%d: exceptions", file, c.exceptionAt(i).Line)
			found, err := r.engine.RulesMatching(e.Rule)
			if err != nil {
				return usageError("", "%s: %w", where, err)
			}
			if len(found) == 0 {
				return r.noRule(where, e.Rule)
			}
		}
	}
	return nil
}

// noRule says that no rule has a name, or is meant by a glob, and which ones come
// near it.
func (r *run) noRule(where, name string) error {
	hint := "entail explain --list shows every rule; those of yours need --policy"
	names := ruleIDs(r.engine)
	for _, id := range names[:len(names):len(names)] {
		if category := path.Dir(id) + "/*"; !slices.Contains(names, category) {
			names = append(names, category)
		}
	}
	near := catalog.NearestOf(name, names, 3)
	if len(near) == 0 {
		return undecided(hint, "%s: no rule is called %q", where, name)
	}
	return undecided(hint, "%s: no rule is called %q; the nearest are %s", where, name, strings.Join(near, ", "))
}

func levelNames(levels []model.Level) string {
	var all []string
	for _, level := range levels {
		all = append(all, string(level))
	}
	return strings.Join(all, ", ")
}
