package hub

import "testing"

func TestCacheDirFromEnv(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"HF_HUB_CACHE": "/a", "HUGGINGFACE_HUB_CACHE": "/b", "HF_HOME": "/c", "XDG_CACHE_HOME": "/d", "HOME": "/e"}, "/a"},
		{map[string]string{"HUGGINGFACE_HUB_CACHE": "/b", "HF_HOME": "/c", "XDG_CACHE_HOME": "/d", "HOME": "/e"}, "/b"},
		{map[string]string{"HF_HOME": "/c", "XDG_CACHE_HOME": "/d", "HOME": "/e"}, "/c/hub"},
		{map[string]string{"XDG_CACHE_HOME": "/d", "HOME": "/e"}, "/d/huggingface/hub"},
		{map[string]string{"HOME": "/e"}, "/e/.cache/huggingface/hub"},
		{map[string]string{"HF_HUB_CACHE": "~/x", "HOME": "/e"}, "/e/x"},
		{map[string]string{"HF_HOME": "$HOME/y", "HOME": "/e"}, "/e/y/hub"},
		{nil, ""},
	}
	for _, tt := range tests {
		if got := CacheDirFromEnv(func(k string) string { return tt.env[k] }); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.env, got, tt.want)
		}
	}
}

func TestOfflineFromEnv(t *testing.T) {
	tests := []struct {
		hub, transformers string
		want              bool
	}{
		{"1", "", true},
		{"yes", "", true},
		{"On", "", true},
		{"0", "", false},
		{"maybe", "", false},
		{"", "TRUE", true},
		{"0", "1", false},
		{"", "", false},
	}
	for _, tt := range tests {
		env := map[string]string{"HF_HUB_OFFLINE": tt.hub, "TRANSFORMERS_OFFLINE": tt.transformers}
		if got := Offline(func(k string) string { return env[k] }); got != tt.want {
			t.Errorf("%v: %v, want %v", env, got, tt.want)
		}
	}
}
