package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
)

// configFile is the configuration at the root of the release being checked.
const configFile = "entail.yaml"

// maxConfigBytes bounds a configuration file.
const maxConfigBytes = 1 << 20

// config is entail.yaml; policies/schema/config.json describes it.
type config struct {
	// Model is the id under which the release is, or will be, published.
	Model       string    `yaml:"model"`
	Use         configUse `yaml:"use"`
	Definitions []string  `yaml:"definitions"`
	Reading     string    `yaml:"reading"`
	FailOn      string    `yaml:"fail_on"`
	// DerivedFrom are models that the release was made from, beside those of
	// its card.
	DerivedFrom []derived `yaml:"derived_from"`
	derivedAt   []model.Position
	// Policies are rules of the user's, as --policy takes them, with paths from
	// the folder that the file lies in.
	Policies []string `yaml:"policies"`
	// Rules are what it makes of single rules, by their ids.
	Rules map[string]ruleSetting `yaml:"rules"`
	// Exceptions are findings that somebody has agreed to live with.
	Exceptions   []exception `yaml:"exceptions"`
	exceptionsAt []model.Position
}

type configUse struct {
	Commercial         bool     `yaml:"commercial"`
	MonthlyActiveUsers int64    `yaml:"monthly_active_users"`
	AnnualRevenueUSD   int64    `yaml:"annual_revenue_usd"`
	Regions            []string `yaml:"regions"`
	Redistribute       bool     `yaml:"redistribute"`
	TrainOtherModels   bool     `yaml:"train_other_models"`
	Hosted             bool     `yaml:"hosted"`
	Fields             []string `yaml:"fields"`
}

func (u configUse) input() input.Use { return input.Use(u) }

// readConfig reads the configuration file at path, which the user named.
func readConfig(path string) (config, error) {
	file, err := os.Open(path)
	if err != nil {
		return config{}, fmt.Errorf("read configuration: %w", err)
	}
	defer file.Close()
	return parseConfig(path, file)
}

// parseConfig reads a configuration. Unknown keys are errors: a misspelled key
// would otherwise switch something off in silence.
func parseConfig(path string, file io.Reader) (config, error) {
	var c config
	text, err := io.ReadAll(io.LimitReader(file, maxConfigBytes+1))
	if err != nil {
		return c, fmt.Errorf("read configuration: %w", err)
	}
	if len(text) > maxConfigBytes {
		return c, fmt.Errorf("read configuration %s: larger than %d KiB", path, maxConfigBytes>>10)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("read configuration %s: %s", path, inWords(err))
	}
	if len(c.DerivedFrom) > 0 {
		c.derivedAt = itemPositions(filepath.Base(path), text, "derived_from", "model")
	}
	if len(c.Exceptions) > 0 {
		c.exceptionsAt = itemPositions(filepath.Base(path), text, "exceptions", "rule")
	}
	return c, c.validate(path)
}

// unknownKey is how the YAML reader calls a key that a struct has no field for.
var unknownKey = regexp.MustCompile(`field (.+?) not found in type [\w.]+`)

// inWords says what is wrong with a configuration without the names that
// types have in this program.
func inWords(err error) string {
	text := unknownKey.ReplaceAllString(err.Error(), "unknown key $1")
	return strings.TrimSpace(strings.NewReplacer(
		"yaml: construct errors:", "", "yaml: ", "", "cannot construct", "cannot read",
		"cli.configUse", "keys and values", "[]cli.derived", "a list", "cli.derived", "keys and values",
		"[]cli.exception", "a list", "cli.exception", "keys and values", "map[string]cli.ruleSetting", "keys and values", "cli.config", "keys and values", "[]string", "a list", "string", "a text",
		"int64", "a whole number", "bool", "true or false",
		"!!map", "a mapping", "!!seq", "a list", "!!str", "the text", "!!int", "the number", "!!float", "the number",
		"!!bool", "true or false", "!!null", "nothing", " into ", " as ",
	).Replace(text))
}

func (c config) validate(path string) error {
	if c.FailOn != "" && !slices.Contains(failLevels, c.FailOn) {
		return fmt.Errorf("read configuration %s: fail_on is %q, want one of %s", path, c.FailOn, strings.Join(failLevels, ", "))
	}
	if c.Reading != "" && !slices.Contains(readings, c.Reading) {
		return fmt.Errorf("read configuration %s: reading is %q, want one of %s", path, c.Reading, strings.Join(readings, ", "))
	}
	if err := c.validateRules(); err != nil {
		return fmt.Errorf("read configuration %s: %w", path, err)
	}
	return nil
}

// configOf reads the configuration of a release in a folder, if it has one,
// and says where it is.
func configOf(folder string) (c config, path string, err error) {
	path = filepath.Join(folder, configFile)
	file, err := openIn(folder, configFile)
	if err != nil {
		return c, path, fmt.Errorf("read configuration %s: %w", path, err)
	}
	if file == nil {
		return c, path, nil
	}
	defer file.Close()
	c, err = parseConfig(path, file)
	return c, path, err
}

// openIn opens a file of a release's folder; nil where it has none of that
// name. The folder may be anybody's: a link out of it is not followed, and
// nothing but a regular file is read.
func openIn(folder, name string) (*os.File, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, plainCause(err)
	}
	defer root.Close()
	// Without O_NONBLOCK opening a pipe waits for its other end.
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, os.ErrNotExist) {
		if _, there := root.Lstat(name); there != nil {
			return nil, nil
		}
	}
	if err != nil {
		return nil, plainCause(err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, errors.Join(plainCause(err), file.Close())
	}
	return file, nil
}

// plainCause drops the operation and path that an error of package os repeats.
func plainCause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
