package action

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Inputs are the inputs of action.yml, which says what each is for.
type Inputs struct {
	// Targets are what to check, in the words of entail check; Path alone
	// where none is named.
	Targets     []string
	Path        string
	Config      string
	Policies    []string
	Definitions []string
	Use         []string
	// FailOn is empty where the configuration of each release says it.
	FailOn  string
	OnlyNew bool
	Offline bool
	Lock    string
	// Refresh compares what a lock holds with the state of now.
	Refresh bool
	// Unknown is what becomes of a release of which something is not known:
	// fail, warn or ignore.
	Unknown  string
	WarnOnly bool
	// Comment says when to comment: never, on-change, on-findings, always.
	Comment     string
	Annotations bool
	Summary     bool
	SARIFFile   string
	UploadSARIF bool
	GitHubToken string
	HubToken    string
}

// Values of the inputs that have a fixed set.
var (
	failOns  = []string{"error", "warning", "note", "never"}
	unknowns = []string{"fail", "warn", "ignore"}
	comments = []string{"never", "on-change", "on-findings", "always"}
)

// reader collects what is wrong with inputs.
type reader struct {
	get  func(name string) string
	errs []error
}

// ReadInputs reads the inputs by name, as action.yml spells them; get gives ""
// for one that is not set. The error names every input that is wrong, and what
// it may be.
func ReadInputs(get func(name string) string) (Inputs, error) {
	r := reader{get: get}
	in := Inputs{
		Targets:     words(get("targets")),
		Path:        orElse(get("path"), "."),
		Config:      get("config"),
		Policies:    lines(get("policies")),
		Definitions: words(get("definitions")),
		Use:         words(get("use")),
		FailOn:      r.oneOf("fail-on", "", failOns),
		OnlyNew:     r.flag("only-new", false),
		Offline:     r.flag("offline", false),
		Lock:        get("lock"),
		Refresh:     r.flag("refresh", false),
		Unknown:     r.oneOf("unknown", "warn", unknowns),
		WarnOnly:    r.flag("warn-only", false),
		Comment:     r.oneOf("comment", "never", comments),
		Annotations: r.flag("annotations", true),
		Summary:     r.flag("summary", true),
		SARIFFile:   get("sarif-file"),
		UploadSARIF: r.flag("upload-sarif", false),
		GitHubToken: get("github-token"),
		HubToken:    get("hub-token"),
	}
	if len(in.Targets) == 0 {
		in.Targets = []string{in.Path}
	}
	if len(r.errs) > 0 {
		return Inputs{}, fmt.Errorf("read the inputs of the Action: %w", joined(r.errs))
	}
	return in, nil
}

// joined puts several errors on one line, since an annotation has only one.
func joined(errs []error) error {
	all := make([]string, len(errs))
	for i, err := range errs {
		all[i] = err.Error()
	}
	return fmt.Errorf("%s", strings.Join(all, "; "))
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// flag reads true or false, in the spellings of YAML that workflows use.
func (r *reader) flag(name string, otherwise bool) bool {
	value := r.get(name)
	if value == "" {
		return otherwise
	}
	set, err := strconv.ParseBool(strings.ToLower(value))
	if err != nil {
		r.errs = append(r.errs, fmt.Errorf("%s is %q, want true or false", name, value))
	}
	return set
}

func (r *reader) oneOf(name, otherwise string, values []string) string {
	value := orElse(r.get(name), otherwise)
	if value != otherwise && !slices.Contains(values, value) {
		r.errs = append(r.errs, fmt.Errorf("%s is %q, want one of %s", name, value, strings.Join(values, ", ")))
	}
	return value
}

// words splits at blanks, commas and line ends.
func words(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
}

// lines splits at line ends alone, since a path may hold blanks.
func lines(value string) []string {
	var all []string
	for line := range strings.Lines(value) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}
