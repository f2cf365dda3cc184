package license

import (
	"path"
	"slices"
	"strings"
	"unicode"
)

// LicenseFile says whether a path of a repository is named as a licence,
// notice or use-policy file, and what its name, or the folder's, says it
// covers: model, code, data, policy, notice, or "" where that is open. It
// looks at the name alone. A licence that came with another project's files
// counts as a notice.
func LicenseFile(file string) (covers string, ok bool) {
	dir, base := path.Split(path.Clean(strings.ReplaceAll(file, `\`, "/")))
	words := fileWords(base)
	if words == nil {
		return "", false
	}
	folders := strings.Split(strings.Trim(dir, "/"), "/")
	kind := fileKind(words)
	if kind == "" && len(folders) > 0 && isLicenseFolder(folders[len(folders)-1]) {
		kind = "license"
	}
	if kind == "" {
		return "", false
	}
	if slices.ContainsFunc(folders, foreignFolder) {
		return "notice", true
	}
	if kind != "license" {
		return kind, true
	}
	for _, list := range [][]string{words, fileWords(folders[len(folders)-1])} {
		for _, w := range list {
			if c := subject(w); c != "" {
				return c, true
			}
		}
	}
	return "", true
}

// fileWords splits a name into words of lower case. It gives none where the
// extension is not that of a text for people.
func fileWords(base string) []string {
	switch ext := strings.ToLower(path.Ext(base)); ext {
	case "", ".md", ".txt", ".rst", ".html", ".htm", ".pdf", ".markdown", ".rtf", ".adoc":
		base = strings.TrimSuffix(base, path.Ext(base))
	default:
		// LICENSE.model and LICENSE-2.0 are names, license.py is code.
		rest := ext[1:]
		if subject(rest) == "" && strings.Trim(rest, "0123456789") != "" && !licenseWord(rest) {
			name := base[:len(base)-len(ext)]
			if name != strings.ToUpper(name) && !licenseWord(strings.ToLower(name)) || codeExtension(rest) {
				return nil
			}
		}
	}
	var out []string
	var now strings.Builder
	lower := false
	flush := func() {
		if now.Len() > 0 {
			out = append(out, strings.ToLower(now.String()))
			now.Reset()
		}
		lower = false
	}
	for _, r := range base {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		if unicode.IsUpper(r) && lower {
			flush()
		}
		lower = unicode.IsLower(r)
		now.WriteRune(r)
	}
	flush()
	return out
}

// codeExtension says whether a file of this kind is for machines.
func codeExtension(ext string) bool {
	return slices.Contains([]string{
		"py", "go", "js", "ts", "rs", "c", "h", "cc", "cpp", "java", "json", "yaml", "yml", "toml", "xml", "csv", "tsv",
		"png", "jpg", "jpeg", "svg", "gif", "zip", "gz", "tar", "bin", "safetensors", "sh", "rb", "php", "cs", "ipynb",
		"lock", "cfg", "ini", "tmpl", "rego", "sig", "asc",
	}, ext)
}

func licenseWord(w string) bool {
	switch w {
	case "license", "licence", "licenses", "licences", "copying", "unlicense", "eula", "licensing":
		return true
	}
	return false
}

// fileKind says what a file of this name is: license, policy, notice or "".
func fileKind(words []string) string {
	has := func(list ...string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return slices.Contains(words, w) })
	}
	joined := strings.Join(words, " ")
	switch {
	case has("checker", "check", "test", "tests", "template", "header", "finder", "generator"):
		return ""
	case has("policy", "aup") && has("use", "usage", "aup", "acceptable", "prohibited") || strings.Contains(joined, "use restrictions") ||
		strings.Contains(joined, "usage restrictions"):
		return "policy"
	case has("notice", "notices") && len(words) < 6, strings.HasPrefix(joined, "third party license"),
		strings.HasPrefix(joined, "thirdparty license"):
		return "notice"
	case slices.ContainsFunc(words, licenseWord) && len(words) < 9,
		strings.Contains(joined, "terms of use"), strings.Contains(joined, "terms and conditions"), joined == "terms":
		return "license"
	}
	return ""
}

func isLicenseFolder(name string) bool {
	name = strings.ToLower(name)
	return name == "licenses" || name == "licences"
}

// foreignFolder says whether a folder holds other projects' files.
func foreignFolder(name string) bool {
	switch strings.ToLower(name) {
	case "third_party", "third-party", "thirdparty", "3rdparty", "vendor", "node_modules", "site-packages", "external":
		return true
	}
	return false
}

// subject is what a word of a name says that a licence covers.
func subject(w string) string {
	switch w {
	case "model", "models", "weights", "weight", "checkpoint", "checkpoints", "ckpt":
		return "model"
	case "code", "codes", "software", "source", "src":
		return "code"
	case "data", "dataset", "datasets", "corpus":
		return "data"
	}
	return ""
}
