package source

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// maxGitFile bounds a file of git's that is read.
const maxGitFile = 1 << 20

// gitRemote is the repository that a directory is a clone of, by the remotes
// of its own git configuration: one on the Hub before one on GitHub, origin
// before others. A folder within a larger clone has none of its own.
func gitRemote(dir string) (id string, kind model.Kind, ok bool) {
	config, ok := gitConfig(filepath.Join(dir, ".git"))
	if !ok {
		return "", "", false
	}
	remotes := gitRemotes(config)
	slices.SortStableFunc(remotes, func(a, b remote) int {
		return rank(a.name) - rank(b.name)
	})
	for _, parse := range []func(host string, path []string) (string, model.Kind){hubRemote, githubRemote} {
		for _, r := range remotes {
			host, path, ok := splitRemote(r.url)
			if !ok {
				continue
			}
			if id, kind := parse(host, path); id != "" {
				return id, kind, true
			}
		}
	}
	return "", "", false
}

// rank puts origin first.
func rank(name string) int {
	if name == "origin" {
		return 0
	}
	return 1
}

// gitConfig reads the configuration of the clone that a .git belongs to. A
// .git that is a file (a worktree, a submodule) points to its directory, and
// a worktree's directory to the one it shares.
func gitConfig(dotGit string) (string, bool) {
	info, err := os.Stat(dotGit)
	if err != nil {
		return "", false
	}
	dir := dotGit
	if !info.IsDir() {
		text, ok := readGitFile(dotGit)
		target, isLink := strings.CutPrefix(strings.TrimSpace(text), "gitdir:")
		if !ok || !isLink {
			return "", false
		}
		dir = relativeTo(filepath.Dir(dotGit), strings.TrimSpace(target))
	}
	if common, ok := readGitFile(filepath.Join(dir, "commondir")); ok {
		dir = relativeTo(dir, strings.TrimSpace(common))
	}
	return readGitFile(filepath.Join(dir, "config"))
}

// relativeTo resolves a path that git wrote.
func relativeTo(dir, target string) string {
	target = filepath.FromSlash(target)
	if filepath.IsAbs(target) {
		return target
	}
	return filepath.Join(dir, target)
}

// readGitFile reads a small regular file.
func readGitFile(name string) (string, bool) {
	data, err := readRegular(func(flag int) (*os.File, error) { return os.OpenFile(name, flag, 0) }, maxGitFile)
	return string(data), err == nil
}

// remote is one remote of a git configuration.
type remote struct{ name, url string }

// gitRemotes lists the remotes of a configuration in its order. Includes and
// rewritings of addresses are not followed.
func gitRemotes(config string) []remote {
	var out []remote
	name := ""
	for line := range strings.Lines(config) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			name = ""
			if rest, ok := strings.CutPrefix(line, `[remote "`); ok {
				name, _, _ = strings.Cut(rest, `"`)
			}
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || name == "" || !strings.EqualFold(strings.TrimSpace(key), "url") {
			continue
		}
		value = strings.TrimSpace(value)
		if cut := strings.IndexAny(value, "#;"); cut > 0 && strings.ContainsAny(value[cut-1:cut], " \t") {
			value = strings.TrimSpace(value[:cut])
		}
		out = append(out, remote{name: name, url: strings.Trim(value, `"`)})
	}
	return out
}

// splitRemote takes an address as git writes it apart: https://host/path,
// ssh://user@host/path, user@host:path. Credentials are left behind.
func splitRemote(address string) (host string, path []string, ok bool) {
	rest := ""
	if strings.Contains(address, "://") {
		u, err := url.Parse(address)
		if err != nil {
			return "", nil, false
		}
		host, rest = u.Hostname(), u.Path
	} else {
		at, colon, found := strings.Cut(address, ":")
		if !found || strings.Contains(at, "/") {
			return "", nil, false
		}
		host, rest = at[strings.LastIndexByte(at, '@')+1:], colon
	}
	path = strings.FieldsFunc(strings.TrimSuffix(strings.TrimSuffix(rest, "/"), ".git"), func(r rune) bool { return r == '/' })
	for _, p := range path {
		if strings.Trim(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" {
			return "", nil, false
		}
	}
	return strings.ToLower(host), path, true
}

// hubRemote is the id of a repository on the Hub.
func hubRemote(host string, path []string) (string, model.Kind) {
	if host != "huggingface.co" && host != "hf.co" {
		return "", ""
	}
	switch {
	case len(path) == 3 && path[0] == "datasets":
		return path[1] + "/" + path[2], model.Dataset
	case len(path) == 2 && path[0] == "datasets":
		return path[1], model.Dataset
	case len(path) == 2:
		return path[0] + "/" + path[1], model.Model
	case len(path) == 1:
		return path[0], model.Model
	}
	return "", ""
}

// githubRemote is the id of a repository on GitHub, which another of the same
// name on the Hub does not have.
func githubRemote(host string, path []string) (string, model.Kind) {
	if host != "github.com" || len(path) != 2 {
		return "", ""
	}
	ref := model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: path[0] + "/" + path[1]}
	if _, ok := ref.GitHub(); !ok {
		return "", ""
	}
	return ref.Key(), ref.Kind
}
