package github

import (
	"net/url"
	"strings"
)

// ServersFromEnv lists the servers that the environment names, with their
// tokens, github.com first.
//
// github.com is asked at ENTAIL_GITHUB_API_URL, where that is set, with the
// token of ENTAIL_GITHUB_TOKEN, GH_TOKEN or GITHUB_TOKEN. GH_HOST names an
// Enterprise server, and so does GITHUB_API_URL with GITHUB_SERVER_URL, as its
// runners set them; its token is GH_ENTERPRISE_TOKEN or
// GITHUB_ENTERPRISE_TOKEN. On its own runners GITHUB_TOKEN and GH_TOKEN are the
// server's, and github.com gets none of them.
func ServersFromEnv(getenv func(string) string) []Server {
	env := func(keys ...string) string {
		for _, key := range keys {
			if value := strings.TrimSpace(getenv(key)); value != "" {
				return value
			}
		}
		return ""
	}
	public := Server{API: env("ENTAIL_GITHUB_API_URL"), Token: env("ENTAIL_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN")}
	api := env("GITHUB_API_URL")
	host := hostOf(env("GITHUB_SERVER_URL"))
	if host == "" {
		host = hostOf(api)
	}
	if api != "" && host != "github.com" && host != "api.github.com" {
		own := env("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN")
		public.Token = env("ENTAIL_GITHUB_TOKEN")
		return []Server{public, {Host: host, API: api, Token: own}}
	}
	if host = env("GH_HOST"); strings.Contains(host, "://") {
		host = hostOf(host)
	}
	host = strings.ToLower(host)
	if host == "" || host == "github.com" {
		return []Server{public}
	}
	return []Server{public, {Host: host, Token: env("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")}}
}

// hostOf is the host of an address, in lower case.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
