package hub

import (
	"os"
	"path/filepath"
	"strings"
)

// ConfigFromEnv is the part of a Config that the Hub's own variables set:
// HF_ENDPOINT; HF_TOKEN, then HUGGING_FACE_HUB_TOKEN, then the file at
// HF_TOKEN_PATH or $HF_HOME/token (HF_HOME: $XDG_CACHE_HOME/huggingface, else
// ~/.cache/huggingface). With HF_HUB_DISABLE_IMPLICIT_TOKEN there is no token.
// It reads the environment and files by the two functions alone; a file that
// cannot be read is no token.
func ConfigFromEnv(getenv func(string) string, readFile func(string) ([]byte, error)) Config {
	cfg := Config{Endpoint: strings.TrimRight(strings.TrimSpace(getenv("HF_ENDPOINT")), "/")}
	if truth(getenv("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
		return cfg
	}
	for _, key := range []string{"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"} {
		if cfg.Token = strings.TrimSpace(getenv(key)); cfg.Token != "" {
			return cfg
		}
	}
	if path := tokenPath(getenv); path != "" {
		if text, err := readFile(path); err == nil {
			cfg.Token = strings.TrimSpace(string(text))
		}
	}
	return cfg
}

// tokenPath is where the Hub's clients keep the token; empty where nothing
// says where the user's files are.
func tokenPath(getenv func(string) string) string {
	if path := getenv("HF_TOKEN_PATH"); path != "" {
		return expand(path, getenv)
	}
	if home := getenv("HF_HOME"); home != "" {
		return filepath.Join(expand(home, getenv), "token")
	}
	if cache := getenv("XDG_CACHE_HOME"); cache != "" {
		return filepath.Join(expand(cache, getenv), "huggingface", "token")
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".cache", "huggingface", "token")
	}
	return ""
}

// CacheDirFromEnv is where the Hub's own clients keep what they download:
// HF_HUB_CACHE, then HUGGINGFACE_HUB_CACHE, then $HF_HOME/hub, then
// $XDG_CACHE_HOME/huggingface/hub, then ~/.cache/huggingface/hub; empty where
// nothing says where the user's files are.
func CacheDirFromEnv(getenv func(string) string) string {
	for _, place := range []struct{ variable, below string }{
		{"HF_HUB_CACHE", ""}, {"HUGGINGFACE_HUB_CACHE", ""}, {"HF_HOME", "hub"},
		{"XDG_CACHE_HOME", "huggingface/hub"}, {"HOME", ".cache/huggingface/hub"},
	} {
		if value := getenv(place.variable); value != "" {
			return filepath.Join(expand(value, getenv), filepath.FromSlash(place.below))
		}
	}
	return ""
}

// Offline reports whether the Hub's own switches ask for no request at all:
// HF_HUB_OFFLINE, or TRANSFORMERS_OFFLINE where that is not set.
func Offline(getenv func(string) string) bool {
	if value := getenv("HF_HUB_OFFLINE"); value != "" {
		return truth(value)
	}
	return truth(getenv("TRANSFORMERS_OFFLINE"))
}

// expand replaces a leading ~ and $VAR, as the Hub's clients do.
func expand(path string, getenv func(string) string) string {
	if path == "~" || strings.HasPrefix(path, "~/") {
		path = getenv("HOME") + path[1:]
	}
	return os.Expand(path, getenv)
}

// truth reads a flag as the Hub's clients do: all else is false.
func truth(value string) bool {
	switch strings.ToUpper(value) {
	case "1", "ON", "YES", "TRUE":
		return true
	}
	return false
}
