package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/input"
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

// readConfig reads a configuration file. Unknown keys are errors: a misspelled
// key would otherwise switch something off in silence.
func readConfig(path string) (config, error) {
	var c config
	file, err := os.Open(path)
	if err != nil {
		return c, fmt.Errorf("read configuration: %w", err)
	}
	defer file.Close()
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
		return c, fmt.Errorf("read configuration %s: %w", path, err)
	}
	return c, c.validate(path)
}

func (c config) validate(path string) error {
	if c.FailOn != "" && !slices.Contains(failLevels, c.FailOn) {
		return fmt.Errorf("read configuration %s: fail_on is %q, want one of %s", path, c.FailOn, strings.Join(failLevels, ", "))
	}
	if c.Reading != "" && !slices.Contains(readings, c.Reading) {
		return fmt.Errorf("read configuration %s: reading is %q, want one of %s", path, c.Reading, strings.Join(readings, ", "))
	}
	return nil
}

// configOf reads the configuration of a release in a folder, if it has one.
func configOf(folder string) (config, error) {
	path := filepath.Join(folder, configFile)
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		return config{}, nil
	}
	return readConfig(path)
}
